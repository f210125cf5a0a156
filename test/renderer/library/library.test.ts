import { screen, within } from '@testing-library/svelte'
import { userEvent } from '@testing-library/user-event'
import { describe, expect, it } from 'vitest'
import Library from '../../../renderer/views/library/Library.svelte'
import { daysLeft } from '../../../renderer/views/library/retention.ts'
import { someRecords } from '../../support/fake-bridge.ts'
import { mountView } from '../../support/mount.ts'

const mountLibrary = () => mountView(Library, { records: someRecords() })
const pane = (name: string) => within(screen.getByRole('region', { name }))

describe('Library', () => {
  it('filters by tag', async () => {
    await mountLibrary()
    await userEvent.click(screen.getByRole('button', { name: /^review/ }))
    expect(pane('review').getAllByRole('listitem')).toHaveLength(1)
    expect(pane('review').getByText('Amos Field')).toBeTruthy()
  })

  it('highlights what was searched for and opens the turn', async () => {
    const { product } = await mountLibrary()
    await userEvent.type(screen.getByRole('searchbox'), 'breath')
    const marks = await screen.findAllByText('breath')
    expect(marks.every((mark) => mark.tagName === 'MARK')).toBe(true)
    expect(pane('Found').getByRole('status').textContent).toBe('2 places')
    await userEvent.click(pane('Found').getAllByRole('button')[0]!)
    expect(product.app.route).toMatchObject({ area: 'consult', turn: 2 })
  })

  it('says what was searched when nothing is found, and comes back on Escape', async () => {
    await mountLibrary()
    await userEvent.type(screen.getByRole('searchbox'), 'zebra')
    expect(await screen.findByText('Nothing holds these words.')).toBeTruthy()
    await userEvent.keyboard('{Escape}')
    expect(await screen.findByText('Ruth Okafor')).toBeTruthy()
  })

  it('moves a session to the trash by key and puts it back by undo', async () => {
    const { bridge } = await mountLibrary()
    const row = (await screen.findByText('Ruth Okafor')).closest('button')!
    row.focus()
    await userEvent.keyboard('{Delete}')
    await expect.poll(() => screen.queryByText('Ruth Okafor')).toBeNull()
    expect(screen.getByText('Ruth Okafor moved to the trash.')).toBeTruthy()
    await userEvent.click(screen.getByRole('button', { name: /^Undo/ }))
    expect(await screen.findByText('Ruth Okafor')).toBeTruthy()
    expect(bridge.requestsOf('session.restore')).toHaveLength(1)
  })

  it('moves a session to the trash from its menu', async () => {
    const { bridge } = await mountLibrary()
    screen.getByRole('button', { name: 'More for Amos Field' }).focus()
    await userEvent.keyboard('{Enter}')
    // Without layout the open menu counts as out of sight, and so has no name.
    await userEvent.click(await screen.findByText('Move to the trash'), { pointerEventsCheck: 0 })
    await expect.poll(() => bridge.requestsOf('session.trash').length).toBe(1)
  })

  it('destroys only after a question, and tells how many days are left', async () => {
    const { bridge } = await mountLibrary()
    await userEvent.click(screen.getByRole('button', { name: /^Trash/ }))
    expect(pane('Trash').getByText('Iris Moreau')).toBeTruthy()
    await userEvent.click(screen.getByRole('button', { name: 'Destroy Iris Moreau' }))
    const dialog = within(await screen.findByRole('alertdialog'))
    await userEvent.click(dialog.getByRole('button', { name: 'Keep it in the trash' }))
    expect(bridge.requestsOf('session.destroy')).toEqual([])
    // A closing dialog gives the page back a moment later.
    await expect.poll(() => document.body.style.pointerEvents).not.toBe('none')
    await userEvent.click(screen.getByRole('button', { name: 'Destroy Iris Moreau' }))
    await userEvent.click(await screen.findByRole('button', { name: 'Destroy for good' }))
    expect(await screen.findByText('The trash is empty.')).toBeTruthy()
    expect(bridge.requestsOf('session.destroy')).toHaveLength(1)
  })

  it('counts days left from the moment of trashing', () => {
    const trashed = '2026-11-01T12:00:00.000Z'
    expect(daysLeft(trashed, new Date('2026-11-01T12:00:01.000Z'))).toBe(30)
    expect(daysLeft(trashed, new Date('2026-11-30T12:00:00.000Z'))).toBe(1)
    expect(daysLeft(trashed, new Date('2027-01-01T00:00:00.000Z'))).toBe(0)
  })

  it('offers the sample when there is nothing', async () => {
    const { product } = await mountView(Library)
    await userEvent.click(await screen.findByRole('button', { name: 'Open the sample' }))
    await expect.poll(() => product.app.area).toBe('consult')
  })
})
