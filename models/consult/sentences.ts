/** Splits text into sentences by the Unicode rules (UAX 29) of Intl.Segmenter. */
const segmenter = new Intl.Segmenter('en', { granularity: 'sentence' })
const abbreviation = /(?:\b(?:Dr|Mr|Mrs|Ms|Prof|St|e\.g|i\.e|vs|approx|no)\.|\b[A-Z]\.)\s*$/

/** Sentences in order, trimmed, without empty ones. "Dr. Sato" stays in one piece. */
export function sentences(text: string): string[] {
  const found: string[] = []
  let open = ''
  for (const { segment } of segmenter.segment(text)) {
    open += segment
    if (abbreviation.test(open)) continue
    if (open.trim()) found.push(open.trim())
    open = ''
  }
  if (open.trim()) found.push(open.trim())
  return found
}
