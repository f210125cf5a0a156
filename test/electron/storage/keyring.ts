/** An operating system's keyring as the tests need it: encrypts for real, under a key per backend. */
import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto'
import type { Keyring } from '../../../electron/storage/keyring.ts'

export function testKeyring(backend = 'gnome_libsecret', isAvailable = true): Keyring {
  const key = createHash('sha256').update(backend).digest()
  return {
    available: () => isAvailable,
    backend: () => backend,
    protect: (bytes) => {
      const nonce = randomBytes(12)
      const cipher = createCipheriv('aes-256-gcm', key, nonce)
      return Buffer.concat([nonce, cipher.update(bytes), cipher.final(), cipher.getAuthTag()])
    },
    unprotect: (bytes) => {
      const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, 12))
      decipher.setAuthTag(bytes.subarray(-16))
      return Buffer.concat([decipher.update(bytes.subarray(12, -16)), decipher.final()])
    },
  }
}
