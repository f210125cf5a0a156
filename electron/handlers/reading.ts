/** What the knowledge base reads in a consultation. No language model and no reading of moods takes part. */
import { guidanceFor } from '../../models/consult/guidance.ts'
import { requireConsent } from './consent-gate.ts'
import type { HandlersOf } from './handlers.ts'
import type { Ports } from './ports.ts'
import { readable } from './readable.ts'

export function readingHandlers(ports: Ports): HandlersOf<'consult.reading'> {
  return {
    // Read anew each time: it takes part of a second, and nothing that was said stays in memory.
    'consult.reading': ({ session }) => {
      const store = ports.vault.store()
      requireConsent(store, session, 'text')
      const { base } = ports.knowledge
      return guidanceFor(base, ports.knowledge.guide(), readable(store.readSession(session)))
    },
  }
}
