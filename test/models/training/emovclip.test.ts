/** Prompts that are learned on a folder of labelled clips: a run that was killed ends as one that was not. */
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { temporaryFolder } from '../../support/temporary-folder.ts'

const trainingFolder = fileURLToPath(new URL('../../../models/training', import.meta.url))
const python = 'python3'
const needed = ['torch', 'transformers', 'tokenizers', 'safetensors', 'numpy', 'scipy']
const { status } = spawnSync(python, ['-c', `import ${needed.join(', ')}`])
const missing = `Nothing is learned here: ${python} lacks one of ${needed.join(', ')}. Install them with pip.`
/** Python starts and learns on a machine that others use too. */
const patience = 900_000

interface Ended {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly said: string
}

/** @param killAt words on the error stream at which it is killed as a power cut would */
async function run(module: string, args: readonly string[], killAt?: string): Promise<Ended> {
  const child = spawn(python, ['-m', `emovclip.${module}`, ...args], {
    cwd: trainingFolder,
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, OMP_NUM_THREADS: '1' },
  })
  let said = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said += text
    if (killAt !== undefined && said.includes(killAt)) child.kill('SIGKILL')
  })
  const [code, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null]
  return { code, signal, said }
}

it(
  'ends with the same prompts and figures when it was killed and run again',
  { timeout: patience },
  async ({ skip }) => {
    if (status !== 0) skip(missing)
    using home = temporaryFolder()
    const set = join(home.path, 'set')
    const made = await run('synthetic', [
      ...['--out', set, '--seed', '5', '--align', '2', '--train', '30', '--test1', '6', '--unlabelled', '8'],
    ])
    expect(made.code, made.said).toBe(0)
    const train = (out: string, more: readonly string[] = [], killAt?: string): Promise<Ended> =>
      run(
        'train',
        [
          ...['--clip', join(set, 'clip'), '--data', join(set, 'mer2024'), '--out', join(home.path, out)],
          ...['--audio', 'synthetic-audio-UTT', '--text', 'synthetic-text-UTT', '--folds', '2'],
          ...['--epochs', '3', '--frames', '2', '--tokens', '2', '--depth', '2', ...more],
        ],
        killAt,
      )
    const written = (out: string) => ({
      prompts: readFileSync(join(home.path, out, 'prompts.safetensors')).toString('base64'),
      result: JSON.parse(readFileSync(join(home.path, out, 'result.json'), 'utf8')) as unknown,
    })

    const whole = await train('whole')
    expect(whole.code, whole.said).toBe(0)
    const killed = await train('killed', [], 'fold-1: epoch 2')
    expect(killed.signal, killed.said).toBe('SIGKILL')
    const again = await train('killed')
    expect(again.code, again.said).toBe(0)
    // What was finished is not learned again.
    expect(again.said).not.toContain('fold-0: epoch')
    expect(again.said).not.toContain('fold-1: epoch 1 of 3')
    expect(again.said).toContain('shipped: epoch 3 of 3')
    expect(written('killed')).toEqual(written('whole'))

    const other = await train('killed', ['--rate', '0.5'])
    expect([other.code, other.said.includes('was learned with other settings')]).toEqual([1, true])
  },
)
