/**
 * The key file: every wrap of the data key, in two copies. Without it, or without anything that opens
 * one of its wraps, the database cannot be read by anyone.
 */
import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import * as v from 'valibot'
import { fail } from '../../models/core/failure.ts'
import { withStorageFailures } from './errors.ts'
import { writeDurably } from './files.ts'
import { scryptLimits, type KeyringWrap, type PassphraseWrap, type RecoveryWrap } from './keys.ts'
import type { VaultLayout } from './layout.ts'

export interface KeyFile {
  readonly format: 'consilium-keys'
  readonly version: 1
  /** Grows with every change: after a crash between the two copies the greater one stands. */
  readonly revision: number
  readonly databaseId: string
  readonly createdAt: string
  readonly keyCheck: string
  readonly passphrase: PassphraseWrap
  readonly recovery: RecoveryWrap
  readonly keyring: KeyringWrap | null
}

const base64 = v.pipe(v.string(), v.base64(), v.maxLength(64 * 1024))
const powerOfTwo = v.check((value: number) => Number.isInteger(Math.log2(value)))
const sealedKey = { nonce: base64, sealed: base64, tag: base64 }

export const passphraseWrapSchema = v.strictObject({
  salt: base64,
  N: v.pipe(v.number(), v.integer(), v.minValue(2), v.maxValue(scryptLimits.maxN), powerOfTwo),
  r: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(scryptLimits.maxR)),
  p: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(scryptLimits.maxP)),
  ...sealedKey,
})
export const recoveryWrapSchema = v.strictObject({ salt: base64, ...sealedKey })
export const databaseIdSchema = v.pipe(v.string(), v.regex(/^[0-9a-f]{32}$/))
export const keyCheckSchema = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/))

const keyFileSchema = v.strictObject({
  format: v.literal('consilium-keys'),
  version: v.literal(1),
  revision: v.pipe(v.number(), v.integer(), v.minValue(1)),
  databaseId: databaseIdSchema,
  createdAt: v.string(),
  keyCheck: keyCheckSchema,
  passphrase: passphraseWrapSchema,
  recovery: recoveryWrapSchema,
  keyring: v.nullable(v.strictObject({ backend: v.string(), protectedKey: base64 })),
})
const storedSchema = v.strictObject({ keys: keyFileSchema, checksum: v.string() })

export function keyFileExists(layout: VaultLayout): boolean {
  return existsSync(layout.keys) || existsSync(layout.keysCopy)
}

/**
 * The newest whole copy. A copy that is missing or damaged is written anew from the other; when both
 * are, fails with `key-file-missing`, since without wraps nothing can be opened.
 */
export function readKeyFile(layout: VaultLayout): KeyFile {
  const copies = [layout.keys, layout.keysCopy].map(readCopy)
  const newest = copies.reduce(
    (best, copy) => (copy && (!best || copy.revision > best.revision) ? copy : best),
    null,
  )
  if (!newest)
    return fail(
      'key-file-missing',
      `The key file is ${keyFileExists(layout) ? 'damaged' : 'missing'}, and so is its copy, so the database cannot be opened. Put back keys.json from a copy of the data folder, or restore a backup file with the passphrase it was saved under.`,
      { file: 'keys.json' },
    )
  if (copies.some((copy) => copy?.revision !== newest.revision)) repair(layout, newest)
  return newest
}

/** Replaces both copies, one after the other, so that one whole copy exists at every moment. */
export function writeKeyFile(layout: Pick<VaultLayout, 'keys' | 'keysCopy'>, keys: KeyFile): void {
  const text = JSON.stringify({ keys, checksum: checksum(keys) }, null, 2)
  withStorageFailures(() => {
    writeDurably(layout.keys, text)
    writeDurably(layout.keysCopy, text)
  })
}

function repair(layout: VaultLayout, keys: KeyFile): void {
  try {
    writeKeyFile(layout, keys)
  } catch {
    // A read-only or full disk must not keep anyone from opening what one good copy can open.
  }
}

function readCopy(file: string): KeyFile | null {
  try {
    const stored = v.parse(storedSchema, JSON.parse(readFileSync(file, 'utf8')))
    return stored.checksum === checksum(stored.keys) ? stored.keys : null
  } catch {
    return null
  }
}

/** Tells damage from a wrong passphrase; against forgery the wraps authenticate themselves. */
function checksum(keys: KeyFile): string {
  return createHash('sha256').update(JSON.stringify(keys)).digest('hex')
}
