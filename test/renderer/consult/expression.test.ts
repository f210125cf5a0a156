import { screen, waitFor, within } from '@testing-library/svelte'
import userEvent from '@testing-library/user-event'
import { beforeEach, describe, expect, it } from 'vitest'
import type { LiveEstimate } from '../../../models/contract/emotion.ts'
import type { Consent, Modality, Session } from '../../../models/session/session.ts'
import type { Settings } from '../../../models/session/settings.ts'
import Shell from '../../../renderer/shell/Shell.svelte'
import { nothingRead } from '../../support/fake-bridge.ts'
import { mountView } from '../../support/mount.ts'
import { clearly } from '../../support/scripted-readers.ts'
import { sessionRecord } from '../../support/session-records.ts'

beforeEach(() => {
  window.innerWidth = 1440
})

const said = [
  ['clinician', 'What brings you in today?'],
  ['patient', 'I get short of breath on the stairs.'],
] as const

async function open(
  agreed: readonly Modality[] = [],
  settings: Partial<Settings> = {},
  change: Partial<Session> = {},
) {
  const record = sessionRecord(change, said)
  const consents = agreed.map((modality): Consent => ({ ...record.consents[0]!, modality }))
  const mounted = await mountView(Shell, {
    records: [{ ...record, consents: [...record.consents, ...consents] }],
    settings,
  })
  mounted.product.app.navigate({ area: 'consult', session: record.session.id })
  await screen.findByRole('region', { name: 'Visible expression' })
  mounted.devices.picture = { width: 16, height: 16, pixels: new Uint8Array(1024), takenAt: 0 }
  return { ...mounted, session: record.session.id, user: userEvent.setup() }
}

const strip = () => within(screen.getByRole('region', { name: 'Visible expression' }))
const row = (name: string) => strip().getByRole('group', { name })
const button = (within_: HTMLElement, name: string | RegExp) => within(within_).getByRole('button', { name })
const bar = () => screen.getByRole('banner').querySelector('.capture')

const mixed: LiveEstimate = {
  ...nothingRead,
  face: clearly('face', 'happy'),
  text: clearly('text', 'worried'),
  fused: {
    kind: 'estimate',
    scores: { neutral: 0.1, angry: 0.1, happy: 0.3, sad: 0.1, worried: 0.3, surprise: 0.1 },
    uncertainty: 0.95,
    shares: { face: 0.5, voice: 0, text: 0.5 },
    missing: ['voice'],
    disagreement: { value: 0.7, between: ['face', 'text'] },
    quality: { score: 1, reasons: [] },
  },
}

describe('the strip', () => {
  it('is one line that says nothing is read until something may be', async () => {
    const { user } = await open()
    expect(screen.getByRole('region', { name: 'Visible expression' }).textContent).toContain(
      'Nothing is read of face, voice or words.',
    )
    expect(strip().queryByRole('group')).toBeNull()
    await user.click(strip().getByRole('button', { name: 'Set up visible expression' }))
    expect(row('Face').textContent).toContain('camera off, no consent given')
    expect(row('Words').textContent).toContain('not read, no consent given')
  })

  it('asks for consent before it turns a sensor on, and keeps the wording', async () => {
    const { user, bridge, devices, session } = await open()
    await user.click(strip().getByRole('button', { name: 'Set up visible expression' }))
    await user.click(button(row('Face'), 'Ask for consent'))
    expect([...devices.on]).toEqual([])
    const sheet = await screen.findByRole('dialog')
    const camera = within(sheet).getByRole('region', { name: /^Camera/ })
    expect(camera.textContent).toContain('No picture is kept or sent anywhere')
    await user.click(button(camera, 'The person agrees: turn on the camera'))
    await waitFor(() => expect([...devices.on]).toEqual(['camera']))
    expect(bridge.requestsOf('consent.set')).toEqual([{ session, modality: 'camera', granted: true }])
    await waitFor(() => expect(bar()?.textContent).toContain('Camera on'))
  })

  it('shows each source, never neutral for what is missing, and wonders where they differ', async () => {
    const { user, bridge } = await open(['camera'])
    bridge.estimate = mixed
    await user.click(strip().getByRole('button', { name: 'Set up visible expression' }))
    await user.click(button(row('Face'), 'Turn on'))
    await waitFor(() => expect(row('Face').textContent).toContain('happy 90 %'))
    expect(row('Voice').textContent).not.toContain('neutral')
    expect(row('Together').textContent).toContain('perhaps')
    expect(row('Together').textContent).toContain('unclear')
    expect(strip().getByText('Words and face differ: consider asking.')).toBeTruthy()
    await user.click(strip().getByRole('button', { name: 'Figures and limits' }))
    const table = within(await screen.findByRole('dialog')).getByRole('table')
    expect(
      within(table)
        .getByRole('row', { name: /^Counted/ })
        .textContent.replace(/\s+/g, ' '),
    ).toContain('50 %')
  })

  it('gives the reason when nothing can be read', async () => {
    const { user, bridge } = await open(['camera'])
    bridge.estimate = {
      ...nothingRead,
      face: { kind: 'missing', modality: 'face', reasons: ['dark', 'turned'] },
    }
    await user.click(strip().getByRole('button', { name: 'Set up visible expression' }))
    await user.click(button(row('Face'), 'Turn on'))
    await waitFor(() => expect(row('Face').textContent).toContain('too dark, turned away'))
  })

  it('can be hidden while the bar goes on saying what is on', async () => {
    const { user } = await open(['camera'])
    await user.click(strip().getByRole('button', { name: 'Set up visible expression' }))
    await user.click(button(row('Face'), 'Turn on'))
    await waitFor(() => expect(bar()).not.toBeNull())
    await user.click(strip().getByRole('button', { name: 'Hide visible expression' }))
    expect(strip().queryByRole('group')).toBeNull()
    expect(screen.getByText(/still being read/)).toBeTruthy()
    expect(bar()?.textContent).toContain('Camera on')
  })

  it('reads the patient’s typed words after they agreed, and nobody else’s', async () => {
    const { user, bridge } = await open(['words'])
    bridge.estimate = { ...nothingRead, text: clearly('text', 'sad') }
    const field = () => within(screen.getByRole('form', { name: 'New turn' })).getByRole('textbox')
    await user.click(screen.getByRole('radio', { name: 'You' }))
    await user.type(field(), 'Since when?{Control>}{Enter}{/Control}')
    await user.click(screen.getByRole('radio', { name: 'Patient' }))
    await user.type(field(), 'Since my wife died.{Control>}{Enter}{/Control}')
    await waitFor(() => expect(row('Words').textContent).toContain('sad 90 %'))
    expect(bridge.requestsOf('emotion.words')).toHaveLength(1)
  })
})

