/**
 * Every action the person can take by palette or key. Views register theirs while they are on screen:
 *
 *   $effect(() => commands.register([{ id: 'consult.suggest', title: 'Suggest next question', ... }]))
 */
import { createKeybindingsHandler } from 'tinykeys'

export interface Command {
  /** Unique: `area.verb`. A later registration of the same id stands in front of the earlier one. */
  readonly id: string
  /** A verb phrase, in sentence case. */
  readonly title: string
  /** Heading in the palette and in the table of shortcuts. */
  readonly group: string
  /** tinykeys notation, by key code where letters are meant: `$mod+KeyK`, `F6`, `Escape`. */
  readonly shortcut?: string
  readonly run: () => void
  /** Null when it can run, otherwise why not; asked each time. */
  readonly blocked?: () => string | null
  /** Whether the key also works while text is being typed. Default: only with a modifier, Escape or F-keys. */
  readonly whileTyping?: boolean
  /** Whether the key also works while a dialog, sheet or the palette is open. */
  readonly overDialogs?: boolean
  /** Left out of the palette (for example the palette's own key). */
  readonly hidden?: boolean
}

export class Commands {
  #registrations = $state.raw<readonly (readonly Command[])[]>([])
  readonly all = $derived.by<readonly Command[]>(() => {
    const registered = this.#registrations.flat()
    return registered.filter(({ id }, index) => registered.findLastIndex((each) => each.id === id) === index)
  })

  /** Adds commands; returns how to remove them, which suits `$effect`. */
  register(commands: readonly Command[]): () => void {
    this.#change((before) => [...before, commands])
    return () => this.#change((before) => before.filter((each) => each !== commands))
  }

  find(id: string): Command | undefined {
    return this.all.find((command) => command.id === id)
  }

  /** Runs a command unless it is blocked. Returns why it did not run, or null. */
  run(id: string): string | null {
    const command = this.find(id)
    if (!command) return 'This action is not available here.'
    const reason = command.blocked?.() ?? null
    if (reason === null) command.run()
    return reason
  }

  /** A keydown handler for all shortcuts that are registered now. */
  keydownHandler(): (event: KeyboardEvent) => void {
    const bindings: Record<string, (event: KeyboardEvent) => void> = {}
    for (const { id, shortcut } of this.all) {
      if (shortcut) bindings[shortcut] = (event) => this.#press(id, event)
    }
    return createKeybindingsHandler(bindings)
  }

  #press(id: string, event: KeyboardEvent): void {
    const command = this.find(id)
    if (!command || event.defaultPrevented || (isModalOpen() && !command.overDialogs)) return
    if (isTyping(event.target) && !(command.whileTyping ?? worksWhileTyping(command.shortcut ?? ''))) return
    if (command.blocked?.()) return
    event.preventDefault()
    command.run()
  }

  #change(next: (before: readonly (readonly Command[])[]) => readonly (readonly Command[])[]): void {
    this.#plain = next(this.#plain)
    this.#registrations = this.#plain
  }

  // The same list outside the reactive graph, so that registering in an effect does not depend on it.
  #plain: readonly (readonly Command[])[] = []
}

function worksWhileTyping(shortcut: string): boolean {
  return /\$mod|Control|Meta|Alt|Escape|^F\d+$/.test(shortcut)
}

// Dialog, sheet and palette, and nothing else, lie on a scrim.
function isModalOpen(): boolean {
  return document.querySelector('.scrim') !== null
}

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || target.matches('input:not([type=checkbox], [type=radio]), textarea, select'))
  )
}

/** How a shortcut is written on a key cap: `Ctrl K`, or `⌘ K` on macOS. */
export function shortcutLabel(shortcut: string, mac = isMac()): string {
  return shortcut
    .split('+')
    .map((part) => {
      if (part === '$mod') return mac ? '⌘' : 'Ctrl'
      if (part === 'Control') return 'Ctrl'
      if (part === 'Escape') return 'Esc'
      return part.replace(/^(Key|Digit)/, '')
    })
    .join(' ')
}

function isMac(): boolean {
  return typeof navigator !== 'undefined' && /Mac/.test(navigator.userAgent)
}
