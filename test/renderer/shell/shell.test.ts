import { fireEvent, render, screen, within } from '@testing-library/svelte'
import { userEvent } from '@testing-library/user-event'
import { describe, expect, it } from 'vitest'
import App from '../../../renderer/App.svelte'
import { FakeBridge, someRecords, type FakeBridgeOptions } from '../../support/fake-bridge.ts'
import '../../support/layout.ts'

async function openApp(options: FakeBridgeOptions = {}) {
  const bridge = new FakeBridge({ records: someRecords(), ...options })
  render(App, { bridge })
  await screen.findByRole('navigation', { name: 'Areas' })
  return { bridge, user: userEvent.setup() }
}

describe('the shell', () => {
  it('shows the areas that exist and marks the open one', async () => {
    const { user } = await openApp()
    const rail = within(screen.getByRole('navigation', { name: 'Areas' }))
    expect(rail.getAllByRole('link').map((link) => link.textContent.trim())).toEqual([
      'Home',
      'Consult',
      'Practice',
      'Library',
      'Models',
      'Help',
      'Settings',
    ])
    await user.click(rail.getByRole('link', { name: 'Library' }))
    expect(rail.getByRole('link', { name: 'Library' }).getAttribute('aria-current')).toBe('page')
    expect(screen.getByRole('heading', { level: 1 }).textContent).toBe('Library')
  })

  it('goes to areas by key', async () => {
    const { user } = await openApp()
    for (const [key, title] of [
      ['3', 'Practice'],
      ['4', 'Library'],
      ['5', 'Models'],
      ['6', 'Settings'],
      ['1', 'Home'],
    ] as const) {
      await user.keyboard(`{Control>}${key}{/Control}`)
      expect(screen.getByRole('heading', { level: 1 }).textContent).toBe(title)
    }
    await user.keyboard('{F1}')
    expect(screen.getByRole('heading', { level: 1 }).textContent).toBe('Help')
  })

  it('locks on Ctrl L and leaves nothing of the patients on screen', async () => {
    const { bridge, user } = await openApp()
    expect(await screen.findByText('Ruth Okafor')).toBeTruthy()
    await user.keyboard('{Control>}l{/Control}')
    expect(await screen.findByRole('heading', { name: 'Locked' })).toBeTruthy()
    expect(bridge.requestsOf('vault.lock')).toHaveLength(1)
    expect(document.body.textContent).not.toContain('Okafor')
  })

  it('moves the focus from pane to pane with F6 and returns to where it was left', async () => {
    const { user } = await openApp()
    await user.keyboard('{Control>}4{/Control}')
    const search = await screen.findByRole('searchbox')
    const first = await screen.findByRole('button', { name: /All sessions/ })
    first.focus()
    await user.keyboard('{F6}')
    expect(document.activeElement?.closest('[data-pane]')).not.toBe(first.closest('[data-pane]'))
    await user.keyboard('{Shift>}{F6}{/Shift}')
    expect(document.activeElement).toBe(first)
    expect(search).toBeTruthy()
  })

  it('says that nothing leaves and lists what was blocked', async () => {
    const { bridge, user } = await openApp()
    await user.click(screen.getByRole('button', { name: /Network: none/ }))
    expect(await screen.findByText('No request has been blocked since the start.')).toBeTruthy()
    bridge.push('network.blocked', {
      at: '2026-11-25T11:40:00.000Z',
      url: 'https://example.org/beacon.gif',
      type: 'image',
    })
    expect(await screen.findByText('https://example.org/beacon.gif')).toBeTruthy()
    expect(screen.getByRole('button', { name: /1 blocked/ })).toBeTruthy()
  })

  it('shows model, speed and context at the foot, in amber and words when the context is nearly full', async () => {
    const { bridge } = await openApp()
    const foot = within(screen.getByRole('contentinfo', { name: 'Model and jobs' }))
    expect(foot.getByText('SmolLM2-135M')).toBeTruthy()
    expect(foot.getByText('speed not measured yet')).toBeTruthy()
    bridge.push('engine.context', { usedTokens: 7460, capacityTokens: 8192 })
    const meter = await foot.findByRole('meter', { name: 'Context used' })
    await expect.poll(() => meter.getAttribute('aria-valuetext')).toBe('7,460 of 8,192 tokens')
    expect(meter.classList.contains('caution')).toBe(true)
    bridge.setEngine({ state: 'backing-off', reason: 'The engine stopped. It starts again in 4 s.' })
    expect(await foot.findByText('restarting')).toBeTruthy()
    expect(foot.getByRole('button', { name: /SmolLM2/ }).title).toContain('starts again')
  })

  it('lists jobs with stage, percent and time left, and cancels one', async () => {
    const { bridge, user } = await openApp()
    await user.click(screen.getByRole('link', { name: 'Help' }))
    await bridge.call('models.prepare', { model: 'default' })
    const job = bridge.jobs[0]!
    bridge.progress(job.id, 'Reading weights', 0.62, 19)
    // Without layout the open panel counts as out of sight, and so has no name.
    const fact = await screen.findByRole('button', { name: 'Prepare SmolLM2-135M, 62 %, about 19 s left' })
    await user.click(fact)
    const panel = (await screen.findByText('Reading weights, 62 %, about 19 s left')).closest('[role=dialog]')
    expect(panel?.getAttribute('aria-label')).toBe('Jobs')
    await fireEvent.click(within(panel as HTMLElement).getByText('Cancel'))
    expect(bridge.requestsOf('job.cancel')).toEqual([{ job: job.id }])
    expect(await screen.findByRole('button', { name: 'No jobs', hidden: true })).toBeTruthy()
  })

  it('keeps a failure on screen with its next step until it is dealt with', async () => {
    const { bridge, user } = await openApp()
    bridge.failNext('models.list', {
      code: 'engine-unavailable',
      message: 'The engine did not answer. Look at its state under Models.',
    })
    await user.click(screen.getByRole('link', { name: 'Models' }))
    await user.click(screen.getByRole('link', { name: 'Home' }))
    const alert = await screen.findByRole('alert')
    expect(alert.textContent).toContain('The engine did not answer.')
    await user.click(within(alert).getByRole('button', { name: 'Open models' }))
    expect(screen.getByRole('heading', { level: 1 }).textContent).toBe('Models')
    expect(screen.queryByRole('alert')).toBeNull()
  })

  it('follows the system theme until another is chosen', async () => {
    const { bridge } = await openApp()
    expect(document.documentElement.hasAttribute('data-theme')).toBe(false)
    await fireEvent.click(screen.getByRole('link', { name: 'Settings' }))
    await fireEvent.click(await screen.findByRole('button', { name: 'Appearance and locking' }))
    await fireEvent.click(await screen.findByRole('radio', { name: 'Dark' }))
    await expect.poll(() => document.documentElement.getAttribute('data-theme')).toBe('dark')
    expect(bridge.settings.theme).toBe('dark')
  })

  it('shows what went wrong when even the first question fails, and tries again', async () => {
    const bridge = new FakeBridge()
    bridge.failNext('app.status', {
      code: 'internal',
      message: 'Consilium met an error of its own. Try again.',
    })
    render(App, { bridge })
    await userEvent.click(await screen.findByRole('button', { name: 'Try again' }))
    expect(await screen.findByRole('navigation', { name: 'Areas' })).toBeTruthy()
  })
})
