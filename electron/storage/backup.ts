/**
 * Backup files: a compact encrypted copy of the database followed by a description that authenticates
 * it. A file saved by hand carries the data key under its own passphrase and opens on any machine; an
 * automatic one carries no key and opens with the vault's own key file.
 *
 *   database pages | description, JSON in UTF-8 | its length, 8 bytes, big-endian | "CONSILIUM-BACKUP"
 */
import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import {
  appendFileSync,
  closeSync,
  existsSync,
  openSync,
  readdirSync,
  readSync,
  rmSync,
  statSync,
} from 'node:fs'
import { basename, join } from 'node:path'
import * as v from 'valibot'
import { fail } from '../../models/core/failure.ts'
import type { SqliteDatabase } from './database.ts'
import { withStorageFailures } from './errors.ts'
import { eachChunk, makeFolder, removeDurably, renameDurably, sizeOf, syncFile } from './files.ts'
import { databaseIdSchema, keyCheckSchema, passphraseWrapSchema, recoveryWrapSchema } from './key-file.ts'
import { deriveKey, type PassphraseWrap, type RecoveryWrap } from './keys.ts'
import type { DatabaseIdentity } from './open-database.ts'

const magic = Buffer.from('CONSILIUM-BACKUP', 'latin1')
const footerBytes = 8 + magic.length
const maxDescriptionBytes = 64 * 1024
export const backupExtension = '.consilium-backup'
const keptBackups = 5
const keptDays = 30
const dayMs = 24 * 60 * 60 * 1000

export interface BackupWraps {
  readonly passphrase: PassphraseWrap
  readonly recovery: RecoveryWrap
}

const descriptionSchema = v.strictObject({
  format: v.literal('consilium-backup'),
  version: v.literal(1),
  databaseId: databaseIdSchema,
  keyCheck: keyCheckSchema,
  createdAt: v.pipe(v.string(), v.isoTimestamp()),
  /** Length of the database pages in bytes, and their digest. */
  size: v.pipe(v.number(), v.integer(), v.minValue(1)),
  sha256: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)),
  wraps: v.nullable(v.strictObject({ passphrase: passphraseWrapSchema, recovery: recoveryWrapSchema })),
})
/** The checksum tells damage from a wrong passphrase before one is used; the code proves the origin. */
const storedSchema = v.strictObject({ description: descriptionSchema, checksum: v.string(), mac: v.string() })

export type BackupDescription = v.InferOutput<typeof descriptionSchema>
export interface BackupFile {
  readonly file: string
  readonly description: BackupDescription
  readonly mac: string
}

/** Writes a backup to `file`, which afterwards is whole or, if interrupted, as it was before. */
export function writeBackup(
  database: SqliteDatabase,
  file: string,
  { dataKey, databaseId }: DatabaseIdentity,
  about: { readonly keyCheck: string; readonly createdAt: string; readonly wraps: BackupWraps | null },
): void {
  const partial = `${file}.partial`
  withStorageFailures(() => {
    rmSync(partial, { force: true })
    try {
      database.copyTo(partial)
      const size = statSync(partial).size
      const description: BackupDescription = {
        format: 'consilium-backup',
        version: 1,
        databaseId,
        size,
        sha256: digest(partial, size),
        ...about,
      }
      const stored = Buffer.from(
        JSON.stringify({
          description,
          checksum: checksum(description),
          mac: authenticate(description, dataKey),
        }),
      )
      const length = Buffer.alloc(8)
      length.writeBigUInt64BE(BigInt(stored.length))
      appendFileSync(partial, Buffer.concat([stored, length, magic]))
      syncFile(partial)
      renameDurably(partial, file)
    } catch (error) {
      rmSync(partial, { force: true })
      throw error
    }
  })
}

/** Reads a backup's description. Fails with `database-damaged` when the file is not a whole backup. */
export function readBackup(file: string): BackupFile {
  return withStorageFailures(() => {
    const size = sizeOf(file)
    if (size === null) return fail('not-found', 'The backup file is not there any more. Choose another one.')
    const description = size > footerBytes ? readDescription(file, size) : null
    return (
      description ??
      fail(
        'database-damaged',
        'This file is not a Consilium backup, or it is incomplete. Choose another one.',
      )
    )
  })
}

/** Fails with `database-damaged` when a byte of the pages has changed since they were written. */
export function requireWholeBackup({ file, description }: BackupFile): void {
  if (withStorageFailures(() => digest(file, description.size)) !== description.sha256) failDamaged()
}

