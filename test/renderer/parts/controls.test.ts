import { fireEvent, render, screen } from '@testing-library/svelte'
import { tick } from 'svelte'
import { describe, expect, it, vi } from 'vitest'
import Controls from './Controls.svelte'

describe('controls', () => {
  it('keeps a blocked button reachable, says why, and does nothing', async () => {
    const onpress = vi.fn()
    render(Controls, { onpress })
    const button = screen.getByRole('button', { name: 'Sign' })
    expect(button.getAttribute('aria-disabled')).toBe('true')
    expect(button.title).toBe('Sign in first')
    expect(button.hasAttribute('disabled')).toBe(false)
    await fireEvent.click(button)
    expect(onpress).not.toHaveBeenCalled()
  })

  it('starts a question on the safe answer and acts only on the verb', async () => {
    const onconfirm = vi.fn()
    render(Controls, { onconfirm })
    await fireEvent.click(screen.getByRole('button', { name: 'Ask' }))
    const dialog = await screen.findByRole('alertdialog', { name: 'Destroy it?' })
    expect(dialog.textContent).toContain('It is gone then.')
    const keep = screen.getByRole('button', { name: 'Keep' })
    await vi.waitFor(() => expect(document.activeElement).toBe(keep))
    await fireEvent.click(keep)
    expect(onconfirm).not.toHaveBeenCalled()
    await vi.waitFor(() => expect(screen.queryByRole('alertdialog')).toBeNull())

    await fireEvent.click(screen.getByRole('button', { name: 'Ask' }))
    await fireEvent.click(await screen.findByRole('button', { name: 'Destroy' }))
    expect(onconfirm).toHaveBeenCalledOnce()
  })

  it('saves a number when the field is left, and refuses one out of range with the range', async () => {
    const onsave = vi.fn()
    render(Controls, { onsave })
    const field = screen.getByLabelText('Temperature')
    await fireEvent.input(field, { target: { value: '9' } })
    await fireEvent.blur(field)
    expect(onsave).not.toHaveBeenCalled()
    expect(screen.getByText('Type a number from 0 to 5.')).toBeTruthy()
    expect(field.getAttribute('aria-invalid')).toBe('true')

    await fireEvent.input(field, { target: { value: '1.2' } })
    await fireEvent.keyDown(field, { key: 'Enter' })
    expect(onsave).toHaveBeenCalledExactlyOnceWith(1.2)
  })

  it('takes a half-typed number back on Escape', async () => {
    const onsave = vi.fn()
    render(Controls, { onsave })
    const field = screen.getByLabelText<HTMLInputElement>('Temperature')
    await fireEvent.input(field, { target: { value: 'abc' } })
    await fireEvent.keyDown(field, { key: 'Escape' })
    expect(field.value).toBe('0.7')
    await fireEvent.blur(field)
    expect(onsave).not.toHaveBeenCalled()
  })

  it('ties an error to its field', () => {
    render(Controls)
    const field = screen.getByLabelText('Dose')
    const error = document.getElementById(field.getAttribute('aria-describedby') ?? '')
    expect(error?.textContent).toContain('That is a letter O.')
  })

  it('hides a passphrase until it is shown', async () => {
    render(Controls)
    const field = screen.getByLabelText<HTMLInputElement>('Passphrase')
    expect(field.type).toBe('password')
    await fireEvent.click(screen.getByRole('button', { name: 'Show passphrase' }))
    expect(field.type).toBe('text')
  })

  it('ticks a box, and explains one that cannot be ticked', async () => {
    render(Controls)
    const box = screen.getByRole('checkbox', { name: 'Keep it' })
    await fireEvent.click(box)
    expect(box.getAttribute('aria-checked')).toBe('true')
    const blocked = screen.getByRole('checkbox', { name: 'Keyring' })
    expect(blocked.hasAttribute('disabled')).toBe(true)
    const note = document.getElementById(blocked.getAttribute('aria-describedby') ?? '')
    expect(note?.textContent).toBe('There is no keyring.')
  })

  it('chooses one of a few and tells which', async () => {
    const onchoose = vi.fn()
    render(Controls, { onchoose })
    await fireEvent.click(screen.getByRole('radio', { name: 'Blue' }))
    expect(onchoose).toHaveBeenCalledExactlyOnceWith('blue')
    expect(screen.getByRole('radio', { name: 'Blue' }).getAttribute('aria-checked')).toBe('true')
  })

  it('adds a tag once and removes it', async () => {
    render(Controls)
    const field = screen.getByLabelText('Add a tag')
    for (const text of ['urgent', ' urgent ', '']) {
      await fireEvent.input(field, { target: { value: text } })
      await fireEvent.keyDown(field, { key: 'Enter' })
    }
    expect(screen.getAllByRole('button', { name: /^Remove tag/ })).toHaveLength(2)
    await fireEvent.click(screen.getByRole('button', { name: 'Remove tag chest' }))
    expect(screen.queryByRole('button', { name: 'Remove tag chest' })).toBeNull()
    expect(screen.getByRole('button', { name: 'Remove tag urgent' })).toBeTruthy()
  })

  it('moves inside a list by arrows and keeps one stop in the tab order', async () => {
    render(Controls)
    const [one, two, three] = ['One', 'Two', 'Three'].map((name) => screen.getByRole('button', { name }))
    expect([one?.tabIndex, two?.tabIndex, three?.tabIndex]).toEqual([0, -1, -1])
    one?.focus()
    await fireEvent.keyDown(one!, { key: 'ArrowDown' })
    expect(document.activeElement).toBe(two)
    await fireEvent.keyDown(two!, { key: 'End' })
    expect(document.activeElement).toBe(three)
    await fireEvent.keyDown(three!, { key: 'ArrowDown' })
    expect(document.activeElement).toBe(three)
    expect([one?.tabIndex, two?.tabIndex, three?.tabIndex]).toEqual([-1, -1, 0])
  })

  it('moves a divider by arrow keys inside its limits and resets it', async () => {
    render(Controls)
    const divider = screen.getByRole('separator', { name: 'Width of transcript' })
    Object.defineProperty(divider.closest('.panes'), 'clientWidth', { value: 1000 })
    const width = () => Number(divider.getAttribute('aria-valuenow'))
    await fireEvent.keyDown(divider, { key: 'ArrowRight' })
    expect(width()).toBe(316)
    for (let press = 0; press < 20; press++) await fireEvent.keyDown(divider, { key: 'ArrowRight' })
    expect(width()).toBe(400)
    for (let press = 0; press < 30; press++) await fireEvent.keyDown(divider, { key: 'ArrowLeft' })
    expect(width()).toBe(200)
    await fireEvent.keyDown(divider, { key: 'Home' })
    expect(width()).toBe(300)
    await fireEvent.keyDown(divider, { key: 'ArrowRight' })
    await fireEvent.dblClick(divider)
    await tick()
    expect(width()).toBe(300)
  })
})
