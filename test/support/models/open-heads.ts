/** The random heads of heads_fixtures.py, compiled and opened as the engine opens them. */
import { closeSync, openSync, writeFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { OnnxSession } from '../../../electron/inference/onnx.ts'
import {
  compileHeads,
  type DraftHeads,
  type HeadGraph,
  type HeadsKind,
  type Model,
  openHeads,
} from '../../../models/compiler/index.ts'
import type { HeadsPrecision } from '../../../models/compiler/heads/head-products.ts'
import { MemorySource } from '../../../models/core/bytes.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { fixtureBytes, tinyGguf } from './compiler-fixtures.ts'

/** What the fixture's heads say of their model. */
export const fixtureIdentity = 'identity-of-the-tiny-model'

export const headsModel = (): Model => tinyGguf('llama-tied')

export const fixtureHeads = (kind: HeadsKind): DraftHeads =>
  openHeads(new MemorySource(fixtureBytes(`heads/${kind}.safetensors`)), headsModel().header, fixtureIdentity)

export async function openHeadGraph(
  name: HeadGraph,
  heads: DraftHeads,
  model: Model,
  precision: HeadsPrecision,
): Promise<OnnxSession> {
  using folder = temporaryFolder()
  const path = join(folder.path, `${name}.onnx`)
  const data = openSync(join(folder.path, `${name}.bin`), 'w')
  compileHeads(
    name,
    heads,
    model,
    { precision, weightLimit: 63, maxPositions: model.header.contextTokens, adapter: null },
    {
      graph: { write: (bytes) => writeFileSync(path, bytes) },
      data: { write: (bytes) => void writeSync(data, bytes) },
      dataName: `${name}.bin`,
    },
    () => undefined,
    new AbortController().signal,
  )
  closeSync(data)
  return await OnnxSession.open(path, { threads: 1, prepacked: false })
}