/** Fails with `database-damaged` unless a holder of the data key wrote the description. */
export function requireAuthenticBackup({ description, mac }: BackupFile, dataKey: Uint8Array): void {
  const expected = Buffer.from(authenticate(description, dataKey), 'hex')
  const actual = Buffer.from(mac, 'hex')
  if (expected.length !== actual.length || !timingSafeEqual(expected, actual)) failDamaged()
}

function failDamaged(): never {
  return fail(
    'database-damaged',
    'The backup file is damaged or was changed. Nothing was replaced; choose another one.',
  )
}

/** The automatic backups of one database in `folder`, newest first; unreadable files are left out. */
export function automaticBackups(folder: string, databaseId: string | null): readonly BackupFile[] {
  if (!existsSync(folder)) return []
  return readdirSync(folder)
    .filter((name) => name.endsWith(backupExtension))
    .sort()
    .reverse()
    .map((name) => readIfWhole(join(folder, name)))
    .filter((backup) => backup !== null)
    .filter(({ description }) => databaseId === null || description.databaseId === databaseId)
}

/** Whether the last automatic backup is at least a day old; one from the future counts as old. */
export function backupIsDue(folder: string, databaseId: string, now: Date): boolean {
  const newest = automaticBackups(folder, databaseId)[0]
  return !newest || Math.abs(now.getTime() - Date.parse(newest.description.createdAt)) >= dayMs
}

/** Adds an automatic backup and removes those beyond five, and those older than 30 days. */
export function addAutomaticBackup(
  database: SqliteDatabase,
  folder: string,
  identity: DatabaseIdentity,
  about: { readonly keyCheck: string; readonly createdAt: string; readonly schema: number },
): void {
  withStorageFailures(() => makeFolder(folder))
  const name = `${nextNumber(folder)}-${about.createdAt.slice(0, 10)}-schema-${about.schema}${backupExtension}`
  writeBackup(database, join(folder, name), identity, {
    keyCheck: about.keyCheck,
    createdAt: about.createdAt,
    wraps: null,
  })
  const limit = Date.parse(about.createdAt) - keptDays * dayMs
  automaticBackups(folder, identity.databaseId).forEach(({ file, description }, age) => {
    if (age >= keptBackups || (age > 0 && Date.parse(description.createdAt) < limit))
      withStorageFailures(() => removeDurably(file))
  })
}

/** Backups are ordered by number, so that a wrong clock cannot make an old one the newest. */
function nextNumber(folder: string): string {
  const numbers = readdirSync(folder).map((name) => Number.parseInt(basename(name), 10))
  return String(Math.max(0, ...numbers.filter((number) => Number.isFinite(number))) + 1).padStart(6, '0')
}

function readIfWhole(file: string): BackupFile | null {
  try {
    return readBackup(file)
  } catch {
    return null
  }
}

function readDescription(file: string, size: number): BackupFile | null {
  const handle = openSync(file, 'r')
  try {
    const footer = Buffer.alloc(footerBytes)
    readSync(handle, footer, 0, footerBytes, size - footerBytes)
    const length = Number(footer.readBigUInt64BE(0))
    const start = size - footerBytes - length
    if (!footer.subarray(8).equals(magic) || length > maxDescriptionBytes || start <= 0) return null
    const text = Buffer.alloc(length)
    readSync(handle, text, 0, length, start)
    const stored = v.safeParse(storedSchema, JSON.parse(text.toString('utf8')))
    if (!stored.success) return null
    const { description, checksum: expected, mac } = stored.output
    return description.size === start && checksum(description) === expected
      ? { file, description, mac }
      : null
  } catch (error) {
    if (error instanceof SyntaxError) return null
    throw error
  } finally {
    closeSync(handle)
  }
}

function digest(file: string, size: number): string {
  const hash = createHash('sha256')
  eachChunk(file, size, (bytes) => hash.update(bytes))
  return hash.digest('hex')
}

function checksum(description: BackupDescription): string {
  return createHash('sha256').update(fieldsOf(description)).digest('hex')
}

function authenticate(description: BackupDescription, dataKey: Uint8Array): string {
  const key = deriveKey(dataKey, description.databaseId, 'backup')
  return createHmac('sha256', key).update(fieldsOf(description)).digest('hex')
}

/** Field by field, so that the order in which they were written does not matter. */
function fieldsOf(description: BackupDescription): string {
  const { format, version, databaseId, keyCheck, createdAt, size, sha256, wraps } = description
  return JSON.stringify([format, version, databaseId, keyCheck, createdAt, size, sha256, wraps])
}
