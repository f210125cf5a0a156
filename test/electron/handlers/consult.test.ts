import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { fail } from '../../../models/core/failure.ts'
import type { Id, SessionRecord } from '../../../models/session/session.ts'
import { openProduct, type TestProduct } from '../../support/product.ts'
import type { Script } from '../../support/scripted-models.ts'

let product: TestProduct
let session: Id

beforeAll(async () => {
  product = await openProduct()
})
afterAll(() => product.dispose())

beforeEach(async () => {
  product.pushes.length = 0
  product.models.requests.length = 0
  product.models.script = () => 'Nothing to say.'
  product.models.afterToken = () => undefined
  await product.ask('settings.change', { temperature: 0, topP: 0.95, maxTokens: 320, seed: null })
  const record = await product.ask('session.create', {
    kind: 'consult',
    person: 'A. Example',
    reason: 'Cough',
    tags: [],
    consents: [{ modality: 'text', granted: true }],
  })
  session = record.session.id
  await product.ask('turn.add', {
    session,
    turn: { speaker: 'patient', text: 'I have been coughing at night for two weeks.', atMs: 0 },
  })
})

const saved = (): Promise<SessionRecord> => product.ask('session.open', { session })
const chat = (text: string) => product.ask('consult.chat', { session, text })

describe('a chat about the case', () => {
  test('stores the question at once and the answer before the job ends', async () => {
    product.models.script = () => 'It may be asthma.'
    const { job, message } = await chat('What could it be?')
    expect(message).toMatchObject({ author: 'clinician', text: 'What could it be?', provenance: null })
    const { message: reply } = await product.outcome(job, 'chat')
    expect((await saved()).chat).toEqual([message, reply])
    expect(reply).toMatchObject({
      author: 'model',
      text: 'It may be asthma.',
      provenance: {
        modelName: 'Scripted',
        precision: 'row8',
        temperature: 0,
        topP: 0.95,
        tokens: 4,
        finish: 'end',
        lastTurn: 1,
      },
    })
  })

  test('is stored by the time its end is announced', async () => {
    const { job } = await chat('What could it be?')
    await product.ended(job)
    const atEnd = product.pushes.findIndex(({ name }) => name === 'job.ended')
    expect(product.pushes.slice(0, atEnd).map(({ name }) => name)).toContain('job.delta')
    const [answered, asked] = await product.ask('audit.list', { before: null, limit: 2 })
    expect([answered?.action, asked?.action]).toEqual(['chat.add', 'chat.add'])
  })

  test('streams the words that it stores', async () => {
    product.models.script = () => 'It may be asthma or reflux or a cold.'
    const { job } = await chat('What could it be?')
    const { message } = await product.outcome(job, 'chat')
    const streamed = product
      .pushesOf('job.delta')
      .filter((delta) => delta.job === job)
      .map(({ delta }) => delta.text)
      .join('')
    expect(streamed).toBe(message.text)
  })

  test('shows the model the transcript, the earlier exchange and the question once', async () => {
    product.models.script = () => 'Asthma.'
    await product.ended((await chat('What could it be?')).job)
    await product.ended((await chat('And what else?')).job)
    const [, second] = product.models.requests
    expect(second).toMatchObject({ conversation: `${session}:chat`, model: 'default', precision: null })
    expect(second?.messages.slice(1)).toEqual([
      { role: 'user', content: 'What could it be?' },
      { role: 'assistant', content: 'Asthma.' },
      { role: 'user', content: 'And what else?' },
    ])
    expect(second?.messages[0]?.content).toContain('coughing at night')
  })

  test('keeps the words so far when it is stopped', async () => {
    product.models.script = () => 'one two three four five six'
    product.models.afterToken = async (token) => {
      if (token === 3) await product.ask('job.cancel', { job: product.jobs.list()[0]!.id })
    }
    const { job } = await chat('Count.')
    const { message } = await product.outcome(job, 'chat')
    expect(message).toMatchObject({ text: 'one two three', provenance: { finish: 'cancelled', tokens: 3 } })
    expect((await saved()).chat.at(-1)).toEqual(message)
  })

  test('stops a model that repeats itself, keeps what it said once and says so', async () => {
    const loop = 'It may be a cold that comes again. '
    product.models.script = () => `Perhaps asthma. ${loop.repeat(20)}`
    const { message } = await product.outcome((await chat('What could it be?')).job, 'chat')
    expect(message.text).toBe(`Perhaps asthma. ${loop.trim()}`)
    expect(message.provenance?.finish).toBe('repetition')
    expect(message.provenance?.tokens).toBeLessThan(40)
  })

  test('keeps nothing of the model when it is stopped before the first word', async () => {
    const { job } = await chat('Count.')
    await product.ask('job.cancel', { job })
    expect(await product.ended(job)).toMatchObject({ ok: false, failure: { code: 'cancelled' } })
    expect((await saved()).chat).toHaveLength(1)
  })

  test('draws a fresh seed each time and records it, unless one is set', async () => {
    const first = await product.outcome((await chat('a?')).job, 'chat')
    const second = await product.outcome((await chat('b?')).job, 'chat')
    const seeds = [first, second].map(({ message }) => message.provenance?.seed)
    expect(seeds[0]).not.toBe(seeds[1])
    expect(product.models.requests.map(({ sampling }) => sampling.seed)).toEqual(seeds)
    await product.ask('settings.change', { seed: 7, temperature: 0.5, topP: 0.8, maxTokens: 16 })
    const third = await product.outcome((await chat('c?')).job, 'chat')
    expect(third.message.provenance).toMatchObject({ seed: 7, temperature: 0.5, topP: 0.8 })
    expect(product.models.requests.at(-1)).toMatchObject({ maxTokens: 16 })
  })

  test('keeps the question when the engine fails, and says why', async () => {
    product.models.script = () => fail('engine-crashed', 'The model stopped. Try again.')
    const { job } = await chat('What could it be?')
    expect(await product.ended(job)).toMatchObject({ ok: false, failure: { code: 'engine-crashed' } })
    expect((await saved()).chat.map(({ author }) => author)).toEqual(['clinician'])
  })

  test('reports how full the context is', async () => {
    await product.ended((await chat('What could it be?')).job)
    expect(product.pushesOf('engine.context')).toMatchObject([{ capacityTokens: 8192 }])
  })
})

