/**
 * Wrong passphrases and codes: counted on disk, so that restarting does not reset the wait, and kept
 * until the next unlock can write them into the audit trail. Holds times only.
 */
import { existsSync, readFileSync } from 'node:fs'
import * as v from 'valibot'
import { fail } from '../../models/core/failure.ts'
import { removeDurably, writeDurably } from './files.ts'
import { withStorageFailures } from './errors.ts'

/** Wrong attempts that cost no wait: people mistype. */
const freeAttempts = 3
const longestWaitSeconds = 300
/** Times kept for the audit trail; older ones are represented by the count. */
const keptTimes = 1000

const schema = v.strictObject({
  /** Attempts since the last success. */
  count: v.pipe(v.number(), v.integer(), v.minValue(0)),
  /** When the last one was made, by the clock of its day. */
  lastAt: v.nullable(v.pipe(v.string(), v.isoTimestamp())),
  /** When the wrong ones were made, oldest first, ISO 8601. */
  times: v.array(v.pipe(v.string(), v.isoTimestamp())),
})
type Attempts = v.InferOutput<typeof schema>

export class UnlockAttempts {
  readonly #file: string
  readonly #clock: () => Date

  constructor(file: string, clock: () => Date) {
    this.#file = file
    this.#clock = clock
  }

  /** Seconds until another attempt is allowed; 0 now. */
  retryInSeconds(): number {
    const attempts = this.#read()
    if (attempts.lastAt === null || attempts.count <= freeAttempts) return 0
    const wait = Math.min(2 ** (attempts.count - freeAttempts), longestWaitSeconds)
    const now = this.#clock()
    const passed = (now.getTime() - Date.parse(attempts.lastAt)) / 1000
    // A clock that was set back must not turn seconds into years: the wait starts again from now.
    if (passed < 0) this.#write({ ...attempts, lastAt: now.toISOString() })
    return Math.ceil(Math.max(0, wait - Math.max(0, passed)))
  }

  /** Counts an attempt before it is tried, so that killing the app does not give it back. */
  begin(): void {
    const seconds = this.retryInSeconds()
    if (seconds > 0)
      fail('throttled', `Too many wrong attempts. Wait ${seconds} seconds, then try again.`, { seconds })
    const { count, times } = this.#read()
    const now = this.#clock().toISOString()
    this.#write({ count: count + 1, lastAt: now, times: [...times, now].slice(-keptTimes) })
  }

  /** Takes back the attempt just begun: it was right. */
  succeeded(): void {
    const { times } = this.#read()
    this.#write({ count: 0, lastAt: null, times: times.slice(0, -1) })
  }

  /** When the wrong attempts were made; forgotten by `clear` once they are in the audit trail. */
  wrongTimes(): readonly string[] {
    return this.#read().times
  }

  clear(): void {
    withStorageFailures(() => removeDurably(this.#file))
  }

  #read(): Attempts {
    if (!existsSync(this.#file)) return { count: 0, lastAt: null, times: [] }
    try {
      return v.parse(schema, JSON.parse(readFileSync(this.#file, 'utf8')))
    } catch {
      // Damaged: start again with the wait of one attempt too many rather than with none.
      return { count: freeAttempts + 1, lastAt: this.#clock().toISOString(), times: [] }
    }
  }

  #write(attempts: Attempts): void {
    withStorageFailures(() => writeDurably(this.#file, JSON.stringify(attempts)))
  }
}
