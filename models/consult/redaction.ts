/**
 * Replaces what could name a person before text leaves the machine.
 *
 * Two sources: what the session itself says (the person's name) and patterns (mail, web, telephone,
 * record numbers, dates, postal codes) with names of people and places found by compromise. It is
 * an aid: the person who exports sees every replacement first.
 */
import nlp from 'compromise'
import type { SessionRecord } from '../session/session.ts'

export interface Redaction {
  readonly text: string
  /** How many passages were replaced. */
  readonly count: number
}

interface Rule {
  readonly label: string
  readonly pattern: RegExp
  readonly accept?: (passage: string) => boolean
}

const months =
  'jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sep(?:t(?:ember)?)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?'

/** Most specific first: an address inside a mail address must not be taken apart. */
const rules: readonly Rule[] = [
  { label: 'mail', pattern: /[\p{L}\p{N}._%+-]+@[\p{L}\p{N}.-]+\.\p{L}{2,}/gu },
  { label: 'web address', pattern: /\b(?:https?:\/\/|www\.)\S+/giu },
  { label: 'date', pattern: /\b\d{4}-\d{2}-\d{2}\b/g },
  { label: 'date', pattern: /\b\d{1,2}[./-]\d{1,2}[./-](?:\d{4}|\d{2})\b/g },
  {
    label: 'date',
    pattern: new RegExp(
      String.raw`\b\d{1,2}(?:st|nd|rd|th)?\s+(?:of\s+)?(?:${months})\b(?:,?\s+\d{4})?|\b(?:${months})\s+\d{1,2}(?:st|nd|rd|th)?\b(?:,?\s+\d{4})?`,
      'gi',
    ),
  },
  {
    label: 'telephone',
    pattern: /(?<![\p{L}\p{N}])\+?\(?\d{1,4}\)?(?:[\s.-]?\(?\d{2,4}\)?){2,5}(?![\p{L}\p{N}/])/gu,
    // Shorter runs of digits are measurements.
    accept: (passage) => passage.replace(/\D/g, '').length >= 7,
  },
  {
    label: 'number',
    pattern:
      /\b(?:mrn|nhs|ssn|insurance|policy|record|patient)(?:\s+(?:no|number|id))?\.?\s*[:#]?\s*[A-Z]{0,3}\d[\w-]{3,}/giu,
  },
  { label: 'number', pattern: /\b\d{6,}\b/g },
  { label: 'postcode', pattern: /\b[A-Z]{1,2}\d[A-Z\d]?\s\d[A-Z]{2}\b/g },
  {
    label: 'address',
    pattern:
      /\b\d{1,4}[a-z]?\s+(?:\p{Lu}[\p{L}'’-]+\s+){1,3}(?:street|st|road|rd|avenue|ave|lane|ln|drive|way|close|court|square)\b\.?/giu,
  },
]

const escape = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')

/** Words of a name that are safe to look for everywhere: capitalised and not a title or label. */
function nameWords(name: string): string[] {
  const labels = new Set(['sample', 'mr', 'mrs', 'ms', 'miss', 'dr', 'prof', 'patient', 'the'])
  return [...new Set(name.match(/\p{Lu}[\p{L}'’-]{2,}/gu) ?? [])].filter(
    (word) => !labels.has(word.toLowerCase()),
  )
}

/** Distinct entries without surrounding punctuation, longest first so that a full name goes before its parts. */
const distinct = (found: readonly string[]): string[] =>
  [...new Set(found.map((entry) => entry.replace(/^[^\p{L}]+|[^\p{L}\p{N}]+$/gu, '').trim()))]
    .filter((entry) => entry.length > 2 && !entry.includes('['))
    .sort((a, b) => b.length - a.length)

const literally = (label: string, entry: string): Rule => ({
  label,
  pattern: new RegExp(`(?<![\\p{L}\\p{N}])${escape(entry)}(?![\\p{L}\\p{N}])`, 'giu'),
})

/** Longest piece that is searched at once: some searches take time with the square of the length. */
const pieceLength = 2000

/** The text in pieces of whole words; only a single word longer than a piece is cut. */
function* pieces(text: string): Generator<string> {
  for (let start = 0; start < text.length;) {
    let end = Math.min(text.length, start + pieceLength)
    if (end < text.length) {
      const space = text.slice(start, end).search(/\s\S*$/)
      if (space > 0) end = start + space + 1
    }
    yield text.slice(start, end)
    start = end
  }
}

function redactPiece(text: string, known: readonly string[]): Redaction {
  let result = text
  let count = 0
  const apply = ({ pattern, label, accept }: Rule): void => {
    result = result.replace(pattern, (passage) => {
      if (accept?.(passage) === false) return passage
      count += 1
      return `[${label}]`
    })
  }
  rules.forEach(apply)
  const document = nlp(result)
  const people = document.people().out('array') as string[]
  const places = document.places().out('array') as string[]
  distinct([...known, ...people]).forEach((name) => apply(literally('name', name)))
  distinct(places).forEach((place) => apply(literally('place', place)))
  return { text: result, count }
}

/** Lets other work go on between two pieces of a long text. */
export type Pause = () => Promise<void>

/** @param names names known from the session, as the clinician typed them */
export async function redact(text: string, names: readonly string[], pause: Pause): Promise<Redaction> {
  const known = names.flatMap((name) => [name, ...nameWords(name)])
  const done: string[] = []
  let count = 0
  for (const piece of pieces(text)) {
    const redacted = redactPiece(piece, known)
    done.push(redacted.text)
    count += redacted.count
    await pause()
  }
  return { text: done.join(''), count }
}

/** Every text of a session redacted; `count` sums what was replaced. */
export async function redactRecord(
  record: SessionRecord,
  pause: Pause,
): Promise<{ readonly record: SessionRecord; readonly count: number }> {
  let count = 0
  const hide = async (text: string): Promise<string> => {
    const redacted = await redact(text, [record.session.person], pause)
    count += redacted.count
    return redacted.text
  }
  const hideEach = async <T extends { readonly text: string }>(entries: readonly T[]): Promise<T[]> => {
    const hidden: T[] = []
    for (const entry of entries) hidden.push({ ...entry, text: await hide(entry.text) })
    return hidden
  }
  const { session, note } = record
  const tags: string[] = []
  for (const tag of session.tags) tags.push(await hide(tag))
  const hidden = {
    ...record,
    session: { ...session, person: await hide(session.person), reason: await hide(session.reason), tags },
    turns: await hideEach(record.turns),
    chat: await hideEach(record.chat),
    note: { ...note, sections: await hideEach(note.sections) },
  }
  return { record: hidden, count }
}
