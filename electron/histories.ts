/**
 * Standard histories: what the guided doctor brings out of a case's patient in twelve turns, without the
 * diagnosis it closes with. One JSON line each, so that a run that was stopped goes on where it was.
 */
import { appendFileSync, existsSync, readFileSync, truncateSync, writeFileSync } from 'node:fs'
import * as v from 'valibot'
import { fail } from '../models/core/failure.ts'
import type { Guide } from '../models/dialogue/guide/guide.ts'
import { ageInYears } from '../models/practice/age.ts'
import type { PracticeCase } from '../models/practice/case.ts'
import { knowledgeDoctor } from '../models/practice/spt/doctors.ts'
import { holdVisit } from '../models/practice/spt/visit.ts'
import type { PanelQuestion, RecordTurn } from '../models/panel/question.ts'
import { diagnosisQuestion } from '../models/panel/question.ts'

const doctorTurns = 12

const turn = v.object({ speaker: v.picklist(['doctor', 'patient', 'result']), text: v.string() })
const line = v.object({ id: v.string(), turns: v.array(turn) })
const head = v.object({ schema: v.literal('consilium-histories/1'), source: v.string(), seed: v.number() })
type Turn = v.InferOutput<typeof turn>

/** The whole visit up to the doctor's last turn, which names the diagnosis. */
function withoutClosing(turns: readonly Turn[]): readonly Turn[] {
  const closing = turns.findLastIndex(({ speaker }) => speaker === 'doctor')
  return closing < 0 ? turns : turns.slice(0, closing)
}

export class HistoryFile {
  readonly #path: string | null
  readonly #known = new Map<string, readonly Turn[]>()

  /** @param path null keeps nothing. Fails with `conflict` when the file belongs to other cases. */
  constructor(path: string | null, source: string, seed: number) {
    this.#path = path
    if (path === null) return
    if (!existsSync(path)) {
      writeFileSync(path, `${JSON.stringify({ schema: 'consilium-histories/1', source, seed })}\n`)
      return
    }
    const text = readFileSync(path, 'utf8')
    const whole = text.slice(0, text.lastIndexOf('\n') + 1)
    if (whole.length < text.length) truncateSync(path, Buffer.byteLength(whole))
    const [first = 'null', ...lines] = whole.split('\n').filter((each) => each !== '')
    const found = v.safeParse(head, JSON.parse(first) as unknown)
    if (!found.success || found.output.source !== source || found.output.seed !== seed)
      fail('conflict', `${path} holds histories of other cases. Name another file or remove it.`, {
        file: path,
      })
    for (const each of lines) {
      const { id, turns } = v.parse(line, JSON.parse(each))
      this.#known.set(id, turns)
    }
  }

  /** @param seed of the patient's words */
  async history(practice: PracticeCase, guide: Guide, seed: number): Promise<readonly Turn[]> {
    const known = this.#known.get(practice.id)
    if (known) return known
    const { turns } = await holdVisit(practice, knowledgeDoctor(guide), doctorTurns, seed)
    const history = withoutClosing(turns.map(({ speaker, text }) => ({ speaker, text })))
    this.#known.set(practice.id, history)
    if (this.#path !== null)
      appendFileSync(this.#path, `${JSON.stringify({ id: practice.id, turns: history })}\n`)
    return history
  }
}

const numbered = (turns: readonly Turn[]): readonly RecordTurn[] =>
  turns.map(({ speaker, text }, at) => ({ number: at + 1, speaker, text }))

/** The diagnosis of a case, asked after its standard history. */
export function questionOf(practice: PracticeCase, history: readonly Turn[]): PanelQuestion {
  return {
    id: practice.id,
    text: diagnosisQuestion,
    kind: 'diagnosis',
    choices: [],
    patient: { age: ageInYears(practice), sex: practice.patient.sex },
    turns: numbered(history),
  }
}
