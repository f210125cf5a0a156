import { screen, waitFor, within } from '@testing-library/svelte'
import userEvent from '@testing-library/user-event'
import { beforeEach, describe, expect, it } from 'vitest'
import type { PanelEvent } from '../../../models/contract/panel.ts'
import ConsultView from '../../../renderer/views/consult/ConsultView.svelte'
import PracticeView from '../../../renderer/views/practice/PracticeView.svelte'
import { absentAnswer, memberAnswer, panelRecord, storedPanel } from '../../support/panel-replies.ts'
import { mountView } from '../../support/mount.ts'
import { sessionRecord } from '../../support/session-records.ts'

const said = [
  ['clinician', 'What brings you in today?'],
  ['patient', 'I get short of breath on the stairs.'],
  ['clinician', 'Any pain?'],
  ['patient', 'A sharp one when I breathe in.'],
] as const

beforeEach(() => {
  window.innerWidth = 1440
})

/** The consultation with second opinions on it, at the transcript. */
async function openConsultation({ kept = 0 } = {}) {
  const record = sessionRecord({}, said)
  const session = record.session.id
  const mounted = await mountView(ConsultView, { records: [record] })
  const { bridge, product } = mounted
  bridge.panel.stored = Array.from({ length: kept }, () => storedPanel(session))
  product.app.navigate({ area: 'consult', session })
  await screen.findByRole('region', { name: 'Transcript' })
  return { ...mounted, session, user: userEvent.setup() }
}
type Opened = Awaited<ReturnType<typeof openConsultation>>

const pane = (name: string) => within(screen.getByRole('region', { name }))
const cells = (row: string) =>
  within(screen.getByRole('row', { name: new RegExp(`^${row}\\b`) })).getAllByRole('cell')

async function setUp() {
  const opened = await openConsultation()
  await opened.user.click(screen.getByRole('button', { name: 'Second opinion' }))
  await screen.findByRole('checkbox', { name: 'Knowledge base' })
  return opened
}

async function ask({ user, bridge, session, product }: Opened) {
  await user.click(await screen.findByRole('button', { name: 'Ask the panel' }))
  await screen.findByRole('button', { name: /^Stop everybody/ })
  const job = bridge.jobs.at(-1)?.id ?? ''
  const run = product.panel.desk?.live?.run ?? ''
  return {
    job,
    happens: (event: PanelEvent) => bridge.push('panel.event', { job, run, session, event }),
  }
}

