/** A database whose every change is one transaction that also holds its audit rows. */
import { randomBytes } from 'node:crypto'
import { fail } from '../../models/core/failure.ts'
import type { AuditAction, AuditEntry } from '../../models/session/audit.ts'
import type { Id, Timestamp } from '../../models/session/session.ts'
import type { AuditTrail } from './audit.ts'
import type { SqliteDatabase } from './database.ts'

/** Adds an audit row to the change under way. */
export type Log = (
  action: AuditAction,
  object: Id | null,
  outcome?: AuditEntry['outcome'],
  at?: Timestamp,
) => void

export class AuditedDatabase {
  readonly database: SqliteDatabase
  readonly trail: AuditTrail
  readonly #clock: () => Date
  readonly #user: () => string

  constructor(database: SqliteDatabase, trail: AuditTrail, clock: () => Date, user: () => string) {
    this.database = database
    this.trail = trail
    this.#clock = clock
    this.#user = user
  }

  now(): Timestamp {
    return this.#clock().toISOString()
  }

  user(): string {
    return this.#user()
  }

  /** Commits everything `work` does and logs, or nothing of it; returning means on disk. */
  change<T>(work: (log: Log) => T): T {
    let result: T
    try {
      result = this.database.transaction(() =>
        work((action, object, outcome = 'done', at = this.now()) => {
          this.trail.append({ at, user: this.user(), action, object, outcome })
        }),
      )
    } catch (error) {
      if (this.database.isOpen) this.trail.rolledBack()
      throw error
    }
    this.trail.committed()
    return result
  }
}

export function newId(): Id {
  return randomBytes(16).toString('hex')
}

/**
 * A text that comes back exactly as it was given. Half of a surrogate pair has no form in UTF-8 and
 * would come back as another character, so it is refused.
 */
export function exactText(text: string): string {
  const position = text.search(loneSurrogate)
  if (position >= 0)
    fail(
      'invalid-request',
      'The text holds half of a character, as a cut-off copy leaves it, and cannot be saved exactly. Delete the broken character and save again.',
      { position },
    )
  return text
}

const loneSurrogate = /\p{Surrogate}/u
