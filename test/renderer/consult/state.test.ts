import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Encounter } from '../../../renderer/state/consult/encounter.svelte.ts'
import type { SessionRecord } from '../../../models/session/session.ts'
import { ConsultState } from '../../../renderer/state/consult.svelte.ts'
import { startProduct } from '../../support/mount.ts'
import { newId, provenance, sessionRecord } from '../../support/session-records.ts'

const said = [
  ['clinician', 'What brings you in today?'],
  ['patient', 'I get short of breath on the stairs.'],
] as const

async function opened(record: SessionRecord = sessionRecord({}, said)) {
  const mounted = await startProduct({ records: [record] })
  await mounted.product.consult.open(record.session.id)
  const { encounter } = mounted.product.consult
  if (!encounter) throw new Error('the consultation did not open')
  return { ...mounted, record, encounter }
}

/** Lets replies that are on their way arrive. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await Promise.resolve()
}

function lastJob({ jobs }: { jobs: readonly { id: string }[] }): string {
  const job = jobs.at(-1)
  if (!job) throw new Error('no job was started')
  return job.id
}

const crashed = {
  code: 'engine-crashed',
  message: 'The model stopped. It restarts; try again.',
} as const

describe('turns', () => {
  it('empties the composer only once the turn is on disk', async () => {
    const { bridge, encounter } = await opened()
    encounter.transcript.compose('patient', 'It hurts when I breathe in.')
    bridge.failNext('turn.add', { code: 'disk-full', message: 'The disk is full. Free some space.' })
    expect(await encounter.transcript.send()).toBeNull()
    expect(encounter.transcript.draft).toBe('It hurts when I breathe in.')
    expect(encounter.transcript.failure?.message).toContain('disk is full')

    const turn = await encounter.transcript.send()
    expect(turn).toMatchObject({ number: 3, speaker: 'patient' })
    expect(encounter.transcript.draft).toBe('')
    expect(encounter.transcript.failure).toBeNull()
    expect(encounter.transcript.speaker).toBe('clinician')
  })

  it('stands where its first character was typed on the clock', async () => {
    let now = 1_000_000
    const record = sessionRecord()
    const { bridge, product } = await startProduct({ records: [record] })
    const consult = new ConsultState(
      product.requests,
      () => undefined,
      () => undefined,
      () => now,
    )
    await consult.open(record.session.id)
    const encounter = consult.encounter as Encounter
    now += 5000
    encounter.transcript.draft = 'H'
    now += 9000
    encounter.transcript.draft = 'Hello'
    await encounter.transcript.send()
    expect(bridge.requestsOf('turn.add')[0]?.turn.atMs).toBe(5000)
  })

  it('goes on from the last turn of a reopened session, and waits for the first word', async () => {
    const { encounter } = await opened()
    expect(encounter.clock.position).toBe(10_000)
    expect(encounter.clock.running).toBe(false)
    encounter.transcript.draft = 'So'
    expect(encounter.clock.running).toBe(true)
  })

  it('comes back in its place when a removal is undone', async () => {
    const { encounter, product } = await opened()
    const first = encounter.transcript.turns[0]!
    await encounter.transcript.remove(first)
    expect(encounter.transcript.turns.map(({ number }) => number)).toEqual([2])
    product.notices.undoLatest()
    await settle()
    expect(encounter.transcript.turns.map(({ number }) => number)).toEqual([1, 2])
  })

  it('gets its old words back when an edit is undone', async () => {
    const { encounter, product } = await opened()
    const turn = encounter.transcript.turns[1]!
    await encounter.transcript.edit(turn, { speaker: 'other', text: 'She gets short of breath.' })
    expect(encounter.transcript.turns[1]).toMatchObject({
      speaker: 'other',
      text: 'She gets short of breath.',
    })
    product.notices.undoLatest()
    await settle()
    expect(encounter.transcript.turns[1]).toMatchObject({ speaker: 'patient', text: turn.text })
  })
})

describe('chat', () => {
  it('assembles the answer from deltas and replaces it with what was stored', async () => {
    const { bridge, encounter } = await opened()
    encounter.chat.draft = 'What could it be?'
    await encounter.chat.send()
    expect(encounter.chat.draft).toBe('')
    const job = lastJob(bridge)
    bridge.stream(job, 'Perhaps a ')
    bridge.stream(job, 'clot.')
    expect(encounter.chat.stream?.text).toBe('Perhaps a clot.')
    expect(encounter.chat.stream?.tokensPerSecond).toBe(41)
    bridge.finish(job, 'Perhaps a clot.')
    expect(encounter.chat.stream).toBeNull()
    expect(encounter.chat.messages.map(({ author, text }) => [author, text])).toEqual([
      ['clinician', 'What could it be?'],
      ['model', 'Perhaps a clot.'],
    ])
  })

  it('keeps the question typed when it could not be sent', async () => {
    const { bridge, encounter } = await opened()
    bridge.failNext('consult.chat', { code: 'consent-missing', message: 'There is no consent.' })
    encounter.chat.draft = 'What could it be?'
    await encounter.chat.send()
    expect(encounter.chat.draft).toBe('What could it be?')
    expect(encounter.chat.broken?.failure.code).toBe('consent-missing')
    await encounter.chat.again()
    expect(bridge.requestsOf('consult.chat')).toHaveLength(2)
  })

  it('shows what was written when the job failed, beside the text and not as a banner', async () => {
    const { bridge, encounter, product } = await opened()
    encounter.chat.draft = 'What could it be?'
    await encounter.chat.send()
    const job = lastJob(bridge)
    bridge.stream(job, 'Perhaps')
    bridge.failJob(job, crashed)
    expect(encounter.chat.broken).toEqual({ failure: crashed, parts: { text: 'Perhaps' } })
    expect(product.notices.troubles).toEqual([])
    await encounter.chat.again()
    expect(encounter.chat.broken).toBeNull()
    expect(bridge.requestsOf('consult.chat').at(-1)?.text).toBe('What could it be?')
  })

  it('puts the question before an answer that was complete first', async () => {
    const { bridge, encounter } = await opened()
    const call = bridge.call.bind(bridge)
    bridge.call = async (operation, request) => {
      const result = await call(operation, request)
      if (operation === 'consult.chat') bridge.finish(lastJob(bridge), 'At once.')
      return result
    }
    encounter.chat.draft = 'Quick?'
    await encounter.chat.send()
    expect(encounter.chat.messages.map(({ text }) => text)).toEqual(['Quick?', 'At once.'])
    expect(encounter.chat.busy).toBe(false)
  })

  it('stops the job of the text that is being written', async () => {
    const { bridge, encounter } = await opened()
    encounter.chat.draft = 'What could it be?'
    await encounter.chat.send()
    const stream = encounter.writing!
    bridge.stream(stream.job, 'Perhaps')
    await encounter.stop(stream)
    expect(bridge.requestsOf('job.cancel')).toEqual([{ job: stream.job }])
    expect(encounter.writing).toBeNull()
    expect(encounter.chat.broken?.failure.code).toBe('cancelled')
  })
})

describe('suggestions', () => {
  async function suggested() {
    const open = await opened()
    await open.encounter.suggestions.ask()
    const job = lastJob(open.bridge)
    open.bridge.stream(job, 'Any swelling')
    expect(open.encounter.suggestions.stream?.text).toBe('Any swelling')
    open.bridge.finish(job, 'Any swelling of your legs?')
    return { ...open, suggestion: open.encounter.suggestions.offered[0]! }
  }

  it('becomes a turn word for word when used, and both are taken back by one undo', async () => {
    const { encounter, product, suggestion } = await suggested()
    await encounter.suggestions.use(suggestion)
    expect(encounter.transcript.turns.at(-1)).toMatchObject({
      number: 3,
      speaker: 'clinician',
      text: 'Any swelling of your legs?',
    })
    expect(encounter.suggestions.offered).toEqual([])
    expect(encounter.suggestions.earlier.map(({ state }) => state)).toEqual(['used'])
    product.notices.undoLatest()
    await settle()
    expect(encounter.transcript.turns).toHaveLength(2)
    expect(encounter.suggestions.offered).toHaveLength(1)
  })

  it('counts as used once its reworded turn is said, not before', async () => {
    const { encounter, suggestion } = await suggested()
    encounter.suggestions.reword(suggestion)
    expect(encounter.transcript.draft).toBe(suggestion.question)
    expect(encounter.suggestions.offered).toHaveLength(1)
    encounter.transcript.draft = 'Are your legs swollen?'
    const turn = await encounter.transcript.send()
    await encounter.suggestions.said(turn!)
    expect(encounter.suggestions.earlier[0]?.state).toBe('used')
  })

  it('says so when no question came of it', async () => {
    const { bridge, encounter } = await opened()
    await encounter.suggestions.ask()
    const job = lastJob(bridge)
    bridge.push('job.ended', { job, ok: true, outcome: { kind: 'suggest', suggestion: null } })
    expect(encounter.suggestions.nothingCame).toBe(true)
    expect(encounter.suggestions.busy).toBe(false)
  })
})

describe('note', () => {
  beforeEach(() => vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] }))
  afterEach(() => vi.useRealTimers())

  it('saves shortly after typing rests, once, with all four sections', async () => {
    const { bridge, encounter } = await opened()
    encounter.note.edit('plan', 'E')
    encounter.note.edit('plan', 'ECG')
    expect(encounter.save.kind).toBe('saving')
    await vi.advanceTimersByTimeAsync(2000)
    const saves = bridge.requestsOf('note.save')
    expect(saves).toHaveLength(1)
    expect(saves[0]?.sections.map(({ id, text }) => [id, text])).toEqual([
      ['subjective', ''],
      ['objective', ''],
      ['assessment', ''],
      ['plan', 'ECG'],
    ])
    expect(encounter.save).toEqual({ kind: 'saved', at: new Date('2026-11-25T11:44:00.000Z') })
  })

  it('keeps words that could not be saved, says so, and saves them on request', async () => {
    const { bridge, encounter } = await opened()
    bridge.failNext('note.save', { code: 'disk-full', message: 'The disk is full. Free some space.' })
    encounter.note.edit('plan', 'ECG')
    await vi.advanceTimersByTimeAsync(2000)
    expect(encounter.save.kind).toBe('failed')
    expect(encounter.note.section('plan').text).toBe('ECG')
    await encounter.note.flush()
    expect(encounter.save.kind).toBe('saved')
    expect(bridge.requestsOf('note.save')).toHaveLength(2)
  })

  it('takes a burst of typing back in one step and brings it again', async () => {
    const { encounter } = await opened()
    for (const text of ['E', 'EC', 'ECG']) encounter.note.edit('plan', text)
    await vi.advanceTimersByTimeAsync(3000)
    encounter.note.edit('plan', 'ECG, blood count')
    encounter.note.undo()
    expect(encounter.note.section('plan').text).toBe('ECG')
    encounter.note.undo()
    expect(encounter.note.section('plan').text).toBe('')
    expect(encounter.note.canUndo).toBe(false)
    encounter.note.redo()
    encounter.note.redo()
    expect(encounter.note.section('plan').text).toBe('ECG, blood count')
    expect(encounter.note.canRedo).toBe(false)
  })

  it('saves an undone change like any other', async () => {
    const { bridge, encounter, record } = await opened()
    encounter.note.edit('plan', 'ECG')
    await vi.advanceTimersByTimeAsync(2000)
    encounter.note.undo()
    await vi.advanceTimersByTimeAsync(2000)
    expect(bridge.record(record.session.id).note).toMatchObject({ revision: 2 })
    expect(bridge.record(record.session.id).note.sections.every(({ text }) => text === '')).toBe(true)
  })

  it('streams a draft per section and keeps it in the machine voice until a person accepts it', async () => {
    const { bridge, encounter } = await opened()
    await encounter.note.draft(['subjective', 'plan'])
    const job = lastJob(bridge)
    bridge.stream(job, 'Short of ', 'subjective')
    bridge.stream(job, 'breath.', 'subjective')
    bridge.stream(job, 'ECG', 'plan')
    expect(encounter.note.stream?.parts).toEqual({ subjective: 'Short of breath.', plan: 'ECG' })
    bridge.finish(job, 'Short of breath. [2]')
    expect(encounter.note.section('subjective').provenance?.seed).toBe(7)
    encounter.note.accept('subjective')
    expect(encounter.note.section('subjective')).toEqual({
      id: 'subjective',
      text: 'Short of breath. [2]',
      provenance: null,
    })
    await vi.advanceTimersByTimeAsync(2000)
    expect(bridge.requestsOf('note.save').at(-1)?.sections[0]?.provenance).toBeNull()
  })

  it('never lets a draft replace words a person wrote; it waits beside them', async () => {
    const { bridge, encounter, record } = await opened()
    encounter.note.edit('plan', 'ECG today.')
    await encounter.note.draft(['plan'])
    bridge.finish(lastJob(bridge), 'X-ray tomorrow.')
    expect(encounter.note.section('plan').text).toBe('ECG today.')
    expect(encounter.note.proposals.plan?.text).toBe('X-ray tomorrow.')
    await vi.advanceTimersByTimeAsync(2000)
    expect(bridge.record(record.session.id).note.sections.find(({ id }) => id === 'plan')?.text).toBe(
      'ECG today.',
    )
    encounter.note.takeProposal('plan')
    expect(encounter.note.section('plan').text).toBe('X-ray tomorrow.')
    expect(encounter.note.proposals.plan).toBeUndefined()
    encounter.note.undo()
    expect(encounter.note.section('plan').text).toBe('ECG today.')
  })

  it('does not save the whole note over a draft that is being stored section by section', async () => {
    const { bridge, encounter } = await opened()
    await encounter.note.draft(['subjective'])
    encounter.note.edit('plan', 'ECG today.')
    await vi.advanceTimersByTimeAsync(5000)
    expect(bridge.requestsOf('note.save')).toHaveLength(0)
    bridge.finish(lastJob(bridge), 'Short of breath.')
    await vi.advanceTimersByTimeAsync(2000)
    expect(
      bridge
        .requestsOf('note.save')
        .at(-1)
        ?.sections.map(({ text }) => text),
    ).toEqual(['Short of breath.', '', '', 'ECG today.'])
  })

  it('keeps the sections that a failed draft had finished', async () => {
    const { bridge, encounter, record } = await opened()
    await encounter.note.draft(['subjective', 'plan'])
    const job = lastJob(bridge)
    bridge.stream(job, 'Short of breath.', 'subjective')
    bridge.stream(job, 'EC', 'plan')
    bridge.records[0] = {
      ...bridge.record(record.session.id),
      note: {
        revision: 1,
        savedAt: '2026-11-25T11:44:00.000Z',
        sections: [{ id: 'subjective', text: 'Short of breath. [2]', provenance: provenance() }],
      },
    }
    bridge.failJob(job, crashed)
    await settle()
    expect(encounter.note.section('subjective').text).toBe('Short of breath. [2]')
    expect(encounter.note.broken).toEqual({ failure: crashed, parts: { plan: 'EC' } })
  })

  it('removes one sentence and leaves the rest a draft', async () => {
    const record = sessionRecord({}, said)
    const { encounter } = await opened({
      ...record,
      note: {
        revision: 3,
        savedAt: '2026-11-25T11:44:00.000Z',
        sections: [
          { id: 'subjective', text: 'Breathless. [2] No allergies. Stairs. [2]', provenance: provenance() },
        ],
      },
    })
    encounter.note.removeClaim('subjective', 1)
    expect(encounter.note.section('subjective').text).toBe('Breathless. [2] Stairs. [2]')
    expect(encounter.note.section('subjective').provenance).not.toBeNull()
  })
})

describe('coming back', () => {
  it('shows everything as it was, with a text that went on while away', async () => {
    const away = sessionRecord({ person: 'Amos Field' }, said)
    const { bridge, product, record } = await opened()
    bridge.records.push(away)
    await product.consult.encounter?.suggestions.ask()
    const job = lastJob(bridge)
    bridge.stream(job, 'Any swelling')
    await product.consult.open(away.session.id)
    bridge.stream(job, ' of your legs')
    expect(product.consult.encounter?.session.person).toBe('Amos Field')
    expect(product.consult.encounter?.suggestions.stream).toBeNull()
    await product.consult.open(record.session.id)
    expect(product.consult.encounter?.suggestions.stream?.text).toBe('Any swelling of your legs')
    bridge.finish(job, 'Any swelling of your legs?')
    expect(product.consult.encounter?.suggestions.offered).toHaveLength(1)
  })

  it('finds a text that began before the window did', async () => {
    const record = sessionRecord({}, said)
    const { bridge, product } = await startProduct({ records: [record] })
    bridge.jobs.push({
      id: newId(),
      kind: 'chat',
      title: 'Reply',
      session: record.session.id,
      progress: { stage: 'Writing', fraction: null, secondsLeft: null },
      startedAt: record.session.createdAt,
    })
    await product.consult.open(record.session.id)
    expect(product.consult.encounter?.chat.stream?.late).toBe(true)
    bridge.stream(lastJob(bridge), 'and so on')
    expect(product.consult.encounter?.chat.stream?.text).toBe('and so on')
  })

  it('writes what is unsaved before another consultation opens', async () => {
    const other = sessionRecord()
    const { bridge, product, record, encounter } = await opened()
    bridge.records.push(other)
    encounter.note.edit('plan', 'ECG')
    await product.consult.open(other.session.id)
    expect(bridge.record(record.session.id).note.sections.find(({ id }) => id === 'plan')?.text).toBe('ECG')
  })

  it('reports the failure of a text whose consultation is not on screen', async () => {
    const { bridge, product, encounter } = await opened()
    await encounter.suggestions.ask()
    await product.consult.close()
    bridge.failJob(lastJob(bridge), crashed)
    expect(product.notices.troubles.map(({ failure }) => failure.code)).toEqual(['engine-crashed'])
  })
})

describe('a consultation that stays open', () => {
  it('takes over tags changed elsewhere and keeps what is being typed', async () => {
    const { product, record, encounter } = await opened()
    encounter.transcript.draft = 'I also'
    await product.library.retag(record.session.id, ['review'])
    await product.consult.open(record.session.id)
    expect(product.consult.encounter).toBe(encounter)
    expect(encounter.session.tags).toEqual(['review'])
    expect(encounter.transcript.draft).toBe('I also')
  })

  it('adds nothing while it is in the trash, and is gone once destroyed', async () => {
    const { product, record, encounter } = await opened()
    await product.library.moveToTrash(record.session)
    await product.consult.open(record.session.id)
    expect(encounter.blocked).toContain('in the trash')
    await product.library.destroy(record.session)
    await product.consult.open(record.session.id)
    expect(product.consult.encounter).toBeNull()
    expect(product.consult.failure?.code).toBe('not-found')
  })

  it('stops the text that was started last', async () => {
    const { bridge, encounter } = await opened()
    encounter.chat.draft = 'Why?'
    await encounter.chat.send()
    await encounter.suggestions.ask()
    expect(encounter.writing?.kind).toBe('suggest')
    await encounter.stop(encounter.writing!)
    expect(encounter.writing?.kind).toBe('chat')
    expect(bridge.jobs).toHaveLength(1)
  })
})

describe('locking', () => {
  it('writes what was typed first when it was asked for', async () => {
    const { bridge, product, encounter } = await opened()
    encounter.note.edit('plan', 'ECG')
    await product.vault.lock()
    expect(product.vault.status?.state).toBe('locked')
    expect(bridge.requestsOf('note.save').at(-1)?.sections).toContainEqual({
      id: 'plan',
      text: 'ECG',
      provenance: null,
    })
  })

  it('forgets the consultation, and gives back words that were not saved when it is opened again', async () => {
    const { bridge, product, record, encounter } = await opened()
    encounter.note.edit('plan', 'ECG')
    encounter.transcript.draft = 'I also'
    bridge.setVault({ state: 'locked' })
    expect(product.consult.encounter).toBeNull()
    bridge.setVault({ state: 'open' })
    await product.consult.open(record.session.id)
    expect(product.consult.encounter?.note.section('plan').text).toBe('ECG')
    expect(product.consult.encounter?.note.dirty).toBe(true)
    expect(product.consult.encounter?.transcript.draft).toBe('I also')
  })
})

describe('consent', () => {
  it('blocks turns and the model from the moment it is withdrawn until it is given again', async () => {
    const { encounter } = await opened()
    expect(encounter.blocked).toBeNull()
    await encounter.setConsent(false)
    expect(encounter.blocked).toContain('withdrawn')
    await encounter.setConsent(true)
    expect(encounter.blocked).toBeNull()
  })
})
