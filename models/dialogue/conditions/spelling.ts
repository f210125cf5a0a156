/**
 * Words of a diagnosis in one spelling: lower case, no accents, American where British differs,
 * no possessives and no plurals. Both names and answers pass through here, so that a rule need only
 * be consistent, not linguistically right.
 */

const withoutPlural = (word: string): string => {
  if (word.length < 5 || /(?:ss|us|is|as)$/.test(word)) return word
  if (/ies$/.test(word)) return `${word.slice(0, -3)}y`
  if (/(?:ss|x|ch|sh)es$/.test(word)) return word.slice(0, -2)
  return word.endsWith('s') ? word.slice(0, -1) : word
}

/** One word in its one spelling; `word` is lower case without accents. */
export const oneSpelling = (word: string): string =>
  withoutPlural(
    word
      .replace(/oe|ae/g, 'e')
      .replace(/our$/, 'or')
      .replace(/ours$/, 'ors')
      .replace(/is(e|ed|ing|ation)$/, 'iz$1')
      .replace(/tre$/, 'ter'),
  )

const typeNumbers: Readonly<Record<string, string>> = { i: '1', ii: '2', one: '1', two: '2' }

/** The words of a text, each in its one spelling; hyphens and punctuation part words. */
export function wordsOf(text: string): readonly string[] {
  const words = text
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[’`]/g, "'")
    .replace(/'s\b|(?<=s)'/g, '')
    .replace(/\btype([12])\b/g, 'type $1')
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== '')
    .map(oneSpelling)
  return words.map((word, index) => (words[index - 1] === 'type' ? (typeNumbers[word] ?? word) : word))
}

/**
 * Edit distance with swaps of neighbours (optimal string alignment), or null above `most`.
 */
export function editDistance(a: string, b: string, most: number): number | null {
  if (Math.abs(a.length - b.length) > most) return null
  let before: number[] = []
  let above = Array.from({ length: b.length + 1 }, (_, column) => column)
  for (let row = 1; row <= a.length; row += 1) {
    const line = [row]
    for (let column = 1; column <= b.length; column += 1) {
      const same = a[row - 1] === b[column - 1]
      let least = Math.min(above[column]! + 1, line[column - 1]! + 1, above[column - 1]! + (same ? 0 : 1))
      if (row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1])
        least = Math.min(least, before[column - 2]! + 1)
      line.push(least)
    }
    if (Math.min(...line) > most) return null
    before = above
    above = line
  }
  const distance = above[b.length]!
  return distance <= most ? distance : null
}

/** Slips forgiven in a word of a name: none in short words, two in long ones. */
export const slipsForgiven = (name: string): number => (name.length < 5 ? 0 : name.length < 9 ? 1 : 2)

/** Prefixes that turn a meaning round; a slip never bridges them. */
const opposites = [/^hyper/, /^hypo/, /^pre/, /^post/, /^non/, /^intra/, /^extra/, /^endo/, /^peri/, /^myo/]

/** Slips between a word and a word of a name, or null where they are too many or change the meaning. */
export function slips(word: string, name: string): number | null {
  if (word === name) return 0
  if (/\d/.test(word) || /\d/.test(name)) return null
  if (word[0] !== name[0] && (name.length < 8 || word.length < 7) && !swapped(word, name)) return null
  if (opposites.some((prefix) => prefix.test(word) && !prefix.test(name))) return null
  return editDistance(word, name, slipsForgiven(name))
}

const swapped = (word: string, name: string): boolean => word[0] === name[1] && word[1] === name[0]
