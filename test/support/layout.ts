/** jsdom lays nothing out: what only moves the view does nothing there. */
if (!('scrollIntoView' in Element.prototype)) {
  Object.assign(Element.prototype, { scrollIntoView: () => undefined })
}

export {}
