/** What the app is and how it stands. */
import { fail } from '../../models/core/failure.ts'
import type { HandlersOf, OperationsOf } from './handlers.ts'
import type { Ports } from './ports.ts'

export function appHandlers(ports: Ports): HandlersOf<OperationsOf<'app'>> {
  return {
    'app.status': () => ({
      ...ports.versions,
      dataFolder: ports.folders.data,
      vault: ports.vault.status(),
      engine: ports.models.status(),
      blockedRequests: ports.blockedRequests(),
    }),

    'app.openFolder': async ({ folder }) => {
      await ports.openFolder(folder === 'quarantine' ? quarantine(ports) : ports.folders[folder])
      return null
    },
  }
}

const quarantine = (ports: Ports): string =>
  ports.vault.status().quarantine ??
  fail('not-found', 'Nothing has been set aside. There is no folder to open.')
