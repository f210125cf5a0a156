/** The vault: one encrypted database with its keys, its backups and its state, open or locked. */
import { existsSync } from 'node:fs'
import { basename } from 'node:path'
import type { Operations, VaultStatus } from '../../models/contract/operations.ts'
import { FailureError, fail, failureOf } from '../../models/core/failure.ts'
import type { SessionStore } from '../../models/session/store.ts'
import { UnlockAttempts } from './attempts.ts'
import {
  addAutomaticBackup,
  automaticBackups,
  backupIsDue,
  readBackup,
  requireAuthenticBackup,
  requireWholeBackup,
  writeBackup,
  type BackupFile,
} from './backup.ts'
import { SqliteDatabase } from './database.ts'
import { hasCode, withStorageFailures } from './errors.ts'
import { copyDurably, makeFolder, removeDurably, sizeOf, writeDurably } from './files.ts'
import { keyFileExists, readKeyFile, writeKeyFile, type KeyFile } from './key-file.ts'
import { keyringState, type Keyring } from './keyring.ts'
import {
  isDataKey,
  keyCheckValue,
  newDataKey,
  unwrapByKeyring,
  unwrapByPassphrase,
  unwrapByRecoveryCode,
  wrapByKeyring,
  wrapByPassphrase,
  wrapByRecoveryCode,
} from './keys.ts'
import { vaultLayout, type VaultLayout } from './layout.ts'
import { latestVersion, schemaVersion, type Migration } from './migrate.ts'
import { migrations as allMigrations } from './migrations/index.ts'
import { newDatabaseId, OpenDatabase, requireSound } from './open-database.ts'
import { clearDamage, deleteQuarantined, expiredQuarantine, readDamage, recordDamage } from './quarantine.ts'
import { newRecoveryCode, readRecoveryCode } from './recovery-code.ts'
import { abandonStaging, beginStaging, commitStaging, finishStaging } from './staging.ts'

export interface VaultOptions {
  /** The operating system's keyring; null where there is none. */
  readonly keyring: Keyring | null
  readonly clock?: () => Date
  readonly migrations?: readonly Migration[]
}

export type NewVault = Operations['vault.create']['request']
export type UnlockBy = Operations['vault.unlock']['request']

export interface AutomaticBackup {
  readonly file: string
  readonly createdAt: string
}

/** The vault in `folder`, made when missing. Finishes a restore that was cut off. */
export function openVaults(folder: string, options: VaultOptions): Vault {
  const layout = vaultLayout(folder)
  const clock = options.clock ?? (() => new Date())
  withStorageFailures(() => makeFolder(folder))
  finishStaging(layout, clock())
  return new Vault(layout, options.keyring, clock, options.migrations ?? allMigrations)
}

interface Opened {
  readonly parts: OpenDatabase
  readonly dataKey: Buffer
  readonly keys: KeyFile
}

export class Vault {
  readonly #layout: VaultLayout
  readonly #keyring: Keyring | null
  readonly #clock: () => Date
  readonly #migrations: readonly Migration[]
  readonly #attempts: UnlockAttempts
  #opened: Opened | null = null
  #isNewer = false
  #notice: string | null = null
  /** Grows with every lock, so that an unlock still under way does not open afterwards. */
  #locks = 0
  #queue: Promise<unknown> = Promise.resolve()

  constructor(
    layout: VaultLayout,
    keyring: Keyring | null,
    clock: () => Date,
    migrations: readonly Migration[],
  ) {
    this.#layout = layout
    this.#keyring = keyring
    this.#clock = clock
    this.#migrations = migrations
    this.#attempts = new UnlockAttempts(layout.attempts, clock)
  }

