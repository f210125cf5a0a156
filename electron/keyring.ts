/** The operating system's keyring behind the storage port, through Electron's safeStorage. */
import type { Keyring } from './storage/keyring.ts'

/** The part of Electron's safeStorage that is used; passed in, so that this file runs without Electron. */
export interface SafeStorage {
  isEncryptionAvailable(): boolean
  /** Linux only. */
  getSelectedStorageBackend?(): string
  encryptString(text: string): Buffer
  decryptString(bytes: Buffer): string
}

/** macOS and Windows have exactly one keyring each, which safeStorage does not name. */
const backendOf: Partial<Record<NodeJS.Platform, string>> = { darwin: 'keychain', win32: 'dpapi' }

export function safeStorageKeyring(safeStorage: SafeStorage, platform: NodeJS.Platform): Keyring {
  return {
    available: () => safeStorage.isEncryptionAvailable(),
    backend: () => backendOf[platform] ?? safeStorage.getSelectedStorageBackend?.() ?? 'unknown',
    protect: (bytes) => safeStorage.encryptString(Buffer.from(bytes).toString('base64')),
    unprotect: (bytes) => {
      const text = safeStorage.decryptString(Buffer.from(bytes))
      return new Uint8Array(Buffer.from(text, 'base64'))
    },
  }
}
