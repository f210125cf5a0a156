/**
 * A line of a report by the name of the examination or test that it bears: which findings it can show, and what it says
 * of a test that looks for one thing alone.
 */
import type { KnowledgeBase } from '../../knowledge/knowledge-base.ts'
import type { Finding } from '../../knowledge/schema.ts'
import { numeral, reference } from './laboratory.ts'
import type { MeasuredFinding } from './measurements.ts'
import { plainWords } from './sentences.ts'

/** Words that names of quite different tests share. */
const common = new Set(
  'a an and as at by for in left of on or right the to with examination level levels result results scan scans screen test tests study studies both bedside repeat urgent film films view serum'.split(
    ' ',
  ),
)
/** Names alike up to here are of one thing: "urine", "urinalysis". */
const stem = 4

const wordsOf = (names: readonly string[]): ReadonlySet<string> =>
  new Set(
    names
      .flatMap((name) => plainWords(name).trim().split(/[ /]+/))
      .filter((word) => word !== '' && !common.has(word))
      .map((word) => word.slice(0, stem)),
  )

/** Pictures, tracings and samples: what is seen there is not what is seen at the bedside. */
const investigation =
  / (?:x ray|xray|radiograph|ultrasound|ct|mri|mr|mra|pet|ecg|ekg|eeg|electrocardiogram|echocardiogram|echo|doppler|blood|bloods|urine|urinalysis|urate|stool|swab|culture|cultures|count|serum|biopsy|endoscopy|colonoscopy|gastroscopy|puncture|aspirate|aspiration|serology|angiogram|spirometry) /

/** Findings that are there when a number is low. */
const isLow = /\b(?:low|reduced|below|under|suppressed)\b/
const saysYes =
  /^(?:strongly |weakly |clearly |very |markedly )*(?:positive|detected|reactive|present|seen)(?= for\b| ?[.,;(]|$)/
const saysNo =
  /^(?:negative|not detected|none|no \w+ (?:detected|seen|found|growth)|no growth|nil|non-?reactive|normal|not raised|absent|within normal limits)\b/
const saysHigh = /^(?:very |markedly |clearly )*(?:raised|high|elevated)\b/
const saysLow = /^(?:very |markedly |clearly )*(?:low|reduced|decreased)\b/
/** One value with its reference: nothing else is said before. */
const oneValue = new RegExp(`^[^\\d;]{0,40}?${numeral}`)

/** What a result says of the one thing that it is about, in lower case; null where that takes more than a word. */
function plainVerdict(result: string, low: boolean): boolean | null {
  if (saysNo.test(result)) return false
  if (saysYes.test(result)) return true
  if (saysHigh.test(result)) return !low
  if (saysLow.test(result)) return low
  const value = oneValue.exec(result)
  if (!value) return null
  const range = reference(result.slice(value[0].length))
  const number = Number(value[1]?.replaceAll(',', ''))
  if (low) return range.low === undefined ? null : number < range.low
  return range.high === undefined ? null : number > range.high
}

export class ReportLines {
  readonly #names: ReadonlyMap<string, ReadonlySet<string>>
  /** Tests that look for one finding alone, by their names. */
  readonly #only: ReadonlyMap<string, { readonly finding: string; readonly low: boolean }>

  constructor({ findings }: Pick<KnowledgeBase, 'findings'>) {
    const tests = [...findings.values()].flatMap((finding) =>
      finding.kind === 'test' && 'order' in finding ? [finding] : [],
    )
    this.#names = new Map(tests.map(({ id, order, aliases }) => [id, wordsOf([order, ...aliases])]))
    const alone = tests.filter(({ order }) => tests.filter((other) => other.order === order).length === 1)
    this.#only = new Map(
      alone.flatMap(({ id, name, order, aliases }) =>
        [order, ...aliases].map((each) => [
          plainWords(each),
          { finding: id, low: isLow.test(name.toLowerCase()) },
        ]),
      ),
    )
  }

  /**
   * "Coeliac antibodies: 120 U/mL (reference below 10)" or "Throat swab: Positive."
   *
   * @param name in plain words
   * @param result what the line says after the name
   */
  verdict(name: string, result: string): MeasuredFinding | null {
    const only = this.#only.get(name)
    const present = only ? plainVerdict(result.trim().toLowerCase(), only.low) : null
    return only && present !== null ? { finding: only.finding, present } : null
  }

  /**
   * @param finding a sign or a test
   * @param name what the line says that it is of, in plain words; a line without one can show anything
   */
  shows({ id, kind }: Pick<Finding, 'id' | 'kind'>, name: string): boolean {
    if (name.trim() === '') return true
    if (kind !== 'test') return !investigation.test(name)
    const own = this.#names.get(id)
    const said = wordsOf([name])
    return said.size === 0 || own === undefined || [...said].some((word) => own.has(word))
  }
}
