import { screen, waitFor, within } from '@testing-library/svelte'
import userEvent from '@testing-library/user-event'
import { beforeEach, describe, expect, it } from 'vitest'
import ConsultView from '../../../renderer/views/consult/ConsultView.svelte'
import type { SessionRecord } from '../../../models/session/session.ts'
import type { FakeBridge } from '../../support/fake-bridge.ts'
import { mountView } from '../../support/mount.ts'
import { newId, provenance, sessionRecord } from '../../support/session-records.ts'

const said = [
  ['clinician', 'What brings you in today?'],
  ['patient', 'I get short of breath on the stairs.'],
  ['clinician', 'Since when?'],
] as const

beforeEach(() => {
  window.innerWidth = 1440
  // jsdom lays nothing out, so there is nothing to scroll to.
  Element.prototype.scrollIntoView = () => undefined
})

async function open(change: Partial<SessionRecord> = {}) {
  const record = { ...sessionRecord({ tags: ['chest'] }, said), ...change }
  const mounted = await mountView(ConsultView, { records: [record] })
  mounted.product.app.navigate({ area: 'consult', session: record.session.id })
  await screen.findByRole('region', { name: 'Transcript' })
  return { ...mounted, record, user: userEvent.setup() }
}

function lastJob({ jobs }: FakeBridge): string {
  const job = jobs.at(-1)
  if (!job) throw new Error('no job was started')
  return job.id
}

const pane = (name: string) => within(screen.getByRole('region', { name }))

describe('a new consultation', () => {
  it('starts only with the person’s answer about consent, and keeps it', async () => {
    const { bridge, product } = await mountView(ConsultView)
    product.app.navigate({ area: 'consult', session: null })
    const user = userEvent.setup()
    await user.type(await screen.findByLabelText('Who'), 'R. Sandoval')
    await user.type(screen.getByLabelText('Reason for the visit'), 'Headache')
    await user.type(screen.getByLabelText('Add a tag'), 'neuro{Enter}')
    await user.click(screen.getByRole('button', { name: /Start consultation/ }))
    expect(screen.getByRole('alert').textContent).toContain('Choose the person')
    expect(bridge.requestsOf('session.create')).toEqual([])

    await user.click(screen.getByRole('radio', { name: 'Agrees' }))
    await user.click(screen.getByRole('button', { name: /Start consultation/ }))
    await screen.findByText('Nothing said yet.')
    expect(bridge.requestsOf('session.create')).toEqual([
      {
        kind: 'consult',
        person: 'R. Sandoval',
        reason: 'Headache',
        tags: ['neuro'],
        consents: [{ modality: 'text', granted: true }],
      },
    ])
    expect(product.app.heading).toMatchObject({ title: 'R. Sandoval', detail: 'Headache' })
  })

  it('opens a bundled sample in one click', async () => {
    const { product } = await mountView(ConsultView)
    product.app.navigate({ area: 'consult', session: null })
    await userEvent.click(await screen.findByRole('button', { name: /Open the sample/ }))
    await screen.findByText('A sharp one on the right when I breathe in.')
  })
})

describe('the transcript', () => {
  it('adds a typed turn with Ctrl Enter, and Alt with a digit chooses the speaker', async () => {
    const { bridge, user } = await open()
    await user.keyboard('{Alt>}[Digit3]{/Alt}')
    const field = await screen.findByRole('textbox', { name: 'What someone else says' })
    await waitFor(() => expect(document.activeElement).toBe(field))
    await user.keyboard('She coughs at night.{Control>}{Enter}{/Control}')
    await screen.findByText('She coughs at night.')
    expect(bridge.requestsOf('turn.add')[0]?.turn).toMatchObject({
      speaker: 'other',
      text: 'She coughs at night.',
    })
  })

  it('gives each turn a heading with its speaker', async () => {
    await open()
    const headings = pane('Transcript').getAllByRole('heading', { level: 3 })
    expect(headings.map(({ textContent }) => textContent)).toEqual(['You', 'Ruth Okafor', 'You'])
  })

  it('moves between turns with arrows, removes with Delete and brings back with undo', async () => {
    const { user } = await open()
    const turns = () => pane('Transcript').getAllByRole('article')
    turns()[2]?.focus()
    await user.keyboard('{ArrowUp}')
    expect(document.activeElement).toBe(turns()[1])
    await user.keyboard('{Home}{ArrowUp}')
    expect(document.activeElement).toBe(turns()[0])
    await user.keyboard('{ArrowDown}{Delete}')
    await screen.findByText('Turn 2 removed.')
    expect(turns()).toHaveLength(2)
    await user.click(screen.getByRole('button', { name: 'Undo' }))
    await waitFor(() => expect(turns()).toHaveLength(3))
  })

  it('edits a turn in place and leaves it with Esc', async () => {
    const { bridge, user } = await open()
    pane('Transcript').getAllByRole('article')[1]?.focus()
    await user.keyboard('{Enter}')
    const words = await screen.findByRole('textbox', { name: 'Words of turn 2' })
    await user.type(words, ' Since May.')
    await user.keyboard('{Escape}')
    expect(screen.queryByRole('textbox', { name: 'Words of turn 2' })).toBeNull()
    expect(bridge.requestsOf('turn.edit')).toEqual([])
    await user.keyboard('{Enter}')
    await user.type(await screen.findByRole('textbox', { name: 'Words of turn 2' }), ' Since June.')
    await user.keyboard('{Control>}{Enter}{/Control}')
    await screen.findByText('I get short of breath on the stairs. Since June.')
  })
})

