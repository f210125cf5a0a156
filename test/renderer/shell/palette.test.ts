import { render, screen } from '@testing-library/svelte'
import { userEvent } from '@testing-library/user-event'
import { describe, expect, it } from 'vitest'
import App from '../../../renderer/App.svelte'
import { FakeBridge, someRecords } from '../../support/fake-bridge.ts'
import '../../support/layout.ts'

async function openPalette() {
  const bridge = new FakeBridge({ records: someRecords() })
  render(App, { bridge })
  await screen.findByText('Ruth Okafor')
  const user = userEvent.setup()
  await user.keyboard('{Control>}k{/Control}')
  const field = await screen.findByRole('combobox', { name: 'Find anything' })
  await expect.poll(() => document.activeElement).toBe(field)
  return { bridge, user, field }
}

const chosen = (field: HTMLElement) =>
  document.getElementById(field.getAttribute('aria-activedescendant') ?? '')?.textContent ?? ''

describe('the palette', () => {
  it('runs the action that the arrows chose', async () => {
    const { user, field } = await openPalette()
    await user.keyboard('go to')
    expect(chosen(field)).toContain('Go to home')
    await user.keyboard('{ArrowDown}{ArrowDown}{ArrowDown}')
    expect(chosen(field)).toContain('Go to library')
    await user.keyboard('{ArrowUp}{ArrowUp}{ArrowUp}{ArrowUp}')
    expect(chosen(field)).toContain('Go to settings')
    await user.keyboard('{Enter}')
    await expect.poll(() => screen.queryByRole('combobox')).toBeNull()
    expect(screen.getByRole('heading', { level: 1 }).textContent).toBe('Settings')
  })

  it('shows a blocked action with its reason and does not run it', async () => {
    const { user, field } = await openPalette()
    await user.keyboard('undo')
    const option = screen.getByRole('option', { name: /Undo/ })
    expect(option.getAttribute('aria-disabled')).toBe('true')
    expect(option.textContent).toContain('Nothing to undo')
    await user.keyboard('{Enter}')
    expect(document.activeElement).toBe(field)
  })

  it('finds words inside sessions and opens them there', async () => {
    const { bridge, user } = await openPalette()
    await user.keyboard('sharp')
    const option = await screen.findByRole('option', { name: /A sharp one on the right/ })
    expect(option.querySelector('b')?.textContent).toBe('sharp')
    await user.click(option)
    await expect.poll(() => bridge.requestsOf('session.open').length).toBe(1)
  })

  it('closes on Escape and begins anew', async () => {
    const { user } = await openPalette()
    await user.keyboard('zzz')
    expect(screen.getByText(/Nothing is called that/)).toBeTruthy()
    await user.keyboard('{Escape}')
    await expect.poll(() => screen.queryByRole('combobox')).toBeNull()
    await user.keyboard('{Control>}k{/Control}')
    const field = await screen.findByRole<HTMLInputElement>('combobox', { name: 'Find anything' })
    expect(field.value).toBe('')
  })
})
