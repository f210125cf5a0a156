import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { CaseFolder } from '../../../electron/handlers/case-folder.ts'
import { resourcesFolder } from '../../../electron/resources.ts'
import { openProduct, type TestProduct } from '../../support/product.ts'

const cases = new CaseFolder(resourcesFolder())
let product: TestProduct
beforeAll(async () => {
  product = await openProduct()
})
afterAll(() => product.dispose())

const say = (session: string, text: string, atMs = 1000) =>
  product.ask('practice.say', { session, text, atMs })

describe('practice', () => {
  test('lists the bundled cases without what is to be found out', async () => {
    const cases = await product.ask('practice.cases', {})
    expect(cases.length).toBeGreaterThanOrEqual(60)
    expect(Object.keys(cases[0]!).toSorted()).toEqual(['difficulty', 'id', 'patient', 'specialty', 'title'])
  })

  test('opens with the complaint, tells what is asked, and examines what is ordered', async () => {
    const { record } = await product.ask('practice.start', { case: 'surg-sore-belly-01' })
    const { id } = record.session
    expect(record.turns.map(({ speaker }) => speaker)).toEqual(['patient'])
    const asked = await say(id, 'When did it start?')
    expect(asked.turns.map(({ speaker }) => speaker)).toEqual(['clinician', 'patient'])
    const examined = await say(id, 'I would like to examine: abdomen.')
    expect(examined.turns.map(({ speaker }) => speaker)).toContain('other')
    const reopened = await product.ask('practice.open', { session: id })
    expect(reopened.record.turns).toHaveLength(1 + asked.turns.length + examined.turns.length)
    expect(reopened.finished).toBe(false)
  })

  test('tells what is asked in words that no rule reads', async () => {
    const { record } = await product.ask('practice.start', { case: 'surg-sore-belly-01' })
    const { id } = record.session
    const { turns } = await say(id, 'Are you still tucking into your meals like before?')
    const { facts } = cases.read('surg-sore-belly-01')
    const answer = facts.find(({ topic }) => topic === 'appetite')?.answer ?? 'no such fact'
    expect(turns.at(-1)?.text).toContain(answer)
    const reopened = await product.ask('practice.open', { session: id })
    expect(reopened.record.turns.map(({ text }) => text).slice(1)).toEqual(turns.map(({ text }) => text))
  })

  test('supplies the reply that a killed app did not store', async () => {
    const { record } = await product.ask('practice.start', { case: 'surg-sore-belly-01' })
    const { id } = record.session
    // Only the learner's turn reached the disk.
    await product.ask('turn.add', {
      session: id,
      turn: { speaker: 'clinician', text: 'When did it start?', atMs: 5000 },
    })
    const reopened = await product.ask('practice.open', { session: id })
    expect(reopened.record.turns.map(({ speaker }) => speaker)).toEqual(['patient', 'clinician', 'patient'])
    const again = await product.ask('practice.open', { session: id })
    expect(again.record.turns).toHaveLength(3)
  })

  test('ends with a diagnosis, and the debrief cites the turns', async () => {
    const { record } = await product.ask('practice.start', { case: 'surg-sore-belly-01' })
    const { id } = record.session
    await say(id, 'When did it start?')
    const end = await say(id, 'The most likely diagnosis is acute appendicitis.')
    expect(end.finished).toBe(true)
    const debrief = await product.ask('practice.debrief', { session: id })
    expect(debrief.diagnosis).toMatchObject({ named: ['acute-appendicitis'], right: true })
    expect(debrief.inquiry.some(({ met, turn }) => met && turn === 2)).toBe(true)
    expect(debrief.inquiry.some(({ met }) => !met)).toBe(true)
    await expect(say(id, 'And any allergies?')).rejects.toMatchObject({
      failure: { code: 'invalid-request' },
    })
  })

  test('refuses a consultation and an unknown case', async () => {
    const { session } = await product.ask('session.create', {
      kind: 'consult',
      person: 'Jane Roe',
      reason: 'Headache',
      tags: [],
      consents: [{ modality: 'text', granted: true }],
    })
    await expect(say(session.id, 'When?')).rejects.toMatchObject({ failure: { code: 'invalid-request' } })
    await expect(product.ask('practice.start', { case: 'nobody' })).rejects.toMatchObject({
      failure: { code: 'not-found' },
    })
  })
})
