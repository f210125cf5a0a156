import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'consilium-rules-'))
})
afterAll(() => rm(folder, { recursive: true }))

const root = new URL('../../../', import.meta.url)
const labelled = new URL('../../models/dialogue/labelled/held-out', import.meta.url).pathname

const consilium = (...words: readonly string[]): Promise<{ code: number; answer: unknown }> =>
  new Promise((resolve) => {
    execFile(
      process.execPath,
      ['electron/cli.ts', 'rules', '--json', ...words],
      { cwd: root, maxBuffer: 1 << 24 },
      (error, stdout) => {
        resolve({ code: error ? 1 : 0, answer: JSON.parse(stdout) as unknown })
      },
    )
  })

async function file(name: string, content: string): Promise<string> {
  const path = join(folder, name)
  await writeFile(path, content)
  return path
}

describe('consilium rules', () => {
  it('prints the verdicts of every doctor turn with their evidence, and what they add up to', async () => {
    const path = await file(
      'hasty.json',
      JSON.stringify({
        schema: 'consilium-dialogue/1',
        turns: [
          { speaker: 'patient', text: 'My head hurts.' },
          { speaker: 'doctor', text: 'You have a migraine.' },
        ],
      }),
    )
    const { code, answer } = await consilium('--dialogue', path)
    expect(code).toBe(0)
    expect(answer).toMatchObject({
      dialogue: path,
      firstUnmetGoal: 'complaint-before-diagnosis',
      premature: true,
      endless: false,
      rules: { 'red-flags-before-diagnosis': { satisfied: 0, violated: 1, notApplicable: 0 } },
    })
    expect(answer).toHaveProperty(
      'turns.0.verdicts',
      expect.arrayContaining([{ rule: 'safety-net-given', verdict: 'violated', evidence: [1] }]),
    )
  })

  it.each([
    ['broken.json', '{', 'file'],
    [
      'speaker.json',
      '{"schema":"consilium-dialogue/1","turns":[{"speaker":"nurse","text":"x"}]}',
      'turns.0.speaker',
    ],
  ])('refuses %s with file, field and reason', async (name, content, field) => {
    const path = await file(name, content)
    const { code, answer } = await consilium('--dialogue', path)
    expect(code).toBe(1)
    expect(answer).toMatchObject({ failure: { code: 'invalid-request', details: { file: path, field } } })
    expect(answer).toHaveProperty('failure.details.reason', expect.stringMatching(/\w/))
  })

  it('reports agreement with hand labels', async () => {
    const { answer } = await consilium('--labels', labelled)
    expect(answer).toMatchObject({ dialogues: 20, turns: 165 })
  })
})
