import { describe, expect, it, vi } from 'vitest'
import type { PanelEvent } from '../../../models/contract/panel.ts'
import { memberAnswer, storedPanel } from '../../support/panel-replies.ts'
import { startProduct } from '../../support/mount.ts'
import { newId, sessionRecord } from '../../support/session-records.ts'

async function openDesk() {
  const record = sessionRecord({}, [['patient', 'I get short of breath.']])
  const session = record.session.id
  const mounted = await startProduct({ records: [record] })
  const { panel } = mounted.product
  panel.open(session)
  await panel.loadMembers()
  await vi.waitFor(() => expect(panel.desk?.setup.preview).not.toBeNull())
  const { desk } = panel
  if (!desk) throw new Error('no desk')
  return { ...mounted, panel, desk, session }
}
type Opened = Awaited<ReturnType<typeof openDesk>>

async function startPanel({ bridge, panel, desk, session }: Opened) {
  await panel.start()
  const { live } = desk
  if (!live) throw new Error('no panel under way')
  const happens = (event: PanelEvent) =>
    bridge.push('panel.event', { job: live.job, run: live.run, session, event })
  return { live, happens }
}

const roundStarted: PanelEvent = {
  kind: 'round-started',
  round: 0,
  members: ['knowledge', 'retrieval', 'plpf'],
}

describe('setting up a panel', () => {
  it('seats who is on this computer and can be asked, never a server', async () => {
    const { desk, bridge } = await openDesk()
    expect(desk.setup.seats.map(({ id }) => id)).toEqual(['knowledge', 'retrieval', 'plpf'])
    expect(desk.setup.preview?.leaving).toEqual([])
    expect(bridge.requestsOf('panel.preview').at(-1)).toMatchObject({
      redact: true,
      rounds: 4,
      question: null,
    })
  })

  it('asks for no preview with fewer than two who vote', async () => {
    const { desk, bridge } = await openDesk()
    const before = bridge.requestsOf('panel.preview').length
    desk.setup.seat('plpf', false)
    desk.setup.role('retrieval', 'challenger')
    await vi.waitFor(() => expect(desk.setup.preview).toBeNull())
    expect(desk.setup.voting).toBe(1)
    expect(bridge.requestsOf('panel.preview').length).toBe(before + 1)
  })

  it('forgets an agreement when the words that would be sent change', async () => {
    const { desk } = await openDesk()
    desk.setup.seat('ward', true)
    await vi.waitFor(() => expect(desk.setup.preview?.leaving).toHaveLength(1))
    desk.setup.agree('ward', true)
    desk.setup.limit(2)
    await desk.setup.look()
    expect(desk.setup.agreed).toEqual(['ward'])
    desk.setup.setRedact(false)
    await vi.waitFor(() => expect(desk.setup.agreed).toEqual([]))
    expect(desk.setup.preview?.leaving[0]?.messages[0]?.content).toContain('Ruth Okafor')
  })

  it('shows why a panel could not be started and keeps the choice', async () => {
    const { bridge, panel, desk } = await openDesk()
    bridge.failNext('panel.start', { code: 'engine-unavailable', message: 'The engine is busy. Try again.' })
    await panel.start()
    expect(desk.refused?.message).toBe('The engine is busy. Try again.')
    expect(desk.shown).toBe('new')
    expect(desk.setup.seats).toHaveLength(3)
  })
})

