import { describe, expect, it } from 'vitest'
import { openGuide } from '../../../../electron/guide-files.ts'
import { openKnowledge } from '../../../../electron/knowledge-files.ts'
import { seededRandom } from '../../../../models/core/random.ts'
import { chart, heardChart } from '../../../../models/dialogue/generation/chart.ts'
import { expertDialogue } from '../../../../models/dialogue/generation/expert-dialogue.ts'
import { simulatePerson } from '../../../../models/dialogue/generation/simulated-person.ts'
import { answerTogether, listedWith, topicsWith } from '../../../../models/dialogue/generation/together.ts'
import { Wordings } from '../../../../models/dialogue/generation/wordings.ts'
import { readDoctorTurn } from '../../../../models/dialogue/turns.ts'

const base = openKnowledge('resources')
const wordings = new Wordings('train')
const woman = { age: 40, sex: 'female' } as const

describe('symptoms in one list', () => {
  it('share a region with the one that is asked for, and none was asked about before', () => {
    for (let seed = 0; seed < 40; seed++) {
      const asked = new Set(['fever', 'wheeze'])
      const found = listedWith(base, seededRandom(seed), woman, 'cough', asked, new Map())
      const own = found?.themes.find(({ findings }) => findings.includes('cough'))
      expect(own).toBeDefined()
      for (const { regions, findings } of found?.themes ?? []) {
        expect(regions.some((region) => own?.regions.includes(region))).toBe(true)
        expect(findings.some((id) => asked.has(id))).toBe(false)
      }
      expect(found?.themes.length).toBeGreaterThan(1)
      for (const wording of found?.wordings ?? []) expect(readDoctorTurn(wording).questions).toHaveLength(1)
    }
  })

  it('are answered with what the person has, and with a no to the rest', () => {
    const random = seededRandom(3)
    const who = { person: woman, condition: 'community-acquired-pneumonia', present: new Set(['cough']) }
    const question = listedWith(base, random, woman, 'cough', new Set(), new Map())
    if (!question) throw new Error('No list was made.')
    const { text, evidence } = answerTogether(base, random, who, question, new Set(), wordings, 'talkative')
    expect(text).not.toBe('')
    expect(evidence.filter(({ present }) => present).map(({ finding }) => finding)).toEqual(['cough'])
    expect(evidence.some(({ present }) => !present)).toBe(true)
  })
})

describe('topics in one question', () => {
  it('are joined only while all of them are open', () => {
    expect(topicsWith('medicines', new Set())?.topics).toEqual(['past-history', 'medicines', 'allergies'])
    expect(topicsWith('medicines', new Set(['past-history']))?.topics).toEqual(['medicines', 'allergies'])
    expect(topicsWith('travel', new Set())).toBeNull()
  })
})

describe('lists of findings to judge', () => {
  const random = seededRandom(9)
  const people = [...base.conditions.keys()].map((condition) => simulatePerson(base, random, condition))

  it('hold what tests did not show, and now and then what nobody said', () => {
    const lists = people.flatMap((who) => {
      const messages = chart(base, random, who)
      return messages ? [{ who, list: messages[1]?.content ?? '' }] : []
    })
    expect(lists.length).toBeGreaterThan(100)
    const results = [...base.findings.values()].filter(({ kind }) => kind === 'test')
    const denies = ({ list }: { list: string }): boolean =>
      results.some(({ name }) => list.toLowerCase().includes(`no ${name.toLowerCase()}`))
    expect(lists.filter(denies).length).toBeGreaterThan(5)
  })

  it('come from a dialogue as the rules hear it, with the diagnosis that is right', () => {
    const guide = openGuide('resources', base)
    const lessons = people.slice(0, 40).flatMap((who) => {
      const dialogue = expertDialogue(base, random, who, wordings, 12)
      const messages =
        dialogue && heardChart(base, random, dialogue, (turns, person) => guide.hear(turns, person).evidence)
      return messages ? [{ who, messages }] : []
    })
    expect(lessons.length).toBeGreaterThan(25)
    for (const { who, messages } of lessons) {
      expect(messages[1]?.content).toMatch(/^Findings: \S/)
      expect(messages[2]?.content).toContain(base.names.get(who.condition)?.name)
    }
  })
})
