import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { parseConditionNames } from '../../../models/knowledge/schema.ts'
import { diagnosisNamed, parseCase } from '../../../models/practice/case.ts'

const resources = new URL('../../../resources/', import.meta.url)
const read = (path: string): unknown => JSON.parse(readFileSync(new URL(path, resources), 'utf8'))
const conditions = new Map(
  parseConditionNames(read('knowledge/condition-names.json'), 'names').map((name) => [name.id, name]),
)
const files = ['development', 'training'].flatMap((split) =>
  readdirSync(new URL(`cases/${split}/`, resources)).map((file) => `cases/${split}/${file}`),
)

describe('the bundled cases', () => {
  it('are at least sixty, in both splits, each with an id of its own', () => {
    expect(files.length).toBeGreaterThanOrEqual(60)
    const ids = files.map((file) => parseCase(read(file), file, conditions).id)
    expect(new Set(ids).size).toBe(files.length)
  })

  it.each(files)('%s holds together and does not give its diagnosis away', (file) => {
    const practice = parseCase(read(file), file, conditions)
    expect(practice.differential[0]).toBe(practice.checklist.diagnosis[0]?.condition)
    expect(file).toContain(practice.id)
    expect(diagnosisNamed(practice, conditions)).toBeNull()
  })
})

describe('a malformed case', () => {
  const good = read(files[0]!) as Record<string, unknown>
  it.each([
    ['a missing field', { title: undefined }, /title/],
    ['a wrong kind of value', { facts: 'none' }, /facts/],
    ['an unknown condition', { differential: ['gout', 'no-such-thing'] }, /no-such-thing/],
    [
      'a topic twice',
      { facts: [0, 1].map(() => ({ topic: 'onset', ask: ['When?'], answer: 'Monday.' })) },
      /twice/,
    ],
  ])('is refused for %s, with file and field', (_what, change, reason) => {
    expect(() => parseCase({ ...good, ...change }, 'mine.json', conditions)).toThrow(reason)
    expect(() => parseCase({ ...good, ...change }, 'mine.json', conditions)).toThrow(/mine\.json/)
  })
})
