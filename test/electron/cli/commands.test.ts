import { spawn } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { importModel } from '../../../electron/inference/import-model.ts'
import { temporaryFolder, type TemporaryFolder } from '../../support/temporary-folder.ts'
import { writeTinyModel } from '../../support/tiny-model.ts'

const cli = fileURLToPath(new URL('../../../electron/cli.ts', import.meta.url))
let home: TemporaryFolder
let tiny: string

beforeAll(async () => {
  home = temporaryFolder()
  const source = writeTinyModel(join(home.path, 'Tiny'))
  const never = new AbortController().signal
  tiny = (await importModel(source, join(home.path, 'models'), () => undefined, never)).id
})
afterAll(() => home[Symbol.dispose]())

interface Output {
  readonly status: number
  readonly out: string
  readonly errors: string
}

function consilium(...args: readonly string[]): Promise<Output> {
  const child = spawn(process.execPath, [cli, ...args], {
    env: { ...process.env, CONSILIUM_HOME: home.path, CONSILIUM_CACHE: join(home.path, 'cache') },
  })
  const text = (stream: NodeJS.ReadableStream): { value: string } => {
    const sum = { value: '' }
    stream.on('data', (chunk: Buffer) => (sum.value += chunk.toString()))
    return sum
  }
  const out = text(child.stdout)
  const errors = text(child.stderr)
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (status) => resolve({ status: status ?? -1, out: out.value, errors: errors.value }))
  })
}

function prompts(name: string, ...lines: readonly unknown[]): string {
  const path = join(home.path, name)
  writeFileSync(
    path,
    lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line))).join('\n'),
  )
  return path
}
const question = (id: string, content: string): object => ({ id, messages: [{ role: 'user', content }] })

describe('consilium generate', () => {
  it('prints one object with a result per prompt, and progress elsewhere', async () => {
    const file = prompts('two.jsonl', question('a', 'I have a cough.'), '', question('b', 'And a fever.'))
    const args = [
      'generate',
      '--prompts',
      file,
      '--model',
      tiny,
      '--precision',
      'f32',
      '--max-tokens',
      '7',
      '--json',
    ]
    const { status, out, errors } = await consilium(...args)
    expect(status).toBe(0)
    const { results } = JSON.parse(out) as { results: Record<string, unknown>[] }
    expect(results.map(({ id }) => id)).toEqual(['a', 'b'])
    for (const result of results) {
      expect(Object.keys(result).sort()).toEqual(
        [
          'id',
          'msPerToken',
          'prefillTokensPerSecond',
          'promptTokens',
          'text',
          'tokens',
          'tokensPerStep',
        ].sort(),
      )
      expect(result['tokens']).toHaveLength(7)
      expect(result['tokensPerStep']).toBe(1)
    }
    expect(errors).toMatch(/Preparing the model/)
    expect(JSON.parse((await consilium(...args)).out)).toMatchObject({
      results: results.map(({ text, tokens }) => ({ text, tokens })),
    })
  })

  it('says the same with either decoder, and what came of guessing', async () => {
    const file = prompts('guess.jsonl', question('x', 'Tell me more.'))
    const ask = async (decoder: string): Promise<Record<string, unknown>> => {
      const { out } = await consilium(
        ...['generate', '--prompts', file, '--model', tiny, '--precision', 'f32', '--max-tokens', '60'],
        ...['--decoder', decoder, '--json'],
      )
      return (JSON.parse(out) as { results: Record<string, unknown>[] }).results[0]!
    }
    const [plain, lookup] = [await ask('plain'), await ask('lookup')]
    expect(lookup['tokens']).toEqual(plain['tokens'])
    expect(Object.keys(lookup['speculation'] as object).sort()).toEqual(
      [
        ...['acceptanceByDepth', 'accepted', 'decoder', 'draftShare', 'drafted', 'refusal', 'speedup'],
        'switchedOff',
      ].sort(),
    )
    expect(plain).not.toHaveProperty('speculation')
  })

  it('gives the same text for the same seed', async () => {
    const file = prompts('one.jsonl', question('x', 'Tell me more.'))
    const ask = async (seed: string): Promise<unknown> => {
      const { out } = await consilium(
        ...['generate', '--prompts', file, '--model', tiny, '--precision', 'f32', '--max-tokens', '9'],
        ...['--temperature', '1.2', '--seed', seed, '--json'],
      )
      return (JSON.parse(out) as { results: { tokens: number[] }[] }).results[0]!.tokens
    }
    const [first, again, other] = [await ask('7'), await ask('7'), await ask('8')]
    expect(again).toEqual(first)
    expect(other).not.toEqual(first)
  })

  it.each([
    ['a file that is not there', () => '/nowhere/x.jsonl', 'not-found'],
    [
      'a line that is no prompt',
      () => prompts('bad.jsonl', question('a', 'x'), '{"id": 3}'),
      'invalid-request',
    ],
    ['an empty file', () => prompts('none.jsonl', ''), 'invalid-request'],
    [
      'a message that is too long',
      () => prompts('long.jsonl', question('a', 'pain '.repeat(200_000))),
      'prompt-too-long',
    ],
  ])('fails as data for %s', async (_, file, code) => {
    const { status, out } = await consilium(
      'generate',
      '--prompts',
      file(),
      '--model',
      tiny,
      '--precision',
      'f32',
      '--json',
    )
    expect(status).toBe(1)
    expect(JSON.parse(out)).toMatchObject({ failure: { code, message: expect.any(String) as string } })
  })

  it('fails as data for an option that is wrong, and for a model that is not there', async () => {
    const file = prompts('ok.jsonl', question('a', 'x'))
    const wrong = await consilium('generate', '--prompts', file, '--precision', 'int3', '--json')
    expect(wrong.status).not.toBe(0)
    expect(JSON.parse(wrong.out)).toMatchObject({ failure: { code: 'invalid-request' } })
    const absent = await consilium('generate', '--prompts', file, '--model', 'absent', '--json')
    expect(JSON.parse(absent.out)).toMatchObject({ failure: { code: 'model-missing' } })
  })

  it('prints text for people without --json', async () => {
    const file = prompts('text.jsonl', question('note-1', 'x'))
    const { out } = await consilium(
      'generate',
      '--prompts',
      file,
      '--model',
      tiny,
      '--precision',
      'f32',
      '--max-tokens',
      '3',
    )
    expect(out.startsWith('[note-1]\n')).toBe(true)
  })
})

