/**
 * One encrypted SQLite connection: the only file that imports better-sqlite3.
 *
 * Pages are encrypted and authenticated (sqlcipher 4: AES-256-CBC with HMAC-SHA512 per page), commits
 * are on disk when they return (WAL, synchronous FULL), and the file belongs to this connection alone.
 */
import Database from 'better-sqlite3'
import { FailureError, fail } from '../../models/core/failure.ts'
import { hasCode, storageFailure, withStorageFailures } from './errors.ts'
import { nativeBinding } from './native-binding.ts'

export type SqlValue = string | number | null | Uint8Array

export const keyBytes = 32
export const cipherName = 'sqlcipher'
/** "Cnsl": marks the file as Consilium's. */
export const applicationId = 0x436e736c
/** How long to wait for another holder before saying that one exists. */
const busyTimeoutMs = 250
const walLimitBytes = 8 * 1024 * 1024

export interface OpenOptions {
  /** `create` makes a new file and refuses an existing one; `open` needs one; `probe` only reads. */
  readonly mode: 'create' | 'open' | 'probe'
}

export type CheckDepth = 'quick' | 'full'

/** The part of the cipher build's connection that the type package does not describe. */
interface Keyed {
  key(key: Buffer): unknown
}

/** Settings that must be in force before the first row is written; the value is SQLite's own answer. */
const required = {
  journal_mode: ['WAL', 'wal'],
  // 2 is FULL: the bundled SQLite lowers WAL to NORMAL by itself, which loses acknowledged commits.
  synchronous: ['FULL', 2],
  secure_delete: ['ON', 1],
  foreign_keys: ['ON', 1],
  trusted_schema: ['OFF', 0],
  cell_size_check: ['ON', 1],
  // Sorting and rebuilding stay in memory, since a temporary file would not be encrypted.
  temp_store: ['MEMORY', 2],
  recursive_triggers: ['ON', 1],
  // macOS only: fsync alone leaves the bytes in the drive's own cache there.
  fullfsync: ['ON', 1],
  checkpoint_fullfsync: ['ON', 1],
} as const satisfies Record<string, readonly [string, string | number]>

export class SqliteDatabase {
  readonly #connection: Database.Database
  readonly #statements = new Map<string, Database.Statement>()
  #foundDamage = false

  private constructor(connection: Database.Database) {
    this.#connection = connection
  }

  /**
   * Opens `file` with a raw 256-bit key. Fails with `already-running` when another connection holds
   * it, `database-damaged` when the pages do not authenticate under this key, `read-only`, `disk-full`
   * or `io`. Opening with mode `probe` changes no byte of the database or its log.
   */
  static open(file: string, key: Uint8Array, { mode }: OpenOptions): SqliteDatabase {
    return withStorageFailures(() => {
      const binding = nativeBinding()
      const connection = new Database(file, {
        readonly: mode === 'probe',
        fileMustExist: mode !== 'create',
        timeout: busyTimeoutMs,
        ...(binding === undefined ? {} : { nativeBinding: binding }),
      })
      try {
        applyKey(connection, key)
        if (mode === 'create') connection.pragma(`application_id = ${applicationId}`)
        if (mode !== 'probe') prepare(connection)
        if (connection.pragma('application_id', { simple: true }) !== applicationId)
          fail(
            'database-damaged',
            'The database file is empty or was made by another program. Nothing was changed; restore a backup.',
          )
        return new SqliteDatabase(connection)
      } catch (error) {
        connection.close()
        throw error
      }
    })
  }

  /** Whether an unreadable page was met since opening. */
  get foundDamage(): boolean {
    return this.#foundDamage
  }

  get isOpen(): boolean {
    return this.#connection.open
  }