describe('a panel under way', () => {
  it('is named by the question that was asked, though the preview is of the one before', async () => {
    const { panel, desk } = await openDesk()
    desk.setup.question = 'Is it gout, yes or no?'
    await panel.start()
    expect(desk.live?.asked.question).toBe('Is it gout, yes or no?')
  })

  it('is followed even when its first step arrives before the reply to its start', async () => {
    const opened = await openDesk()
    const { bridge, panel, desk, session } = opened
    const run = newId()
    bridge.on('job.started', ({ id }) =>
      bridge.push('panel.event', { job: id, run, session, event: roundStarted }),
    )
    await panel.start()
    expect(desk.live?.rounds).toHaveLength(1)
    expect(desk.live?.seats.map(({ name }) => name)).toEqual([
      'Knowledge base',
      'Solved cases',
      'Dialogue model',
    ])
  })

  it('ends as a kept second opinion that is then shown', async () => {
    const opened = await openDesk()
    const { live, happens } = await startPanel(opened)
    happens(roundStarted)
    const panel = storedPanel(opened.session)
    opened.bridge.finishWith(live.job, { kind: 'panel', panel })
    expect(opened.desk.live).toBeNull()
    expect(opened.desk.stored).toEqual(panel)
  })

  it('keeps what was answered on screen when it fails', async () => {
    const opened = await openDesk()
    const { live, happens } = await startPanel(opened)
    happens(roundStarted)
    happens({ kind: 'answered', round: 0, answer: memberAnswer('knowledge', 'pneumonia') })
    opened.bridge.failJob(live.job, { code: 'refused', message: 'Fewer than two members gave an answer.' })
    expect(opened.desk.shown).toBe('live')
    expect(live.failure?.message).toContain('Fewer than two')
    expect(live.rounds[0]?.cells['knowledge']?.kind).toBe('answered')
    expect(opened.desk.running).toBe(false)
  })

  it('goes on while another session is open and is found again', async () => {
    const opened = await openDesk()
    const { live, happens } = await startPanel(opened)
    opened.panel.open(newId())
    happens(roundStarted)
    opened.panel.open(opened.session)
    expect(opened.panel.desk?.live).toBe(live)
    expect(live.rounds).toHaveLength(1)
  })

  it('sends at once only what was shown and agreed to before, and otherwise waits', async () => {
    const opened = await openDesk()
    const { bridge, desk } = opened
    desk.setup.seat('ward', true)
    await vi.waitFor(() => expect(desk.setup.preview?.leaving).toHaveLength(1))
    desk.setup.agree('ward', true)
    const [agreed] = desk.setup.preview?.leaving ?? []
    if (!agreed) throw new Error('nothing would leave')
    const { live, happens } = await startPanel(opened)
    happens({ kind: 'round-started', round: 0, members: ['ward'] })
    happens({ kind: 'leaving', round: 0, ...agreed })
    expect(live.rounds[0]?.cells['ward']?.kind).toBe('thinking')
    await vi.waitFor(() => expect(bridge.requestsOf('panel.allow')).toHaveLength(1))
    expect(bridge.requestsOf('panel.allow')[0]).toMatchObject({ member: 'ward', round: 0, send: true })

    const later = { ...agreed, messages: [{ role: 'user' as const, content: 'and what the others said' }] }
    happens({ kind: 'leaving', round: 1, ...later })
    expect(live.rounds[1]?.cells['ward']?.kind).toBe('asks-leave')
    expect(bridge.requestsOf('panel.allow')).toHaveLength(1)
    await desk.allow(live, 'ward', 1, false)
    expect(bridge.requestsOf('panel.allow')[1]).toMatchObject({ round: 1, send: false })
    expect(live.rounds[1]?.cells['ward']?.kind).toBe('thinking')
  })

  it('stops one member once, and everybody by the job', async () => {
    const opened = await openDesk()
    const { live } = await startPanel(opened)
    await opened.desk.stopMember('plpf')
    await opened.desk.stopMember('plpf')
    expect(opened.bridge.requestsOf('panel.stopMember')).toEqual([{ job: live.job, member: 'plpf' }])
    await opened.desk.stopAll()
    expect(live.failure?.code).toBe('cancelled')
  })

  it('is forgotten when the vault locks', async () => {
    const opened = await openDesk()
    await startPanel(opened)
    opened.product.locked()
    expect(opened.panel.desk).toBeNull()
    expect(opened.panel.members).toBeNull()
  })
})

describe('a kept second opinion', () => {
  it('is replayed, and says whether it came out the same', async () => {
    const { bridge, desk, session } = await openDesk()
    const kept = storedPanel(session)
    bridge.panel.stored = [kept]
    await desk.load()
    await desk.replay(kept.id)
    const job = bridge.jobs.at(-1)?.id ?? ''
    expect(desk.replays[kept.id]).toEqual({ kind: 'running', job })
    const report = { same: false, differences: ['Round 1: another answer.'], left: [] }
    bridge.finishWith(job, { kind: 'panel-replay', report })
    expect(desk.replays[kept.id]).toEqual({ kind: 'done', report })
  })
})