describe('a suggested question', () => {
  /** Judges, decides on `step` and words a question as `words`. */
  const deciding =
    (step: string, words = 'does the cough bring anything up?'): Script =>
    ({ conversation }) => {
      if (conversation?.endsWith(':judgement')) return 'Diagnosis: Asthma. Also considered: Acute bronchitis.'
      return conversation?.endsWith(':plan') ? step : words
    }
  const suggested = async () => {
    const { job } = await product.ask('consult.suggest', { session })
    return (await product.outcome(job, 'suggest')).suggestion
  }

  test('is the first real question, stored with its origin', async () => {
    product.models.script = deciding(
      'Ask about cough.',
      'does the cough bring anything up? And do you smoke?',
    )
    const suggestion = await suggested()
    expect(suggestion).toMatchObject({
      question: 'Does the cough bring anything up?',
      state: 'offered',
      provenance: { finish: 'end', lastTurn: 1 },
    })
    expect((await saved()).suggestions).toEqual([suggestion])
  })

  test('comes of a judgement and a decision over what was noted', async () => {
    product.models.script = deciding('Ask about fever.')
    await suggested()
    const [judged, planned, worded] = product.models.requests
    expect(judged).toMatchObject({ model: 'base+plpf', sampling: { temperature: 0 } })
    expect(judged?.messages.at(-1)?.content).toMatch(/^Findings: .*cough/)
    expect(planned?.messages.at(-1)?.content).toMatch(
      /^Turn 1 of 12, 11 left\. Noted: .*Suspected: asthma; acute bronchitis\.$/,
    )
    const note = planned?.messages.at(-1)?.content.replace(', 11 left', '') ?? ''
    expect(worded?.opening).toBe(`${note} Next: ask about fever.\n`)
    expect(worded?.messages.map(({ content }) => content).join(' ')).toContain('coughing at night')
  })

  test('follows what the clinician has asked and ordered', async () => {
    for (const text of ['When did this start?', 'I would like to order: chest X-ray.'])
      await product.ask('turn.add', { session, turn: { speaker: 'clinician', text, atMs: 0 } })
    product.models.script = deciding('Ask about fever.')
    await suggested()
    const plan = product.models.requests.find(({ conversation }) => conversation?.endsWith(':plan'))
    expect(plan?.messages.filter(({ role }) => role === 'assistant').map(({ content }) => content)).toEqual([
      'Ask about onset.',
      'Test: chest X-ray.',
    ])
  })

  test('streams the words alone, without the note before them', async () => {
    product.models.script = deciding('Ask about cough.', 'does it bring anything up?')
    const { job } = await product.ask('consult.suggest', { session })
    await product.outcome(job, 'suggest')
    const streamed = product
      .pushesOf('job.delta')
      .filter((delta) => delta.job === job)
      .map(({ delta }) => delta.text)
      .join('')
    expect(streamed).toBe('does it bring anything up?')
  })

  test('ends the writing as soon as it stands', async () => {
    product.models.script = deciding('Ask about cough.', `does it hurt? ${'more '.repeat(80)}`)
    expect((await suggested())?.provenance.tokens).toBeLessThan(6)
  })

  test('may be an examination and tests', async () => {
    product.models.script = deciding('Examine: chest. Test: chest X-ray; CRP.')
    expect((await suggested())?.question).toBe(
      'I would like to examine: chest. I would like to order: chest X-ray, CRP.',
    )
  })

  test.each([
    ['concludes', deciding('Conclude.')],
    ['asks nothing', deciding('Well.', 'I see. That is bad.')],
    ['answers nothing', () => ''],
  ])('is none where the model %s', async (_, script) => {
    product.models.script = script
    expect(await suggested()).toBeNull()
    expect((await saved()).suggestions).toEqual([])
  })

  test('is none when it is stopped', async () => {
    product.models.script = deciding('Ask about pain.', 'and then I would like to know whether it hurts?')
    product.models.afterToken = (token) => {
      if (token === 3) product.jobs.cancel(product.jobs.list()[0]!.id)
    }
    const { job } = await product.ask('consult.suggest', { session })
    expect(await product.ended(job)).toMatchObject({ ok: false, failure: { code: 'cancelled' } })
    expect((await saved()).suggestions).toEqual([])
  })

  test('can be marked as used', async () => {
    product.models.script = deciding('Ask about pain.', 'does it hurt?')
    const suggestion = await suggested()
    await product.ask('suggestion.state', { session, suggestion: suggestion!.id, state: 'used' })
    expect((await saved()).suggestions[0]?.state).toBe('used')
  })
})

