/** What the system says when a device does not open, and what to do about it. */
import type { CaptureModality } from '../../../models/contract/emotion.ts'

export function deviceTrouble(modality: CaptureModality, error: unknown): string {
  const name = error instanceof DOMException ? error.name : ''
  switch (name) {
    case 'NotAllowedError':
      return `This computer does not let Consilium use the ${modality}. Allow it in the system’s privacy settings, then turn it on again.`
    case 'NotFoundError':
    case 'OverconstrainedError':
      return `No ${modality} was found. Plug one in, then turn it on again.`
    case 'NotReadableError':
    case 'AbortError':
      return `The ${modality} is there but gives nothing; another program may be using it. Close that program, then turn it on again.`
    default:
      return `The ${modality} could not be turned on. Turn it on again, or restart Consilium.`
  }
}
