import { describe, expect, it } from 'vitest'
import { compile, type CompileOptions, type CompileTarget } from '../../../models/compiler/index.ts'
import type { Progress } from '../../../models/core/progress.ts'
import { tinyAdapter, tinySafetensors } from '../../support/models/compiler-fixtures.ts'

class CountingSink {
  bytes = 0
  pieces: Uint8Array[] = []
  write(bytes: Uint8Array): void {
    this.bytes += bytes.length
    this.pieces.push(bytes.slice())
  }
}

const row8: CompileOptions = { precision: 'row8', weightLimit: 127 }
const target = (graph: CountingSink, data: CountingSink): CompileTarget => ({
  graph,
  data,
  dataName: 'weights.bin',
})

describe('compiling', () => {
  it('reports growing progress that ends at one', () => {
    const seen: Progress[] = []
    const [graph, data] = [new CountingSink(), new CountingSink()]
    const compiled = compile(
      tinySafetensors('qwen3'),
      row8,
      target(graph, data),
      (progress) => seen.push(progress),
      new AbortController().signal,
    )
    const fractions = seen.map(({ fraction }) => fraction ?? NaN)
    expect(fractions[0]).toBe(0)
    expect(fractions.at(-1)).toBe(1)
    expect(fractions).toEqual([...fractions].sort((a, b) => a - b))
    expect(new Set(fractions).size).toBeGreaterThan(5)
    expect(compiled).toMatchObject({
      layers: 2,
      kvHeads: 2,
      headWidth: 16,
      width: 32,
      vocabulary: 300,
      maxPositions: 128,
    })
    expect(compiled.dataBytes).toBe(data.bytes)
    expect(compiled.graphBytes).toBe(graph.bytes)
  })

  it('stops between matrices when it is cancelled', () => {
    const controller = new AbortController()
    const [graph, data] = [new CountingSink(), new CountingSink()]
    expect(() =>
      compile(
        tinySafetensors('qwen3'),
        row8,
        target(graph, data),
        ({ fraction }) => {
          if ((fraction ?? 0) > 0.3) controller.abort()
        },
        controller.signal,
      ),
    ).toThrow(expect.objectContaining({ name: 'AbortError' }) as Error)
    expect(data.bytes).toBeGreaterThan(0)
    expect(graph.bytes).toBe(0)
  })

  it('gives the same bytes each time, and others with an adapter', () => {
    const bytes = (options: CompileOptions): Buffer => {
      const [graph, data] = [new CountingSink(), new CountingSink()]
      compile(
        tinySafetensors('llama-tied'),
        options,
        target(graph, data),
        () => undefined,
        new AbortController().signal,
      )
      return Buffer.concat([...graph.pieces, ...data.pieces])
    }
    expect(bytes(row8).equals(bytes(row8))).toBe(true)
    expect(bytes(row8).equals(bytes({ ...row8, adapter: tinyAdapter() }))).toBe(false)
  })

  it('writes no piece larger than its largest matrix', () => {
    const [graph, data] = [new CountingSink(), new CountingSink()]
    const options: CompileOptions = { precision: 'f32', weightLimit: 127 }
    compile(
      tinySafetensors('qwen2'),
      options,
      target(graph, data),
      () => undefined,
      new AbortController().signal,
    )
    expect(Math.max(...data.pieces.map(({ length }) => length))).toBeLessThanOrEqual(300 * 32 * 4)
  })

  it('refuses a recipe for another model', () => {
    const [graph, data] = [new CountingSink(), new CountingSink()]
    const options: CompileOptions = { ...row8, recipe: { qkv: { smooth: [new Float32Array(5).fill(1)] } } }
    expect(() =>
      compile(
        tinySafetensors('qwen3'),
        options,
        target(graph, data),
        () => undefined,
        new AbortController().signal,
      ),
    ).toThrow(
      expect.objectContaining({
        failure: expect.objectContaining({ code: 'invalid-request' }) as unknown,
      }) as Error,
    )
  })
})
