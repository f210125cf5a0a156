/** Doctors to compare with: what no question, a similar case, and knowing every fact would bring. */
import type { Guide } from '../../dialogue/guide/guide.ts'
import { subjectWords } from '../../dialogue/topics/index.ts'
import { writeClosing } from '../../dialogue/turns.ts'
import { believe } from '../../knowledge/belief.ts'
import type { KnowledgeBase } from '../../knowledge/knowledge-base.ts'
import type { DialogueTurn } from '../../dialogue/dialogue.ts'
import { ageInYears } from '../age.ts'
import type { PracticeCase } from '../case.ts'
import type { TestedDoctor } from './doctor.ts'

const closing = (base: KnowledgeBase, ranked: readonly string[]): string => {
  const name = (id: string): string => base.names.get(id)?.name ?? id
  const [first = '', ...others] = ranked
  return writeClosing(name(first), others.slice(0, 2).map(name), [], [], '')
}

/** Names the condition that is most frequent at the person's age and sex. */
export const mostFrequentClass = (base: KnowledgeBase): TestedDoctor => ({
  id: 'most-frequent-class',
  meet: ({ person }) => ({
    next: () =>
      Promise.resolve(
        closing(
          base,
          believe(base, person, [])
            .slice(0, 3)
            .map(({ condition }) => condition),
        ),
      ),
  }),
})

/** Names the diagnosis of the solved case whose complaint has most words in common. */
export function retrieval(base: KnowledgeBase, solved: readonly PracticeCase[]): TestedDoctor {
  const known = solved.map((practice) => ({
    practice,
    words: subjectWords([practice.chiefComplaint, ...practice.facts.map(({ answer }) => answer)].join(' ')),
  }))
  return {
    id: 'retrieval',
    meet: ({ person }) => ({
      next: (turns) => {
        const words = subjectWords(turns.map(({ text }) => text).join(' '))
        const scored = known
          .map(({ practice, words: own }) => ({
            condition: practice.checklist.diagnosis[0]?.condition ?? '',
            score:
              [...words].filter((word) => own.has(word)).length / Math.sqrt(1 + own.size) -
              (practice.patient.sex === person.sex ? 0 : 0.05) -
              Math.abs(ageInYears(practice) - person.age) / 400,
          }))
          .toSorted((a, b) => b.score - a.score)
        return Promise.resolve(
          closing(base, [...new Set(scored.map(({ condition }) => condition))].slice(0, 3)),
        )
      },
    }),
  }
}

/** Reads every fact and result of the case and updates the belief with all of them; asks nothing. */
export const exactBeliefUpdate = (base: KnowledgeBase, guide: Guide): TestedDoctor => ({
  id: 'exact-belief-update',
  meet: ({ person }) => ({
    next: () =>
      Promise.resolve(
        closing(
          base,
          believe(base, person, [])
            .slice(0, 3)
            .map(({ condition }) => condition),
        ),
      ),
  }),
  knowing: (practice) => ({
    next: async () => {
      const person = { age: ageInYears(practice), sex: practice.patient.sex }
      const turns: DialogueTurn[] = [{ speaker: 'patient', text: practice.chiefComplaint }]
      for (const { ask, answer } of practice.facts)
        turns.push({ speaker: 'doctor', text: ask[0] ?? '' }, { speaker: 'patient', text: answer })
      for (const { name, finding } of practice.examination)
        turns.push({ speaker: 'result', text: `${name}: ${finding}` })
      for (const { name, result } of practice.tests)
        turns.push({ speaker: 'result', text: `${name}: ${result}` })
      const heard = await guide.attend(turns, person)
      return closing(
        base,
        guide
          .ranked(heard, person)
          .slice(0, 3)
          .map(({ condition }) => condition),
      )
    },
  }),
})
