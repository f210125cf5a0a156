/** Results written as numbers, as findings of the knowledge base: a table of limits for common tests. */
import type { Person } from '../../knowledge/knowledge-base.ts'
import type { MeasuredFinding } from './measurements.ts'

interface Limit {
  readonly finding: string
  /** How the quantity is named; the first number after it counts. */
  readonly name: RegExp
  readonly above?: number | ((person: Person) => number)
  readonly below?: number | ((person: Person) => number)
  /** Beyond this the number belongs to something else. */
  readonly within?: readonly [number, number]
  /** Other units that it is given in, and what a number of theirs is in the table's. */
  readonly units?: readonly (readonly [RegExp, (value: number) => number])[]
}

const times =
  (factor: number) =>
  (value: number): number =>
    value * factor
/** Cells in a microlitre or cubic millimetre instead of 10⁹ in a litre. */
const inMicrolitre = [/^\s*(?:cells )?(?:\/|per )\s*(?:µl|μl|ul|mcl|mm3|mm³|cubic)/, times(0.001)] as const
const inGramsPerDecilitre = [/^\s*g\/dl/, times(10)] as const
const inMilligrams = (factor: number) => [/^\s*mg\/dl/, times(factor)] as const

const haemoglobinLow = ({ age, sex }: Person): number =>
  age < 6 ? 105 : sex === 'male' && age > 15 ? 130 : 115

