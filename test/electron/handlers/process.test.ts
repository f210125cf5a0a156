import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Id } from '../../../models/session/session.ts'
import { openProduct, type TestProduct } from '../../support/product.ts'

let product: TestProduct
let session: Id

beforeAll(async () => {
  product = await openProduct()
  const record = await product.ask('session.create', {
    kind: 'consult',
    person: 'A. Example',
    reason: 'Cough',
    tags: [],
    consents: [{ modality: 'text', granted: true }],
  })
  session = record.session.id
})
afterAll(() => product.dispose())

const say = async (speaker: 'patient' | 'clinician' | 'other', text: string): Promise<Id> =>
  (await product.ask('turn.add', { session, turn: { speaker, text, atMs: 0 } })).id
const node = async (id: string) => {
  const { nodes } = await product.ask('consult.process', { session })
  return nodes.find((one) => one.id === id)
}

test('an empty consultation has everything before it', async () => {
  const { nodes, next } = await product.ask('consult.process', { session })
  expect(next).toBe('open')
  expect(nodes.every(({ state }) => state === 'missing' || state === 'optional')).toBe(true)
})

test('where a consultation stands cites the turns of clinician, patient and companion', async () => {
  const complaint = await say('patient', 'I have been coughing at night for two weeks.')
  const fever = await say('clinician', 'Have you had a fever?')
  await say('other', 'No, she has not.')
  expect(await node('open')).toMatchObject({ state: 'done', turns: [complaint] })
  expect(await node('red-flags')).toMatchObject({ state: 'done', turns: [fever] })
  const medicines = await say('clinician', 'Do you take any medicines?')
  expect(await node('background')).toMatchObject({ state: 'begun', turns: [medicines] })
  expect((await node('background'))?.missing).not.toContain('medicines')
})

test('nothing is read once the consent for text is withdrawn', async () => {
  await product.ask('consent.set', { session, modality: 'text', granted: false })
  await expect(product.ask('consult.process', { session })).rejects.toMatchObject({
    failure: { code: 'consent-missing' },
  })
})
