/** Where a failure is put right: the screen or folder that its banner offers. */
import type { Failure } from '../../models/core/failure.ts'
import type { Route } from '../state/app.svelte.ts'

export interface NextStep {
  readonly label: string
  readonly route?: Route
  readonly folder?: 'data' | 'quarantine'
}

export function nextStep({ code }: Failure): NextStep | null {
  switch (code) {
    case 'model-invalid':
    case 'model-unsupported':
    case 'model-too-large':
    case 'model-missing':
    case 'engine-unavailable':
    case 'engine-crashed':
      return { label: 'Open models', route: { area: 'models' } }
    case 'disk-full':
    case 'read-only':
      return { label: 'Show data folder', folder: 'data' }
    case 'database-damaged':
      return { label: 'Show the copy set aside', folder: 'quarantine' }
    case 'keyring-unavailable':
      return { label: 'Open security', route: { area: 'settings', section: 'security' } }
    default:
      return null
  }
}
