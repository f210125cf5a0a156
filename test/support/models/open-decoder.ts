/** Compiles a model and opens it as the engine does, tokenizer and supervisor left out. */
import { closeSync, openSync, writeFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { DecoderGraph } from '../../../electron/inference/decoder-graph.ts'
import { OnnxSession } from '../../../electron/inference/onnx.ts'
import { compile, type CompileOptions, type Model } from '../../../models/compiler/index.ts'
import { temporaryFolder } from '../temporary-folder.ts'

export interface OpenDecoder extends AsyncDisposable {
  readonly graph: DecoderGraph
}

export async function openDecoder(
  model: Model,
  options: CompileOptions,
  provider: 'cpu' | 'webgpu' = 'cpu',
): Promise<OpenDecoder> {
  const folder = temporaryFolder()
  const path = join(folder.path, 'model.onnx')
  const data = openSync(join(folder.path, 'model.data'), 'w')
  const compiled = compile(
    model,
    options,
    {
      graph: { write: (bytes) => writeFileSync(path, bytes) },
      data: { write: (bytes) => void writeSync(data, bytes) },
      dataName: 'model.data',
    },
    () => undefined,
    new AbortController().signal,
  )
  closeSync(data)
  const session = await OnnxSession.open(path, { threads: 2, prepacked: false, provider })
  const { layers, kvHeads, headWidth, vocabulary, maxPositions } = compiled
  return {
    graph: new DecoderGraph(session, { layers, kvHeads, headWidth, vocabulary, contextTokens: maxPositions }),
    async [Symbol.asyncDispose]() {
      await session.dispose()
      folder[Symbol.dispose]()
    },
  }
}
