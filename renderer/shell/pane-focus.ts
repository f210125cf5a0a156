/** Moves the focus from pane to pane, and gives each back the element it was left on. */
const left = new WeakMap<Element, WeakRef<HTMLElement>>()

/** Focuses the pane after (1) or before (-1) the one that holds the focus; wraps around. */
export function focusNextPane(step: 1 | -1, root: ParentNode = document): void {
  const panes = [...root.querySelectorAll<HTMLElement>('[data-pane]')].filter(
    (pane) => !pane.hidden && pane.closest('[hidden]') === null,
  )
  if (panes.length === 0) return
  const active = document.activeElement
  const now = panes.findIndex((pane) => pane.contains(active))
  const from = panes[now]
  if (from && active instanceof HTMLElement && active !== from) left.set(from, new WeakRef(active))
  const next = now < 0 ? (step > 0 ? 0 : panes.length - 1) : (now + step + panes.length) % panes.length
  const pane = panes[next]
  if (!pane) return
  const remembered = left.get(pane)?.deref()
  if (remembered && pane.contains(remembered)) remembered.focus()
  else pane.focus()
}
