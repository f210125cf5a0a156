/** Under which key a model's compiled form is kept on this machine, with this version of everything. */
import type { Precision } from '../../models/decoding/language-model.ts'
import type { CompiledKey } from './compiled-cache.ts'
import { processorName } from './machine.ts'
import type { LocatedModel } from './model-files.ts'
import { runtimeVersion } from './onnx.ts'
import { recipeName } from './recipe.ts'

export function currentKey(
  { weightsHash, adapterHash }: Pick<LocatedModel, 'weightsHash' | 'adapterHash'>,
  precision: Precision,
  weightLimit: 63 | 127,
): CompiledKey {
  return {
    weightsHash,
    adapterHash,
    precision,
    recipe: recipeName(precision),
    provider: 'cpu',
    weightLimit,
    processor: processorName(),
    runtime: runtimeVersion,
  }
}
