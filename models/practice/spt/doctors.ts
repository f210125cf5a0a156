/** Doctors that can be tested: the guide alone, the guide worded by a language model, a language model alone or reranked. */
import type { Cancellation } from '../../core/cancellation.ts'
import type { LanguageModels, Message } from '../../decoding/language-model.ts'
import type { ProcessReader } from '../../dialogue/acts.ts'
import { faults } from '../../dialogue/compliance.ts'
import type { DialogueTurn } from '../../dialogue/dialogue.ts'
import { nextWords, readNote, splitNote, writeNote, type NotedTurn } from '../../dialogue/doctor-note.ts'
import { doctorMessages, vignetteMessages, type DoctorPromptTurn } from '../../dialogue/doctor-prompt.ts'
import type { Guide, GuideStep } from '../../dialogue/guide/guide.ts'
import { lowered } from '../../dialogue/lowered.ts'
import { readDoctorTurn } from '../../dialogue/turns.ts'
import type { TestedDoctor, Visit } from './doctor.ts'
import type { NoteTaker } from './note-taker.ts'

export interface Wish {
  /** 0 asks for the likeliest reply; each other number draws another one, always the same for that number. */
  readonly attempt?: number
  /** First words of the reply, which the model goes on from; a server that cannot be told so begins by itself. */
  readonly opening?: string
  /** Asks beside the visit, whose words stay remembered. */
  readonly apart?: boolean
}

/** A language model as a doctor needs it: messages in, one reply out. */
export type Complete = (messages: readonly Message[], wish?: Wish) => Promise<string>

/** Of replies that are drawn. */
export const drawn = { temperature: 0.8, topP: 0.95 } as const

const longestTurn = 200

/** Replies of a model on this computer; look-up and what is remembered of the visit change no word. */
export const completeLocally =
  (models: LanguageModels, model: string, signal: Cancellation): Complete =>
  async (messages, { attempt = 0, opening = '', apart = false } = {}) => {
    const { text } = await models.generate(
      {
        model,
        precision: null,
        decoder: 'lookup',
        conversation: apart ? 'apart' : 'visit',
        messages,
        opening,
        sampling: attempt === 0 ? { temperature: 0, topP: 1, seed: 0 } : { ...drawn, seed: attempt },
        maxTokens: longestTurn,
      },
      () => undefined,
      () => undefined,
      signal,
    )
    return text
  }

/** The guide's text with its word to what was just heard. */
const politely = ({ courtesy, text }: GuideStep, said = text): string =>
  courtesy === '' ? said : `${courtesy} ${said}`

/** The guide alone: no language model takes part. */
export const knowledgeDoctor = (guide: Guide): TestedDoctor => ({
  id: 'knowledge',
  meet: ({ person, budget }) => ({
    next: async (turns) => politely(guide.next(turns, person, budget, await guide.attend(turns, person))),
  }),
})

/** The first words of whoever has to sum up. */
const lastWords = 'Findings:'
/** Conditions that a note suspects. */
const mostSuspected = 2

/** A model's visit: its notes are kept from the patient and go on from one another. */
class NotedVisit {
  readonly #complete: Complete
  readonly #visit: Visit
  readonly #taker: NoteTaker | null
  readonly #notes: string[] = []
  /** What it may be, the likeliest first, and the findings that this was judged by. */
  #judged: { readonly findings: string; readonly names: readonly string[] } = { findings: '', names: [] }

  constructor(complete: Complete, visit: Visit, taker: NoteTaker | null) {
    this.#complete = complete
    this.#visit = visit
    this.#taker = taker
  }

