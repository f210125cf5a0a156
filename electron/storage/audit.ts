/**
 * The audit trail: append-only rows chained by HMAC-SHA256, whose head is also kept in an anchor
 * outside the database. Order is by sequence, so a wrong clock changes nothing.
 */
import { createHmac, timingSafeEqual } from 'node:crypto'
import type { AuditAction, AuditEntry, AuditReport } from '../../models/session/audit.ts'
import type { AuditAnchor, AuditHead } from './audit-anchor.ts'
import type { SqliteDatabase } from './database.ts'

interface AuditRow {
  readonly sequence: number
  readonly at: string
  readonly user: string
  readonly action: AuditAction
  readonly object: string | null
  readonly outcome: AuditEntry['outcome']
  readonly mac: Buffer
}

interface BreakRow {
  readonly sequence: number
  readonly reason: string
}

export interface AuditBreak {
  readonly brokenAt: number
  readonly reason: string
  /** Entries known to be gone from the end, and with them what they recorded. */
  readonly lost: number
}

const columns = 'sequence, at, user, action, object, outcome, mac'
const start: AuditHead = { sequence: 0, mac: Buffer.alloc(32) }

export class AuditTrail {
  readonly #database: SqliteDatabase
  readonly #key: Buffer
  readonly #anchor: AuditAnchor
  /** When the last entry before this opening was written, by the clock of its day; null without one. */
  readonly lastTimeAtOpening: string | null
  #head: AuditHead

  /** `key` is the trail's from here on: closing zeroes it. */
  constructor(database: SqliteDatabase, key: Buffer, anchor: AuditAnchor) {
    this.#database = database
    this.#key = key
    this.#anchor = anchor
    this.#head = this.#storedHead()
    const last = database.get<{ at: string }>('SELECT at FROM audit ORDER BY sequence DESC LIMIT 1')
    this.lastTimeAtOpening = last?.at ?? null
  }

  /** Sequence number the next entry will have. */
  get next(): number {
    return this.#head.sequence + 1
  }

  /** Adds one entry inside the caller's transaction. */
  append(entry: Omit<AuditEntry, 'sequence'>): void {
    const sequence = this.next
    const mac = this.#authenticate({ ...entry, sequence }, this.#head.mac)
    this.#database.run(
      `INSERT INTO audit (${columns}) VALUES (?, ?, ?, ?, ?, ?, ?)`,
      sequence,
      entry.at,
      entry.user,
      entry.action,
      entry.object,
      entry.outcome,
      mac,
    )
    this.#head = { sequence, mac }
  }

  /** After the commit: moves the anchor to the new head. */
  committed(): void {
    try {
      this.#anchor.write(this.#head)
    } catch {
      // The entry is on disk already; an anchor that lags is moved by the next commit.
    }
  }

  /** After a rollback: forgets the entries that were not committed. */
  rolledBack(): void {
    this.#head = this.#storedHead()
  }

  /** Entries before a sequence number (all when null), newest first. */
  list({ before, limit }: { readonly before: number | null; readonly limit: number }): readonly AuditEntry[] {
    return this.#database
      .all<AuditRow>(
        `SELECT ${columns} FROM audit WHERE sequence < ? ORDER BY sequence DESC LIMIT ?`,
        before ?? Number.MAX_SAFE_INTEGER,
        limit,
      )
      .map(({ sequence, at, user, action, object, outcome }) => ({
        sequence,
        at,
        user,
        action,
        object,
        outcome,
      }))
  }

  /** When the last entry was written, by the clock of its day; null for an empty trail. */
  lastTime(): string | null {
    return (
      this.#database.get<{ at: string }>('SELECT at FROM audit ORDER BY sequence DESC LIMIT 1')?.at ?? null
    )
  }

  /** Compares the trail's end with the anchor; null when they agree. */
  anchorBreak(): AuditBreak | null {
    const anchored = this.#anchor.read()
    const { sequence } = this.#head
    if (!anchored)
      return sequence === 0
        ? null
        : {
            brokenAt: sequence + 1,
            reason: 'The anchor outside the database is missing or damaged.',
            lost: 0,
          }
    if (anchored.sequence > sequence)
      return {
        brokenAt: sequence + 1,
        reason: `${anchored.sequence - sequence} entries are missing at the end.`,
        lost: anchored.sequence - sequence,
      }
    const mac = anchored.sequence === 0 ? start.mac : this.#macAt(anchored.sequence)
    return mac && sameBytes(mac, anchored.mac)
      ? null
      : {
          brokenAt: anchored.sequence,
          reason: 'The entry differs from the anchor outside the database.',
          lost: 0,
        }
  }

  /** Writes a break down for good and anchors what is left, so that work can go on. */
  recordBreak({ brokenAt, reason }: AuditBreak, foundAt: string): void {
    this.#database.transaction(() =>
      this.#database.run(
        'INSERT INTO audit_breaks (sequence, reason, found_at) VALUES (?, ?, ?)',
        brokenAt,
        reason,
        foundAt,
      ),
    )
    this.anchorHead()
  }

  /** Makes the present end of the trail the anchored one. */
  anchorHead(): void {
    this.#anchor.reset(this.#head)
  }

  /** Recomputes the whole chain and names the first entry at which it does not hold. */
  verify(): AuditReport {
    let entries = 0
    let previous = start.mac
    let found: AuditBreak | null = null
    for (const row of this.#database.each<AuditRow>(`SELECT ${columns} FROM audit ORDER BY sequence`)) {
      entries++
      if (found) continue
      if (row.sequence !== entries)
        found = { brokenAt: entries, reason: `Entry ${entries} is missing.`, lost: 0 }
      else if (!sameBytes(this.#authenticate(row, previous), row.mac))
        found = { brokenAt: row.sequence, reason: `Entry ${row.sequence} was changed.`, lost: 0 }
      previous = row.mac
    }
    const breaks = [found, this.anchorBreak(), this.#recordedBreak()].filter((each) => each !== null)
    const first = breaks.reduce<AuditBreak | null>(
      (least, each) => (!least || each.brokenAt < least.brokenAt ? each : least),
      null,
    )
    return {
      entries,
      intact: first === null,
      brokenAt: first?.brokenAt ?? null,
      reason: first?.reason ?? null,
    }
  }

  close(): void {
    this.#key.fill(0)
    this.#anchor.close()
  }

  #recordedBreak(): AuditBreak | null {
    const row = this.#database.get<BreakRow>(
      'SELECT sequence, reason FROM audit_breaks ORDER BY sequence LIMIT 1',
    )
    return row ? { brokenAt: row.sequence, reason: row.reason, lost: 0 } : null
  }

  #storedHead(): AuditHead {
    const row = this.#database.get<Pick<AuditRow, 'sequence' | 'mac'>>(
      'SELECT sequence, mac FROM audit ORDER BY sequence DESC LIMIT 1',
    )
    return row ?? start
  }

  #macAt(sequence: number): Buffer | undefined {
    return this.#database.get<Pick<AuditRow, 'mac'>>('SELECT mac FROM audit WHERE sequence = ?', sequence)
      ?.mac
  }

  #authenticate({ sequence, at, user, action, object, outcome }: AuditEntry, previous: Buffer): Buffer {
    const fields = JSON.stringify([sequence, at, user, action, object, outcome])
    return createHmac('sha256', this.#key).update(previous).update(fields).digest()
  }
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && timingSafeEqual(a, b)
}
