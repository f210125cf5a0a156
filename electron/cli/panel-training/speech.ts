/** What keeps training persons apart from everybody whose words an index or a test knows. */
import type { Speech } from '../../../models/practice/spt/persons.ts'

export const personSeed = 77

/** Training persons speak in wordings that neither the index nor a test knows. */
export const unknownSpeech: Speech = (wordings) => {
  const kept = wordings.filter((_, index) => index % 4 === 2)
  return kept.length > 0 ? kept : wordings.slice(0, 1)
}

/** Wordings that an index may know. */
export const indexed = ({ index }: { readonly index: number }): boolean => index % 4 < 2