const limits: readonly Limit[] = [
  {
    finding: 'white-cells-raised',
    name: /white (?:blood )?cells?(?: count)?|wcc|wbc|leuco?cytes|leukocytes/,
    above: ({ age }) => (age < 6 ? 15 : 11),
    within: [0.1, 400],
    units: [inMicrolitre],
  },
  {
    finding: 'white-cells-low',
    name: /white (?:blood )?cells?(?: count)?|wcc|wbc|leuco?cytes|leukocytes/,
    below: 3.8,
    within: [0.1, 400],
    units: [inMicrolitre],
  },
  {
    finding: 'crp-raised',
    name: /c-?reactive protein|crp/,
    above: 15,
    within: [0, 700],
    units: [inMilligrams(10)],
  },
  { finding: 'esr-very-high', name: /\besr|sedimentation rate/, above: 50, within: [0, 180] },
  {
    finding: 'haemoglobin-low',
    name: /ha?emoglobin|\bhb/,
    below: haemoglobinLow,
    within: [25, 220],
    units: [inGramsPerDecilitre],
  },
  { finding: 'red-cells-large', name: /mcv|mean (?:cell|corpuscular) volume/, above: 100, within: [50, 150] },
  { finding: 'ferritin-low', name: /ferritin/, below: 20, within: [0, 20000] },
  {
    finding: 'ferritin-high-transferrin-saturation',
    name: /transferrin saturation/,
    above: 50,
    within: [0, 100],
  },
  { finding: 'vitamin-b12-low', name: /\bb12/, below: 150, within: [10, 2000] },
  {
    finding: 'platelets-low',
    name: /platelets?(?: count)?/,
    below: 140,
    within: [0, 2000],
    units: [inMicrolitre],
  },
  {
    finding: 'lactate-raised',
    name: /lactate(?! dehydrogenase)/,
    above: 2,
    within: [0, 30],
    units: [inMilligrams(1 / 9)],
  },
  {
    finding: 'glucose-high',
    name: /glucose|blood sugar/,
    above: 11,
    within: [0.5, 90],
    units: [inMilligrams(1 / 18)],
  },
  {
    finding: 'glucose-low',
    name: /glucose|blood sugar/,
    below: 3.5,
    within: [0.2, 90],
    units: [inMilligrams(1 / 18)],
  },
  {
    finding: 'hba1c-raised',
    name: /hba1c|glycated ha?emoglobin/,
    above: 47.9,
    within: [20, 180],
    units: [[/^\s*%/, (percent) => (percent - 2.15) * 10.93]],
  },
  { finding: 'ketones-raised', name: /(?:blood )?ketones?/, above: 2.5, within: [0, 15] },
  { finding: 'blood-gas-metabolic-acidosis', name: /bicarbonate|hco3/, below: 18, within: [1, 45] },
  {
    finding: 'creatinine-raised',
    name: /creatinine/,
    above: ({ age }) => (age < 12 ? 80 : 120),
    within: [10, 2500],
    units: [inMilligrams(88.4)],
  },
  { finding: 'potassium-high-sodium-low', name: /sodium/, below: 132, within: [90, 180] },
  { finding: 'calcium-raised', name: /calcium/, above: 2.65, within: [1, 6], units: [inMilligrams(0.25)] },
  { finding: 'parathyroid-hormone-raised', name: /parathyroid hormone|\bpth/, above: 7, within: [0, 2000] },
  { finding: 'tsh-raised', name: /\btsh|thyroid-stimulating hormone/, above: 6, within: [0, 300] },
  { finding: 'tsh-suppressed', name: /\btsh|thyroid-stimulating hormone/, below: 0.15, within: [0, 300] },
  { finding: 'albumin-low', name: /albumin/, below: 30, within: [5, 60], units: [inGramsPerDecilitre] },
  {
    finding: 'liver-enzymes-very-high',
    name: /\balt|alanine aminotransferase|\bast\b/,
    above: 400,
    within: [1, 20000],
  },
  {
    finding: 'bilirubin-cholestatic',
    name: /bilirubin/,
    above: 34,
    within: [1, 900],
    units: [inMilligrams(17.1)],
  },
  { finding: 'ultrasound-bile-duct-wide', name: /bile duct/, above: 7, within: [1, 40] },
  { finding: 'clotting-prolonged', name: /\binr/, above: 1.35, within: [0.5, 15] },
  { finding: 'lipase-raised', name: /lipase|amylase/, above: 350, within: [1, 20000] },
  {
    finding: 'uric-acid-raised',
    name: /urate|uric acid/,
    above: 420,
    within: [50, 1200],
    units: [inMilligrams(59.5)],
  },
  {
    finding: 'd-dimer-raised',
    name: /d-?dimer/,
    above: 500,
    within: [20, 50000],
    units: [[/^\s*(?:mg\/l|[µμu]g\/ml|mcg\/ml)/, times(1000)]],
  },
  { finding: 'bnp-raised', name: /bnp|natriuretic peptide/, above: 300, within: [1, 50000] },
  {
    finding: 'troponin-raised',
    name: /troponin(?: [ti])?/,
    above: 30,
    within: [0, 100000],
    units: [[/^\s*(?:ng\/ml|[µμu]g\/l)/, times(1000)]],
  },
  { finding: 'calprotectin-raised', name: /calprotectin/, above: 150, within: [0, 20000] },
  { finding: 'creatine-kinase-raised', name: /creatine kinase|\bck\b/, above: 1000, within: [1, 500000] },
  { finding: 'coeliac-antibodies', name: /transglutaminase|ttg/, above: 20, within: [0, 5000] },
  { finding: 'ca125-raised', name: /ca[- ]?125/, above: 60, within: [0, 20000] },
  {
    finding: 'residual-urine-raised',
    name: /residual|bladder scan|left (?:in the bladder )?after (?:passing|voiding)/,
    above: 150,
    within: [0, 3000],
  },
  {
    finding: 'ankle-brachial-index-low',
    name: /ankle-?brachial(?: pressure)? index|abpi|\babi\b/,
    below: 0.9,
    within: [0.1, 1.6],
  },
  {
    finding: 'spirometry-obstructive-fixed',
    name: /fev1\/fvc(?: ratio)?|(?:fev1|spirometry).{0,60}?\bratio/,
    below: 0.7,
    within: [0.2, 1],
  },
  { finding: 'body-mass-index-low', name: /body mass index|\bbmi/, below: 17.5, within: [8, 80] },
  {
    finding: 'eye-pressure-raised',
    name: /(?:intra-?ocular|eye) pressures?|\biop|tonometry/,
    above: 35,
    within: [3, 90],
  },
  {
    finding: 'rheumatoid-factor-ccp',
    name: /anti-?ccp|citrullinated(?: peptide)?(?: antibod\w+)?|rheumatoid factor/,
    above: 40,
    within: [0, 5000],
  },
  { finding: 'carboxyhaemoglobin-raised', name: /carboxyha?emoglobin|cohb/, above: 9.9, within: [0, 80] },
  { finding: 'paracetamol-level-raised', name: /paracetamol(?: level)?/, above: 80, within: [1, 1000] },
  { finding: 'tryptase-raised', name: /tryptase/, above: 13, within: [0, 300] },
  {
    finding: 'depression-score-high',
    name: /phq-?9|\bgds|edinburgh|depression scale|depression score/,
    above: 9,
    within: [0, 30],
  },
  { finding: 'anxiety-score-high', name: /gad-?7/, above: 9, within: [0, 21] },
  { finding: 'alcohol-score-high', name: /\baudit/, above: 19, within: [0, 40] },
  {
    finding: 'sleep-study-apnoeas',
    name: /apno?ea[- ]hypopno?ea index|\bahi|events (?:an|per) hour/,
    above: 14,
    within: [0, 150],
  },
  { finding: 'androgens-raised', name: /(?:total )?testosterone/, above: 2, within: [0.1, 10] },
  {
    finding: 'memory-test-impaired',
    name: /moca|mmse|mini-?mental|montreal cognitive/,
    below: 25,
    within: [0, 30],
  },
  {
    finding: 'reduced-consciousness',
    name: /gcs|glasgow coma (?:scale|score)|coma scale/,
    below: 14.5,
    within: [3, 15],
  },
  { finding: 'echo-reduced-function', name: /ejection fraction|lvef/, below: 45, within: [5, 80] },
]

