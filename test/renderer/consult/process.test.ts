import { screen, within } from '@testing-library/svelte'
import userEvent from '@testing-library/user-event'
import { beforeEach, describe, expect, it } from 'vitest'
import ConsultView from '../../../renderer/views/consult/ConsultView.svelte'
import { mountView } from '../../support/mount.ts'
import { sessionRecord } from '../../support/session-records.ts'

beforeEach(() => {
  window.innerWidth = 1440
  Element.prototype.scrollIntoView = () => undefined
})

const said = [
  ['clinician', 'What brings you in today?'],
  ['patient', 'My chest hurts and I am so scared.'],
  ['clinician', 'When did it start, and do you smoke?'],
  ['patient', 'Yesterday.'],
] as const

async function open() {
  const record = sessionRecord({}, said)
  const mounted = await mountView(ConsultView, { records: [record] })
  mounted.product.app.navigate({ area: 'consult', session: record.session.id })
  const rail = await screen.findByRole('region', { name: 'Process' })
  return { ...mounted, rail: within(rail), user: userEvent.setup() }
}

describe('the process rail', () => {
  it('shows each step of the flowchart with its state, and what comes next and why', async () => {
    const { rail } = await open()
    const steps = within(rail.getByRole('list', { name: 'Steps' })).getAllByRole('listitem')
    expect(steps).toHaveLength(10)
    expect(steps[0]?.getAttribute('aria-label')).toBe('Open: done')
    expect(steps[1]?.getAttribute('aria-label')).toBe('Characterise the complaint: begun')
    expect(rail.getByText(/narrows the causes/)).toBeTruthy()
  })

  it('names the rules that were broken with the turn that shows it', async () => {
    const { rail, user, product } = await open()
    await user.click(rail.getByText('Steps and rules'))
    const broken = rail.getByText(/Voiced distress is acknowledged/).closest('li')
    expect(broken && within(broken).getByLabelText('not kept')).toBeTruthy()
    if (!broken) throw new Error('The rule is not shown.')
    await user.click(within(broken).getByRole('button', { name: 'Turn 3' }))
    expect(product.consult.encounter?.transcript.selected).toBe(3)
  })
})