describe('suggestions', () => {
  it('stream into a card, are stopped by Esc and can be asked for again', async () => {
    const { bridge, user } = await open()
    await user.click(screen.getByRole('button', { name: /^Ask the model/ }))
    const job = lastJob(bridge)
    bridge.stream(job, 'Do your legs')
    await screen.findByText(/“Do your legs/)
    await user.keyboard('{Escape}')
    await screen.findByText('Stopped before it was done. This part is not kept.')
    expect(bridge.requestsOf('job.cancel')).toEqual([{ job }])
    await user.click(screen.getByRole('button', { name: 'Try again' }))
    expect(bridge.requestsOf('consult.suggest')).toHaveLength(2)
  })

  it('show who wrote them and are used by key 1', async () => {
    const { bridge, user } = await open()
    await user.click(screen.getByRole('button', { name: /^Ask the model/ }))
    bridge.finish(lastJob(bridge), 'Do your legs swell?')
    const card = await screen.findByRole('article', { name: 'Suggested question' })
    expect(card.textContent).toMatch(/Written by SmolLM2-135M, int8, seed 7.*42 tok\/s/)
    card.focus()
    await user.keyboard('1')
    await screen.findByText('Do your legs swell?', { selector: '.said' })
    expect(screen.queryByRole('article', { name: 'Suggested question' })).toBeNull()
  })

  it('show a failed one with its message and the words so far', async () => {
    const { bridge, user } = await open()
    await user.click(screen.getByRole('button', { name: /^Ask the model/ }))
    const job = lastJob(bridge)
    bridge.stream(job, 'Do your')
    bridge.failJob(job, { code: 'engine-crashed', message: 'The model stopped. Try again in a moment.' })
    const alert = await pane('Ask next').findByRole('alert')
    expect(alert.textContent).toContain('Do your')
    expect(alert.textContent).toContain('The model stopped. Try again in a moment.')
  })
})