  get folders(): { readonly data: string; readonly quarantine: string; readonly backups: string } {
    return { data: this.#layout.folder, quarantine: this.#layout.quarantine, backups: this.#layout.backups }
  }

  status(): VaultStatus {
    const keys = this.#keysIfReadable()
    const damage = this.#opened ? null : readDamage(this.#layout)
    const newest = this.newestBackup()
    return {
      state: this.#state(keys, damage !== null),
      keyring: keyringState(this.#keyring),
      keyringEnrolled: Boolean(keys?.keyring),
      retryInSeconds: this.#opened ? 0 : this.#attempts.retryInSeconds(),
      quarantine: damage?.quarantine ?? null,
      reason: damage?.reason ?? this.#notice,
      ...(newest ? { newestBackup: newest.createdAt } : {}),
    }
  }

  /** The newest automatic backup of this vault, which a damaged database can be restored from. */
  newestBackup(): AutomaticBackup | null {
    const newest = automaticBackups(this.#layout.backups, this.#keysIfReadable()?.databaseId ?? null)[0]
    return newest ? { file: newest.file, createdAt: newest.description.createdAt } : null
  }

  /** The store while the vault is open; fails with `vault-locked` or `vault-absent` otherwise. */
  store(): SessionStore {
    if (this.#opened) return this.#opened.parts.store
    if (!this.#exists())
      return fail('vault-absent', 'Consilium is not set up yet. Choose a passphrase first.')
    return fail('vault-locked', 'Consilium is locked. Unlock it to go on; everything is saved.')
  }

  /** Sets up a new vault, open afterwards. The recovery code is shown once and kept nowhere. */
  create({ passphrase, useKeyring, userName, role }: NewVault): Promise<{ readonly recoveryCode: string }> {
    return this.#oneAtATime(async () => {
      if (this.#exists()) fail('conflict', 'This folder already holds saved sessions. Unlock them instead.')
      const databaseId = newDatabaseId()
      const dataKey = newDataKey()
      const recoveryCode = newRecoveryCode()
      const keyring = useKeyring ? wrapByKeyring(dataKey, this.#keyring) : null
      if (useKeyring && !keyring) failKeyring()
      const keys: KeyFile = {
        format: 'consilium-keys',
        version: 1,
        revision: 1,
        databaseId,
        createdAt: this.#clock().toISOString(),
        keyCheck: keyCheckValue(dataKey, databaseId),
        passphrase: await wrapByPassphrase(dataKey, databaseId, passphrase),
        recovery: wrapByRecoveryCode(dataKey, databaseId, recoveryCode.replaceAll('-', '')),
        keyring,
      }
      this.#install((staging) => {
        const parts = OpenDatabase.create(
          staging,
          { dataKey, databaseId },
          { migrations: this.#migrations, clock: this.#clock },
        )
        closing(parts, () => {
          parts.store.changeSettings({ userName, role })
          parts.store.record('vault.create', null, 'done')
          parts.audited.trail.anchorHead()
          parts.database.emptyLog()
        })
        writeKeyFile(staging, keys)
      })
      this.#open(dataKey, keys)
      return { recoveryCode }
    })
  }

  /**
   * Opens the vault. Fails with `wrong-passphrase`, `throttled`, `keyring-unavailable`,
   * `key-file-missing`, `already-running`, `database-newer` (nothing was written) or
   * `database-damaged` (a copy was set aside first).
   */
  unlock(by: UnlockBy): Promise<VaultStatus> {
    return this.#oneAtATime(async () => {
      if (this.#opened) return this.status()
      if (!this.#exists()) fail('vault-absent', 'Consilium is not set up yet. Choose a passphrase first.')
      const keys = readKeyFile(this.#layout)
      const locks = this.#locks
      const dataKey = await this.#dataKey(keys, by)
      if (locks !== this.#locks) {
        dataKey.fill(0)
        fail('cancelled', 'Consilium was locked while it was being unlocked. Unlock it again to go on.')
      }
      this.#open(dataKey, keys)
      return this.status()
    })
  }

  /**
   * Closes the database and zeroes the key, whatever happens on the way. Writes the daily backup
   * first; when that fails, the status says why.
   */
  lock(): VaultStatus {
    this.#locks++
    const opened = this.#opened
    if (!opened) return this.status()
    this.#opened = null
    this.#notice = null
    let isClean = false
    try {
      opened.parts.store.record('vault.lock', null, 'done')
      this.#backUpIfDue(opened)
      opened.parts.database.emptyLog()
      isClean = !opened.parts.database.foundDamage
    } catch (error) {
      this.#notice = failureOf(error).message
    } finally {
      opened.parts.close()
      opened.dataKey.fill(0)
      // Left in place after trouble, so that the next unlock checks the whole database.
      if (isClean) removeIfPossible(this.#layout.openMarker)
    }
    return this.status()
  }

  changePassphrase(passphrase: string): Promise<void> {
    return this.#oneAtATime(async () => {
      const { dataKey, keys } = this.#requireOpen()
      const wrap = await wrapByPassphrase(dataKey, keys.databaseId, passphrase)
      this.#rewrap({ passphrase: wrap })
    })
  }

  /**
   * Makes a new recovery code; the old one opens nothing any more. The passphrase is asked again, since an
   * unattended open window must not be enough to take a key away. Fails with `wrong-passphrase` or
   * `throttled`. Backups saved earlier keep the code they were saved with.
   */
  newRecoveryCode(passphrase: string): Promise<{ readonly recoveryCode: string }> {
    return this.#oneAtATime(async () => {
      const proof = await this.#byPassphrase(this.#requireOpen().keys, passphrase)
      proof.fill(0)
      // Locked meanwhile, perhaps.
      const { dataKey, keys } = this.#requireOpen()
      const recoveryCode = newRecoveryCode()
      const recovery = wrapByRecoveryCode(dataKey, keys.databaseId, recoveryCode.replaceAll('-', ''))
      this.#rewrap({ recovery }, 'vault.new-code')
      return { recoveryCode }
    })
  }

  /** Lets this machine's keyring open the vault, or stops it from doing so. */
  setKeyring(enrolled: boolean): VaultStatus {
    const { dataKey } = this.#requireOpen()
    const wrap = enrolled ? wrapByKeyring(dataKey, this.#keyring) : null
    if (enrolled && !wrap) failKeyring()
    this.#rewrap({ keyring: wrap })
    return this.status()
  }

  /** Saves everything to one file that opens with its own passphrase, here or on another machine. */
  backup(toFile: string, passphrase: string): Promise<void> {
    return this.#oneAtATime(async () => {
      const { dataKey, keys } = this.#requireOpen()
      const wrap = await wrapByPassphrase(dataKey, keys.databaseId, passphrase)
      const { parts } = this.#requireOpen()
      requireSound(parts.database, 'full')
      writeBackup(
        parts.database,
        toFile,
        { dataKey, databaseId: keys.databaseId },
        {
          keyCheck: keys.keyCheck,
          createdAt: this.#clock().toISOString(),
          wraps: { passphrase: wrap, recovery: keys.recovery },
        },
      )
      parts.store.record('backup.create', null, 'done')
    })
  }

  /**
   * Replaces the database by a backup and opens it. What was there is moved to quarantine. A backup of
   * another vault brings its own keys: from then on its passphrase opens this vault.
   */
  restore(fromFile: string, passphrase: string): Promise<{ readonly sessions: number }> {
    return this.#oneAtATime(async () => {
      const backup = readBackup(fromFile)
      requireWholeBackup(backup)
      const { dataKey, keys } = await this.#keysOfBackup(backup, passphrase)
      try {
        requireAuthenticBackup(backup, dataKey)
        this.#refuseForeignHolder()
        const sessions = this.#install((staging) => {
          const count = this.#stageBackup(staging, backup, dataKey)
          if (this.#keysIfReadable()?.databaseId !== keys.databaseId) writeKeyFile(staging, keys)
          // Only once nothing can fail any more: until here the open database stays in use.
          this.lock()
          return count
        })
        this.#open(dataKey, keys)
        return { sessions }
      } catch (error) {
        dataKey.fill(0)
        throw error
      }
    })
  }

  /** The same from the newest automatic backup, which opens with the vault's own passphrase. */
  restoreNewest(passphrase: string): Promise<{ readonly sessions: number }> {
    const newest = this.newestBackup()
    if (!newest)
      return Promise.reject(
        new FailureError({
          code: 'not-found',
          message: 'There is no automatic backup yet. Choose a backup file that you saved yourself.',
        }),
      )
    return this.restore(newest.file, passphrase)
  }

  #exists(): boolean {
    return keyFileExists(this.#layout) || existsSync(this.#layout.database)
  }

  #state(keys: KeyFile | null, isDamaged: boolean): VaultStatus['state'] {
    if (this.#opened) return 'open'
    if (!this.#exists()) return 'absent'
    if (this.#isNewer) return 'newer'
    return isDamaged || !keys || !sizeOf(this.#layout.database) ? 'damaged' : 'locked'
  }

  #keysIfReadable(): KeyFile | null {
    try {
      return this.#opened?.keys ?? readKeyFile(this.#layout)
    } catch {
      return null
    }
  }

  #requireOpen(): Opened {
    return this.#opened ?? fail('vault-locked', 'Consilium is locked. Unlock it first.')
  }

  async #dataKey(keys: KeyFile, by: UnlockBy): Promise<Buffer> {
    if (by.by === 'keyring') {
      const candidate = keys.keyring && unwrapByKeyring(keys.keyring, this.#keyring)
      if (candidate && isDataKey(candidate, keys.databaseId, keys.keyCheck)) return candidate
      return fail(
        'keyring-unavailable',
        'This computer’s keyring cannot open Consilium any more. Type the passphrase; you can let the keyring open it again in Settings.',
      )
    }
    if (by.by === 'passphrase') return this.#byPassphrase(keys, by.passphrase)
    const code = readRecoveryCode(by.code)
    if (code === null)
      return fail(
        'wrong-passphrase',
        'This is not a whole recovery code: it has eight groups of four characters. Check it for a typing error.',
        { kind: 'mistyped' },
      )
    return this.#attempt('recovery code', () =>
      Promise.resolve(unwrapByRecoveryCode(keys.recovery, keys.databaseId, code)),
    )
  }

  #byPassphrase(keys: KeyFile, passphrase: string): Promise<Buffer> {
    return this.#attempt('passphrase', () => unwrapByPassphrase(keys.passphrase, keys.databaseId, passphrase))
  }

  async #attempt(what: string, unwrap: () => Promise<Buffer | null>): Promise<Buffer> {
    this.#attempts.begin()
    const dataKey = await unwrap()
    if (!dataKey)
      return fail(
        'wrong-passphrase',
        `This is not the right ${what}. Check capital letters and the keyboard’s language, then try again.`,
        { retryInSeconds: this.#attempts.retryInSeconds() },
      )
    this.#attempts.succeeded()
    return dataKey
  }

  /** Takes over `dataKey`: it is zeroed when opening fails. */
  #open(dataKey: Buffer, keys: KeyFile): void {
    let parts: OpenDatabase | null = null
    try {
      parts = this.#openParts(dataKey, keys)
      this.#refuseLoss(parts)
      this.#enter(parts)
      this.#opened = { parts, dataKey, keys }
      this.#isNewer = false
      clearDamage(this.#layout)
    } catch (error) {
      this.#opened = null
      parts?.close()
      dataKey.fill(0)
      this.#isNewer = hasCode(error, 'database-newer')
      throw hasCode(error, 'database-damaged') ? this.#damaged(error) : error
    }
  }

  #openParts(dataKey: Buffer, keys: KeyFile): OpenDatabase {
    const { layout, identity } = { layout: this.#layout, identity: { dataKey, databaseId: keys.databaseId } }
    // A missing or empty file would open as a new, empty database.
    if (!sizeOf(layout.database))
      fail('database-damaged', 'The database file is missing or empty. Restore a backup.')
    return OpenDatabase.open(layout, identity, {
      migrations: this.#migrations,
      clock: this.#clock,
      check: existsSync(layout.openMarker) || readDamage(layout) !== null,
      beforeMigration: (database) => this.#backUp(database, dataKey, keys),
    })
  }

  /** Says once, and for ever in the audit trail, when committed changes are gone. */
  #refuseLoss({ audited: { trail } }: OpenDatabase): void {
    const found = trail.anchorBreak()
    if (!found) return
    if (found.lost > 0) recordDamage(this.#layout, found.reason, this.#clock())
    trail.recordBreak(found, this.#clock().toISOString())
    if (found.lost > 0)
      fail(
        'database-damaged',
        'The newest changes are missing: the database or its log was replaced or cut off. Unlock again to go on with what is left, or restore a backup.',
        { lost: found.lost },
      )
  }

  /** The first writes of an unlock: the mark of being open, what the audit trail owes, the trash. */
  #enter(parts: OpenDatabase): void {
    withStorageFailures(() => writeDurably(this.#layout.openMarker, ''))
    const wrong = this.#attempts.wrongTimes()
    parts.audited.change((log) => {
      for (const at of wrong) log('vault.unlock-failed', null, 'refused', at)
      log('vault.unlock', null)
    })
    if (wrong.length > 0) this.#attempts.clear()
    parts.store.emptyExpiredTrash(this.#clock())
    this.#pruneQuarantine(parts)
  }

  /** The audit trail says so first, so that no deletion goes unrecorded. */
  #pruneQuarantine(parts: OpenDatabase): void {
    for (const folder of expiredQuarantine(this.#layout.quarantine, this.#clock())) {
      parts.store.record('quarantine.prune', basename(folder), 'done')
      deleteQuarantined(folder)
    }
  }

  #damaged(error: unknown): FailureError {
    const { message, details } = failureOf(error)
    const damage = recordDamage(this.#layout, message, this.#clock())
    const newest = this.newestBackup()
    return new FailureError(
      {
        code: 'database-damaged',
        message: `${message} ${damage.quarantine ? 'A copy of the file was set aside and nothing was deleted. ' : ''}${
          newest
            ? `The newest automatic backup is of ${newest.createdAt.slice(0, 16).replace('T', ' ')} UTC.`
            : 'There is no automatic backup; use a backup file that you saved yourself.'
        }`,
        details: {
          ...details,
          ...(damage.quarantine ? { quarantine: damage.quarantine } : {}),
          ...(newest ? { newestBackup: newest.createdAt } : {}),
        },
      },
      { cause: error },
    )
  }

  #rewrap(
    change: Partial<Pick<KeyFile, 'passphrase' | 'recovery' | 'keyring'>>,
    action: 'vault.rewrap' | 'vault.new-code' = 'vault.rewrap',
  ): void {
    const opened = this.#requireOpen()
    const keys: KeyFile = { ...opened.keys, ...change, revision: opened.keys.revision + 1 }
    opened.parts.audited.change((log) => {
      log(action, null)
      writeKeyFile(this.#layout, keys)
    })
    this.#opened = { ...opened, keys }
  }

  #backUp(database: SqliteDatabase, dataKey: Uint8Array, { databaseId, keyCheck }: KeyFile): void {
    requireSound(database, 'full')
    addAutomaticBackup(
      database,
      this.#layout.backups,
      { dataKey, databaseId },
      {
        keyCheck,
        createdAt: this.#clock().toISOString(),
        schema: schemaVersion(database),
      },
    )
  }

  #backUpIfDue({ parts, dataKey, keys }: Opened): void {
    if (!backupIsDue(this.#layout.backups, keys.databaseId, this.#clock())) return
    this.#backUp(parts.database, dataKey, keys)
  }

  async #keysOfBackup(
    { description }: BackupFile,
    passphrase: string,
  ): Promise<{ readonly dataKey: Buffer; readonly keys: KeyFile }> {
    const own = this.#keysIfReadable()
    const { databaseId, keyCheck, wraps } = description
    if (!wraps) {
      if (own?.databaseId !== databaseId)
        return fail(
          'key-file-missing',
          'This automatic backup belongs to another key file. Put back the keys.json it was made with, or choose a backup file that you saved yourself.',
        )
      return { dataKey: await this.#byPassphrase(own, passphrase), keys: own }
    }
    const dataKey = await unwrapByPassphrase(wraps.passphrase, databaseId, passphrase)
    if (!dataKey || !isDataKey(dataKey, databaseId, keyCheck))
      return fail(
        'wrong-passphrase',
        'This is not the passphrase the backup was saved under. Check it, then try again.',
      )
    if (own?.databaseId === databaseId) return { dataKey, keys: own }
    const createdAt = this.#clock().toISOString()
    const format = { format: 'consilium-keys', version: 1, revision: 1 } as const
    return { dataKey, keys: { ...format, databaseId, createdAt, keyCheck, ...wraps, keyring: null } }
  }

  /** Copies a backup's database into the staging folder, checks it whole and brings it up to date. */
  #stageBackup(staging: VaultLayout, { file, description }: BackupFile, dataKey: Buffer): number {
    withStorageFailures(() => copyDurably(file, staging.database, description.size))
    const parts = OpenDatabase.open(
      staging,
      { dataKey, databaseId: description.databaseId },
      { migrations: this.#migrations, clock: this.#clock, check: true, beforeMigration: () => undefined },
    )
    return closing(parts, () => {
      parts.store.record('backup.restore', null, 'done')
      parts.audited.trail.anchorHead()
      parts.database.emptyLog()
      return parts.store.listSessions({ trashed: false, tag: null, kind: null }).length
    })
  }

  /** Prepares new vault files and puts them in place in one step. */
  #install<T>(prepare: (staging: VaultLayout) => T): T {
    const staging = beginStaging(this.#layout)
    let result: T
    try {
      result = prepare(staging)
    } catch (error) {
      abandonStaging(this.#layout)
      throw error
    }
    commitStaging(this.#layout, this.#clock())
    return result
  }

  /** Fails with `already-running` when another process has the database open. */
  #refuseForeignHolder(): void {
    if (this.#opened || !sizeOf(this.#layout.database)) return
    try {
      // Any key will do: a held file answers "busy" before a page is read.
      SqliteDatabase.open(this.#layout.database, newDataKey(), { mode: 'probe' }).close()
    } catch (error) {
      if (hasCode(error, 'already-running')) throw error
    }
  }

  #oneAtATime<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#queue.then(work)
    this.#queue = result.catch(() => undefined)
    return result
  }
}

/** The schema this version writes. */
export const currentSchema = latestVersion(allMigrations)

function failKeyring(): never {
  return fail(
    'keyring-unavailable',
    'This computer has no keyring that can keep a key safely. Use the passphrase; everything else works the same.',
  )
}

function closing<T>(parts: OpenDatabase, work: () => T): T {
  try {
    return work()
  } finally {
    parts.close()
  }
}

function removeIfPossible(file: string): void {
  try {
    removeDurably(file)
  } catch {
    // A marker that stays costs one check at the next unlock.
  }
}
