import { randomBytes } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { safeStorageKeyring, type SafeStorage } from '../../electron/keyring.ts'
import { keyringState } from '../../electron/storage/keyring.ts'

/** Behaves like safeStorage where a keyring answers: only what it wrote itself comes back. */
const storage = (backend: string | undefined, available = true): SafeStorage => ({
  isEncryptionAvailable: () => available,
  ...(backend === undefined ? {} : { getSelectedStorageBackend: () => backend }),
  encryptString: (text) => Buffer.from(`v11${Buffer.from(text).toString('hex')}`),
  decryptString: (bytes) => {
    const text = bytes.toString()
    if (!text.startsWith('v11')) throw new Error('not ours')
    return Buffer.from(text.slice(3), 'hex').toString()
  },
})

describe('the keyring', () => {
  test('gives back every byte it protected', () => {
    const keyring = safeStorageKeyring(storage('gnome_libsecret'), 'linux')
    const key = new Uint8Array(randomBytes(32))
    expect(keyring.unprotect(keyring.protect(key))).toEqual(key)
    expect(() => keyring.unprotect(key)).toThrow()
  })

  test.each([
    ['linux', 'gnome_libsecret', true, { available: true, backend: 'gnome_libsecret' }],
    ['linux', 'kwallet6', true, { available: true, backend: 'kwallet6' }],
    ['linux', 'gnome_libsecret', false, { available: false, backend: 'gnome_libsecret' }],
    ['linux', 'basic_text', true, { available: false, backend: 'basic_text' }],
    ['linux', undefined, true, { available: false, backend: 'unknown' }],
    ['darwin', undefined, true, { available: true, backend: 'keychain' }],
    ['win32', undefined, true, { available: true, backend: 'dpapi' }],
    ['win32', undefined, false, { available: false, backend: 'dpapi' }],
  ] as const)('on %s with backend %s, available %s, counts as %j', (platform, backend, available, state) => {
    expect(keyringState(safeStorageKeyring(storage(backend, available), platform))).toEqual(state)
  })
})
