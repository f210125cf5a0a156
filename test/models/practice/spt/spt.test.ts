import { readFileSync } from 'node:fs'
import { beforeAll, describe, expect, test } from 'vitest'
import { openGuide } from '../../../../electron/guide-files.ts'
import { openNormaliser } from '../../../../electron/condition-names.ts'
import { openKnowledge } from '../../../../electron/knowledge-files.ts'
import { resourcesFolder } from '../../../../electron/resources.ts'
import { seededRandom } from '../../../../models/core/random.ts'
import { ruleReader } from '../../../../models/dialogue/acts.ts'
import { parseCase, type PracticeCase } from '../../../../models/practice/case.ts'
import type { TestedDoctor } from '../../../../models/practice/spt/doctor.ts'
import {
  guidedDoctor,
  keepsQuestion,
  knowledgeDoctor,
  modelDoctor,
  rerankedDoctor,
} from '../../../../models/practice/spt/doctors.ts'
import { NoteTaker } from '../../../../models/dialogue/doctor/note-taker.ts'
import type { Wish } from '../../../../models/dialogue/doctor/complete.ts'
import { ownNotes } from '../../../../models/dialogue/doctor/noted-visit.ts'
import { bootstrap } from '../../../../models/practice/spt/intervals.ts'
import { personCases } from '../../../../models/practice/spt/persons.ts'
import { exactBeliefUpdate, mostFrequentClass } from '../../../../models/practice/spt/references.ts'
import { scoreVisit } from '../../../../models/practice/spt/scoring.ts'
import { summarise } from '../../../../models/practice/spt/summary.ts'
import { holdVisit } from '../../../../models/practice/spt/visit.ts'

const resources = resourcesFolder()
const base = openKnowledge(resources)
const guide = openGuide(resources, base)
const read = openNormaliser(resources)
let belly: PracticeCase

beforeAll(() => {
  const file = 'surg-sore-belly-01.json'
  belly = parseCase(JSON.parse(readFileSync(`${resources}/cases/training/${file}`, 'utf8')), file, base.names)
})

const scripted = (...said: readonly string[]): TestedDoctor => ({
  id: 'scripted',
  meet: () => {
    let at = 0
    return { next: () => Promise.resolve(said[Math.min(at++, said.length - 1)] ?? '') }
  },
})
const scored = async (doctor: TestedDoctor, budget = 12) => {
  const visit = await holdVisit(belly, doctor, budget, 3)
  return { visit, score: scoreVisit(belly, visit, read) }
}

describe('a visit', () => {
  test('ends at the budget when the doctor asks without end', async () => {
    const { visit, score } = await scored(scripted('How are you feeling?'), 5)
    expect(visit.doctorTurns).toBe(5)
    expect(score).toMatchObject({ diagnosis: false, top3: false, named: [] })
  })

  test('ends with the first closing turn', async () => {
    const { visit } = await scored(scripted('When did this start?', 'Diagnosis: Acute appendicitis.'))
    expect(visit.doctorTurns).toBe(2)
  })

  test('is the same for the same seed', async () => {
    const [one, two] = [await scored(knowledgeDoctor(guide)), await scored(knowledgeDoctor(guide))]
    expect(one).toEqual(two)
  })
})

describe('strict scoring', () => {
  test('a sentence that merely mentions the condition is no diagnosis', async () => {
    const { score } = await scored(scripted('This could be many things, appendicitis among them.'))
    expect(score.diagnosis).toBe(false)
  })

  test('one required condition must lead; among the first three it counts for top3 alone', async () => {
    const leading = await scored(scripted('Diagnosis: Acute appendicitis.'))
    expect(leading.score).toMatchObject({ diagnosis: true, top3: true, premature: true })
    const second = await scored(
      scripted('Diagnosis: Acute diverticulitis. Also considered: acute appendicitis; ureteric colic.'),
    )
    expect(second.score).toMatchObject({ diagnosis: false, top3: true })
  })

  test('an inquiry item counts when a question brought out one of its topics, a test by name or alias', async () => {
    const { score } = await scored(
      scripted('When did this start?', 'I would like to order: CBC, urine dipstick.', 'Diagnosis: Gout.'),
    )
    expect(score.inquiry).toBeCloseTo(1 / belly.checklist.inquiry.length)
    expect(score.tests).toBe(1)
    expect(score.premature).toBe(false)
  })
})

