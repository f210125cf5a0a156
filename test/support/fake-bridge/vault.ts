/** The app itself, and unlocking it. */
import type { AppStatus, OperationName, VaultStatus } from '../../../models/contract/operations.ts'
import { fail } from '../../../models/core/failure.ts'
import { logged } from './settings.ts'
import type { FakeState, HandlersOf } from './state.ts'

export const recoveryCode = 'K7QD-2MVX-9TRB-H4WN-6CFP-JZ38-EGSA-L5UY'
export const newerRecoveryCode = 'P0W3-77KD-9XTA-2C4M-HJ6N-R8VB-5QEZ-1FGS'

export const worksLocked: ReadonlySet<OperationName> = new Set([
  'app.status',
  'app.openFolder',
  'vault.create',
  'vault.unlock',
  'vault.lock',
  'vault.restore',
])

export function setVault(state: FakeState, change: Partial<VaultStatus>): VaultStatus {
  state.vault = { ...state.vault, ...change }
  state.push('vault.status', state.vault)
  return state.vault
}

const status = ({ vault, engine, blocked }: FakeState): AppStatus => ({
  version: '0.1.0',
  platform: 'linux',
  electron: '45.5.0',
  chrome: '152.0.0.0',
  dataFolder: '/home/user/.config/Consilium',
  vault,
  engine,
  blockedRequests: blocked,
})

export const vaultHandlers = (state: FakeState): HandlersOf<'app' | 'vault'> => ({
  'app.status': () => status(state),
  'app.openFolder': () => null,
  'vault.create': ({ passphrase, useKeyring, userName, role }) => {
    state.passphrase = passphrase
    state.settings = { ...state.settings, userName, role, showFirstRun: true }
    setVault(state, { state: 'open', keyringEnrolled: useKeyring })
    return { recoveryCode }
  },
  'vault.unlock': (request) => {
    if (state.vault.retryInSeconds > 0) {
      fail('throttled', `Too many attempts. Wait ${state.vault.retryInSeconds} s, then try again.`)
    }
    const right =
      request.by === 'keyring'
        ? state.vault.keyringEnrolled
        : request.by === 'passphrase'
          ? request.passphrase === state.passphrase
          : request.code.replace(/[^A-Z0-9]/gi, '').toUpperCase() === recoveryCode.replaceAll('-', '')
    if (!right) {
      logged(state, 'vault.unlock-failed', null, 'refused')
      fail(
        'wrong-passphrase',
        'That does not open it. Check for capitals and keyboard layout, then try again.',
      )
    }
    logged(state, 'vault.unlock', null)
    return setVault(state, { state: 'open', retryInSeconds: 0 })
  },
  'vault.lock': () => setVault(state, { state: 'locked' }),
  'vault.changePassphrase': ({ passphrase }) => {
    state.passphrase = passphrase
    return null
  },
  'vault.newRecoveryCode': ({ passphrase }) => {
    if (passphrase !== state.passphrase) fail('wrong-passphrase', 'This is not the right passphrase.')
    return { recoveryCode: newerRecoveryCode }
  },
  'vault.setKeyring': ({ enrolled }) => setVault(state, { keyringEnrolled: enrolled }),
  'vault.backup': () => ({ saved: true, name: 'consilium-2026-11-25.backup' }),
  'vault.restore': () => ({ restored: true, sessions: state.records.length }),
})