describe('consilium bench decode', () => {
  it('times steps of several rows after a context that fills its memory to the last row', async () => {
    const file = prompts('decode.jsonl', question('a', 'I have a cough.'))
    const { out } = await consilium(
      ...['bench', 'decode', '--prompts', file, '--model', tiny, '--precisions', 'row8', '--json'],
      ...['--context', '128', '--tokens', '4', '--rounds', '1', '--threads', '1', '--no-peer'],
    )
    const { rows, costs } = JSON.parse(out) as { rows: object[]; costs: { row8: readonly number[] } }
    expect(rows).toMatchObject([
      { decoder: 'plain', tokensPerStep: 1 },
      { decoder: 'lookup', identicalToPlain: 1 },
    ])
    expect(costs.row8).toHaveLength(16)
  })
})

describe('consilium bench identity', () => {
  it('compares token by token, goes on where it was interrupted, and refuses results of other settings', async () => {
    const file = prompts('identity.jsonl', question('a', 'I have a cough.'), question('b', 'And a fever.'))
    const out = join(home.path, 'identity-results.jsonl')
    const compare = async (tokens: string): Promise<Record<string, unknown>> =>
      JSON.parse(
        (
          await consilium(
            ...['bench', 'identity', '--prompts', file, '--model', tiny, '--precision', 'f32', '--json'],
            ...['--decoders', 'lookup', '--tokens', tokens, '--out', out, '--threads', '1'],
          )
        ).out,
      ) as Record<string, unknown>
    const first = await compare('40')
    expect(first).toMatchObject({
      prompts: 2,
      rows: [{ decoder: 'lookup', prompts: 2, identical: 2, different: [], tokens: 80 }],
    })
    const [settings, a, b] = readFileSync(out, 'utf8').split('\n')
    // A reply that was not the same is told as such, and a line cut short is made again.
    const altered = a!.replace('"identical":true', '"identical":false')
    writeFileSync(out, `${settings}\n${altered}\n${b!.slice(0, 9)}`)
    expect(await compare('40')).toMatchObject({
      rows: [{ decoder: 'lookup', prompts: 2, identical: 1, different: ['a'] }],
    })
    expect(await compare('41')).toMatchObject({ failure: { code: 'invalid-request' } })
  })
})

describe('consilium models, compile and selfcheck', () => {
  it('compiles a model and then lists it as prepared', async () => {
    const compiled = JSON.parse(
      (await consilium('compile', '--model', tiny, '--precision', 'row8', '--json')).out,
    ) as object
    expect(compiled).toMatchObject({
      model: { id: tiny, precision: 'row8' },
      seconds: expect.any(Number) as number,
    })
    const { out } = await consilium('models', '--json')
    const { models } = JSON.parse(out) as { models: { id: string; prepared: string[] }[] }
    expect(models.map(({ id }) => id)).toEqual(['default', 'base', tiny])
    expect(models[2]!.prepared).toContain('row8')
    expect((await consilium('models')).out).toMatch(/SmolLM2 135M Instruct/)
  })

  it('checks itself', async () => {
    const { status, out } = await consilium('selfcheck', '--model', tiny, '--precision', 'row8', '--json')
    expect(status).toBe(0)
    expect(JSON.parse(out)).toMatchObject({
      electron: { source: expect.stringMatching(/^(official|fallback|absent)$/) as string },
      providers: expect.arrayContaining(['cpu']) as string[],
      model: { id: tiny },
      precision: 'row8',
      sqlite: { synchronous: 'full', encrypted: true },
    })
    expect((await consilium('selfcheck', '--model', tiny, '--precision', 'row8')).out).toMatch(
      /synchronous\s+full/,
    )
  })
})
