/** The state of the deployed model at every token of its continuations: what draft heads see and learn from. */
import { closeSync, ftruncateSync, mkdirSync, openSync, writeFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import type { Cancellation } from '../../../models/core/cancellation.ts'

import type { OnProgress } from '../../../models/core/progress.ts'
import { KvCache } from '../../../models/decoding/kv-cache.ts'
import { prefillRows } from '../../inference/loaded-model.ts'
import type { Continuation } from './continuations.ts'
import type { Target } from './open-target.ts'

/**
 * Writes ids.i32 (all texts one after another), states.f16 (one row of d per id, before the final norm) and
 * texts.json (`[{id, start, length, spoken}]`) into `folder`.
 */
export async function writeStates(
  { graph }: Target,
  continuations: readonly Continuation[],
  folder: string,
  options: { readonly onProgress: OnProgress; readonly cancellation: Cancellation },
): Promise<void> {
  mkdirSync(folder, { recursive: true })
  const idsFile = openSync(join(folder, 'ids.i32'), 'w')
  const statesFile = openSync(join(folder, 'states.f16'), 'w')
  const texts: unknown[] = []
  let start = 0
  try {
    for (const [index, { id, ids, spoken }] of continuations.entries()) {
      options.cancellation.throwIfAborted()
      writeSync(idsFile, Int32Array.from(ids))
      const cache = new KvCache(graph)
      for (let first = 0; first < ids.length; first += prefillRows) {
        const chunk = ids.slice(first, first + prefillRows)
        cache.reserve(first + chunk.length)
        const result = await graph.evaluate({ ids: chunk, chooseAt: [], logits: false, states: true }, cache)
        cache.append(result.newKeys, result.newValues, chunk.length)
        writeSync(statesFile, new Float16Array(result.states!))
      }
      texts.push({ id, start, length: ids.length, spoken })
      start += ids.length
      options.onProgress({
        stage: 'Reading the states',
        fraction: (index + 1) / continuations.length,
        secondsLeft: null,
      })
    }
    ftruncateSync(idsFile, start * 4)
  } finally {
    closeSync(idsFile)
    closeSync(statesFile)
  }
  writeFileSync(join(folder, 'texts.json'), JSON.stringify(texts))
}
