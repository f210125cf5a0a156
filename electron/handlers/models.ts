/** The models on this machine. None of this touches a session, so most of it works while locked. */
import { selfTest } from '../../models/decoding/self-test.ts'
import type { HandlersOf, OperationsOf } from './handlers.ts'
import type { FileKind, Ports } from './ports.ts'

const weightsKind: FileKind = { name: 'Model weights', extensions: ['gguf', 'safetensors'] }

export function modelHandlers(ports: Ports): HandlersOf<OperationsOf<'models'>> {
  return {
    'models.list': () => ports.models.list(),

    'models.prepare': ({ model }) => {
      const job = ports.jobs.start({
        kind: 'prepare',
        title: 'Preparing the model for this machine',
        session: null,
        run: async ({ progress, signal }) => ({
          kind: 'prepare',
          model: await ports.models.prepare(model, null, progress, signal),
        }),
      })
      return { job: job.id }
    },

    'models.import': async () => {
      ports.vault.store()
      const path = await ports.dialogs.openFile({ title: 'Import a model', kind: weightsKind })
      if (path === null) return { job: null }
      const job = ports.jobs.start({
        kind: 'import',
        title: 'Importing a model',
        session: null,
        run: async ({ progress, signal }) => {
          const model = await ports.models.importModel(path, progress, signal)
          ports.vault.store().record('model.import', model.id, 'done')
          return { kind: 'import', model }
        },
      })
      return { job: job.id }
    },

    'models.selfTest': ({ model }) => {
      const job = ports.jobs.start({
        kind: 'self-test',
        title: 'Self-test',
        session: null,
        run: async ({ progress, signal }) => ({
          kind: 'self-test',
          report: await selfTest(ports.models, model, progress, signal),
        }),
      })
      return { job: job.id }
    },

    'models.remove': async ({ model }) => {
      const store = ports.vault.store()
      await ports.models.remove(model)
      store.record('model.remove', model, 'done')
      return null
    },
  }
}