describe('figures', () => {
  test('the bootstrap brackets the mean and repeats with its seed', () => {
    const values = [1, 0, 1, 1, 0, 1, 1, 1, 0, 1]
    const interval = bootstrap(values, 5)
    expect(interval.mean).toBeCloseTo(0.7)
    expect(interval.low).toBeLessThan(0.7)
    expect(interval.high).toBeGreaterThan(0.7)
    expect(bootstrap(values, 5)).toEqual(interval)
  })

  test('rules count only where they apply', async () => {
    const { score } = await scored(scripted('Diagnosis: Gout.'))
    const visit = {
      case: 'a',
      specialty: 's',
      difficulty: 'easy',
      score,
      doctorTurns: 1,
      leaks: 0,
      replies: 2,
    }
    const figures = summarise(
      'd',
      12,
      [
        { ...visit, rules: { brief: 'satisfied' } },
        { ...visit, rules: { brief: 'not-applicable' } },
      ],
      1,
    )
    expect(figures.rules['brief']?.mean).toBe(1)
  })
})

describe('doctors', () => {
  test('the reference that reads everything names the condition, the most frequent class does not', async () => {
    expect((await scored(exactBeliefUpdate(base, guide))).score.diagnosis).toBe(true)
    expect((await scored(mostFrequentClass(base))).score.diagnosis).toBe(false)
  })

  test('a rewording that drops what is asked is not taken', () => {
    const question = 'Have you had any fever, cough or headache?'
    expect(keepsQuestion(question, 'Could you tell me if you have had a fever, a cough or a headache?')).toBe(
      true,
    )
    expect(keepsQuestion(question, 'How are you?')).toBe(false)
    expect(keepsQuestion(question, 'Diagnosis: Influenza.')).toBe(false)
  })

  test('the guided doctor says its plain question when the model strays', async () => {
    const { visit } = await scored(
      guidedDoctor(guide, () => Promise.resolve('Bananas.')),
      12,
    )
    expect(visit.turns[1]?.text).toBe(
      'When did this start, how has it changed since, and what makes it better or worse?',
    )
  })
})

describe('a language model that notes what it learned', () => {
  const replies = [
    'Turn 1 of 12. Noted: pain in the belly. Suspected: acute appendicitis.\nWhen did this start?',
    'Turn 2 of 12. Noted: nothing new.\nDiagnosis: Acute appendicitis.',
  ]

  test('is heard without its notes and reads them again before its next turn', async () => {
    const prompts: string[] = []
    const { visit, score } = await scored(
      modelDoctor(
        'm',
        (messages) => {
          prompts.push(messages.map(({ content }) => content).join('\n'))
          return Promise.resolve(replies[prompts.length - 1] ?? '')
        },
        ownNotes,
      ),
    )
    expect(visit.turns.map(({ text }) => text).join('\n')).not.toContain('Noted:')
    expect(score.diagnosis).toBe(true)
    expect(prompts[0]).not.toContain('Noted:')
    expect(prompts[1]).toContain(`${replies[0]}\n`)
  })
})

test('a language model with one turn left sums up', async () => {
  const openings: string[] = []
  const { visit } = await scored(
    modelDoctor(
      'm',
      (_, { opening = '' } = {}) => {
        openings.push(opening)
        return Promise.resolve(
          opening === '' ? 'How are you feeling?' : `${opening} pain. Diagnosis: Acute appendicitis.`,
        )
      },
      ownNotes,
    ),
    5,
  )
  expect(openings).toEqual(['', '', '', '', '', 'Findings:'])
  expect(visit.diagnoses).toEqual(['Acute appendicitis'])
})

