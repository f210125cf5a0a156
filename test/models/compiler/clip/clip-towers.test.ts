import { createHash } from 'node:crypto'
import { closeSync, openSync, writeFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { OnnxSession, tensor, type GraphTensor } from '../../../../electron/inference/onnx.ts'
import { openClip } from '../../../../models/compiler/clip/clip-files.ts'
import {
  clipInputs,
  clipOutput,
  compileClip,
  type ClipTower,
} from '../../../../models/compiler/clip/compile-clip.ts'
import { MemorySource } from '../../../../models/core/bytes.ts'
import { FailureError } from '../../../../models/core/failure.ts'
import { fixtureBytes, fixtureJson } from '../../../support/models/compiler-fixtures.ts'
import { temporaryFolder } from '../../../support/temporary-folder.ts'

const expected = fixtureJson('clip/expected.json') as {
  readonly pixels: readonly number[]
  readonly ids: readonly number[]
  readonly tokens: number
  readonly depth: number
  readonly prompts: Readonly<Record<ClipTower, readonly number[]>>
  readonly plain: Readonly<Record<ClipTower, readonly number[]>>
  readonly prompted: Readonly<Record<ClipTower, readonly number[]>>
}
const config = new TextDecoder().decode(fixtureBytes('clip/config.json'))
const weights = (): Uint8Array => fixtureBytes('clip/model.safetensors')
const clip = openClip(config, new MemorySource(weights()))
const towers: readonly ClipTower[] = ['vision', 'text']

interface Compiled {
  readonly session: OnnxSession
  /** Of the weights as the graph has them. */
  readonly hash: string
}

async function open(tower: ClipTower, tokens: number, depth: number): Promise<Compiled> {
  using folder = temporaryFolder()
  const path = join(folder.path, 'tower.onnx')
  const data = openSync(join(folder.path, 'tower.bin'), 'w')
  const hash = createHash('sha256')
  compileClip(
    tower,
    clip,
    { tokens, depth },
    {
      graph: { write: (bytes) => writeFileSync(path, bytes) },
      data: {
        write: (bytes) => {
          hash.update(bytes)
          writeSync(data, bytes)
        },
      },
      dataName: 'tower.bin',
    },
    new AbortController().signal,
  )
  closeSync(data)
  return { session: await OnnxSession.open(path, { threads: 1, prepacked: false }), hash: hash.digest('hex') }
}

const inputOf = (tower: ClipTower): Record<string, GraphTensor> =>
  tower === 'vision'
    ? { [clipInputs.pixels]: tensor(Float32Array.from(expected.pixels), [1, 3, 24, 24]) }
    : { [clipInputs.ids]: tensor(BigInt64Array.from(expected.ids, BigInt), [expected.ids.length]) }

const promptsOf = (tower: ClipTower, values: readonly number[]): Record<string, GraphTensor> => ({
  [clipInputs.prompts]: tensor(Float32Array.from(values), [
    expected.depth,
    expected.tokens,
    clip[tower].width,
  ]),
})

async function embedding(
  { session }: Compiled,
  feeds: Readonly<Record<string, GraphTensor>>,
): Promise<readonly number[]> {
  const answers = await session.run(feeds, [clipOutput])
  return Array.from(answers[clipOutput]!.data as Float32Array)
}

const furthest = (a: readonly number[], b: readonly number[]): number =>
  Math.max(...a.map((value, index) => Math.abs(value - b[index]!)))

describe('the towers of CLIP', () => {
  it('give what PyTorch gives, without prompts and with deep ones', async () => {
    for (const tower of towers) {
      const plain = await embedding(await open(tower, 0, 0), inputOf(tower))
      expect(plain).toHaveLength(16)
      expect(furthest(plain, expected.plain[tower])).toBeLessThan(1e-4)
      const prompted = await embedding(await open(tower, expected.tokens, expected.depth), {
        ...inputOf(tower),
        ...promptsOf(tower, expected.prompts[tower]),
      })
      expect(furthest(prompted, expected.prompted[tower])).toBeLessThan(1e-4)
      expect(furthest(prompted, plain)).toBeGreaterThan(1e-2)
    }
  })

  it('answer to the prompts of every layer that has some', async () => {
    for (const tower of towers) {
      const compiled = await open(tower, expected.tokens, expected.depth)
      const values = expected.prompts[tower]
      const before = await embedding(compiled, { ...inputOf(tower), ...promptsOf(tower, values) })
      for (let layer = 0; layer < expected.depth; layer++) {
        const at = (layer * values.length) / expected.depth
        const moved = values.map((value, index) => (index === at ? value + 1 : value))
        const after = await embedding(compiled, { ...inputOf(tower), ...promptsOf(tower, moved) })
        expect(furthest(before, after)).toBeGreaterThan(1e-5)
      }
    }
  })

  it('have the same weights whatever the prompts', async () => {
    for (const tower of towers)
      expect((await open(tower, expected.tokens, expected.depth)).hash).toBe((await open(tower, 0, 0)).hash)
  })

  it('refuse prompts deeper than they are', async () => {
    await expect(open('text', 2, 4)).rejects.toThrow(RangeError)
    await expect(open('vision', 2, 0)).rejects.toThrow(RangeError)
  })
})

describe('files of a CLIP model', () => {
  const codeOf = (text: string, bytes = weights()): string => {
    try {
      openClip(text, new MemorySource(bytes))
      return 'opened'
    } catch (error) {
      return error instanceof FailureError ? error.failure.code : 'a bug'
    }
  }
  const altered = (change: (config: Record<string, Record<string, unknown>>) => void): string => {
    const value = JSON.parse(config) as Record<string, Record<string, unknown>>
    change(value)
    return JSON.stringify(value)
  }

  it('are refused when they do not fit together', () => {
    expect(codeOf(config)).toBe('opened')
    expect(codeOf('{}')).toBe('model-invalid')
    expect(codeOf('no json')).toBe('model-invalid')
    expect(codeOf(config, weights().subarray(0, 5000))).toBe('model-invalid')
    expect(codeOf(altered((value) => (value['vision_config']!['hidden_size'] = 64)))).toBe('model-invalid')
    expect(codeOf(altered((value) => (value['text_config']!['num_hidden_layers'] = 4)))).toBe('model-invalid')
    expect(codeOf(altered((value) => (value['text_config']!['num_attention_heads'] = 5)))).toBe(
      'model-invalid',
    )
    expect(codeOf(altered((value) => (value['vision_config']!['patch_size'] = 7)))).toBe('model-invalid')
    expect(codeOf(altered((value) => (value['vision_config']!['hidden_act'] = 'gelu')))).toBe(
      'model-unsupported',
    )
  })
})
