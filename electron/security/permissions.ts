/** What the window may use of the machine. Everything that is not named here is refused. */
import type { Modality } from '../../models/session/session.ts'
import { isAppUrl } from './origin.ts'

export interface PermissionQuestion {
  /** Electron's name of the permission, such as `media`, `geolocation`, `hid`. */
  readonly permission: string
  /** Origin or address of the frame that asks. */
  readonly origin: string
  readonly isMainFrame: boolean
  /** For `media`: what is asked for. Empty when the system does not say. */
  readonly media: readonly ('audio' | 'video')[]
}

export type PermissionPolicy = (question: PermissionQuestion) => boolean

/** Whether a person has agreed, in the consultation that is being captured, to being captured this way. */
export type ConsentInForce = (modality: Extract<Modality, 'microphone' | 'camera'>) => boolean

/** Writing plain text to the clipboard after a click on Copy. Reading it stays refused. */
const clipboardWrite = 'clipboard-sanitized-write'

/**
 * Only the app's own main frame is ever allowed anything. Media is allowed for the
 * modalities whose consent is in force; a request that does not say what it wants is refused.
 */
export function permissionPolicy(consented: ConsentInForce): PermissionPolicy {
  return ({ permission, origin, isMainFrame, media }) => {
    if (!isMainFrame || !isAppUrl(origin)) return false
    if (permission === clipboardWrite) return true
    if (permission !== 'media' || media.length === 0) return false
    return media.every((kind) => consented(kind === 'audio' ? 'microphone' : 'camera'))
  }
}
