/** Draft heads for a model that a user imported: trained, found by the engine, and without a trace in the text. */
import { execFile, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { LocalModels } from '../../../electron/inference/client.ts'
import { launchNode } from '../../../electron/inference/launch-node.ts'
import { resourcesFolder } from '../../../electron/resources.ts'
import { temporaryFolder, type TemporaryFolder } from '../../support/temporary-folder.ts'

const cli = fileURLToPath(new URL('../../../electron/cli.ts', import.meta.url))
const gguf = fileURLToPath(new URL('../../models/compiler/fixtures/llama-tied/model.gguf', import.meta.url))
const python = 'python3'
const { status } = spawnSync(python, ['-c', 'import torch, safetensors, numpy'])
const trains = status === 0
/** Python starts, compiles and trains on a machine that others use too. */
const patience = 600_000

let home: TemporaryFolder
let model: string
let prompts: string

beforeAll(async () => {
  home = temporaryFolder()
  const models = new LocalModels({
    paths: {
      resources: resourcesFolder(),
      models: join(home.path, 'models'),
      cache: join(home.path, 'cache'),
    },
    launch: launchNode(),
  })
  try {
    model = (await models.importModel(gguf, () => undefined, new AbortController().signal)).id
  } finally {
    await models.dispose()
  }
  prompts = join(home.path, 'prompts.jsonl')
  const words = ['cough', 'fever', 'pain', 'a rash', 'no sleep', 'a sore throat', 'dizziness', 'nausea']
  writeFileSync(
    prompts,
    words
      .map((word, id) => JSON.stringify({ id, messages: [{ role: 'user', content: `I have ${word}.` }] }))
      .join('\n'),
  )
}, patience)
afterAll(() => home[Symbol.dispose]())

interface Output {
  readonly status: number
  readonly json: Readonly<Record<string, unknown>>
}

function consilium(args: readonly string[], environment: NodeJS.ProcessEnv = {}): Promise<Output> {
  const env = { ...process.env, CONSILIUM_HOME: home.path, CONSILIUM_CACHE: join(home.path, 'cache') }
  return new Promise((resolve, reject) => {
    execFile(
      process.execPath,
      [cli, ...args, '--json'],
      { env: { ...env, ...environment } },
      (error, stdout, stderr) => {
        try {
          const json = JSON.parse(stdout) as Output['json']
          resolve({ status: error ? 1 : 0, json })
        } catch (unread) {
          reject(new Error(`${stdout}\n${stderr}`, { cause: unread }))
        }
      },
    )
  })
}

const train = (out: string, environment?: NodeJS.ProcessEnv): Promise<Output> =>
  consilium(
    [
      ...['train-heads', '--model', model, '--prompts', prompts, '--out', join(home.path, out)],
      ...['--max-tokens', '24', '--tokens', '1000', '--threads', '1', '--python', python],
    ],
    environment,
  )

async function say(decoder: string): Promise<readonly Readonly<Record<string, unknown>>[]> {
  const { json } = await consilium([
    ...['generate', '--model', model, '--prompts', prompts, '--precision', 'row8'],
    ...['--max-tokens', '48', '--decoder', decoder],
  ])
  return json['results'] as readonly Readonly<Record<string, unknown>>[]
}

describe('consilium train-heads', () => {
  it('says how to get PyTorch where Python has none', async () => {
    const folder = join(home.path, 'no-torch')
    mkdirSync(folder)
    // Found before the installed one, and gone for whoever asks where it is.
    writeFileSync(
      join(folder, 'sitecustomize.py'),
      'import importlib.util as i\nfound = i.find_spec\ni.find_spec = lambda n, *a: None if n == "torch" else found(n, *a)\n',
    )
    const { status: ended, json } = await train('none', { PYTHONPATH: folder })
    expect(ended).toBe(1)
    expect(json['failure']).toMatchObject({ code: 'tool-missing' })
    expect((json['failure'] as { message: string }).message).toMatch(/python3 -m pip install torch\b/)
  })

  it(
    'makes heads that the engine uses for the imported model, and the text stays the same',
    { timeout: patience },
    async ({ skip }) => {
      if (!trains)
        skip(
          `No heads are trained here: ${python} has no torch, safetensors or numpy. Install them with pip.`,
        )
      const { status: ended, json } = await train('work')
      expect(json).toMatchObject({ model, report: { kind: 'clover' } })
      expect(ended).toBe(0)
      const heads = String(json['heads'])
      expect(heads).toBe(join(home.path, 'models', model, 'heads', 'clover.safetensors'))
      expect(existsSync(heads)).toBe(true)

      const [plain, guessed] = [await say('plain'), await say('clover')]
      expect(guessed.map(({ text, tokens }) => ({ text, tokens }))).toEqual(
        plain.map(({ text, tokens }) => ({ text, tokens })),
      )
      const told = guessed.map(({ speculation }) => speculation as { decoder: string; drafted: number })
      for (const each of told) expect(each).toMatchObject({ decoder: 'clover', refusal: null })
      expect(told.reduce((sum, { drafted }) => sum + drafted, 0)).toBeGreaterThan(0)
    },
  )
})
