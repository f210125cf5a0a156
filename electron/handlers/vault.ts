/** Opening, closing and keeping the vault. */
import { basename } from 'node:path'
import type { VaultStatus } from '../../models/contract/operations.ts'
import type { HandlersOf, OperationsOf } from './handlers.ts'
import type { FileKind, Ports } from './ports.ts'

const backupKind: FileKind = { name: 'Consilium backup', extensions: ['consilium-backup'] }

export function vaultHandlers(ports: Ports): HandlersOf<OperationsOf<'vault'>> {
  const { vault } = ports

  const announced = (): VaultStatus => {
    const status = vault.status()
    ports.push('vault.status', status)
    return status
  }

  return {
    'vault.create': async (request) => {
      const { recoveryCode } = await vault.create(request)
      announced()
      return { recoveryCode }
    },

    'vault.unlock': async (request) => {
      await vault.unlock(request)
      return announced()
    },

    'vault.lock': async () => {
      await ports.lock()
      return vault.status()
    },

    'vault.changePassphrase': async ({ passphrase }) => {
      await vault.changePassphrase(passphrase)
      return null
    },

    'vault.newRecoveryCode': ({ passphrase }) => vault.newRecoveryCode(passphrase),

    'vault.setKeyring': ({ enrolled }) => {
      vault.setKeyring(enrolled)
      return announced()
    },

    'vault.backup': async ({ passphrase }) => {
      vault.store()
      const file = await ports.dialogs.saveFile({
        title: 'Save an encrypted backup',
        name: `consilium-${ports.now().toISOString().slice(0, 10)}.${backupKind.extensions[0]}`,
        kind: backupKind,
      })
      if (file === null) return { saved: false, name: null }
      await vault.backup(file, passphrase)
      return { saved: true, name: basename(file) }
    },

    'vault.restore': async ({ passphrase, from }) => {
      const file =
        from === 'file'
          ? await ports.dialogs.openFile({ title: 'Restore a backup', kind: backupKind })
          : 'newest'
      if (file === null) return { restored: false, sessions: 0 }
      await ports.jobs.cancelAll()
      const { sessions } = await (from === 'newest'
        ? vault.restoreNewest(passphrase)
        : vault.restore(file, passphrase))
      await ports.models.forget('')
      announced()
      return { restored: true, sessions }
    },
  }
}
