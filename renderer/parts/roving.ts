/** Arrow keys inside a list, Tab between lists: one element of the list is in the tab order at a time. */
import type { Attachment } from 'svelte/attachments'

/** Attach to the list; `selector` finds its stops, in document order. */
export function roving(selector: string): Attachment<HTMLElement> {
  return (list) => {
    const stops = () => [...list.querySelectorAll<HTMLElement>(selector)]

    function choose(chosen: HTMLElement | undefined): void {
      for (const stop of stops()) stop.tabIndex = stop === chosen ? 0 : -1
    }

    function settle(): void {
      const all = stops()
      choose(
        all.find((stop) => stop === document.activeElement) ??
          all.find((stop) => stop.tabIndex === 0) ??
          all[0],
      )
    }

    function entered(event: FocusEvent): void {
      const stop = stops().find((each) => each === event.target)
      if (stop) choose(stop)
    }

    function moved(event: KeyboardEvent): void {
      const all = stops()
      const now = all.findIndex((stop) => stop === event.target)
      if (now < 0) return
      const targets: Record<string, number> = {
        ArrowDown: now + 1,
        ArrowUp: now - 1,
        Home: 0,
        End: all.length - 1,
      }
      const target = targets[event.key]
      if (target === undefined) return
      event.preventDefault()
      all[Math.min(all.length - 1, Math.max(0, target))]?.focus()
    }

    settle()
    const observer = new MutationObserver(settle)
    observer.observe(list, { childList: true, subtree: true })
    list.addEventListener('focusin', entered)
    list.addEventListener('keydown', moved)
    return () => {
      observer.disconnect()
      list.removeEventListener('focusin', entered)
      list.removeEventListener('keydown', moved)
    }
  }
}
