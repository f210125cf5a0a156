import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Id } from '../../../models/session/session.ts'
import { openProduct, type TestProduct } from '../../support/product.ts'

let product: TestProduct
let session: Id

beforeAll(async () => {
  product = await openProduct()
})
afterAll(() => product.dispose())

beforeEach(async () => {
  const record = await product.ask('session.create', {
    kind: 'consult',
    person: 'A. Example',
    reason: '',
    tags: [],
    consents: [{ modality: 'text', granted: true }],
  })
  session = record.session.id
})

const say = (speaker: 'patient' | 'clinician', text: string) =>
  product.ask('turn.add', { session, turn: { speaker, text, atMs: 0 } })
const read = () => product.ask('consult.reading', { session })

describe('the reading of a consultation', () => {
  test('is empty before anything is said', async () => {
    expect(await read()).toEqual({
      differential: [],
      other: 1,
      person: { age: null, sex: null },
      upToTurn: 0,
      next: null,
    })
  })

  test('begins with the first finding, names and codes its conditions and cites the turn', async () => {
    await say('patient', 'It burns like acid when I pee and I have to go every ten minutes.')
    const { differential, other, next, upToTurn } = await read()
    expect(differential[0]).toMatchObject({ condition: 'acute-cystitis', mustNotMiss: false })
    expect(differential[0]?.icd10cm).toMatch(/^N30/)
    expect(differential[0]?.for.map(({ turn }) => turn)).toContain(1)
    expect(differential.length).toBeLessThanOrEqual(6)
    const listed = differential.reduce((sum, { probability }) => sum + probability, 0)
    expect(listed + other).toBeCloseTo(1, 6)
    expect(next?.text).toMatch(/\?$/)
    expect(upToTurn).toBe(1)
  })

  test('lists nothing while no words name a finding, and still has a question', async () => {
    await say('clinician', 'What brings you in today?')
    const { differential, next } = await read()
    expect(differential).toEqual([])
    expect(next?.kind).toBe('ask')
  })

  test('marks a dangerous mimic of a leader', async () => {
    await say(
      'patient',
      'I am 58 and I have a tight pain in my chest that goes down my left arm, and I sweat.',
    )
    const { differential, person } = await read()
    expect(person.age).toBe(58)
    expect(differential.some(({ mustNotMiss }) => mustNotMiss)).toBe(true)
  })

  test('averages over both sexes until somebody says which', async () => {
    await say('patient', 'I feel my heart racing and I am frightened.')
    expect((await read()).person).toEqual({ age: null, sex: null })
    await product.ask('session.update', { session, reason: 'A 31-year-old woman with palpitations' })
    expect((await read()).person).toEqual({ age: 31, sex: 'female' })
  })

  test('is refused once consent is withdrawn', async () => {
    await say('patient', 'It burns when I pee.')
    await product.ask('consent.set', { session, modality: 'text', granted: false })
    await expect(read()).rejects.toMatchObject({ failure: { code: 'consent-missing' } })
  })
})