describe('chat', () => {
  it('marks an answer with its model, seed and what was left out', async () => {
    await open({
      chat: [
        { id: newId(), author: 'clinician', text: 'Why?', at: '2026-11-25T11:39:00.000Z', provenance: null },
        {
          id: newId(),
          author: 'model',
          text: 'Because of the stairs.',
          at: '2026-11-25T11:39:09.000Z',
          provenance: provenance({ finish: 'length', dropped: { messages: 6, tokens: 412 } }),
        },
      ],
    })
    const answer = screen.getByRole('article', { name: /^Answer by the model/ })
    expect(answer.textContent).toMatch(/seed 7/)
    expect(answer.textContent).toMatch(/cut off/)
    expect(answer.textContent).toMatch(/The oldest 6 turns and messages \(412 tokens\) no longer fit/)
  })

  it('copies an answer, or selects it where the clipboard refuses', async () => {
    const { user } = await open({
      chat: [
        {
          id: newId(),
          author: 'model',
          text: 'Because of the stairs.',
          at: '2026-11-25T11:39:09.000Z',
          provenance: provenance(),
        },
      ],
    })
    await user.click(screen.getByRole('button', { name: 'Copy' }))
    await screen.findByText('Copied.')
    expect(await navigator.clipboard.readText()).toBe('Because of the stairs.')
    navigator.clipboard.writeText = () => Promise.reject(new Error('refused'))
    await user.click(screen.getByRole('button', { name: 'Copy' }))
    await screen.findByText('Selected. Press Ctrl C to copy.')
    expect(getSelection()?.toString().trim()).toBe('Because of the stairs.')
  })

  it('speaks finished sentences only while an answer streams', async () => {
    const { bridge, user } = await open()
    await user.type(screen.getByRole('textbox', { name: 'Question about this case' }), 'Why?')
    await user.keyboard('{Control>}{Enter}{/Control}')
    await waitFor(() => expect(bridge.jobs).toHaveLength(1))
    bridge.stream(lastJob(bridge), 'It is the heart. Or the lu')
    const spoken = await screen.findByRole('log', { name: 'Answer by the model' })
    const sentences = () => [...spoken.children].map(({ textContent }) => textContent)
    expect(sentences()).toEqual(['It is the heart.'])
    bridge.stream(lastJob(bridge), 'ngs.')
    await waitFor(() => expect(sentences()).toEqual(['It is the heart.', 'Or the lungs.']))
  })

  it('does not repeat a question that is asked again', async () => {
    const { bridge, user } = await open()
    await user.type(screen.getByRole('textbox', { name: 'Question about this case' }), 'Why?')
    await user.click(screen.getByRole('button', { name: /^Ask\b(?! the)/ }))
    await waitFor(() => expect(bridge.jobs).toHaveLength(1))
    bridge.finish(lastJob(bridge), 'Because.')
    await user.click(await screen.findByRole('button', { name: 'Ask again' }))
    await screen.findByText(/^Asked again/)
    expect(pane('Chat about this case').getAllByText('Why?')).toHaveLength(1)
  })

  it('says what is being prepared before the first word', async () => {
    const { bridge, user } = await open()
    await user.type(screen.getByRole('textbox', { name: 'Question about this case' }), 'Why?')
    await user.keyboard('{Control>}{Enter}{/Control}')
    await waitFor(() => expect(bridge.jobs).toHaveLength(1))
    bridge.progress(lastJob(bridge), 'Preparing the model', 0.4, 12)
    await screen.findByText('Preparing the model, 40 %, about 12 s left')
  })
})

describe('the note', () => {
  const drafted = {
    note: {
      revision: 1,
      savedAt: '2026-11-25T11:44:00.000Z',
      sections: [
        { id: 'subjective', text: 'Breathless on stairs. [2] No allergies.', provenance: provenance() },
        { id: 'plan', text: 'ECG. Review in a week.', provenance: null },
      ],
    },
  } as const

  it('marks only drafted sentences that no turn says', async () => {
    await open(drafted)
    const marks = screen.getAllByText('No turn says this')
    expect(marks).toHaveLength(1)
    expect(marks[0]?.closest('.claim')?.textContent).toContain('No allergies.')
  })

  it('jumps from a sentence to its turn, and Backspace comes back', async () => {
    const { user } = await open(drafted)
    const link = pane('Note').getByRole('button', { name: 'Turn 2' })
    await user.click(link)
    const turn = document.getElementById('turn-2')
    await waitFor(() => expect(document.activeElement).toBe(turn))
    expect(turn?.classList.contains('lit')).toBe(true)
    expect(link.getAttribute('aria-current')).toBe('true')
    await user.keyboard('{Backspace}')
    await waitFor(() => expect(document.activeElement).toBe(link))
  })

  it('becomes plain once accepted, and Ctrl Z makes it a draft again', async () => {
    const { user } = await open(drafted)
    await user.click(screen.getByRole('button', { name: 'Accept Subjective' }))
    expect(screen.queryByText('draft, not signed')).toBeNull()
    expect(screen.queryByText('No turn says this')).toBeNull()
    screen.getByRole('button', { name: 'Edit Subjective' }).focus()
    await user.keyboard('{Control>}z{/Control}')
    expect(screen.getByText('draft, not signed')).toBeTruthy()
  })

  it('is written by typing into a section and saved, as the top bar says', async () => {
    const { bridge, product, user } = await open()
    await user.type(screen.getByRole('textbox', { name: 'Plan' }), 'ECG')
    expect(product.app.heading?.save).toEqual({ kind: 'saving' })
    await waitFor(() => expect(bridge.requestsOf('note.save')).toHaveLength(1), { timeout: 3000 })
    await waitFor(() => expect(product.app.heading?.save?.kind).toBe('saved'))
  })

  it('compares a redraft with the words of a person and keeps theirs on request', async () => {
    const { bridge, user } = await open(drafted)
    await user.click(screen.getByRole('button', { name: 'Redraft Plan' }))
    await waitFor(() => expect(bridge.jobs).toHaveLength(1))
    bridge.stream(lastJob(bridge), 'X-ray.', 'plan')
    bridge.finish(lastJob(bridge), 'X-ray. Review in a week.')
    await screen.findByText('A new draft would change your words:')
    expect(document.querySelector('del')?.textContent).toContain('ECG')
    expect(document.querySelector('ins')?.textContent).toContain('X-ray')
    await user.click(screen.getByRole('button', { name: 'Keep mine' }))
    expect(screen.queryByText('A new draft would change your words:')).toBeNull()
    expect(pane('Note').getByText('ECG.')).toBeTruthy()
  })
})

