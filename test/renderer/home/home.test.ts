import { screen, within } from '@testing-library/svelte'
import { userEvent } from '@testing-library/user-event'
import { describe, expect, it } from 'vitest'
import Home from '../../../renderer/views/home/Home.svelte'
import { bundledModel, someRecords } from '../../support/fake-bridge.ts'
import { mountView } from '../../support/mount.ts'

describe('Home', () => {
  it('opens the sample in one click', async () => {
    const { bridge, product } = await mountView(Home)
    await userEvent.click(screen.getByRole('button', { name: 'Open the sample' }))
    await expect
      .poll(() => product.app.route)
      .toEqual({
        area: 'consult',
        session: bridge.records[0]?.session.id,
      })
  })

  it('starts a new consultation', async () => {
    const { product } = await mountView(Home)
    await userEvent.click(screen.getByRole('button', { name: 'New consultation' }))
    expect(product.app.route).toEqual({ area: 'consult', session: null })
  })

  it('says what will be here when nothing is', async () => {
    await mountView(Home)
    expect(screen.getByText('Nothing here yet.')).toBeTruthy()
    expect(screen.getByRole('button', { name: 'Restore a backup' })).toBeTruthy()
  })

  it('lists recent sessions newest first, without the trash, and opens one', async () => {
    const { product } = await mountView(Home, { records: someRecords() })
    const list = within(screen.getByRole('region', { name: 'Recent sessions' })).getByRole('list')
    const rows = within(list).getAllByRole('button')
    expect(rows.map((row) => row.querySelector('.b')?.textContent)).toEqual([
      'Ruth Okafor',
      'Amos Field',
      'Unnamed person',
    ])
    await userEvent.click(rows[1]!)
    expect(product.app.route).toMatchObject({ area: 'consult', session: someIdOf(product, 'Amos Field') })
  })

  it('shows unfinished jobs and says when the model still has to be prepared', async () => {
    const { bridge, product } = await mountView(Home, { models: [{ ...bundledModel, prepared: [] }] })
    expect(screen.getByText('2 of 3 done')).toBeTruthy()
    expect(screen.queryByRole('region', { name: 'Unfinished jobs' })).toBeNull()
    await product.models.prepare('default')
    const jobs = within(await screen.findByRole('region', { name: 'Unfinished jobs' }))
    await userEvent.click(jobs.getByRole('button', { name: /^Cancel/ }))
    expect(bridge.requestsOf('job.cancel')).toHaveLength(1)
  })
})

function someIdOf(product: Awaited<ReturnType<typeof mountView>>['product'], person: string) {
  return product.library.sessions.find(({ session }) => session.person === person)?.session.id
}
