/** `consilium brainstorm --questions`: a small file of questions with choices, asked of members that reckon. */
import { execFile } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { StoredAnswers } from '../../../electron/cli/brainstorm/record-file.ts'
import { temporaryFolder, type TemporaryFolder } from '../../support/temporary-folder.ts'

const cli = fileURLToPath(new URL('../../../electron/cli.ts', import.meta.url))
/** Each command opens the encoder and the knowledge base on a machine that others use too. */
const patience = 240_000
let home: TemporaryFolder
beforeAll(() => (home = temporaryFolder()))
afterAll(() => home[Symbol.dispose]())

const question = 'What is the most likely diagnosis?'
const heart = {
  age: 61,
  sex: 'male',
  turns: [
    {
      speaker: 'patient',
      text: 'I have a crushing pressure in the middle of my chest, it goes into my left arm and my jaw.',
    },
    { speaker: 'doctor', text: 'Any sweating or nausea?' },
    { speaker: 'patient', text: 'I broke out in a cold sweat and I feel sick. It started an hour ago.' },
    { speaker: 'result', text: 'Electrocardiogram: ST elevation in the inferior leads.\nTroponin: raised.' },
  ],
}

interface Ended {
  readonly status: number
  readonly errors: string
  readonly json: Readonly<Record<string, unknown>>
}

function brainstorm(lines: readonly unknown[], ...more: readonly string[]): Promise<Ended> {
  const file = join(home.path, 'questions.jsonl')
  writeFileSync(file, lines.map((line) => JSON.stringify(line)).join('\n'))
  const args = ['brainstorm', '--questions', file, '--members', 'knowledge,retrieval', '--rounds', '2']
  return new Promise((resolve, reject) => {
    execFile(
      process.execPath,
      [cli, ...args, '--seed', '3', '--json', ...more],
      { env: { ...process.env, CONSILIUM_HOME: home.path, CONSILIUM_CACHE: join(home.path, 'cache') } },
      (error, stdout, stderr) => {
        try {
          resolve({ status: error ? 1 : 0, errors: stderr, json: JSON.parse(stdout) as Ended['json'] })
        } catch (unread) {
          reject(new Error(`${stdout}\n${stderr}`, { cause: unread }))
        }
      },
    )
  })
}

const measured = {
  accuracy: expect.any(Number) as number,
  low: expect.any(Number) as number,
  high: expect.any(Number) as number,
}

describe('consilium brainstorm --questions', () => {
  const choices = ['Gout', 'ST-elevation myocardial infarction', 'Migraine']

  it(
    'prints the figures of a panel beside its members, counting only questions with an answer',
    { timeout: patience },
    async () => {
      const records = join(home.path, 'records.jsonl')
      const { status, json } = await brainstorm(
        [
          { id: 'right', question, choices, answer: 'B', case: heart },
          {
            id: 'lettered',
            question,
            choices: { A: 'Gout', B: 'Migraine', C: choices[1] },
            answer: 'A',
            case: heart,
          },
          { id: 'open', question, case: heart },
        ],
        '--records',
        records,
      )
      expect(status).toBe(0)
      expect(json).toEqual({
        questions: 3,
        // The second line's own answer is wrong on purpose: what is right is the file's word, not the panel's.
        rounds: [
          { round: 0, accuracy: 0.5 },
          { round: 1, accuracy: 0.5 },
        ],
        consensus: { ...measured, accuracy: 0.5, rate: 1 },
        flips: { rightToWrong: 0, wrongToRight: 0 },
        roundsUsed: expect.any(Number) as number,
        tokens: 0,
        baselines: {
          members: [
            { id: 'knowledge', ...measured, accuracy: 0.5 },
            { id: 'retrieval', ...measured },
          ],
          selfConsistency: measured,
          vote: measured,
          weightedVote: measured,
        },
      })
      const answers = readFileSync(records, 'utf8')
        .trim()
        .split('\n')
        .slice(1)
        .map((line) => JSON.parse(line) as { id: string; record: { verdict: { answer: string } } })
      expect(answers.map(({ id, record }) => [id, record.verdict.answer])).toEqual([
        ['right', 'B'],
        ['lettered', 'C'],
        ['open', 'st-elevation-myocardial-infarction'],
      ])
    },
  )

  it(
    'compares with members that are not seated, and with what the seated believe, pooled without talk',
    { timeout: patience },
    async () => {
      const records = join(home.path, 'against.jsonl')
      const more = ['--against', 'guided', '--records', records]
      const lines = [
        { id: 'open', question, answer: 'STEMI', case: heart },
        { id: 'wrong', question, answer: 'gout', case: heart },
      ]
      const { json, errors } = await brainstorm(lines, ...more)
      expect(json).toMatchObject({
        consensus: { accuracy: 0.5 },
        baselines: { members: [{ id: 'knowledge' }, { id: 'retrieval' }] },
      })
      expect(errors).toContain('panel less guided, not seated (0.500): 0.000')
      expect(errors).toContain('panel less what members believe alone, pooled (0.500): 0.000')
      expect(errors).toMatch(/\d of 2 were talked about/)
      const kept = readFileSync(records, 'utf8')
        .trim()
        .split('\n')
        .slice(1)
        .map((line) => JSON.parse(line) as StoredAnswers)
      const infarction = 'st-elevation-myocardial-infarction'
      expect(kept.map(({ outside }) => outside)).toEqual([[['guided', infarction]], [['guided', infarction]]])
      expect(kept.map(({ pooledAlone }) => pooledAlone)).toEqual([infarction, infarction])
    },
  )

  it('keeps what was said where too few could be read for a panel', { timeout: patience }, async () => {
    const records = join(home.path, 'refused.jsonl')
    // Members that reckon decline what asks for no diagnosis.
    const { status, json } = await brainstorm(
      [
        { id: 'sum', question: 'How many are 3 and 4?', case: heart },
        { id: 'open', question, answer: 'STEMI', case: heart },
      ],
      '--records',
      records,
    )
    expect(status).toBe(0)
    expect(json).toMatchObject({ questions: 2, consensus: { accuracy: 1, rate: 0.5 } })
    const [sum] = readFileSync(records, 'utf8')
      .trim()
      .split('\n')
      .slice(1)
      .map((line) => JSON.parse(line) as StoredAnswers)
    expect(sum?.record).toBeNull()
    expect(sum?.refused?.rounds[0]?.answers.map(({ absence }) => absence?.why)).toEqual(['failed', 'failed'])
  })

  it('refuses two questions of one name', { timeout: patience }, async () => {
    const { status, json } = await brainstorm([
      { id: 'same', question, case: heart },
      { id: 'same', question, choices, answer: 'B', case: heart },
    ])
    expect(status).toBe(1)
    expect(json['failure']).toMatchObject({ code: 'invalid-request', details: { question: 'same' } })
  })

  it(
    'refuses an answer that is none of the choices, and names the question',
    { timeout: patience },
    async () => {
      const { status, json } = await brainstorm([{ id: 'odd', question, choices, answer: 'E', case: heart }])
      expect(status).toBe(1)
      expect(json['failure']).toMatchObject({ code: 'invalid-request', details: { question: 'odd' } })
    },
  )
})
