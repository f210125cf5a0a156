/**
 * Replaces what could name a person before text leaves the machine.
 *
 * Two sources: what the session itself says (the person's name) and patterns (mail, web, telephone,
 * record numbers, dates, postal codes) with names of people and places found by compromise. It is
 * an aid: the person who exports sees every replacement first.
 */
import nlp from 'compromise'

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

/** @param names names known from the session, as the clinician typed them */
export function redact(text: string, names: readonly string[]): Redaction {
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
  const known = names.flatMap((name) => [name, ...nameWords(name)])
  distinct([...known, ...people]).forEach((name) => apply(literally('name', name)))
  distinct(places).forEach((place) => apply(literally('place', place)))
  return { text: result, count }
}
