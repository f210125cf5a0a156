/**
 * Answers as members give them, in every kind: kind, what they mean (a dash where nobody should read an
 * answer), and the words, with `\n` for a new line.
 */
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { openNormaliser } from '../../../electron/condition-names.ts'
import { readAnswer } from '../../../models/panel/answers.ts'
import { answerKinds } from '../../../models/panel/question.ts'

const readCondition = openNormaliser(new URL('../../../resources', import.meta.url).pathname)
const offered = ['heart failure', 'asthma', 'pulmonary embolism', 'anxiety']

const read = readFileSync(new URL('strings.tsv', import.meta.url), 'utf8')
  .split('\n')
  .filter((line) => line !== '')
  .map((line) => {
    const [given = '', meant = '', words = ''] = line.split('\t')
    const kind = answerKinds.find((each) => each === given) ?? 'diagnosis'
    const text = words.replaceAll('\\n', '\n')
    const choices = kind === 'choice' ? offered : []
    const said = readAnswer(text, { kind, choices }, readCondition)
    return { kind, meant: meant === '-' ? 'unreadable' : meant, text, said }
  })
const wrong = read.filter(({ meant, said }) => said !== meant)
const shown = (lines: typeof read): string =>
  lines.map(({ text, meant, said }) => `${JSON.stringify(text)}: ${said}, meant ${meant}`).join('\n')

describe('reading answers', () => {
  it('is tried on at least 300 strings of every kind', () => {
    expect(read.length).toBeGreaterThanOrEqual(300)
    for (const kind of answerKinds)
      expect(read.filter((each) => each.kind === kind).length).toBeGreaterThanOrEqual(40)
  })

  it('never takes one answer for another, nor words without one for an answer', () => {
    const guessed = wrong.filter(({ said }) => said !== 'unreadable')
    expect(guessed, shown(guessed)).toEqual([])
  })

  it('reads every letter, number, yes and no', () => {
    const missed = wrong.filter(({ kind }) => kind !== 'diagnosis')
    expect(missed, shown(missed)).toEqual([])
  })

  it('reads at least 85 in 100 diagnoses', () => {
    const named = read.filter(({ kind, meant }) => kind === 'diagnosis' && meant !== 'unreadable')
    const missed = wrong.filter(({ kind }) => kind === 'diagnosis')
    expect(missed.length / named.length, shown(missed)).toBeLessThanOrEqual(0.15)
  })
})