  /** The note of the coming turn as far as it does not come with the reply. */
  async begun(turns: readonly DialogueTurn[]): Promise<string> {
    if (!this.#taker) return ''
    const { person, budget } = this.#visit
    const names = await this.#judge(this.#taker.known(turns, person))
    return writeNote({
      turn: this.#notes.length + 1,
      budget,
      learned: this.#taker.learned(turns, person),
      suspected: names.slice(0, mostSuspected).map(lowered),
      next: null,
    })
  }

  /** A reply to what was said; the last of the budget sums up, so that a visit ends within it. */
  async reply(turns: readonly DialogueTurn[], begun: string, attempt = 0): Promise<NotedTurn> {
    const messages = doctorMessages(
      { ...this.#visit.person, turnBudget: this.#visit.budget },
      this.#noted(turns),
    )
    const reply = splitNote(await this.#complete(messages, { attempt, opening: begun }))
    const isLast = this.#notes.length + 1 >= this.#visit.budget
    const concludes = readDoctorTurn(reply.said).closing
    if (this.#taker ? !isLast && !concludes : !isLast || concludes) return reply
    return splitNote(await this.#complete(messages, { attempt, opening: this.#conclusion(reply.note) }))
  }

  keep(note: string): void {
    this.#notes.push(note)
  }

  /**
   * What it may be, asked apart from the visit: a list of findings is what a small model judges best, and it need not
   * gather them from a dialogue first.
   */
  async #judge(known: readonly string[]): Promise<readonly string[]> {
    const findings = `${lastWords} ${known.join('; ')}.`
    if (known.length === 0 || findings === this.#judged.findings) return this.#judged.names
    const reply = await this.#complete(vignetteMessages(this.#visit.person, findings), { apart: true })
    const names = readDoctorTurn(reply).diagnoses
    if (names.length > 0) this.#judged = { findings, names }
    return this.#judged.names
  }

  /** How the turn begins that sums up. */
  #conclusion(note: string): string {
    const { findings, names } = this.#judged
    const [diagnosis, ...others] = names
    if (diagnosis === undefined) return `${concluding(note)}${lastWords}`
    const also = others.length > 0 ? ` Also considered: ${others.slice(0, mostSuspected).join('; ')}.` : ''
    return `${concluding(note)}${findings} Diagnosis: ${diagnosis}.${also}`
  }

  #noted(turns: readonly DialogueTurn[]): readonly DoctorPromptTurn[] {
    let spoken = 0
    return turns.map((turn) =>
      turn.speaker === 'doctor' ? { ...turn, note: this.#notes[spoken++] ?? '' } : turn,
    )
  }
}

/** The note with its decision turned to concluding; nothing where there is no note to go on from. */
function concluding(written: string): string {
  const note = readNote(written)
  return note ? `${writeNote({ ...note, next: nextWords({ kind: 'conclude' }) })}\n` : ''
}

/** A language model alone; its words are taken as they are. */
export const modelDoctor = (id: string, complete: Complete, taker: NoteTaker | null): TestedDoctor => ({
  id,
  meet: (visit) => {
    const noted = new NotedVisit(complete, visit, taker)
    return {
      next: async (turns) => {
        const { note, said } = await noted.reply(turns, await noted.begun(turns))
        noted.keep(note)
        return said
      },
    }
  },
})

/**
 * The best of `count` replies of a language model by the process rules: the likeliest reply where it breaks none, else
 * the one whose broken rules weigh least. No training is needed, so this serves any model.
 */
export const rerankedDoctor = (
  id: string,
  complete: Complete,
  taker: NoteTaker | null,
  reader: ProcessReader,
  count = 4,
): TestedDoctor => ({
  id,
  meet: (visit) => {
    const { person, budget } = visit
    const noted = new NotedVisit(complete, visit, taker)
    return {
      next: async (turns) => {
        const begun = await noted.begun(turns)
        let best = { note: '', said: '', faults: Infinity }
        for (let attempt = 0; attempt < count && best.faults > 0; attempt++) {
          const { note, said } = await noted.reply(turns, begun, attempt)
          const found =
            said === '' ? Infinity : faults({ patient: person, turnBudget: budget, turns }, said, reader)
          if (found < best.faults) best = { note, said, faults: found }
        }
        noted.keep(best.note)
        return best.said
      },
    }
  },
})

const rewording = (question: string): readonly Message[] => [
  {
    role: 'system',
    content:
      'You reword a doctor’s question in plain, kind words. Keep its meaning and everything it asks about. Answer with one question only.',
  },
  { role: 'user', content: question },
]

/** Whether a rewording still asks the same: one question, about as long, with the words that matter. */
export function keepsQuestion(question: string, reworded: string): boolean {
  const { questions, orders, closing } = readDoctorTurn(reworded)
  if (questions.length !== 1 || orders.length > 0 || closing) return false
  if (reworded.length > question.length * 1.8) return false
  const words = (text: string): readonly string[] => text.toLowerCase().match(/\p{L}{5,}/gu) ?? []
  const said = new Set(words(reworded))
  const own = words(question)
  return own.filter((word) => said.has(word)).length >= own.length * 0.8
}

/** The guide chooses, the language model words the questions; the plain wording where it strays. */
export const guidedDoctor = (guide: Guide, complete: Complete): TestedDoctor => ({
  id: 'guided',
  meet: ({ person, budget }) => ({
    next: async (turns) => {
      const step = guide.next(turns, person, budget, await guide.attend(turns, person))
      if (step.action.kind !== 'ask') return politely(step)
      const reworded = (await complete(rewording(step.text))).trim()
      return politely(step, keepsQuestion(step.text, reworded) ? reworded : step.text)
    },
  }),
})
