/** The real engine in a real child over a temporary folder, with a small model imported. */
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { LocalModels, type LocalModelsOptions } from '../../electron/inference/client.ts'
import { launchNode } from '../../electron/inference/launch-node.ts'
import { resourcesFolder } from '../../electron/resources.ts'
import type { GenerateRequest, Generation, TokenDelta } from '../../models/decoding/language-model.ts'
import { temporaryFolder } from './temporary-folder.ts'
import { writeTinyModel, type TinyModelOptions } from './tiny-model.ts'

export const never = new AbortController().signal
/** Shared by all tests: dozens of children start from the same code. */
const codeCache = fileURLToPath(new URL('../../.cache/code', import.meta.url))
export const quiet = (): void => undefined

export interface EngineRig extends AsyncDisposable {
  readonly models: LocalModels
  /** Temporary folder with `models`, `cache` and the imported model's source in it. */
  readonly folder: string
  /** Id of the imported model. */
  readonly tiny: string
  request(changes?: Partial<GenerateRequest>): GenerateRequest
  ask(
    changes?: Partial<GenerateRequest>,
    onDelta?: (delta: TokenDelta) => void,
    signal?: AbortSignal,
  ): Promise<Generation>
}

export async function engineRig(
  options: Partial<LocalModelsOptions> & { readonly model?: TinyModelOptions } = {},
): Promise<EngineRig> {
  const folder = temporaryFolder()
  const models = new LocalModels({
    paths: {
      resources: resourcesFolder(),
      models: join(folder.path, 'models'),
      cache: join(folder.path, 'cache'),
    },
    launch: launchNode({ codeCache }),
    threads: 1,
    ...options,
  })
  const source = writeTinyModel(join(folder.path, 'Tiny Llama'), options.model)
  const tiny = (await models.importModel(source, quiet, never)).id
  const request = (changes: Partial<GenerateRequest> = {}): GenerateRequest => ({
    model: tiny,
    precision: 'f32',
    decoder: 'plain',
    conversation: null,
    messages: [{ role: 'user', content: 'The patient has a cough.' }],
    sampling: { temperature: 0, topP: 1, seed: 0 },
    maxTokens: 12,
    ...changes,
  })
  return {
    models,
    folder: folder.path,
    tiny,
    request,
    ask: (changes, onDelta = quiet, signal = never) =>
      models.generate(request(changes), onDelta, quiet, signal),
    async [Symbol.asyncDispose]() {
      await models.dispose()
      folder[Symbol.dispose]()
    },
  }
}
