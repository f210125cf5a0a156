import { render, screen, waitFor, within } from '@testing-library/svelte'
import userEvent from '@testing-library/user-event'
import { beforeEach, describe, expect, it } from 'vitest'
import Differential from '../../../renderer/views/consult/Differential.svelte'
import ConsultView from '../../../renderer/views/consult/ConsultView.svelte'
import { mountView } from '../../support/mount.ts'
import { sessionRecord } from '../../support/session-records.ts'
import { guidance } from '../../support/fake-bridge.ts'

beforeEach(() => {
  window.innerWidth = 1440
  Element.prototype.scrollIntoView = () => undefined
})

const said = [
  ['clinician', 'What brings you in today?'],
  ['patient', 'I get short of breath on the stairs.'],
  ['clinician', 'Since when?'],
] as const

async function open(turns: Parameters<typeof sessionRecord>[1] = said) {
  const record = sessionRecord({}, turns)
  const mounted = await mountView(ConsultView, { records: [record] })
  mounted.product.app.navigate({ area: 'consult', session: record.session.id })
  await screen.findByRole('region', { name: 'Transcript' })
  return { ...mounted, record, user: userEvent.setup() }
}

const card = () => screen.findByRole('article', { name: 'Guided question' })
const list = () => within(screen.getByRole('region', { name: 'Differential' }))

describe('the guided question', () => {
  it('stands first with its reason, is asked by key 1 and read again after the turn', async () => {
    const { bridge, user } = await open()
    const shown = await card()
    expect(shown.textContent).toContain('Is one of your calves swollen or sore?')
    expect(shown.textContent).toContain('tell apart Pulmonary embolism')
    shown.focus()
    await user.keyboard('1')
    await screen.findByText('Is one of your calves swollen or sore?', { selector: '.said' })
    await waitFor(() => expect(bridge.requestsOf('consult.reading').length).toBeGreaterThan(1))
    expect(bridge.requestsOf('consult.suggest')).toEqual([])
  })

  it('goes to the composer to be reworded', async () => {
    const { user } = await open()
    await user.click(within(await card()).getByRole('button', { name: /^Reword/ }))
    expect(await screen.findByDisplayValue('Is one of your calves swollen or sore?')).toBeTruthy()
  })

  it('is skipped, and can be offered again', async () => {
    const { user } = await open()
    await user.click(within(await card()).getByRole('button', { name: /^Skip/ }))
    expect(screen.queryByRole('article', { name: 'Guided question' })).toBeNull()
    await user.click(screen.getByRole('button', { name: 'Offer it again' }))
    await card()
  })

  it('leads to the turn that it rests on', async () => {
    const { user, product } = await open()
    await user.click(within(await card()).getByRole('button', { name: 'Turn 2' }))
    expect(product.consult.encounter?.transcript.selected).toBe(2)
  })

  it('never says a diagnosis when there is nothing left to ask', async () => {
    const { bridge, user } = await open()
    bridge.reading = {
      ...guidance,
      next: { kind: 'close', text: 'Diagnosis: Pneumonia.', reason: 'Pneumonia stands out.', turns: [] },
    }
    await user.click(within(await card()).getByRole('button', { name: /^Use/ }))
    await screen.findByText(/nothing more to ask/)
    expect(screen.queryByText(/Diagnosis: Pneumonia/)).toBeNull()
  })
})

describe('the differential', () => {
  it('shows share, code, grounds with turns, and what is left to others', async () => {
    const { user } = await open()
    const first = await list().findByRole('button', { name: /Community-acquired pneumonia.*J18\.9.*61 %/ })
    expect(first.getAttribute('aria-expanded')).toBe('true')
    expect(list().getByText('other 20 %')).toBeTruthy()
    expect(list().getByText(/not: Fever/)).toBeTruthy()
    expect(list().getByText(/not clinically validated/)).toBeTruthy()
    expect(list().getByText(/Age and sex not known/)).toBeTruthy()
    const second = list().getByRole('button', { name: /Pulmonary embolism/ })
    expect(second.getAttribute('aria-expanded')).toBe('false')
    expect(list().getByText('must not miss')).toBeTruthy()
    await user.click(second)
    expect(second.getAttribute('aria-expanded')).toBe('true')
    expect(list().getByText('Swollen calf')).toBeTruthy()
  })

  it('says in plain words what makes it begin', async () => {
    await open([])
    await screen.findByText('Say what brings the patient; the list begins with the first finding.')
  })

  it('says that the turns are being read, not that nothing was said', () => {
    render(Differential, { reading: null, reason: null, selected: null, onjump: () => undefined })
    expect(screen.getByRole('status').textContent).toContain('Reading the turns')
  })

  it('is put away when consent is withdrawn', async () => {
    const { product } = await open()
    await card()
    await product.consult.encounter?.setConsent(false)
    await waitFor(() => expect(list().queryByText('other 20 %')).toBeNull())
    expect(list().getByText(/Read again once/)).toBeTruthy()
  })

  it('says what went wrong and reads again on request', async () => {
    const record = sessionRecord({}, said)
    const mounted = await mountView(ConsultView, { records: [record] })
    mounted.bridge.failNext('consult.reading', {
      code: 'resource-altered',
      message: 'The knowledge base was altered. Install Consilium again.',
    })
    mounted.product.app.navigate({ area: 'consult', session: record.session.id })
    const alert = await screen.findByRole('alert')
    expect(alert.textContent).toContain('The knowledge base was altered.')
    await userEvent.setup().click(within(alert).getByRole('button', { name: 'Try again' }))
    await card()
  })
})