describe('setting up a second opinion', () => {
  it('shows the budget and that nothing leaves before anything runs', async () => {
    const { bridge } = await setUp()
    const before = pane('Before it starts')
    expect(await before.findByText(/At most 12,000 tokens in all/)).toBeTruthy()
    expect(before.getByText('Nothing. Every member runs here.')).toBeTruthy()
    expect(bridge.requestsOf('panel.start')).toEqual([])
  })

  it('says why a member cannot be asked, and keeps it in sight', async () => {
    await setUp()
    const base = screen.getByRole('checkbox', { name: 'Base model' })
    expect(base).toHaveProperty('disabled', true)
    expect(screen.getByText('It is not prepared. Open Models.')).toBeTruthy()
  })

  it('shows word for word what a server would be sent, redacted, and waits for leave', async () => {
    const { bridge, user } = await setUp()
    const ward = screen.getByRole('checkbox', { name: 'Ward server' })
    expect(ward.getAttribute('aria-checked')).toBe('false')
    await user.click(ward)
    const region = await screen.findByRole('region', { name: 'What Ward server would be sent' })
    expect(region.textContent).toContain('[name] gets short of breath.')
    expect(screen.getByText(/http:\/\/127.0.0.1:9000\/v1, model big/)).toBeTruthy()
    await user.click(screen.getByRole('button', { name: 'Ask the panel' }))
    expect(bridge.requestsOf('panel.start')).toEqual([])
    expect(screen.getAllByText(/Agree to what goes to Ward server/).length).toBeGreaterThan(0)

    await user.click(screen.getByRole('checkbox', { name: 'Send this to Ward server' }))
    await user.click(screen.getByRole('button', { name: 'Ask the panel' }))
    await waitFor(() => expect(bridge.requestsOf('panel.start')).toHaveLength(1))
    expect(bridge.requestsOf('panel.start')[0]).toMatchObject({ redact: true })
  })

  it('gives a role and a limit, and asks with them', async () => {
    const opened = await setUp()
    await opened.user.selectOptions(screen.getByLabelText('Role of Dialogue model'), 'challenger')
    await opened.user.selectOptions(screen.getByLabelText('Rounds at most'), '2')
    await ask(opened)
    expect(opened.bridge.requestsOf('panel.start')[0]).toMatchObject({
      question: null,
      rounds: 2,
      members: [
        { id: 'knowledge', role: 'physician' },
        { id: 'retrieval', role: 'physician' },
        { id: 'plpf', role: 'challenger' },
      ],
    })
  })

  it('does not start with fewer than two who vote, and says so', async () => {
    const { bridge, user } = await setUp()
    await user.click(screen.getByRole('checkbox', { name: 'Solved cases' }))
    await user.click(screen.getByRole('checkbox', { name: 'Dialogue model' }))
    await user.click(screen.getByRole('button', { name: 'Ask the panel' }))
    expect(screen.getAllByText('Choose at least two members who vote.').length).toBeGreaterThan(0)
    expect(bridge.requestsOf('panel.start')).toEqual([])
  })

  it('names a server without sending anything', async () => {
    const { bridge, user } = await setUp()
    await user.click(screen.getByRole('button', { name: 'Named servers' }))
    const form = within(await screen.findByRole('form', { name: 'Name a server' }))
    await user.type(form.getByLabelText('Name'), 'Lab')
    await user.type(form.getByLabelText('Address'), 'http://127.0.0.1:11434/v1')
    await user.type(form.getByLabelText('Model'), 'qwen3')
    await user.type(form.getByLabelText('Key'), 'secret')
    await user.click(form.getByRole('button', { name: 'Add' }))
    expect(await screen.findByText('qwen3, key kept encrypted')).toBeTruthy()
    expect(bridge.requestsOf('panel.saveEndpoint')[0]).toMatchObject({ id: null, key: 'secret' })

    await user.click(screen.getByRole('button', { name: 'Change Lab' }))
    await user.click(screen.getByRole('checkbox', { name: 'Remove the stored key' }))
    await user.click(screen.getByRole('button', { name: 'Save' }))
    await waitFor(() => expect(bridge.requestsOf('panel.saveEndpoint')[1]).toMatchObject({ key: '' }))
    expect(bridge.requestsOf('panel.start')).toEqual([])
  })
})

