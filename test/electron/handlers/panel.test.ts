/** A second opinion through the product: events, what leaves, the timeline, replay, export, keys. */
import { readFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { PanelPush, PanelRequest } from '../../../models/contract/panel.ts'
import type { Id } from '../../../models/session/session.ts'
import { openProduct, type TestProduct } from '../../support/product.ts'

let product: TestProduct
let server: Server
let url = ''
const received: { readonly body: string; readonly authorization: string | undefined }[] = []

beforeAll(async () => {
  product = await openProduct(() => 'Diagnosis: gout. Because: the big toe hurts. Confidence: 70 %')
  server = createServer((request, response) => {
    let body = ''
    request.on('data', (bytes: Buffer) => (body += bytes.toString()))
    request.on('end', () => {
      received.push({ body, authorization: request.headers.authorization })
      response.writeHead(200, { 'content-type': 'application/json' })
      response.end(JSON.stringify({ choices: [{ message: { content: 'Diagnosis: pneumonia.' } }] }))
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`
})
afterAll(() => {
  server.close()
  product.dispose()
})

async function consultation(granted = true): Promise<Id> {
  const { session } = await product.ask('session.create', {
    kind: 'consult',
    person: 'Marta Kowalczyk, 44, female',
    reason: '',
    tags: [],
    consents: [{ modality: 'text', granted }],
  })
  if (!granted) return session.id
  for (const [at, text] of [
    'I am Marta Kowalczyk. My big toe is red and hot and so sore that the sheet hurts it.',
    'It came in the night. I have had it before.',
  ].entries())
    await product.ask('turn.add', {
      session: session.id,
      turn: { speaker: 'patient', text, atMs: 1000 * (at + 1) },
    })
  return session.id
}

const request = (session: Id, ...ids: readonly string[]): PanelRequest => ({
  session,
  question: null,
  members: ids.map((id) => ({ id, role: 'physician' })),
  rounds: 2,
  redact: true,
})

const events = (run: Id): readonly PanelPush['event'][] =>
  product
    .pushesOf('panel.event')
    .filter((push) => push.run === run)
    .map(({ event }) => event)

/** Answers each wish to send, as the window would. */
async function allow(job: Id, run: Id, send: boolean): Promise<void> {
  const answered = new Set<number>()
  for (;;) {
    if (product.pushesOf('job.ended').some((end) => end.job === job)) return
    for (const event of events(run))
      if (event.kind === 'leaving' && !answered.has(event.round)) {
        answered.add(event.round)
        await product.ask('panel.allow', { job, member: event.member, round: event.round, send })
      }
    await new Promise((resolve) => setImmediate(resolve))
  }
}

async function endpoint(name: string): Promise<{ readonly id: Id; readonly member: string }> {
  const { id } = await product.ask('panel.saveEndpoint', {
    id: null,
    name,
    url,
    model: 'm',
    key: 'secret-key',
  })
  return { id, member: `endpoint-${id}` }
}

describe('a panel in the product', () => {
  test('runs as a job, streams its steps, stays on the timeline, is replayed and exported', async () => {
    const session = await consultation()
    const seats = request(session, 'knowledge', 'retrieval', 'guided', 'plpf')
    const { job, run } = await product.ask('panel.start', { ...seats, seed: 5 })
    const { panel } = await product.outcome(job, 'panel')
    expect(panel).toMatchObject({ id: run, session, afterTurn: 2, atMs: 2000 })
    expect(panel.record.verdict.answer).toBe('gout')
    expect(events(run).at(0)).toMatchObject({ kind: 'round-started', round: 0 })
    expect(events(run).at(-1)).toMatchObject({ kind: 'decided' })
    expect(await product.ask('panel.list', { session })).toEqual([panel])
    const spoken = panel.record.rounds[0]?.answers.find(({ member }) => member === 'plpf')
    expect(spoken?.exchanges[0]?.messages.at(-1)?.content).toMatch(/^Findings: /)
    expect(spoken?.exchanges[0]?.reply).toContain('gout')

    const again = await product.ask('panel.replay', { run })
    expect((await product.outcome(again.job, 'panel-replay')).report).toEqual({
      same: true,
      differences: [],
      left: [],
    })

    const shown = await product.ask('panel.exportPreview', { run, redact: true })
    expect(shown.text).toContain('# Second opinion of a panel')
    expect(shown.text).not.toContain('Kowalczyk')
    const file = join(product.folder, 'opinion.md')
    product.chosen.push(file)
    expect(await product.ask('panel.export', { run, redact: false })).toEqual({
      saved: true,
      name: 'opinion.md',
    })
    expect(readFileSync(file, 'utf8')).toContain('Gout')

    await product.ask('panel.remove', { run })
    expect(await product.ask('panel.list', { session })).toEqual([])
    const trail = await product.ask('audit.list', { before: null, limit: 20 })
    expect(trail.map(({ action }) => action)).toEqual(
      expect.arrayContaining(['panel.add', 'panel.export', 'panel.remove']),
    )
  })

  test('reads the record before a model is asked, which would keep the encoder waiting', async () => {
    const session = await consultation()
    await product.ask('turn.add', {
      session,
      turn: { speaker: 'patient', text: 'Beer and a large steak the evening before.', atMs: 3000 },
    })
    const usual = product.models.script
    const readBefore: number[] = []
    product.models.script = (asked) => {
      readBefore.push(product.encoded())
      return usual(asked)
    }
    const before = product.encoded()
    const { job } = await product.ask('panel.start', { ...request(session, 'base', 'knowledge'), seed: 5 })
    await product.outcome(job, 'panel')
    product.models.script = usual
    expect(readBefore[0]).toBeGreaterThan(before)
    expect(product.encoded()).toBe(readBefore[0])
  })

  test('needs consent to text, and something said', async () => {
    const refused = await consultation(false)
    expect(await product.code('panel.preview', request(refused, 'knowledge', 'guided'))).toBe(
      'consent-missing',
    )
    expect(
      await product.code('panel.start', { ...request(refused, 'knowledge', 'guided'), seed: null }),
    ).toBe('consent-missing')
    const { session } = await product.ask('session.create', {
      kind: 'consult',
      person: '',
      reason: '',
      tags: [],
      consents: [{ modality: 'text', granted: true }],
    })
    expect(await product.code('panel.preview', request(session.id, 'knowledge', 'guided'))).toBe(
      'invalid-request',
    )
    expect(await product.code('panel.preview', request(session.id, 'knowledge'))).toBe('invalid-request')
  })

  test('gives models that take turns the time of all their turns, and shows so before', async () => {
    const session = await consultation()
    const seconds = async (...ids: readonly string[]): Promise<number> =>
      (await product.ask('panel.preview', request(session, ...ids))).budget.seconds
    const one = await seconds('knowledge', 'guided')
    expect(await seconds('knowledge', 'plpf')).toBe(one)
    expect(await seconds('knowledge', 'plpf', 'base', 'base+baseline')).toBe(3 * one)
    const { id, member } = await endpoint('Slow server')
    expect(await seconds('knowledge', member)).toBeGreaterThan(one)
    await product.ask('panel.removeEndpoint', { endpoint: id })
  })

  test('sends what was shown and allowed, without the name, and writes that down', async () => {
    const session = await consultation()
    const { id, member } = await endpoint('Ward server')
    const seats = request(session, 'knowledge', 'guided', member)
    const preview = await product.ask('panel.preview', seats)
    expect(received).toEqual([])
    expect(preview.redactions).toBeGreaterThan(0)
    expect(JSON.stringify(preview.leaving)).not.toContain('Kowalczyk')

    const { job, run } = await product.ask('panel.start', { ...seats, seed: 5 })
    await allow(job, run, true)
    const { panel } = await product.outcome(job, 'panel')
    const leaving = events(run).flatMap((event) => (event.kind === 'leaving' ? [event] : []))
    expect(leaving[0]?.messages).toEqual(preview.leaving[0]?.messages)
    expect(received.map(({ body }) => (JSON.parse(body) as { messages: unknown }).messages)).toEqual(
      leaving.map(({ messages }) => messages),
    )
    expect(received[0]?.authorization).toBe('Bearer secret-key')
    expect(received.map(({ body }) => body).join()).not.toContain('Kowalczyk')
    const trail = await product.ask('audit.list', { before: null, limit: 20 })
    expect(trail.filter(({ action }) => action === 'panel.send')).toHaveLength(leaving.length)

    const again = await product.ask('panel.replay', { run })
    expect((await product.outcome(again.job, 'panel-replay')).report).toMatchObject({
      same: true,
      left: ['Ward server'],
    })
    expect(received).toHaveLength(leaving.length)
    expect(JSON.stringify(panel)).not.toContain('secret-key')
    await product.ask('panel.removeEndpoint', { endpoint: id })
  })

  test('takes names out of what others say as well, before it leaves', async () => {
    const session = await consultation()
    const { id, member } = await endpoint('Careful server')
    const usual = product.models.script
    product.models.script = ({ model }) =>
      model === 'base' ? ' no. Because: it is cold.' : ' yes. Because: Marta Kowalczyk has a red toe.'
    const before = received.length
    const { job, run } = await product.ask('panel.start', {
      ...request(session, 'base+baseline', 'base', member),
      question: 'Does Marta Kowalczyk have gout?',
      seed: 5,
    })
    await allow(job, run, true)
    const { panel } = await product.outcome(job, 'panel')
    product.models.script = usual
    expect(panel.record.rounds[0]?.answers.map(({ answer }) => answer)).toEqual(['yes', 'no', null])
    const sent = received.slice(before).map(({ body }) => body)
    expect(sent).toHaveLength(2)
    expect(sent[1]).toContain('[name] has a red toe.')
    expect(sent.join()).not.toContain('Kowalczyk')
    // What stays here is whole.
    const heard = panel.record.rounds[1]?.answers[1]?.exchanges[0]?.messages.at(-1)?.content
    expect(heard).toContain('Marta Kowalczyk has a red toe.')
    await product.ask('panel.removeEndpoint', { endpoint: id })
  })

  test('sends nothing when it may not, and the others go on', async () => {
    const before = received.length
    const session = await consultation()
    const { member } = await endpoint('Other server')
    const { job, run } = await product.ask('panel.start', {
      ...request(session, 'knowledge', 'guided', member),
      seed: 5,
    })
    await allow(job, run, false)
    const { panel } = await product.outcome(job, 'panel')
    expect(received).toHaveLength(before)
    expect(panel.record.rounds[0]?.answers[2]?.absence?.why).toBe('not-sent')
    expect(panel.record.verdict.answer).toBe('gout')
    expect(await product.code('panel.allow', { job, member, round: 0, send: true })).toBe('not-found')
    expect(received).toHaveLength(before)
  })

  test('stops one member and everybody', async () => {
    const session = await consultation()
    const { member } = await endpoint('Third server')
    const seats = request(session, 'knowledge', 'guided', member)
    const one = await product.ask('panel.start', { ...seats, seed: 5 })
    while (!events(one.run).some(({ kind }) => kind === 'leaving'))
      await new Promise((resolve) => setImmediate(resolve))
    await product.ask('panel.stopMember', { job: one.job, member })
    const { panel } = await product.outcome(one.job, 'panel')
    expect(panel.record.rounds[0]?.answers[2]?.absence?.why).toBe('stopped')
    const again = await product.ask('panel.replay', { run: one.run })
    expect((await product.outcome(again.job, 'panel-replay')).report.same).toBe(true)

    const all = await product.ask('panel.start', { ...seats, seed: 5 })
    while (!events(all.run).some(({ kind }) => kind === 'leaving'))
      await new Promise((resolve) => setImmediate(resolve))
    await product.ask('job.cancel', { job: all.job })
    expect(await product.ended(all.job)).toMatchObject({ ok: false, failure: { code: 'cancelled' } })
    expect(await product.ask('panel.list', { session })).toHaveLength(1)
  })

  test('keeps keys to itself and names unique', async () => {
    const saved = await endpoint('Fourth server')
    const listed = await product.ask('panel.endpoints', {})
    expect(JSON.stringify(listed)).not.toContain('secret-key')
    expect(listed.find(({ id }) => id === saved.id)).toMatchObject({ hasKey: true })
    const change = { id: saved.id, name: 'Fourth server', url, model: 'other' }
    expect(await product.ask('panel.saveEndpoint', { ...change, key: null })).toMatchObject({ hasKey: true })
    expect(await product.ask('panel.saveEndpoint', { ...change, key: '' })).toMatchObject({ hasKey: false })
    expect(await product.code('panel.saveEndpoint', { ...change, id: null, key: null })).toBe('conflict')
    const members = await product.ask('panel.members', {})
    expect(members.map(({ id }) => id)).toEqual(
      expect.arrayContaining(['knowledge', 'retrieval', 'guided', 'plpf', 'base', `endpoint-${saved.id}`]),
    )
    // Any adapter that comes with the app can sit too, the aligned one under its own name only.
    const adapters = members.filter(({ id }) => id.startsWith('base+'))
    expect(adapters.map(({ id }) => id)).toContain('base+baseline')
    expect(adapters.map(({ id }) => id)).not.toContain('base+plpf')
    expect(members.find(({ id }) => id === 'guided')?.measured?.persons).toBeGreaterThanOrEqual(500)
  })
})
