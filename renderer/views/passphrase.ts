/** How hard a passphrase is to guess, by length and by how little it repeats. */

export interface Strength {
  /** 0..1 for the meter. */
  readonly share: number
  readonly enough: boolean
  readonly words: string
}

/** Fewest characters the vault accepts. */
export const shortest = 8
const good = 16

/**
 * Repeats and plain runs (`aaaa`, `1234`, `abcd`) count once: each character that continues one adds
 * nothing. Length is what an attacker pays for, so no digits or symbols are asked for.
 */
export function strengthOf(passphrase: string): Strength {
  const characters = Array.from(passphrase)
  const counted = characters.filter((character, index) => {
    const before = characters[index - 1]
    if (before === undefined) return true
    const step = (character.codePointAt(0) ?? 0) - (before.codePointAt(0) ?? 0)
    return step !== 0 && Math.abs(step) !== 1
  }).length
  const distinct = new Set(characters).size
  const worth = Math.min(counted, distinct * 2)
  if (characters.length === 0)
    return { share: 0, enough: false, words: `At least ${shortest} characters; four or five words are best.` }
  if (characters.length < shortest) {
    const missing = shortest - characters.length
    return {
      share: worth / good / 2,
      enough: false,
      words: `${missing} more ${missing === 1 ? 'character' : 'characters'} needed.`,
    }
  }
  if (worth < shortest)
    return { share: 0.3, enough: true, words: 'Weak: it repeats itself. Add a few unrelated words.' }
  if (worth < good)
    return { share: 0.6, enough: true, words: 'Fair. Another word would make it much harder to guess.' }
  return { share: 1, enough: true, words: 'Good: long enough to resist guessing.' }
}
