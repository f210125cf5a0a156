/** A term or sentence as it stands within a sentence: a small first letter, unless it opens with a short form. */
export const lowered = (text: string): string =>
  /^(?:[A-Z][A-Z0-9]|[A-Z]-|I\b)/.test(text) ? text : text.charAt(0).toLowerCase() + text.slice(1)