describe('a panel under way', () => {
  const members = ['knowledge', 'retrieval', 'plpf']

  it('streams a column for each member and keeps who is absent, with the reason', async () => {
    const opened = await setUp()
    const { happens } = await ask(opened)
    happens({ kind: 'round-started', round: 0, members })
    happens({ kind: 'text', round: 0, member: 'plpf', text: 'The pain on' })
    happens({ kind: 'answered', round: 0, answer: memberAnswer('knowledge', 'pneumonia') })
    happens({
      kind: 'answered',
      round: 0,
      answer: absentAnswer('retrieval', 'timed-out', 'It gave no answer within 60 seconds.'),
    })
    await waitFor(() => expect(cells('Round 0')).toHaveLength(3))
    const [knowledge, retrieval, plpf] = cells('Round 0')
    expect(knowledge?.textContent).toContain('Pneumonia')
    expect(retrieval?.textContent).toContain('Absent: took too long')
    expect(retrieval?.textContent).toContain('It gave no answer within 60 seconds.')
    expect(plpf?.textContent).toContain('The pain on')
    expect(screen.getByText(/Knowledge base: Pneumonia\. Solved cases is absent/)).toBeTruthy()
  })

  it('stops one member by its button and everybody by Esc', async () => {
    const opened = await setUp()
    const { job, happens } = await ask(opened)
    happens({ kind: 'round-started', round: 0, members })
    await opened.user.click(await screen.findByRole('button', { name: 'Stop Dialogue model' }))
    expect(opened.bridge.requestsOf('panel.stopMember')).toEqual([{ job, member: 'plpf' }])
    await opened.user.keyboard('{Escape}')
    expect(await screen.findByText('Stopped before there was a result.')).toBeTruthy()
    await opened.user.click(screen.getByRole('button', { name: 'Change the panel and ask again' }))
    expect(await screen.findByRole('checkbox', { name: 'Knowledge base' })).toBeTruthy()
  })

  it('asks again before anything else leaves', async () => {
    const opened = await setUp()
    const { job, happens } = await ask(opened)
    happens({
      kind: 'leaving',
      round: 1,
      member: 'plpf',
      url: 'http://127.0.0.1:9000/v1',
      model: 'big',
      messages: [{ role: 'user', content: 'What the others said.' }],
    })
    expect(await screen.findByText('What the others said.')).toBeTruthy()
    await opened.user.click(screen.getByRole('button', { name: 'Do not send' }))
    expect(opened.bridge.requestsOf('panel.allow')).toEqual([{ job, member: 'plpf', round: 1, send: false }])
  })
})

