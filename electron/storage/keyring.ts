/** The operating system's keyring as a port: the Electron implementation lives beside the window. */

export interface Keyring {
  /** Whether it can protect bytes right now. */
  available(): boolean
  /** Name of what stands behind it, such as `gnome_libsecret`, `keychain` or `basic_text`. */
  backend(): string
  protect(bytes: Uint8Array): Uint8Array
  /** Throws when the bytes were protected by another backend or user. */
  unprotect(bytes: Uint8Array): Uint8Array
}

/** Backends that only disguise: their key is the same on every machine. */
const unprotectedBackends: readonly string[] = ['basic_text', 'unknown', '']

export interface KeyringState {
  readonly available: boolean
  readonly backend: string
}

/** A keyring that cannot keep a secret counts as none. */
export function keyringState(keyring: Keyring | null): KeyringState {
  if (!keyring) return { available: false, backend: 'none' }
  const backend = keyring.backend()
  return { available: keyring.available() && !unprotectedBackends.includes(backend), backend }
}
