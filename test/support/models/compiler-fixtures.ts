/** What models/training/fixtures/compiler_fixtures.py wrote, and the files of its tiny models. */
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { FileSource } from '../../../electron/inference/file-bytes.ts'
import { type Adapter, type Model, openAdapter, openModel } from '../../../models/compiler/index.ts'
import { MemorySource } from '../../../models/core/bytes.ts'

const folder = new URL('../../models/compiler/fixtures/', import.meta.url)
const bundledFolder = new URL('../../../resources/models/smollm2-135m-instruct/', import.meta.url)

export const fixtureBytes = (path: string): Uint8Array => new Uint8Array(readFileSync(new URL(path, folder)))
export const fixtureText = (path: string): string => readFileSync(new URL(path, folder), 'utf8')
export const fixtureJson = (path: string): unknown => JSON.parse(fixtureText(path))

/** Bytes in base64, as numbers. */
export function bytesFrom(text: string): Uint8Array {
  return Uint8Array.from(Buffer.from(text, 'base64'))
}

export function floatsFrom(text: string): Float32Array {
  return new Float32Array(bytesFrom(text).buffer)
}

export interface Expected {
  readonly ids: readonly number[]
  /** Every fifth logit of each row. */
  readonly logits: readonly Float32Array[]
}

export function expectedLogits(path: string): Expected {
  const { ids, logits } = fixtureJson(path) as { ids: number[]; logits: string }
  const all = floatsFrom(logits)
  const width = all.length / ids.length
  return { ids, logits: ids.map((_, row) => all.subarray(row * width, (row + 1) * width)) }
}

export const everyFifth = (logits: Float32Array): Float32Array => logits.filter((_, index) => index % 5 === 0)

export function tinySafetensors(name: string): Model {
  return openModel({
    kind: 'safetensors',
    config: fixtureText(`${name}/config.json`),
    tokenizer: fixtureText(`${name}/tokenizer.json`),
    tokenizerConfig: fixtureText(`${name}/tokenizer_config.json`),
    generationConfig: null,
    chatTemplate: null,
    weights: [new MemorySource(fixtureBytes(`${name}/model.safetensors`))],
  })
}

export const tinyGguf = (name: string): Model =>
  openModel({ kind: 'gguf', file: new MemorySource(fixtureBytes(`${name}/model.gguf`)) })

export const tinyAdapter = (): Adapter =>
  openAdapter({
    config: fixtureText('llama-tied/adapter_config.json'),
    weights: new MemorySource(fixtureBytes('llama-tied/adapter_model.safetensors')),
  })

/** The bundled base, read from its parts. Dispose of `source` when done. */
export function bundledBase(): { readonly model: Model; readonly source: FileSource } {
  const source = new FileSource(
    [0, 1].map((part) => fileURLToPath(new URL(`weights.gguf.part${part}`, bundledFolder))),
  )
  return { model: openModel({ kind: 'gguf', file: source }), source }
}