describe('turning off', () => {
  it('is one click on the bar', async () => {
    const { user, devices } = await open(['camera', 'microphone'])
    await user.click(strip().getByRole('button', { name: 'Set up visible expression' }))
    await user.click(button(row('Face'), 'Turn on'))
    await user.click(button(row('Voice'), 'Turn on'))
    await waitFor(() => expect([...devices.on].sort()).toEqual(['camera', 'microphone']))
    expect(bar()?.textContent).toContain('Camera and microphone on')
    await user.click(button(screen.getByRole('banner'), 'Turn off'))
    expect([...devices.on]).toEqual([])
    expect(bar()).toBeNull()
  })

  it('happens on leaving the consultation, for practice above all', async () => {
    const { user, devices, product } = await open(['camera'])
    await user.click(strip().getByRole('button', { name: 'Set up visible expression' }))
    await user.click(button(row('Face'), 'Turn on'))
    await waitFor(() => expect([...devices.on]).toEqual(['camera']))
    product.app.navigate({ area: 'practice', session: null })
    await waitFor(() => expect([...devices.on]).toEqual([]))
    await user.click(await screen.findByRole('button', { name: /A belly that got worse/ }))
    await screen.findByText('It hurts here.')
    expect(screen.queryByRole('region', { name: 'Visible expression' })).toBeNull()
    expect(bar()).toBeNull()
  })

  it('comes with withdrawing, which keeps the estimates or deletes them', async () => {
    const { user, bridge, devices, session } = await open(['camera'])
    await user.click(strip().getByRole('button', { name: 'Set up visible expression' }))
    await user.click(button(row('Face'), 'Turn on'))
    await waitFor(() => expect([...devices.on]).toEqual(['camera']))
    await user.click(strip().getByRole('button', { name: 'Figures and limits' }))
    const camera = within(await screen.findByRole('dialog')).getByRole('region', { name: /^Camera/ })
    await user.click(button(camera, 'Withdraw and delete them'))
    expect(bridge.requestsOf('consent.set').at(-1)).toEqual({
      session,
      modality: 'camera',
      granted: false,
      forget: true,
    })
    bridge.push('capture.ended', { session, modality: 'camera' })
    expect([...devices.on]).toEqual([])
  })
})

describe('where nothing may be captured', () => {
  it('the trainee profile offers no sensor, and says why', async () => {
    await open(['camera'], { role: 'trainee' })
    expect(strip().getByText(/off with the trainee profile/)).toBeTruthy()
    const setUp = strip().getByRole('button', { name: 'Set up visible expression' })
    expect(setUp.getAttribute('aria-disabled')).toBe('true')
  })

  it('an answer given by someone else does not count', async () => {
    const { user, bridge, product } = await open(['camera'])
    const encounter = product.consult.encounter!
    await encounter.update({ person: 'Someone else' })
    await user.click(strip().getByRole('button', { name: 'Set up visible expression' }))
    expect(row('Face').textContent).toContain('camera off, no consent given')
    expect(button(row('Face'), 'Ask for consent')).toBeTruthy()
    expect(bridge.requestsOf('emotion.begin')).toEqual([])
  })
})

describe('what is known of the estimates', () => {
  it('is in Settings: what was measured, on whom, and what was not', async () => {
    const { product } = await open()
    product.app.navigate({ area: 'settings', section: 'expression' })
    expect(await screen.findByText(/no accuracy is claimed/)).toBeTruthy()
    expect(screen.getByText('65.5 % (62.0 to 68.7)')).toBeTruthy()
    expect(screen.getByText(/It cannot hear surprise at all/)).toBeTruthy()
  })
})
