import { describe, expect, it } from 'vitest'
import { openKnowledge } from '../../../../electron/knowledge-files.ts'
import { seededRandom } from '../../../../models/core/random.ts'
import { expertDialogue } from '../../../../models/dialogue/generation/expert-dialogue.ts'
import { simulatePerson } from '../../../../models/dialogue/generation/simulated-person.ts'
import { Wordings } from '../../../../models/dialogue/generation/wordings.ts'
import { asksForDanger } from '../../../../models/dialogue/danger.ts'
import { chooseNext, type PolicyState } from '../../../../models/dialogue/policy/choose-next.ts'
import { readDoctorTurn } from '../../../../models/dialogue/turns.ts'

const base = openKnowledge('resources')

const start: PolicyState = {
  person: { age: 40, sex: 'female' },
  evidence: [],
  asked: new Set(),
  topics: new Set(),
  screened: false,
  ordered: new Set(),
  turns: 0,
  budget: 12,
}

/** Share of simulated persons, one of every fourth condition, whose condition the expert names first. */
function named(budget: number): number {
  const random = seededRandom(11)
  const conditions = [...base.conditions.keys()].filter((_, index) => index % 4 === 0)
  const dialogues = conditions.flatMap((condition) => {
    const dialogue = expertDialogue(
      base,
      random,
      simulatePerson(base, random, condition),
      new Wordings('train'),
      budget,
    )
    return dialogue ? [{ condition, dialogue }] : []
  })
  expect(dialogues.length).toBeGreaterThan(30)
  for (const { dialogue } of dialogues) {
    const doctor = dialogue.turns.filter(({ speaker }) => speaker === 'doctor')
    expect(doctor.length).toBeLessThanOrEqual(budget)
    expect(readDoctorTurn(doctor.at(-1)?.text ?? '').closing).toBe(true)
    expect(doctor.slice(0, -1).some(({ text }) => readDoctorTurn(text).closing)).toBe(false)
  }
  const right = dialogues.filter(({ condition, dialogue }) => dialogue.ranked[0]?.condition === condition)
  return right.length / dialogues.length
}

describe('the expert', () => {
  it('names most simulated persons’ condition within twelve turns', () => {
    expect(named(12)).toBeGreaterThan(0.75)
  })

  it('names fewer within five turns, and still closes', () => {
    expect(named(5)).toBeGreaterThan(0.5)
  })

  it('asks before it orders or closes', () => {
    expect(chooseNext(base, start).kind).toMatch(/^ask-/)
  })

  it('closes on the last turn of the budget whatever it knows', () => {
    expect(chooseNext(base, { ...start, turns: 11 }).kind).toBe('close')
  })

  it('says the same for the same state', () => {
    const state = { ...start, turns: 3, topics: new Set(['onset', 'character', 'associated', 'aggravating']) }
    expect(chooseNext(base, state)).toEqual(chooseNext(base, state))
  })

  it('asks for a sign of danger as soon as the complaint is known', () => {
    const state = { ...start, turns: 4, topics: new Set(['onset', 'character', 'associated', 'aggravating']) }
    const next = chooseNext(base, state)
    const finding = next.kind === 'ask-finding' ? base.findings.get(next.finding) : undefined
    expect(finding && 'ask' in finding && asksForDanger(finding.ask)).toBe(true)
  })

  it('does not ask twice about a finding', () => {
    const state = { ...start, turns: 4, topics: new Set(['onset', 'character', 'associated', 'aggravating']) }
    const first = chooseNext(base, state)
    if (first.kind !== 'ask-finding') throw new Error(`Asked nothing: ${first.kind}`)
    const second = chooseNext(base, { ...state, turns: 5, asked: new Set([first.finding]) })
    expect(second).not.toMatchObject({ finding: first.finding })
  })
})

describe('the wordings of training', () => {
  it('leave out every fourth wording of a finding that has more than three', () => {
    const random = seededRandom(5)
    const heldOut = new Set<string>()
    const trained = new Set<string>()
    for (const finding of base.findings.values())
      if ('yes' in finding)
        finding.yes.forEach((text, index) => (index % 4 === 3 ? heldOut : trained).add(text))
    for (const text of trained) heldOut.delete(text)
    const said = [...base.conditions.keys()].slice(0, 12).flatMap((condition) => {
      const dialogue = expertDialogue(
        base,
        random,
        simulatePerson(base, random, condition),
        new Wordings('train'),
        12,
      )
      return (dialogue?.turns ?? []).filter(({ speaker }) => speaker === 'patient').map(({ text }) => text)
    })
    expect(said.length).toBeGreaterThan(50)
    for (const text of said) expect(heldOut.has(text)).toBe(false)
  })
})
