/**
 * The data key and its wraps. One random 256-bit key encrypts the database; it is kept only inside
 * wraps, each opened by something else: the passphrase (scrypt), the recovery code, the keyring.
 * Changing the passphrase replaces one wrap and touches no data.
 */
import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  hkdfSync,
  randomBytes,
  scrypt,
  timingSafeEqual,
} from 'node:crypto'
import { keyBytes } from './database.ts'
import { keyringState, type Keyring } from './keyring.ts'

/** scrypt (RFC 7914): about half a second and 128 MiB per guess. */
export const scryptCost = { N: 2 ** 17, r: 8, p: 1 } as const
/** What a key file may ask for, so that a forged one cannot occupy the machine. */
export const scryptLimits = { maxN: 2 ** 20, maxR: 16, maxP: 4 } as const

/** AES-256-GCM over the data key; all bytes as base64. */
export interface SealedKey {
  readonly nonce: string
  readonly sealed: string
  readonly tag: string
}

export interface PassphraseWrap extends SealedKey {
  readonly salt: string
  readonly N: number
  readonly r: number
  readonly p: number
}

export interface RecoveryWrap extends SealedKey {
  readonly salt: string
}

export interface KeyringWrap {
  /** The backend that protected the key; another one cannot open it. */
  readonly backend: string
  readonly protectedKey: string
}

type Purpose = 'passphrase' | 'recovery'

export function newDataKey(): Buffer {
  return randomBytes(keyBytes)
}

/** A key for one purpose, derived from the data key (HKDF-SHA256, RFC 5869). */
export function deriveKey(dataKey: Uint8Array, databaseId: string, purpose: string): Buffer {
  return Buffer.from(
    hkdfSync('sha256', dataKey, Buffer.from(databaseId, 'hex'), `consilium ${purpose}`, keyBytes),
  )
}

/** Tells the right data key from a wrong one without opening the database. */
export function keyCheckValue(dataKey: Uint8Array, databaseId: string): string {
  const key = deriveKey(dataKey, databaseId, 'key check')
  return createHmac('sha256', key).update('key check').digest('hex')
}

export function isDataKey(candidate: Uint8Array, databaseId: string, checkValue: string): boolean {
  if (candidate.length !== keyBytes) return false
  const expected = Buffer.from(checkValue, 'hex')
  const actual = Buffer.from(keyCheckValue(candidate, databaseId), 'hex')
  return expected.length === actual.length && timingSafeEqual(expected, actual)
}

export async function wrapByPassphrase(
  dataKey: Uint8Array,
  databaseId: string,
  passphrase: string,
): Promise<PassphraseWrap> {
  const salt = randomBytes(16)
  const key = await stretch(passphrase, salt, scryptCost)
  return { salt: salt.toString('base64'), ...scryptCost, ...seal(dataKey, key, databaseId, 'passphrase') }
}

/** The data key, or null when the passphrase is another one. */
export async function unwrapByPassphrase(
  wrap: PassphraseWrap,
  databaseId: string,
  passphrase: string,
): Promise<Buffer | null> {
  const key = await stretch(passphrase, Buffer.from(wrap.salt, 'base64'), wrap)
  return unseal(wrap, key, databaseId, 'passphrase')
}

/** `code` is a code as `readRecoveryCode` returns it: random enough to need no stretching. */
export function wrapByRecoveryCode(dataKey: Uint8Array, databaseId: string, code: string): RecoveryWrap {
  const salt = randomBytes(16)
  return { salt: salt.toString('base64'), ...seal(dataKey, recoveryKey(code, salt), databaseId, 'recovery') }
}

export function unwrapByRecoveryCode(wrap: RecoveryWrap, databaseId: string, code: string): Buffer | null {
  return unseal(wrap, recoveryKey(code, Buffer.from(wrap.salt, 'base64')), databaseId, 'recovery')
}

/** Null when this machine's keyring cannot keep a secret. */
export function wrapByKeyring(dataKey: Uint8Array, keyring: Keyring | null): KeyringWrap | null {
  const { available, backend } = keyringState(keyring)
  if (!keyring || !available) return null
  return { backend, protectedKey: Buffer.from(keyring.protect(dataKey)).toString('base64') }
}

/** The bytes the keyring gives back, or null when it is away, another one, or refuses. */
export function unwrapByKeyring(wrap: KeyringWrap, keyring: Keyring | null): Buffer | null {
  const { available, backend } = keyringState(keyring)
  if (!keyring || !available || backend !== wrap.backend) return null
  try {
    return Buffer.from(keyring.unprotect(Buffer.from(wrap.protectedKey, 'base64')))
  } catch {
    return null
  }
}

function recoveryKey(code: string, salt: Uint8Array): Buffer {
  return Buffer.from(hkdfSync('sha256', Buffer.from(code, 'latin1'), salt, 'consilium recovery', keyBytes))
}

function stretch(
  passphrase: string,
  salt: Uint8Array,
  { N, r, p }: { readonly N: number; readonly r: number; readonly p: number },
): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    // Keyboards differ in how they compose an accented letter; the passphrase must not.
    scrypt(passphrase.normalize('NFKC'), salt, keyBytes, { N, r, p, maxmem: 256 * N * r }, (error, key) => {
      if (error) reject(error)
      else resolve(key)
    })
  })
}

function seal(dataKey: Uint8Array, key: Buffer, databaseId: string, purpose: Purpose): SealedKey {
  const nonce = randomBytes(12)
  const cipher = createCipheriv('aes-256-gcm', key, nonce)
  cipher.setAAD(Buffer.from(`${purpose} ${databaseId}`))
  const sealed = Buffer.concat([cipher.update(dataKey), cipher.final()])
  key.fill(0)
  return {
    nonce: nonce.toString('base64'),
    sealed: sealed.toString('base64'),
    tag: cipher.getAuthTag().toString('base64'),
  }
}

function unseal(wrap: SealedKey, key: Buffer, databaseId: string, purpose: Purpose): Buffer | null {
  const decipher = createDecipheriv('aes-256-gcm', key, Buffer.from(wrap.nonce, 'base64'), {
    authTagLength: 16,
  })
  decipher.setAAD(Buffer.from(`${purpose} ${databaseId}`))
  try {
    decipher.setAuthTag(Buffer.from(wrap.tag, 'base64'))
    return Buffer.concat([decipher.update(Buffer.from(wrap.sealed, 'base64')), decipher.final()])
  } catch {
    return null
  } finally {
    key.fill(0)
  }
}