describe('a kept second opinion', () => {
  async function openKept() {
    const opened = await openConsultation({ kept: 1 })
    await opened.user.click(
      await screen.findByRole('button', { name: /^Second opinion: Pulmonary embolism/ }),
    )
    await screen.findByRole('region', { name: 'Result' })
    return opened
  }

  it('stands on the timeline after the turn it read, and opens from there', async () => {
    const { product } = await openConsultation({ kept: 1 })
    const marker = await screen.findByRole('button', { name: /^Second opinion: Pulmonary embolism/ })
    const turns = screen.getAllByRole('article')
    const second = turns[1]
    const third = turns[2]
    if (!second || !third) throw new Error('no turns')
    expect(second.compareDocumentPosition(marker) & Node.DOCUMENT_POSITION_FOLLOWING).toBeTruthy()
    expect(marker.compareDocumentPosition(third) & Node.DOCUMENT_POSITION_FOLLOWING).toBeTruthy()
    await userEvent.click(marker)
    expect(product.app.route).toMatchObject({ panel: product.panel.desk?.runs[0]?.id })
  })

  it('shows the answer, how it was decided, the dissent and what changed a mind, quoted', async () => {
    await openKept()
    const result = pane('Result')
    expect(result.getByRole('heading', { name: 'Pulmonary embolism' })).toBeTruthy()
    expect(result.getByText('Both members who voted say')).toBeTruthy()
    expect(result.getByText(/Agreement is not proof/)).toBeTruthy()
    const dissent = pane('Dissent')
    expect(dissent.getByText('Acute coronary syndrome.')).toBeTruthy()
    expect(dissent.getByText(/Dialogue model, challenger without a vote/)).toBeTruthy()
    expect(result.getByText('“Swollen calf and pain on breathing in.”')).toBeTruthy()
    expect(result.getByText('must not miss')).toBeTruthy()
  })

  it('puts what to ask next into the conversation, as it is or to be reworded', async () => {
    const { bridge, product, user } = await openKept()
    await user.click(screen.getByRole('button', { name: /^Ask now: Is one of your calves/ }))
    await waitFor(() => expect(bridge.requestsOf('turn.add')).toHaveLength(1))
    expect(bridge.requestsOf('turn.add')[0]?.turn).toMatchObject({
      speaker: 'clinician',
      text: 'Is one of your calves swollen or sore?',
    })
    await user.click(screen.getByRole('button', { name: /^Reword: Is one of your calves/ }))
    expect(await screen.findByDisplayValue('Is one of your calves swollen or sore?')).toBeTruthy()
    expect(product.app.route).toMatchObject({ area: 'consult' })
  })

  it('quotes the turn behind a reason and goes there', async () => {
    const { product, user } = await openKept()
    const [knowledge] = cells('Round 0')
    if (!knowledge) throw new Error('no cell')
    await user.click(within(knowledge).getByRole('button', { name: /Turn 4/ }))
    expect(await screen.findByText('A sharp one when I breathe in.')).toBeTruthy()
    await user.click(await screen.findByText('Go there'))
    await waitFor(() => expect(product.app.route).toMatchObject({ area: 'consult', turn: 4 }))
    expect(product.app.route).not.toHaveProperty('panel')
  })

  it('is exported redacted unless the person wants otherwise', async () => {
    const { bridge, user } = await openKept()
    await user.click(screen.getByRole('button', { name: 'Export' }))
    expect(await screen.findByText(/2 passages replaced/)).toBeTruthy()
    await user.click(screen.getByRole('button', { name: 'Export redacted' }))
    await waitFor(() => expect(bridge.requestsOf('panel.export')).toHaveLength(1))
    expect(bridge.requestsOf('panel.export')[0]).toMatchObject({ redact: true })
  })

  it('is replayed and says whether it came out the same', async () => {
    const { bridge, user } = await openKept()
    await user.click(screen.getByRole('button', { name: 'Replay' }))
    await screen.findByText('under way')
    bridge.finishWith(bridge.jobs.at(-1)?.id ?? '', {
      kind: 'panel-replay',
      report: { same: true, differences: [], left: ['plpf'] },
    })
    expect(await screen.findByText('the same again')).toBeTruthy()
    expect(screen.getByText(/not on this computer: Dialogue model/)).toBeTruthy()
  })

  it('is removed only after a question', async () => {
    const { bridge, user } = await openKept()
    await user.click(screen.getByRole('button', { name: 'Remove' }))
    const dialog = within(await screen.findByRole('alertdialog'))
    expect(bridge.requestsOf('panel.remove')).toEqual([])
    await user.click(dialog.getByRole('button', { name: 'Remove' }))
    expect(await screen.findByRole('checkbox', { name: 'Knowledge base' })).toBeTruthy()
    expect(bridge.requestsOf('panel.remove')).toHaveLength(1)
  })

  it('says plainly when there is no consensus, and what each rule would say', async () => {
    const opened = await openConsultation()
    const record = panelRecord()
    opened.bridge.panel.stored = [
      storedPanel(opened.session, {
        record: {
          ...record,
          verdict: {
            ...record.verdict,
            consensus: false,
            by: 'summed-confidence',
            members: ['knowledge'],
            rules: { ...record.verdict.rules, majority: null },
          },
        },
      }),
    ]
    await opened.product.panel.desk?.load()
    await opened.user.click(screen.getByRole('button', { name: /^Second opinion\b.*1$/ }))
    const result = within(await screen.findByRole('region', { name: 'Result' }))
    expect(result.getByText('no consensus')).toBeTruthy()
    expect(result.getByText(/Treat it as open/)).toBeTruthy()
    expect(result.getByText('could not decide')).toBeTruthy()
  })
})

describe('a second opinion in practice', () => {
  it('is offered once the encounter is over, and goes back to the debrief', async () => {
    const { product } = await mountView(PracticeView)
    const user = userEvent.setup()
    product.app.navigate({ area: 'practice', session: null })
    await user.click(await screen.findByRole('button', { name: /A belly that got worse/ }))
    await screen.findByText('It hurts here.')
    expect(screen.queryByRole('button', { name: 'Second opinion' })).toBeNull()
    await user.type(
      screen.getByRole('textbox', { name: 'What you say' }),
      'The most likely diagnosis is gastritis.{Enter}',
    )
    await user.click(await screen.findByRole('button', { name: 'Second opinion' }))
    expect(await screen.findByRole('checkbox', { name: 'Knowledge base' })).toBeTruthy()
    await user.click(screen.getByRole('button', { name: 'Back to the encounter' }))
    expect(await screen.findByRole('region', { name: 'Debrief' })).toBeTruthy()
  })
})
