/** Runs of `consilium brainstorm` on disk, so that one that was stopped goes on where it was. */
import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs'
import { fail } from '../../../models/core/failure.ts'
import type { Vote } from '../../../models/panel/decide.ts'
import type { PanelRecord, PanelRound } from '../../../models/panel/record.ts'

export interface Refused {
  readonly rounds: readonly PanelRound[]
  readonly tokens: PanelRecord['tokens']
}

export interface StoredAnswers {
  readonly id: string
  readonly record: PanelRecord | null
  /** What was said and spent where too few could be read for a record; null where there is one. */
  readonly refused: Refused | null
  readonly alone: readonly (readonly [string, readonly Vote[]])[]
  readonly repeated: readonly Vote[]
  readonly pooledAlone: string | null
  /** What members that are not seated answer alone; null where that cannot be read. */
  readonly outside: readonly (readonly [string, string | null])[]
}

/** Runs of a command, one JSON line each. */
export class RecordFile {
  readonly #path: string | null
  readonly #known = new Map<string, StoredAnswers>()

  /** Fails with `conflict` when the file belongs to another run. */
  constructor(path: string | null, identity: string) {
    this.#path = path
    if (path === null) return
    const head = JSON.stringify({ schema: 'consilium-panels/3', identity })
    if (!existsSync(path)) {
      writeFileSync(path, `${head}\n`)
      return
    }
    const text = readFileSync(path, 'utf8')
    const [first, ...lines] = text.slice(0, text.lastIndexOf('\n') + 1).split('\n')
    if (first !== head)
      fail('conflict', `${path} holds records of another run. Name another file or remove it.`, {
        file: path,
      })
    writeFileSync(path, text.slice(0, text.lastIndexOf('\n') + 1))
    for (const line of lines) {
      if (line === '') continue
      // Written by this program alone; the head says which version of it.
      const each = JSON.parse(line) as StoredAnswers
      this.#known.set(each.id, each)
    }
  }

  get(id: string): StoredAnswers | undefined {
    return this.#known.get(id)
  }

  add(answers: StoredAnswers): void {
    this.#known.set(answers.id, answers)
    if (this.#path !== null) appendFileSync(this.#path, `${JSON.stringify(answers)}\n`)
  }
}