describe('leaving and withdrawing', () => {
  it('previews what leaves before it leaves', async () => {
    const { bridge, user } = await open()
    await user.click(screen.getByRole('button', { name: 'Export' }))
    const sheet = within(await screen.findByRole('dialog', { name: 'Export this consultation' }))
    await sheet.findByText(/1 passage replaced/)
    expect(sheet.getByText(/not encrypted, to a folder you choose/)).toBeTruthy()
    await user.click(sheet.getByRole('button', { name: 'Export redacted' }))
    await screen.findByText('Exported as consultation.md.')
    expect(bridge.requestsOf('session.export')).toMatchObject([{ format: 'markdown', redact: true }])
  })

  it('stops taking words in once consent is withdrawn', async () => {
    const { user, product } = await open()
    await user.click(screen.getByRole('button', { name: 'Consent: text' }))
    // Not by role: the panel stays invisible until it is placed, and jsdom places nothing.
    await user.click(await screen.findByText('Withdraw consent'))
    await screen.findByText('Consent for text was withdrawn. Record it again to go on.')
    expect(screen.getByRole('button', { name: /Add turn/ }).getAttribute('aria-disabled')).toBe('true')
    expect(product.commands.run('consult.suggest')).toContain('withdrawn')
    expect(product.commands.run('consult.draft')).toContain('withdrawn')
  })

  it('moves to the trash with undo', async () => {
    const { bridge, product, record } = await open()
    product.commands.run('consult.trash')
    await screen.findByText('Ruth Okafor moved to the trash.')
    expect(bridge.record(record.session.id).session.trashedAt).not.toBeNull()
    expect(product.app.area).toBe('library')
    expect(product.consult.encounter).toBeNull()
  })

  it('changes tags where they stand', async () => {
    const { bridge, user } = await open()
    await user.type(screen.getByLabelText('Add a tag'), 'urgent{Enter}')
    await waitFor(() =>
      expect(bridge.requestsOf('session.update').at(-1)).toMatchObject({ tags: ['chest', 'urgent'] }),
    )
  })
})

describe('trouble', () => {
  it('says that a consultation could not be opened and offers to try again', async () => {
    const record = sessionRecord()
    const { bridge, product } = await mountView(ConsultView, { records: [record] })
    bridge.failNext('session.open', { code: 'io', message: 'The disk did not answer. Try again.' })
    product.app.navigate({ area: 'consult', session: record.session.id })
    await screen.findByText('The disk did not answer. Try again.')
    await userEvent.click(screen.getByRole('button', { name: 'Try again' }))
    await screen.findByText('Nothing said yet.')
  })

  it('says that the model restarts, and blocks it when it has stopped', async () => {
    const { bridge, product } = await open()
    bridge.setEngine({ state: 'backing-off', reason: 'It starts again in 4 s.' })
    await screen.findByText('It starts again in 4 s.')
    bridge.setEngine({
      state: 'open-circuit',
      reason: 'It failed 3 times. Open Models and prepare it again.',
    })
    await screen.findByText(/It failed 3 times/)
    expect(product.commands.run('consult.suggest')).toContain('stopped')
  })

  it('keeps the transcript and makes the rest tabs where the window is narrow', async () => {
    window.innerWidth = 1024
    const { user } = await open()
    expect(screen.getByRole('region', { name: 'Ask next' })).toBeTruthy()
    expect(screen.queryByRole('region', { name: 'Note' })).toBeNull()
    await user.click(screen.getByRole('link', { name: 'Note' }))
    expect(screen.getByRole('region', { name: 'Note' })).toBeTruthy()
    expect(screen.getByRole('region', { name: 'Transcript' })).toBeTruthy()
    expect(screen.queryByRole('region', { name: 'Ask next' })).toBeNull()
  })
})
