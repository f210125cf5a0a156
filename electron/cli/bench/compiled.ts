/** Compiled models for the benchmark's children: prepared by the engine as the app does, found by key. */
import type { OnProgress } from '../../../models/core/progress.ts'
import { fail } from '../../../models/core/failure.ts'
import type { ModelIdentity, Precision } from '../../../models/decoding/language-model.ts'
import { LocalModels } from '../../inference/client.ts'
import { CompiledCache, compiledFolder, type CompiledEntry } from '../../inference/compiled-cache.ts'
import { currentKey } from '../../inference/current-key.ts'
import { launchNode } from '../../inference/launch-node.ts'
import { locateModel } from '../../inference/model-files.ts'
import type { EnginePaths } from '../../inference/protocol.ts'
import { largestExactWeight } from '../../inference/saturation.ts'

/** Compiles what is not compiled yet, one precision after the other. */
export async function prepareAll(
  paths: EnginePaths,
  model: string,
  precisions: readonly Precision[],
  onProgress: OnProgress,
): Promise<readonly ModelIdentity[]> {
  const models = new LocalModels({ paths, launch: launchNode() })
  try {
    const identities: ModelIdentity[] = []
    for (const precision of precisions)
      identities.push(await models.prepare(model, precision, onProgress, new AbortController().signal))
    return identities
  } finally {
    await models.dispose()
  }
}

/** The cache entry of a prepared model. Fails with `model-missing`. */
export async function findCompiled(
  paths: EnginePaths,
  model: string,
  precision: Precision,
): Promise<CompiledEntry> {
  const located = locateModel(model, paths.resources, paths.models)
  const key = currentKey(located, precision, await largestExactWeight())
  const entry = new CompiledCache(compiledFolder(paths.cache)).find(key)
  return (
    entry ??
    fail('model-missing', 'The model is not prepared for this machine. Run the benchmark again.', { model })
  )
}