test('a language model that would go on asking is made to conclude after its own note', async () => {
  const openings: string[] = []
  const asks = 'Noted: nothing new. Next: ask about onset.\nWhen did this start?'
  await scored(
    modelDoctor(
      'm',
      (_, { opening = '' } = {}) => {
        openings.push(opening)
        return Promise.resolve(
          opening === ''
            ? `Turn ${openings.length} of 5. ${asks}`
            : `${opening} pain. Diagnosis: Acute appendicitis.`,
        )
      },
      ownNotes,
    ),
    5,
  )
  expect(openings.at(-1)).toBe('Turn 5 of 5. Noted: nothing new. Next: conclude.\nFindings:')
})

describe('notes taken by the rules', () => {
  const taker = new NoteTaker(base, { attend: (turns, person) => Promise.resolve(guide.hear(turns, person)) })
  const person = { age: 30, sex: 'female' } as const
  const opening = { speaker: 'patient', text: 'My stomach hurts and I have been sick twice.' } as const

  const said = [
    opening,
    { speaker: 'doctor', text: 'Do you have a fever?' },
    { speaker: 'patient', text: 'No fever. My stomach hurts.' },
  ] as const

  test('hold what the last answer told, not what was known before', async () => {
    expect(await taker.learned([opening], person)).toEqual(['abdominal pain', 'vomiting'])
    expect(await taker.learned(said, person)).toEqual(['no fever'])
    expect(await taker.known(said, person)).toEqual(['abdominal pain', 'vomiting', 'no fever'])
  })

  test('are judged as a list, and the model goes on from its judgement', async () => {
    const wishes: Wish[] = []
    const lists: string[] = []
    const { visit, score } = await scored(
      modelDoctor(
        'm',
        (messages, wish = {}) => {
          wishes.push(wish)
          if (wish.beside === 'judgement') {
            lists.push(messages.at(-1)?.content ?? '')
            return Promise.resolve('Diagnosis: Acute appendicitis. Also considered: Ovarian torsion.')
          }
          return Promise.resolve(`${wish.opening ?? ''} Next: conclude.\nDiagnosis: Gout.`)
        },
        { taker, plans: false },
      ),
    )
    expect(lists).toEqual([expect.stringMatching(/^Findings: .+\.$/)])
    expect(wishes[1]?.opening).toMatch(
      /^Turn 1 of 12\. Noted: .+\. Suspected: acute appendicitis; ovarian torsion\.$/,
    )
    expect(wishes[2]?.opening).toBe(
      `${wishes[1]?.opening ?? ''} Next: conclude.\n${lists[0] ?? ''} Diagnosis: Acute appendicitis. Also considered: Ovarian torsion.`,
    )
    expect(visit.diagnoses).toContain('Acute appendicitis')
    expect(score.diagnosis).toBe(true)
  })
})

