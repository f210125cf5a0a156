/** Doctors that can be tested: the guide alone, the guide worded by a language model, a language model alone or reranked. */
import type { Cancellation } from '../../core/cancellation.ts'
import type { LanguageModels, Message } from '../../decoding/language-model.ts'
import type { ProcessReader } from '../../dialogue/acts.ts'
import { faults } from '../../dialogue/compliance.ts'
import type { DialogueTurn } from '../../dialogue/dialogue.ts'
import { splitNote } from '../../dialogue/doctor-note.ts'
import { doctorMessages, type DoctorPromptTurn } from '../../dialogue/doctor-prompt.ts'
import type { Guide, GuideStep } from '../../dialogue/guide/guide.ts'
import { readDoctorTurn } from '../../dialogue/turns.ts'
import type { TestedDoctor } from './doctor.ts'

export interface Wish {
  /** 0 asks for the likeliest reply; each other number draws another one, always the same for that number. */
  readonly attempt?: number
  /** First words of the reply, which the model goes on from; a server that cannot be told so begins by itself. */
  readonly opening?: string
}

/** A language model as a doctor needs it: messages in, one reply out. */
export type Complete = (messages: readonly Message[], wish?: Wish) => Promise<string>

/** A visit ends within its budget: whoever has one turn left sums up. */
const lastWords = 'Findings:'

const wishFor = (turns: readonly DialogueTurn[], budget: number, attempt = 0): Wish => {
  const taken = turns.filter(({ speaker }) => speaker === 'doctor').length
  return taken < budget - 1 ? { attempt } : { attempt, opening: lastWords }
}

/** Of replies that are drawn. */
export const drawn = { temperature: 0.8, topP: 0.95 } as const

const longestTurn = 200

/** Replies of a model on this computer; look-up and what is remembered of the visit change no word. */
export const completeLocally =
  (models: LanguageModels, model: string, signal: Cancellation): Complete =>
  async (messages, { attempt = 0, opening = '' } = {}) => {
    const { text } = await models.generate(
      {
        model,
        precision: null,
        decoder: 'lookup',
        conversation: 'visit',
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

/** Remembers what a model noted before each of its turns, so that it goes on from its own thoughts. */
class Notes {
  readonly #notes: string[] = []

  with(turns: readonly DialogueTurn[]): readonly DoctorPromptTurn[] {
    let spoken = 0
    return turns.map((turn) =>
      turn.speaker === 'doctor' ? { ...turn, note: this.#notes[spoken++] ?? '' } : turn,
    )
  }

  keep(note: string): void {
    this.#notes.push(note)
  }
}

/** A language model alone; its words are taken as they are, and its notes are kept from the patient. */
export const modelDoctor = (id: string, complete: Complete): TestedDoctor => ({
  id,
  meet: ({ person, budget }) => {
    const visit = { ...person, turnBudget: budget }
    const notes = new Notes()
    return {
      next: async (turns) => {
        const { note, said } = splitNote(
          await complete(doctorMessages(visit, notes.with(turns)), wishFor(turns, budget)),
        )
        notes.keep(note)
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
  reader: ProcessReader,
  count = 4,
): TestedDoctor => ({
  id,
  meet: ({ person, budget }) => {
    const notes = new Notes()
    return {
      next: async (turns) => {
        const messages = doctorMessages({ ...person, turnBudget: budget }, notes.with(turns))
        let best = { note: '', said: '', faults: Infinity }
        for (let attempt = 0; attempt < count && best.faults > 0; attempt++) {
          const { note, said } = splitNote(await complete(messages, wishFor(turns, budget, attempt)))
          const found =
            said === '' ? Infinity : faults({ patient: person, turnBudget: budget, turns }, said, reader)
          if (found < best.faults) best = { note, said, faults: found }
        }
        notes.keep(best.note)
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
