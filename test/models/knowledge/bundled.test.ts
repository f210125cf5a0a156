import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { believe, type Evidence } from '../../../models/knowledge/belief.ts'
import {
  applies,
  knowledgeBase,
  likelihood,
  priorWeight,
  type Person,
} from '../../../models/knowledge/knowledge-base.ts'
import { lintKnowledge } from '../../../models/knowledge/lint.ts'
import { parseConditionNames, parseConditions, parseFindings } from '../../../models/knowledge/schema.ts'
import { seededRandom } from '../../../models/core/random.ts'

const folder = new URL('../../../resources/knowledge/', import.meta.url)
const read = (path: string): unknown => JSON.parse(readFileSync(new URL(path, folder), 'utf8'))
const all = <T>(name: string, parse: (input: unknown, file: string) => readonly T[]): T[] =>
  readdirSync(new URL(`${name}/`, folder)).flatMap((file) => parse(read(`${name}/${file}`), file))

const base = knowledgeBase(
  all('findings', parseFindings),
  all('conditions', parseConditions),
  parseConditionNames(read('condition-names.json'), 'condition-names.json'),
)

describe('the bundled knowledge base', () => {
  it('describes every named condition with findings that exist, apart from every other', () => {
    expect(base.names.size).toBe(160)
    expect(base.conditions.size).toBe(160)
    expect(base.findings.size).toBeGreaterThanOrEqual(350)
    expect(lintKnowledge(base)).toEqual([])
  })

  it('says whom examinations and tests of one sex are for', () => {
    const orders: Record<string, 'female' | 'male'> = {
      'Pelvic examination': 'female',
      'Pelvic ultrasound': 'female',
      'Scrotal examination': 'male',
      'Doppler ultrasound of the testicles': 'male',
    }
    for (const finding of base.findings.values()) {
      if (!('order' in finding) || !(finding.order in orders)) continue
      expect(finding.only?.sex, finding.id).toBe(orders[finding.order])
    }
  })

  it('gives patients several wordings, none twice for one finding', () => {
    for (const finding of base.findings.values()) {
      if (!('yes' in finding)) continue
      const said = [...finding.yes, ...finding.no, ...finding.vague]
      expect(new Set(said).size, finding.id).toBe(said.length)
    }
  })

  it('recognises people drawn from it when everything is known', () => {
    const random = seededRandom(11)
    let right = 0
    for (const condition of base.conditions.values()) {
      const row = condition.prior.find(({ level }) => level !== 'absent')
      if (!row) throw new Error(`${condition.id} occurs in nobody`)
      const sex = row.sex === 'any' ? (random.uniform() < 0.5 ? 'female' : 'male') : row.sex
      const person: Person = { age: (row.ages[0] + row.ages[1]) / 2, sex }
      expect(priorWeight(condition, person), condition.id).toBeGreaterThan(0.01)
      const evidence: Evidence[] = [...base.findings.values()]
        .filter((finding) => applies(finding, person))
        .map((finding) => ({
          finding: finding.id,
          present: random.uniform() < likelihood(condition, finding),
          certainty: 1,
        }))
      if (believe(base, person, evidence)[0]?.condition === condition.id) right += 1
    }
    expect(right / base.conditions.size).toBeGreaterThan(0.95)
  })
})
