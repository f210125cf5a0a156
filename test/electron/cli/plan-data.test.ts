import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { readStep } from '../../../models/dialogue/doctor/plan.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'consilium-plans-'))
})
afterAll(() => rm(folder, { recursive: true }))

const root = new URL('../../../', import.meta.url)

interface Lesson {
  readonly role: string
  readonly messages: readonly { readonly role: string; readonly content: string }[]
  readonly worse?: readonly { readonly at: number; readonly text: string }[]
}

const planData = (name: string, ...words: readonly string[]) =>
  new Promise<{ answer: unknown; lessons: readonly Lesson[] }>((resolve) => {
    const out = join(folder, name)
    execFile(
      process.execPath,
      ['electron/cli.ts', 'plan-data', '--out', out, '--json', ...words],
      { cwd: root, maxBuffer: 1 << 24 },
      (_, stdout) => {
        void readFile(out, 'utf8')
          .catch(() => '')
          .then((text) => {
            const lessons = text.split('\n').filter(Boolean)
            resolve({
              answer: JSON.parse(stdout) as unknown,
              lessons: lessons.map((line) => JSON.parse(line) as Lesson),
            })
          })
      },
    )
  })

it(
  'writes visits as decisions with worse ones at their places, lists and words, the same for a seed',
  { timeout: 180_000 },
  async () => {
    const words = [
      '--persons',
      '1',
      '--seed',
      '9',
      '--spoken',
      '1',
      '--lists',
      '2',
      '--judgements',
      '3',
      '--drawn',
      '8',
    ] as const
    const { answer, lessons } = await planData('plans.jsonl', ...words)
    expect(answer).toMatchObject({ plans: 1, lists: 2 })
    const plans = lessons.filter(({ role }) => role === 'plan')
    expect(plans).toHaveLength(1)
    for (const { messages, worse = [] } of plans) {
      const decisions = messages.filter(({ role }) => role === 'assistant')
      for (const { content } of decisions) expect(readStep(content)).not.toBeNull()
      expect(decisions.at(-1)?.content).toBe('Conclude.')
      expect(worse.length).toBeGreaterThan(0)
      for (const { at, text } of worse) {
        expect(messages[at]?.role).toBe('assistant')
        expect(messages[at]?.content).not.toBe(text)
      }
    }
    const judged = lessons.filter(({ role, worse }) => role === 'heard' && worse)
    expect(judged.length).toBeGreaterThan(0)
    expect(answer).toMatchObject({ judgements: judged.length })
    for (const { messages, worse } of judged) {
      expect(messages.at(-1)?.content).toMatch(/^Diagnosis: /)
      expect(worse?.map(({ text }) => text)).not.toContain(messages.at(-1)?.content)
    }
    expect((await planData('again.jsonl', ...words)).lessons).toEqual(lessons)
  },
)

it('says what it needs where nobody is to be visited', async () => {
  const { answer, lessons } = await planData('nobody.jsonl')
  expect(answer).toMatchObject({ failure: { code: 'invalid-request' } })
  expect(lessons).toEqual([])
})
