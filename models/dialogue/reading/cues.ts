/**
 * Cues: words that together, in one sentence, say that a finding is there. Edited as data
 * (`resources/knowledge/reading-cues.json`), compiled here once.
 *
 * A cue is a list of terms that must all be met in a sentence, in any order: alternatives are parted by
 * `|`, `_` joins words, `*` stands for any ending, `$name` for a class of alternatives, `!` for what must
 * not be met, and a leading `~` says that the cue carries its own "not".
 */
import * as v from 'valibot'
import { fail } from '../../core/failure.ts'

const lists = v.record(v.string(), v.pipe(v.array(v.string()), v.minLength(1)))
const schema = v.strictObject({ classes: lists, findings: lists, conditions: lists })

/** Cues as written in their file, by class, finding and condition. */
export type CueData = v.InferOutput<typeof schema>

export interface Cue {
  readonly id: string
  readonly terms: readonly RegExp[]
  readonly never: readonly RegExp[]
  readonly ownNegation: boolean
}

export interface Cues {
  readonly findings: readonly Cue[]
  /** What only a report says of one condition: its name, its germ, its tissue. */
  readonly conditions: readonly Cue[]
}

const escaped = (text: string): string => text.replace(/[.+?^${}()[\]\\/]/g, '\\$&')

function termOf(term: string, classes: Readonly<Record<string, readonly string[]>>): RegExp {
  const alternatives = term
    .split('|')
    .flatMap((each) => (each.startsWith('$') ? (classes[each.slice(1)] ?? []) : [each]))
    .map((each) =>
      escaped(each)
        .replace(/(?<=\d)_(?=\d)/g, '\\.')
        .replaceAll('_', ' ')
        .replaceAll('*', '[^ ]*'),
    )
  return new RegExp(`(?<= )(?:${alternatives.join('|')})(?= )`, 'g')
}

function compile(
  entries: Readonly<Record<string, readonly string[]>>,
  classes: Readonly<Record<string, readonly string[]>>,
): readonly Cue[] {
  return Object.entries(entries).flatMap(([id, patterns]) =>
    patterns.map((pattern) => {
      const words = pattern.split(/\s+/).filter((word) => word !== '' && word !== '~')
      const bang = words.findIndex((word) => word.startsWith('!'))
      const [must, mustNot] = bang < 0 ? [words, []] : [words.slice(0, bang), words.slice(bang)]
      return {
        id,
        terms: must.map((term) => termOf(term, classes)),
        never: mustNot.map((term) => termOf(term.replace(/^!/, ''), classes)),
        ownNegation: pattern.startsWith('~'),
      }
    }),
  )
}

/**
 * @param input the parsed JSON of the cue file
 * @throws FailureError `resource-altered` with file, field and reason
 */
export function parseCues(input: unknown, file: string): Cues {
  const parsed = v.safeParse(schema, input, { abortEarly: true })
  if (!parsed.success) {
    const issue = parsed.issues[0]
    const field = v.getDotPath(issue) ?? 'file'
    fail('resource-altered', `${file} cannot be used: ${field} ${issue.message}. Restore the file.`, {
      file,
      field,
      reason: issue.message,
    })
  }
  const { classes, findings, conditions } = parsed.output
  return { findings: compile(findings, classes), conditions: compile(conditions, classes) }
}

export type CuePolarity = 'present' | 'absent'

export interface CueMatch {
  readonly id: string
  readonly polarity: CuePolarity
  /** Terms met by the sentence itself, the rest by what was asked; 1 when all are the sentence's own. */
  readonly own: number
  /** Number of terms: a cue of more terms says more exactly what it means. */
  readonly terms: number
}

export interface CueSentence {
  /** Plain words between single blanks, one blank at each end. */
  readonly words: string
  /** Whether a word at this place stands under a "no". */
  readonly denied: (at: number) => boolean
}

const negator = /^(?:no|not|never|none|nothing|without|cannot|neither|nor|denies|absent|\w+nt)$/

/**
 * The cues that a sentence meets.
 *
 * @param context plain words of the question, which may meet a term that the sentence leaves out
 */
export function matchCues(cues: readonly Cue[], sentence: CueSentence, context = ' '): readonly CueMatch[] {
  const found: CueMatch[] = []
  for (const cue of cues) {
    let own = 0
    let denied = false
    let met = true
    for (const term of cue.terms) {
      let here = false
      let affirmed = false
      term.lastIndex = 0
      for (let hit = term.exec(sentence.words); hit; hit = term.exec(sentence.words)) {
        here = true
        if (cue.ownNegation || negator.test(hit[0].split(' ')[0]!) || !sentence.denied(hit.index)) {
          affirmed = true
          break
        }
      }
      if (here) {
        own++
        if (!affirmed) denied = true
      } else {
        term.lastIndex = 0
        if (!term.test(context)) {
          met = false
          break
        }
      }
    }
    if (!met || own === 0) continue
    const forbidden = cue.never.some((term) => {
      term.lastIndex = 0
      return term.test(sentence.words)
    })
    if (forbidden) continue
    found.push({
      id: cue.id,
      polarity: denied ? 'absent' : 'present',
      own: own / cue.terms.length,
      terms: cue.terms.length,
    })
  }
  return found
}