describe('a note draft', () => {
  const byAsk = (request: { readonly messages: readonly { readonly content: string }[] }): string =>
    request.messages.at(-1)!.content.includes('Write the plan.')
      ? 'A chest film.'
      : ' coughing at night for two weeks.'

  test('stores each section with its origin and the turns that support it', async () => {
    product.models.script = byAsk
    const { job } = await product.ask('consult.draftNote', { session, sections: ['subjective', 'plan'] })
    const { note } = await product.outcome(job, 'note')
    expect(note.sections.find(({ id }) => id === 'subjective')).toMatchObject({
      text: 'The patient reports coughing at night for two weeks. [1]',
      provenance: { modelName: 'Scripted' },
    })
    expect(note.sections.find(({ id }) => id === 'plan')?.text).toBe('A chest film.')
    expect((await saved()).note).toEqual(note)
  })

  test('leaves the sections alone that a person changed meanwhile', async () => {
    product.models.script = byAsk
    product.models.afterToken = async (token) => {
      if (token !== 2 || product.models.requests.length > 1) return
      await product.ask('note.save', {
        session,
        sections: [{ id: 'objective', text: 'Chest clear.', provenance: null }],
      })
    }
    const { job } = await product.ask('consult.draftNote', { session, sections: ['subjective'] })
    const { note } = await product.outcome(job, 'note')
    expect(note.sections.find(({ id }) => id === 'objective')?.text).toBe('Chest clear.')
    expect(note.sections.find(({ id }) => id === 'subjective')?.text).toContain('coughing')
  })

  test('keeps what is written when it is stopped, and begins no further section', async () => {
    product.models.script = () => ' coughing at night. It is worse when lying down and in cold air.'
    product.models.afterToken = (token) => {
      if (token === 6) product.jobs.cancel(product.jobs.list()[0]!.id)
    }
    const { job } = await product.ask('consult.draftNote', { session, sections: ['subjective', 'plan'] })
    const { note } = await product.outcome(job, 'note')
    expect(product.models.requests).toHaveLength(1)
    expect(note.sections.find(({ id }) => id === 'subjective')).toMatchObject({
      text: expect.stringMatching(/^The patient reports coughing at night\.( \[1\])?$/) as string,
      provenance: { finish: 'cancelled' },
    })
  })

  test('names the section that its words belong to', async () => {
    product.models.script = byAsk
    const { job } = await product.ask('consult.draftNote', { session, sections: ['subjective', 'plan'] })
    await product.ended(job)
    const words = { subjective: '', objective: '', assessment: '', plan: '' }
    for (const delta of product.pushesOf('job.delta'))
      if (delta.kind === 'note') words[delta.section] += delta.delta.text
    expect(words).toEqual({
      subjective: 'The patient reports coughing at night for two weeks.',
      objective: '',
      assessment: '',
      plan: 'A chest film.',
    })
  })
})

