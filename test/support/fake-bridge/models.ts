/** Models: listed, prepared, tested, imported and removed. */
import { fail } from '../../../models/core/failure.ts'
import type { FakeJobs } from './jobs.ts'
import type { FakeState, HandlersOf } from './state.ts'

export const modelHandlers = (state: FakeState, work: FakeJobs): HandlersOf<'models'> => ({
  'models.list': () => state.models,
  'models.prepare': ({ model }) => {
    const found = state.models.find(({ id }) => id === model)
    if (!found) return fail('model-missing', 'This model is not installed. Import it first.')
    return { job: work.start('prepare', `Prepare ${found.name}`, null) }
  },
  'models.selfTest': ({ model }) => {
    state.selfTested = model
    return { job: work.start('self-test', 'Self-test', null) }
  },
  'models.import': () => ({ job: work.start('import', 'Import a model', null) }),
  'models.remove': ({ model }) => {
    state.models = state.models.filter(({ id }) => id !== model)
    return null
  },
})
