/** Where a failure is put right: the screen or folder that its banner offers. */
import type { Failure, FailureCode } from '../../models/core/failure.ts'
import type { Route } from '../state/app.svelte.ts'

export interface NextStep {
  readonly label: string
  readonly route?: Route
  readonly folder?: 'data' | 'quarantine'
}

const models: NextStep = { label: 'Open models', route: { area: 'models' } }
const dataFolder: NextStep = { label: 'Show data folder', folder: 'data' }

const steps: { readonly [K in FailureCode]?: NextStep } = {
  'model-invalid': models,
  'model-unsupported': models,
  'model-too-large': models,
  'model-missing': models,
  'engine-unavailable': models,
  'engine-crashed': models,
  'disk-full': dataFolder,
  'read-only': dataFolder,
  'database-damaged': { label: 'Show the copy set aside', folder: 'quarantine' },
  'keyring-unavailable': { label: 'Open security', route: { area: 'settings', section: 'security' } },
}

/** Null where the message itself says all there is to do. */
export function nextStep({ code }: Failure): NextStep | null {
  return steps[code] ?? null
}
