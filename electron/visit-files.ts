/** Visits of a run, one JSON line each, so that a run that was stopped goes on where it was. */
import { appendFileSync, existsSync, readFileSync, truncateSync, writeFileSync } from 'node:fs'
import * as v from 'valibot'
import { fail } from '../models/core/failure.ts'
import type { VisitScore } from '../models/practice/spt/scoring.ts'
import type { VisitVerdict } from '../models/practice/spt/summary.ts'
import type { VisitTurn } from '../models/practice/spt/visit.ts'

/** What must be the same for a run to be gone on with. */
export interface RunIdentity {
  readonly schema: 'consilium-visits/1'
  readonly doctor: string
  readonly turns: number
  readonly seed: number
  readonly cases: string
}

export interface StoredVisit {
  readonly case: string
  readonly specialty: string
  readonly difficulty: string
  readonly turns: readonly VisitTurn[]
  readonly doctorTurns: number
  readonly leaks: number
  readonly replies: number
  readonly score: VisitScore
  readonly rules: Readonly<Record<string, VisitVerdict>>
}

const head = v.object({
  schema: v.literal('consilium-visits/1'),
  doctor: v.string(),
  turns: v.number(),
  seed: v.number(),
  cases: v.string(),
})

const same = (a: RunIdentity, b: RunIdentity): boolean =>
  a.doctor === b.doctor && a.turns === b.turns && a.seed === b.seed && a.cases === b.cases

export class VisitFile {
  readonly #path: string
  readonly #stored = new Map<string, StoredVisit>()

  /**
   * Opens the file of a run or begins it. A half-written last line, left by a kill, is dropped.
   *
   * @throws FailureError `conflict` when the file belongs to another run
   */
  constructor(path: string, identity: RunIdentity) {
    this.#path = path
    if (!existsSync(path)) {
      writeFileSync(path, `${JSON.stringify(identity)}\n`)
      return
    }
    const text = readFileSync(path, 'utf8')
    const whole = text.slice(0, text.lastIndexOf('\n') + 1)
    if (whole.length < text.length) truncateSync(path, Buffer.byteLength(whole))
    const [first = '', ...lines] = whole.split('\n').filter((line) => line !== '')
    const found = v.safeParse(head, first === '' ? null : (JSON.parse(first) as unknown))
    if (!found.success || !same(found.output, identity))
      fail(
        'conflict',
        `${path} holds visits of another run. Name another file with --dialogues or remove it.`,
        {
          file: path,
        },
      )
    for (const line of lines) {
      // Written by this program alone; the head says which version of it.
      const visit = JSON.parse(line) as StoredVisit
      this.#stored.set(visit.case, visit)
    }
  }

  get(practice: string): StoredVisit | undefined {
    return this.#stored.get(practice)
  }

  add(visit: StoredVisit): void {
    appendFileSync(this.#path, `${JSON.stringify(visit)}\n`)
    this.#stored.set(visit.case, visit)
  }
}