  run(sql: string, ...values: readonly SqlValue[]): { readonly changes: number; readonly row: number } {
    return this.#use(() => {
      const { changes, lastInsertRowid } = this.#statement(sql).run(...values)
      return { changes, row: Number(lastInsertRowid) }
    })
  }

  /** The first row, or undefined. The caller names the row's type beside its SQL. */
  // eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters -- the row's type is known only where its SQL is
  get<Row>(sql: string, ...values: readonly SqlValue[]): Row | undefined {
    return this.#use(() => this.#statement(sql).get(...values) as Row | undefined)
  }

  // eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters -- as above
  all<Row>(sql: string, ...values: readonly SqlValue[]): readonly Row[] {
    return this.#use(() => this.#statement(sql).all(...values) as Row[])
  }

  /** Rows one at a time; nothing else may run on the connection until the loop has ended. */
  *each<Row>(sql: string, ...values: readonly SqlValue[]): Generator<Row, void, undefined> {
    this.#requireOpen()
    try {
      // Prepared afresh: a cached statement could already be in the middle of another loop.
      yield* this.#connection.prepare(sql).iterate(...values) as IterableIterator<Row>
    } catch (error) {
      throw this.#failure(error)
    }
  }

  execute(sql: string): void {
    this.#use(() => this.#connection.exec(sql))
  }

  pragma(source: string): string | number {
    return this.#use(() => this.#connection.pragma(source, { simple: true }) as string | number)
  }

  /** Adds a pure function that SQL may call with one text; true becomes 1. */
  define(name: string, holds: (text: string) => boolean): void {
    this.#use(() =>
      this.#connection.function(name, { deterministic: true, directOnly: true }, (text: unknown) =>
        Number(typeof text === 'string' && holds(text)),
      ),
    )
  }

  /** All of `work` or none of it. The write lock is taken first, so that it cannot fail half-way. */
  transaction<T>(work: () => T): T {
    return this.#use(() => this.#connection.transaction(work).immediate())
  }

  /**
   * Null when every page is readable and every tree is in order, otherwise SQLite's first finding. The
   * full check also holds every index against its table, which takes longer.
   */
  check(depth: CheckDepth = 'quick'): string | null {
    try {
      const answer = this.pragma(depth === 'full' ? 'integrity_check(1)' : 'quick_check(1)')
      return answer === 'ok' ? null : String(answer)
    } catch (error) {
      if (error instanceof FailureError && error.failure.code === 'database-damaged')
        return String(error.failure.details?.['cause'] ?? 'unreadable page')
      throw error
    }
  }

  /** Moves the log into the database and empties it, so that overwritten text leaves the log too. */
  emptyLog(): void {
    this.pragma('wal_checkpoint(TRUNCATE)')
  }

  /** Writes a compact copy under the same key. `file` must not exist. */
  copyTo(file: string): void {
    this.run('VACUUM INTO ?', file)
  }

  /** The decrypted pages, free ones included: what someone with the key could read. */
  pages(): Uint8Array {
    return this.#use(() => this.#connection.serialize())
  }

  close(): void {
    this.#statements.clear()
    this.#connection.close()
  }

  #statement(sql: string): Database.Statement {
    let statement = this.#statements.get(sql)
    if (!statement) {
      statement = this.#connection.prepare(sql)
      this.#statements.set(sql, statement)
    }
    return statement
  }

  #use<T>(work: () => T): T {
    this.#requireOpen()
    try {
      return work()
    } catch (error) {
      throw this.#failure(error)
    }
  }

  #failure(error: unknown): unknown {
    const failure = storageFailure(error)
    if (hasCode(failure, 'database-damaged')) this.#foundDamage = true
    return failure
  }

  #requireOpen(): void {
    if (!this.isOpen) fail('vault-locked', 'Consilium is locked. Unlock it to go on; everything is saved.')
  }
}

function applyKey(connection: Database.Database, key: Uint8Array): void {
  if (key.length !== keyBytes) throw new RangeError(`a database key has ${keyBytes} bytes, not ${key.length}`)
  connection.pragma(`cipher = '${cipherName}'`)
  connection.pragma('legacy = 4')
  // As bytes, never as SQL text: a string would stay in memory until collected.
  const raw = Buffer.alloc(3 + 2 * keyBytes)
  const digits = '0123456789abcdef'
  raw.write("x'", 0, 'latin1')
  key.forEach((byte, index) => {
    raw[2 + 2 * index] = digits.charCodeAt(byte >> 4)
    raw[3 + 2 * index] = digits.charCodeAt(byte & 15)
  })
  raw.write("'", raw.length - 1, 'latin1')
  try {
    const keyed = connection as unknown as Keyed
    keyed.key(raw)
  } finally {
    raw.fill(0)
  }
  if (connection.pragma('cipher', { simple: true }) !== cipherName)
    throw new Error('this SQLite was built without the cipher')
}

/** Takes the file for this connection alone and puts every required setting in force. */
function prepare(connection: Database.Database): void {
  connection.pragma('locking_mode = EXCLUSIVE')
  for (const [name, [value, answer]] of Object.entries(required)) {
    connection.pragma(`${name} = ${value}`)
    const inForce: unknown = connection.pragma(name, { simple: true })
    if (inForce !== answer) throw new Error(`SQLite keeps ${name} at ${String(inForce)}`)
  }
  connection.pragma(`journal_size_limit = ${walLimitBytes}`)
  // The lock is only taken by the first write.
  connection.exec('BEGIN IMMEDIATE; COMMIT')
}
