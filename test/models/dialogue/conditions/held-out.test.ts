import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { openNormaliser } from '../../../../electron/condition-names.ts'

const read = openNormaliser(new URL('../../../../resources', import.meta.url).pathname)
const lines = readFileSync(new URL('held-out.tsv', import.meta.url), 'utf8')
  .split('\n')
  .filter((line) => line.includes('\t'))
  .map((line) => line.split('\t') as [string, string])
  // A dash stands for an answer that nobody should read as one condition.
  .map(([condition, text]) => [condition === '-' ? 'unreadable' : condition, text] as const)

describe('reading diagnoses written before the reader', () => {
  const wrong = lines.filter(([condition, text]) => read(text) !== condition)

  it('reads at least 95 in 100 as they were meant', () => {
    expect(lines.length).toBeGreaterThanOrEqual(150)
    expect(wrong.length / lines.length, wrong.map((line) => line.join(': ')).join('\n')).toBeLessThanOrEqual(
      0.05,
    )
  })

  it('never takes an answer for another condition than the one that was meant', () => {
    const guessed = wrong.filter(([, text]) => read(text) !== 'unreadable')
    expect(
      guessed.length / lines.length,
      guessed.map((line) => line.join(': ')).join('\n'),
    ).toBeLessThanOrEqual(0.01)
  })
})
