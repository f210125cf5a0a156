/** jsdom lays nothing out: what only moves the view does nothing there. */
if (!('scrollIntoView' in Element.prototype)) {
  Object.assign(Element.prototype, { scrollIntoView: () => undefined })
}
if (!('ResizeObserver' in globalThis)) {
  const nothing = (): void => undefined
  class StillObserver implements ResizeObserver {
    observe = nothing
    unobserve = nothing
    disconnect = nothing
  }
  Object.assign(globalThis, { ResizeObserver: StillObserver })
}

export {}
