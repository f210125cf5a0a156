/** Draft heads for a model that a user imported: trained, found by the engine, and without a trace in the text. */
import { execFile, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { LocalModels } from '../../../electron/inference/client.ts'
import { launchNode } from '../../../electron/inference/launch-node.ts'
import { resourcesFolder } from '../../../electron/resources.ts'
import { temporaryFolder, type TemporaryFolder } from '../../support/temporary-folder.ts'

const cli = fileURLToPath(new URL('../../../electron/cli.ts', import.meta.url))
const trainingFolder = fileURLToPath(new URL('../../../models/training', import.meta.url))
const gguf = fileURLToPath(new URL('../../models/compiler/fixtures/llama-tied/model.gguf', import.meta.url))
const python = 'python3'
const { status } = spawnSync(python, ['-c', 'import torch, safetensors, numpy'])
const trains = status === 0
const missing = `No heads are trained here: ${python} has no torch, safetensors or numpy. Install them with pip.`
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

const train = (
  out: string,
  { more = [], environment }: { more?: readonly string[]; environment?: NodeJS.ProcessEnv } = {},
): Promise<Output> =>
  consilium(
    [
      ...['train-heads', '--model', model, '--prompts', prompts, '--out', join(home.path, out)],
      ...['--max-tokens', '24', '--tokens', '1000', '--threads', '1', '--python', python, ...more],
    ],
    environment,
  )

let trained: Promise<Output> | null = null
/** The first training, which several tests look at. */
const trainOnce = (): Promise<Output> => (trained ??= train('work'))

/**
 * Runs the trainer by itself on the states that the first training read, saving after every step.
 *
 * @param killAt a step at which it is killed as a power cut would; without it, it runs to its end
 */
async function runTrainer(out: string, more: readonly string[], killAt?: number): Promise<void> {
  const work = join(home.path, 'work')
  const child = spawn(
    python,
    [
      ...['-m', 'clover.train', '--target', join(work, 'target.safetensors'), '--texts', join(work, 'texts')],
      ...['--out', join(home.path, out), '--model', 'none', '--threads', '1', '--checkpoint-seconds', '0'],
      ...['--tokens', '6000', '--positions', '100', '--seed', '3', ...more],
    ],
    { cwd: trainingFolder, stdio: ['ignore', 'ignore', 'pipe'] },
  )
  let said = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said += text
    if (killAt !== undefined && said.includes(`step ${killAt} `)) child.kill('SIGKILL')
  })
  const [code, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null]
  expect({ code, signal }, said).toEqual(
    killAt === undefined ? { code: 0, signal: null } : { code: null, signal: 'SIGKILL' },
  )
}

/** The loss on held-out texts that a report tells. */
function lossOf(report: unknown): number {
  const { heldOut } = report as { readonly heldOut: Readonly<Record<string, { readonly loss: number }>> }
  return Object.values(heldOut)[0]!.loss
}

/** The tensors of a safetensors file, and what it says of itself, in whatever order. */
function readHeads(path: string): { readonly tensors: Buffer; readonly header: unknown } {
  const file = readFileSync(path)
  const end = 8 + Number(file.readBigUInt64LE())
  return {
    tensors: file.subarray(end),
    header: JSON.parse(file.subarray(8, end).toString('utf8')) as unknown,
  }
}

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
    const { status: ended, json } = await train('none', { environment: { PYTHONPATH: folder } })
    expect(ended).toBe(1)
    expect(json['failure']).toMatchObject({ code: 'tool-missing' })
    expect((json['failure'] as { message: string }).message).toMatch(/python3 -m pip install torch\b/)
  })

  it(
    'makes heads that the engine uses for the imported model, and the text stays the same',
    { timeout: patience },
    async ({ skip }) => {
      if (!trains) skip(missing)
      const { status: ended, json } = await trainOnce()
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

  it('ends with the same heads when it was killed and run again', { timeout: patience }, async ({ skip }) => {
    if (!trains) skip(missing)
    await trainOnce()
    await runTrainer('straight', [])
    await runTrainer('killed', [], 20)
    const heads = join(home.path, 'killed', 'clover.safetensors')
    expect(existsSync(heads)).toBe(false)
    await runTrainer('killed', [])
    const straight = readHeads(join(home.path, 'straight', 'clover.safetensors'))
    expect(readHeads(heads)).toEqual(straight)

    await runTrainer('another-seed', ['--seed', '4'])
    const other = readHeads(join(home.path, 'another-seed', 'clover.safetensors'))
    expect(other.tensors.equals(straight.tensors)).toBe(false)
  })

  it('goes on from heads that were made before', { timeout: patience }, async ({ skip }) => {
    if (!trains) skip(missing)
    const first = String((await trainOnce()).json['heads'])
    const before = join(home.path, 'before.safetensors')
    copyFileSync(first, before)
    const { json } = await train('further', { more: ['--start', before] })
    const heads = String(json['heads'])
    expect(JSON.stringify(readHeads(heads).header)).toContain('before that 1')
    const loss = (output: Output['json']): number => lossOf(output['report'])
    expect(loss(json)).toBeLessThan(loss((await trainOnce()).json))
  })

  it(
    'refuses heads to start from that are not there or are of another kind',
    async ({ skip }) => {
      const absent = await train('none', { more: ['--start', join(home.path, 'absent.safetensors')] })
      expect(absent.json['failure']).toMatchObject({ code: 'not-found' })
      if (!trains) skip(missing)
      const heads = String((await trainOnce()).json['heads'])
      const { json } = await train('work', { more: ['--start', heads, '--kind', 'medusa'] })
      expect((json['failure'] as { message: string }).message).toMatch(/Start from heads of the same kind/)
    },
    patience,
  )
})
