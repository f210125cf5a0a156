/** Doctors that can be tested: the guide alone, the guide worded by a language model, a language model alone or reranked. */
import type { Message } from '../../decoding/language-model.ts'
import type { ProcessReader } from '../../dialogue/acts.ts'
import { faults } from '../../dialogue/compliance.ts'
import type { Guide, GuideStep } from '../../dialogue/guide/guide.ts'
import { readDoctorTurn } from '../../dialogue/turns.ts'
import type { Complete } from '../../dialogue/doctor/complete.ts'
import type { TestedDoctor } from './doctor.ts'
import { NotedVisit, type Notes, type PlannedReply } from '../../dialogue/doctor/noted-visit.ts'

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

/** A language model alone; its words are taken as they are. */
export const modelDoctor = (id: string, complete: Complete, notes: Notes): TestedDoctor => ({
  id,
  meet: (visit) => {
    const noted = new NotedVisit(complete, visit, notes)
    return {
      next: async (turns) => {
        const reply = await noted.reply(turns, await noted.begun(turns))
        noted.keep(reply)
        return reply.said
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
  notes: Notes,
  reader: ProcessReader,
  count = 4,
): TestedDoctor => ({
  id,
  meet: (visit) => {
    const { person, budget } = visit
    const noted = new NotedVisit(complete, visit, notes)
    return {
      next: async (turns) => {
        const begun = await noted.begun(turns)
        let best: PlannedReply = { note: '', said: '', planned: null }
        let fewest = Infinity
        for (let attempt = 0; attempt < count && fewest > 0; attempt++) {
          const reply = await noted.reply(turns, begun, attempt)
          const { said } = reply
          const found =
            said === '' ? Infinity : faults({ patient: person, turnBudget: budget, turns }, said, reader)
          if (found < fewest) [best, fewest] = [reply, found]
        }
        noted.keep(best)
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
