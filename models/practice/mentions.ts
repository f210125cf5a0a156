/** Whether words hold a name as whole words; short abbreviations only in capitals. */
export function mentions(words: string, name: string): boolean {
  const escaped = name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
  const abbreviation = /^[A-Z0-9-]{2,6}$/.test(name)
  return new RegExp(`(?<![\\p{L}\\d])${escaped}(?![\\p{L}\\d])`, abbreviation ? 'u' : 'iu').test(words)
}
