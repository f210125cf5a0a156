/** A question's record read once for everybody who reckons with findings. */
import type { HeardMention } from '../../dialogue/guide/heard.ts'
import type { Guide } from '../../dialogue/guide/guide.ts'
import type { DialogueTurn } from '../../dialogue/dialogue.ts'
import type { Evidence } from '../../knowledge/belief.ts'
import type { Person } from '../../knowledge/knowledge-base.ts'
import type { PanelPatient, PanelQuestion, RecordTurn } from '../question.ts'
import type { ClauseReader, ReadClause } from './clause-reading.ts'

export interface CitedEvidence extends Evidence {
  /** Number of the turn that says so. */
  readonly turn: number
}

export interface CaseReading {
  /** Everybody the record may be about: one person, or adults of both sexes where nobody says. */
  readonly persons: readonly Person[]
  /** What words say plainly. */
  readonly evidence: readonly CitedEvidence[]
  readonly mentions: readonly HeardMention[]
  /** Conditions that a report names. */
  readonly reported: ReadonlyMap<string, number>
  /** What clauses may say, by sentence vectors. */
  readonly clauses: readonly ReadClause[]
}

/** Share of the reports' parts that are in set words, 0..1; 0 where nothing was reported. */
export function familiarity({ clauses }: Pick<CaseReading, 'clauses'>): number {
  const reports = clauses.filter(({ fromResult }) => fromResult)
  return reports.filter(({ shares }) => shares.length > 0).length / Math.max(1, reports.length)
}

const adultAges = [30, 50, 70] as const
const bothSexes = ['female', 'male'] as const

export const possiblePersons = ({ age, sex }: PanelPatient): readonly Person[] =>
  (age === null ? adultAges : [age]).flatMap((years) =>
    (sex === null ? bothSexes : [sex]).map((each) => ({ age: years, sex: each })),
  )

/** The record, or the question itself as the story where there is none. */
export const recordOf = ({ turns, text }: Pick<PanelQuestion, 'turns' | 'text'>): readonly RecordTurn[] =>
  turns.length > 0 ? turns : [{ number: 0, speaker: 'patient', text }]

/** Characters of one turn that are read: a pasted document would take minutes. */
const longestTurn = 4000

export class CaseReader {
  readonly #guide: Guide
  readonly #clauses: ClauseReader
  readonly #read = new WeakMap<PanelQuestion, Promise<CaseReading>>()

  constructor(guide: Guide, clauses: ClauseReader) {
    this.#guide = guide
    this.#clauses = clauses
  }

  /** The same question is read once. */
  read(question: PanelQuestion): Promise<CaseReading> {
    const known = this.#read.get(question)
    if (known) return known
    const reading = this.#readNow(question)
    this.#read.set(question, reading)
    return reading
  }

  /** The findings that a text names, the most certain first. */
  findingsIn(text: string, person: Person): readonly Evidence[] {
    return this.#guide
      .hear([{ speaker: 'patient', text: text.slice(0, longestTurn) }], person)
      .evidence.toSorted((a, b) => b.certainty - a.certainty)
  }

  async #readNow(question: PanelQuestion): Promise<CaseReading> {
    const persons = possiblePersons(question.patient)
    const person = persons[0]
    if (!person) throw new RangeError('Nobody can be meant.')
    const turns = recordOf(question).map((turn) => ({ ...turn, text: turn.text.slice(0, longestTurn) }))
    const dialogue: readonly DialogueTurn[] = turns.map(({ speaker, text }) => ({ speaker, text }))
    const heard = await this.#guide.attend(dialogue, person)
    return {
      persons,
      evidence: heard.evidence.map((item) => ({ ...item, turn: turns[item.turn]?.number ?? 0 })),
      mentions: heard.mentions,
      reported: heard.reported,
      clauses: await this.#clauses.read(turns, person),
    }
  }
}