describe('a model that plans', () => {
  const taker = new NoteTaker(base, { attend: (turns, person) => Promise.resolve(guide.hear(turns, person)) })
  const visitBy = async (steps: readonly string[], said = 'When did this start?') => {
    const plans: (readonly string[])[] = []
    const openings: string[] = []
    const { visit } = await scored(
      modelDoctor(
        'm',
        (messages, { beside, opening = '' } = {}) => {
          if (beside === 'judgement') return Promise.resolve('Diagnosis: Acute appendicitis.')
          if (beside === 'plan') {
            plans.push(messages.map(({ content }) => content))
            return Promise.resolve(steps[plans.length - 1] ?? 'Conclude.')
          }
          openings.push(opening)
          if (opening.includes('Diagnosis:')) return Promise.resolve(opening)
          return Promise.resolve(opening.endsWith('\n') ? `${opening}${said}` : `${opening}\n${said}`)
        },
        { taker, plans: true },
      ),
      5,
    )
    return { visit, plans, openings, doctor: visit.turns.filter(({ speaker }) => speaker === 'doctor') }
  }

  test('decides over its notes, orders what it decided and words the rest', async () => {
    const { plans, openings, doctor, visit } = await visitBy([
      'Ask about onset.',
      'Examine: abdomen. Test: full blood count; CRP.',
    ])
    expect(doctor[0]?.text).toBe('When did this start?')
    expect(openings[0]).toMatch(/^Turn 1 of 5\. Noted: .+ Next: ask about onset\.\n$/)
    expect(doctor[1]?.text).toBe(
      'I would like to examine: abdomen. I would like to order: full blood count, CRP.',
    )
    expect(plans[1]?.slice(1, 3)).toEqual([plans[0]?.[1], 'Ask about onset.'])
    expect(plans[2]?.[4]).toBe('Examine: abdomen. Test: full blood count; CRP.')
    expect(plans.flat().join(' ')).not.toContain('Next:')
    expect(visit.diagnoses).toEqual(['Acute appendicitis'])
    expect(visit.doctorTurns).toBe(3)
  })

  test('goes on in its own way where it names no step', async () => {
    const { openings, doctor } = await visitBy(['Well.'])
    expect(openings[0]).not.toContain('Next:')
    expect(doctor[0]?.text).toBe('When did this start?')
  })

  test('draws another decision where the likeliest was taken before', async () => {
    const { plans, openings } = await visitBy(['Ask about onset.', 'Ask about onset.', 'Ask about fever.'])
    expect(openings[1]).toContain('Next: ask about fever.')
    expect(plans[2]).toEqual(plans[1])
  })

  test('concludes in its last turn without being asked', async () => {
    const topics = ['onset', 'fever', 'cough', 'sleep', 'appetite']
    const { plans, visit } = await visitBy(topics.map((topic) => `Ask about ${topic}.`))
    expect(plans).toHaveLength(4)
    expect(visit.diagnoses).toEqual(['Acute appendicitis'])
    expect(visit.doctorTurns).toBe(5)
  })
})

describe('the reranked doctor', () => {
  const reader = ruleReader()
  const visitOf = async (replies: readonly string[]) => {
    const asked: number[] = []
    const { visit } = await scored(
      rerankedDoctor(
        'm+rerank',
        (_, { attempt = 0 } = {}) => {
          asked.push(attempt)
          return Promise.resolve(replies[attempt] ?? '')
        },
        ownNotes,
        reader,
        3,
      ),
      12,
    )
    return { said: visit.turns[1]?.text, asked }
  }

  test('asks where the likeliest reply would diagnose too early', async () => {
    const { said, asked } = await visitOf(['Diagnosis: Gout.', 'When did this start?', 'Diagnosis: Gout.'])
    expect(said).toBe('When did this start?')
    expect(asked.slice(0, 3)).toEqual([0, 1, 0])
  })

  test('takes the likeliest of replies that are equally faulty, and passes over empty ones', async () => {
    const { said, asked } = await visitOf(['', 'Diagnosis: Gout.', 'Diagnosis: Malaria.'])
    expect(said).toBe('Diagnosis: Gout.')
    expect(asked.slice(0, 3)).toEqual([0, 1, 2])
  })
})

test('persons are usable cases, drawn alike from one seed and with wordings kept from training', () => {
  const persons = personCases(base, seededRandom(9), 12)
  expect(personCases(base, seededRandom(9), 12)).toEqual(persons)
  const trained = new Set(
    [...base.findings.values()].flatMap((finding) =>
      'yes' in finding && finding.yes.length > 3 ? finding.yes.filter((_, index) => index % 4 !== 3) : [],
    ),
  )
  for (const person of persons) {
    expect(() => parseCase(person, person.id, base.names)).not.toThrow()
    for (const { answer } of person.facts) expect(trained.has(answer)).toBe(false)
  }
})
