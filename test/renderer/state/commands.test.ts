import { afterEach, describe, expect, it, vi } from 'vitest'
import { Commands, shortcutLabel } from '../../../renderer/state/commands.svelte.ts'

function press(commands: Commands, target: Element, init: KeyboardEventInit): KeyboardEvent {
  const event = new KeyboardEvent('keydown', { bubbles: true, cancelable: true, ...init })
  const heard = commands.keydownHandler()
  const listener = (each: Event) => heard(each as KeyboardEvent)
  document.addEventListener('keydown', listener)
  target.dispatchEvent(event)
  document.removeEventListener('keydown', listener)
  return event
}

describe('commands', () => {
  afterEach(() => document.body.replaceChildren())

  it('forgets a view’s commands when the view goes', () => {
    const commands = new Commands()
    const remove = commands.register([{ id: 'a.run', title: 'Run', group: 'A', run: () => {} }])
    expect(commands.all.map(({ id }) => id)).toEqual(['a.run'])
    remove()
    expect(commands.all).toEqual([])
  })

  it('lets the later registration of an id stand in front, and the earlier return', () => {
    const commands = new Commands()
    commands.register([{ id: 'stop', title: 'Close', group: 'A', run: () => {} }])
    const remove = commands.register([{ id: 'stop', title: 'Stop', group: 'A', run: () => {} }])
    expect(commands.find('stop')?.title).toBe('Stop')
    remove()
    expect(commands.find('stop')?.title).toBe('Close')
  })

  it('runs by key, and leaves a blocked key to the browser', () => {
    const run = vi.fn()
    let reason: string | null = 'Nothing is running'
    const commands = new Commands()
    commands.register([
      { id: 'stop', title: 'Stop', group: 'A', shortcut: '$mod+KeyJ', run, blocked: () => reason },
    ])
    const key = { key: 'j', code: 'KeyJ', ctrlKey: true }
    expect(press(commands, document.body, key).defaultPrevented).toBe(false)
    expect(commands.run('stop')).toBe('Nothing is running')
    reason = null
    expect(press(commands, document.body, key).defaultPrevented).toBe(true)
    expect(run).toHaveBeenCalledOnce()
  })

  it('never takes a plain letter away from someone who types', () => {
    const run = vi.fn()
    const commands = new Commands()
    commands.register([{ id: 'use', title: 'Use', group: 'A', shortcut: '1', run }])
    const field = document.body.appendChild(document.createElement('textarea'))
    press(commands, field, { key: '1' })
    expect(run).not.toHaveBeenCalled()
    press(commands, document.body, { key: '1' })
    expect(run).toHaveBeenCalledOnce()
  })

  it('holds still under a dialog, save for what works over dialogs', () => {
    const run = vi.fn()
    const lock = vi.fn()
    const commands = new Commands()
    commands.register([
      { id: 'new', title: 'New', group: 'A', shortcut: '$mod+KeyN', run },
      { id: 'lock', title: 'Lock', group: 'A', shortcut: '$mod+KeyL', overDialogs: true, run: lock },
    ])
    const scrim = document.body.appendChild(document.createElement('div'))
    scrim.className = 'scrim'
    press(commands, document.body, { key: 'n', code: 'KeyN', ctrlKey: true })
    press(commands, document.body, { key: 'l', code: 'KeyL', ctrlKey: true })
    expect(run).not.toHaveBeenCalled()
    expect(lock).toHaveBeenCalledOnce()
  })

  it('writes shortcuts as they stand on the keys of each system', () => {
    expect(shortcutLabel('$mod+KeyK', false)).toBe('Ctrl K')
    expect(shortcutLabel('$mod+KeyK', true)).toBe('⌘ K')
    expect(shortcutLabel('$mod+Digit1', false)).toBe('Ctrl 1')
    expect(shortcutLabel('Shift+F6', false)).toBe('Shift F6')
    expect(shortcutLabel('Escape', false)).toBe('Esc')
  })
})
