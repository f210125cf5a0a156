import { describe, expect, it } from 'vitest'
import { believe, explain, inquiryValues } from '../../../models/knowledge/belief.ts'
import { applies, knowledgeBase } from '../../../models/knowledge/knowledge-base.ts'
import { lintKnowledge } from '../../../models/knowledge/lint.ts'
import { parseConditions, parseFindings } from '../../../models/knowledge/schema.ts'

const said = {
  yes: ['Yes, I do.', 'I have that.', 'Since Monday.', 'A lot.'],
  no: ['No, I do not.', 'Never.'],
  vague: ['Hard to say.'],
}
const symptom = (id: string, more: object = {}): object => ({
  id,
  name: id,
  kind: 'symptom',
  topic: 'associated',
  ask: `Do you have ${id}?`,
  ...said,
  background: 'rarely',
  ...more,
})
const condition = (id: string, findings: Record<string, string>, level = 'common'): object => ({
  id,
  prior: [{ ages: [0, 120], sex: 'any', level }],
  findings,
  discriminating: Object.keys(findings).slice(0, 2),
  mimics: [],
  redFlags: [],
  firstTests: [],
  firstManagement: ['Explain it', 'Review it'],
  safetyNet: 'Come back if worse.',
  source: 'textbook',
})
const findings = parseFindings(
  [
    symptom('fever'),
    symptom('rash'),
    symptom('cough'),
    symptom('pregnant', { only: { sex: 'female', ageFrom: 12, ageTo: 55 } }),
  ],
  'findings.json',
)
const conditions = parseConditions(
  [
    condition('measles', { fever: 'usually', rash: 'usually', cough: 'often' }),
    condition('cold', { fever: 'sometimes', rash: 'never', cough: 'usually' }),
    condition('eczema', { fever: 'never', rash: 'usually', cough: 'rarely' }, 'uncommon'),
  ],
  'conditions.json',
)
const names = ['measles', 'cold', 'eczema'].map((id) => ({
  id,
  name: id,
  icd10cm: 'A00',
  specialty: 'x',
  synonyms: [],
}))
const base = knowledgeBase(findings, conditions, names)
const person = { age: 30, sex: 'male' as const }

describe('believe', () => {
  it('sums to one and follows Bayes', () => {
    const beliefs = believe(base, person, [{ finding: 'rash', present: true, certainty: 1 }])
    expect(beliefs.reduce((sum, { probability }) => sum + probability, 0)).toBeCloseTo(1, 12)
    const of = (id: string): number => beliefs.find((belief) => belief.condition === id)?.probability ?? 0
    expect(of('measles') / of('cold')).toBeCloseTo(0.92 / 0.01, 6)
    expect(of('measles') / of('eczema')).toBeCloseTo(2.5, 6)
  })
  it('is unmoved by an answer without certainty', () => {
    expect(believe(base, person, [{ finding: 'rash', present: true, certainty: 0 }])).toEqual(
      believe(base, person, []),
    )
  })
  it('does not depend on the order of the answers', () => {
    const yes = { finding: 'fever', present: true, certainty: 1 }
    const no = { finding: 'cough', present: false, certainty: 0.7 }
    const one = believe(base, person, [yes, no])
    believe(base, person, [no, yes]).forEach((belief, index) => {
      expect(belief.condition).toBe(one[index]?.condition)
      expect(belief.probability).toBeCloseTo(one[index]?.probability ?? 0, 12)
    })
  })
})

describe('inquiryValues', () => {
  it('prefers the finding that separates what is still possible', () => {
    const beliefs = believe(base, person, [])
    const values = inquiryValues(base, person, beliefs, new Set(), () => true)
    expect(values[0]?.finding).toBe('rash')
    expect(values.every(({ bits }) => bits >= 0)).toBe(true)
  })
  it('leaves out what is known and what cannot apply to the person', () => {
    const values = inquiryValues(base, person, believe(base, person, []), new Set(['rash']), () => true)
    expect(values.map(({ finding }) => finding)).not.toContain('rash')
    expect(values.map(({ finding }) => finding)).not.toContain('pregnant')
    const pregnant = base.findings.get('pregnant')
    expect(pregnant && applies(pregnant, { age: 30, sex: 'female' })).toBe(true)
  })
})

describe('explain', () => {
  it('names what speaks for, against, and what is still to ask', () => {
    const evidence = [
      { finding: 'rash', present: true, certainty: 1 },
      { finding: 'fever', present: false, certainty: 1 },
    ]
    const measles = base.conditions.get('measles')
    if (!measles) throw new Error('no measles')
    const explanation = explain(base, believe(base, person, evidence), evidence, measles)
    expect(explanation.opposing[0]?.finding).toBe('fever')
    expect(explanation.stillToAsk).toEqual([])
  })
})

describe('lintKnowledge', () => {
  it('finds unknown references, orphans, twins and missing descriptions', () => {
    const twin = parseConditions(
      [condition('twin', { fever: 'usually', rash: 'usually', cough: 'often', ghost: 'often' })],
      'x',
    )
    const faulty = knowledgeBase(
      findings,
      [...conditions, ...twin],
      [...names, { id: 'absent', name: 'absent', icd10cm: 'A00', specialty: 'x', synonyms: [] }],
    )
    const kinds = new Set(lintKnowledge(faulty).map(({ kind }) => kind))
    for (const kind of ['unknown-reference', 'orphan-finding', 'inseparable', 'missing-condition', 'thin'])
      expect(kinds).toContain(kind)
  })
})

describe('parseFindings', () => {
  it('names file and field of what is wrong', () => {
    expect(() => parseFindings([{ ...symptom('fever'), yes: ['One.'] }], 'findings.json')).toThrow(
      /findings\.json.*0\.yes/,
    )
  })
})
