/** All handlers together. */
import { appHandlers } from './app.ts'
import { consultHandlers } from './consult.ts'
import { emotionHandlers } from './emotion.ts'
import type { Handlers } from './handlers.ts'
import { modelHandlers } from './models.ts'
import { panelHandlers } from './panel.ts'
import type { Ports } from './ports.ts'
import { practiceHandlers } from './practice.ts'
import { readingHandlers } from './reading.ts'
import { recordHandlers } from './records.ts'
import { sessionHandlers } from './sessions.ts'
import { vaultHandlers } from './vault.ts'

export function createHandlers(ports: Ports): Handlers {
  return {
    ...appHandlers(ports),
    ...vaultHandlers(ports),
    ...sessionHandlers(ports),
    ...consultHandlers(ports),
    ...practiceHandlers(ports),
    ...readingHandlers(ports),
    ...emotionHandlers(ports),
    ...panelHandlers(ports),
    ...modelHandlers(ports),
    ...recordHandlers(ports),
  }
}