const valueOf = (limit: number | ((person: Person) => number), person: Person): number =>
  typeof limit === 'number' ? limit : limit(person)

/** A number, not the digits of a name ("B12"). */
export const numeral = String.raw`(?<![a-z\d.,])(\d+(?:,\d{3})*(?:\.\d+)?)`

/** Samples other than blood, in which the same cells and substances have limits of their own. */
const otherSample =
  /lumbar puncture|\bcsf\b|cerebrospinal|\burin|\bjoint\b|synovial|aspirat|pleural|ascit|peritoneal fluid|\bstool|\bswab/
/** What is measured in such samples. */
const anySample: ReadonlySet<string> = new Set([
  'ketones-raised',
  'calprotectin-raised',
  'residual-urine-raised',
])

/** The reference that stands in brackets after a value: "(reference below 14)", "(2.20-2.60)". */
export function reference(after: string): { readonly low?: number; readonly high?: number } {
  const inside = /^[^\d(]{0,24}\(([^)]*)\)/.exec(after)?.[1] ?? ''
  const between = new RegExp(`${numeral}\\s*(?:-|–|to)\\s*${numeral}`).exec(inside)
  const amount = (text: string | undefined): number => Number((text ?? '').replaceAll(',', ''))
  if (between) return { low: amount(between[1]), high: amount(between[2]) }
  const below = new RegExp(`(?:below|under|less than|up to|<)\\s*${numeral}`).exec(inside)
  if (below) return { high: amount(below[1]) }
  const above = new RegExp(`(?:above|over|more than|at least|expected above|>)\\s*${numeral}`).exec(inside)
  return above ? { low: amount(above[1]) } : {}
}

/**
 * @param text a report, with the name of the test before its values ("CRP: 164 mg/L")
 * @returns findings that a number settles; what has no number is left out
 */
export function laboratoryFindings(text: string, person: Person): readonly MeasuredFinding[] {
  const plain = text.toLowerCase()
  const found: MeasuredFinding[] = []
  const isBlood = !otherSample.test(plain)
  // The name of a line may name several quantities: "ESR and CRP: ESR 18 mm/h".
  const values = plain.slice(plain.indexOf(': ') + 1)
  for (const { finding, name, above, below, within, units } of limits) {
    if (!isBlood && !anySample.has(finding)) continue
    const quantity = new RegExp(`(?:${name.source})[^\\d.;]{0,26}?${numeral}`)
    const line = name.test(values) ? values : plain
    const hit = quantity.exec(line)
    if (!hit) continue
    const written = Number(
      hit
        .slice(1)
        .findLast((group: string | undefined) => group !== undefined && /^\d/.test(group))
        ?.replaceAll(',', ''),
    )
    const after = line.slice(hit.index + hit[0].length)
    const convert = units?.find(([unit]) => unit.test(after))?.[1]
    const value = convert ? convert(written) : written
    if (!Number.isFinite(value) || (within && (value < within[0] || value > within[1]))) continue
    // A reference is written in the units of its value.
    const { low, high } = reference(after)
    if (above !== undefined)
      found.push({
        finding,
        present: high === undefined ? value > valueOf(above, person) : written > high * 1.1,
      })
    else if (below !== undefined)
      found.push({ finding, present: low === undefined ? value < valueOf(below, person) : written < low })
  }
  return found
}