describe('without consent', () => {
  beforeEach(async () => {
    await product.ask('consent.set', { session, modality: 'text', granted: false })
  })

  test('nothing is written down and the model reads nothing', async () => {
    const turn = { speaker: 'patient', text: 'More.', atMs: 1 } as const
    expect(await product.code('turn.add', { session, turn })).toBe('consent-missing')
    expect(await product.code('consult.chat', { session, text: 'Why?' })).toBe('consent-missing')
    expect(await product.code('consult.suggest', { session })).toBe('consent-missing')
    expect(await product.code('consult.draftNote', { session, sections: ['plan'] })).toBe('consent-missing')
    const record = await saved()
    expect([record.turns.length, record.chat.length]).toEqual([1, 0])
    expect(product.models.requests).toEqual([])
  })

  test('a session that never asked is the same as one that was refused', async () => {
    const { session: other } = await product.ask('session.create', {
      kind: 'consult',
      person: '',
      reason: '',
      tags: [],
      consents: [],
    })
    expect(await product.code('consult.suggest', { session: other.id })).toBe('consent-missing')
  })

  test('giving it again lets things go on', async () => {
    await product.ask('consent.set', { session, modality: 'text', granted: true })
    const { job } = await product.ask('consult.suggest', { session })
    expect(await product.ended(job)).toMatchObject({ ok: true })
  })
})

test('a consent withdrawn while the model writes stops it and keeps none of its words', async () => {
  product.models.script = () => 'one two three four five six'
  let withdrawn: Promise<unknown> = Promise.resolve()
  product.models.afterToken = (token) => {
    if (token === 3) withdrawn = product.ask('consent.set', { session, modality: 'text', granted: false })
  }
  const { job } = await chat('Count.')
  expect(await product.ended(job)).toMatchObject({ ok: false, failure: { code: 'consent-missing' } })
  await withdrawn
  expect((await saved()).chat.map(({ author }) => author)).toEqual(['clinician'])
  expect([...product.models.conversations].filter((key) => key.startsWith(session))).toEqual([])
})
