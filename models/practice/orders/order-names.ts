/** Names of examinations and tests brought to one form, and what they stand for. */
import { examinationAreas, vitalSignNames } from './examinations.ts'
import { testKinds, testPanels } from './tests.ts'

/** Lower case, plain hyphens and letters, without the words that every order may carry. */
export function orderWords(text: string): string {
  return text
    .toLowerCase()
    .replace(/[‐-–−]/g, '-')
    .replace(/[’‘]/g, "'")
    .replace(/\bx[ -]?rays?\b/g, 'x-ray')
    .replace(/[^\p{L}\p{N}&/.' -]+/gu, ' ')
    .replace(/\.(?=\s|$)/g, ' ')
    .replace(
      /\b(?:an?|the|some|my|your|his|her|their|please|urgent(?:ly)?|stat|repeat|full set of|set of|quick|formal|again|today|now|examine|examining|check|checking|listen to|look at|inspect|palpate|auscultate|percuss|feel|measure|send|order|do|get|arrange|request)\b/g,
      ' ',
    )
    .replace(/\b(?:examination|exam|examined|assessment) of\b/g, ' ')
    .replace(/\s+/g, ' ')
    .trim()
}

/** What an order's name stands for: ids of the catalogues, empty when it holds no known name. */
export interface Meaning {
  readonly tests: ReadonlySet<string>
  readonly areas: ReadonlySet<string>
}

interface Phrase {
  readonly pattern: RegExp
  readonly length: number
  readonly tests: readonly string[]
  readonly areas: readonly string[]
}

const escape = (text: string): string => text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&')

function phrase(name: string, tests: readonly string[], areas: readonly string[]): Phrase {
  const words = orderWords(name)
  return {
    pattern: new RegExp(`(?<![\\p{L}\\p{N}])${escape(words)}(?:s|es)?(?![\\p{L}\\p{N}])`, 'u'),
    length: words.length,
    tests,
    areas,
  }
}

/** Longest first, so that "CT of the head" is not read as the head's examination; tests before areas. */
const phrases: readonly Phrase[] = [
  ...testPanels.flatMap(({ names, tests }) => names.map((name) => phrase(name, tests, []))),
  ...testKinds.flatMap(({ id, names }) => names.map((name) => phrase(name, [id], []))),
  ...vitalSignNames.map((name) => phrase(name, [], ['vital-signs'])),
  ...['chest', 'thorax', 'chest examination'].map((name) => phrase(name, [], ['lungs', 'heart'])),
  ...['ent', 'ent examination'].map((name) => phrase(name, [], ['ears', 'nose', 'throat'])),
  ...examinationAreas.flatMap(({ id, names }) => names.map((name) => phrase(name, [], [id]))),
]
  .filter(({ length }) => length > 0)
  .sort((a, b) => b.length - a.length)

/** @param text an order or the name of a case's examination or test, in any wording */
export function meaningOf(text: string): Meaning {
  let rest = orderWords(text)
  const tests = new Set<string>()
  const areas = new Set<string>()
  for (const each of phrases) {
    if (!each.pattern.test(rest)) continue
    rest = rest.replace(each.pattern, ' # ')
    for (const id of each.tests) tests.add(id)
    // Inside a test's name an area only says where: "ultrasound of the neck" examines nothing by hand.
    if (tests.size === 0) for (const id of each.areas) areas.add(id)
  }
  return { tests, areas }
}

const plain = new Set([
  'and',
  'of',
  'with',
  'in',
  'on',
  'for',
  'to',
  'or',
  'both',
  'test',
  'tests',
  'examination',
  'exam',
  'level',
  'levels',
  'sample',
])

/** The words by which two names without a catalogue entry are compared. */
export function nameWords(text: string): ReadonlySet<string> {
  return new Set(
    orderWords(text)
      .split(/[\s/-]+/)
      .map((word) => word.replace(/(?<=[a-z]{3})s$/, ''))
      .filter((word) => word !== '' && !plain.has(word)),
  )
}
