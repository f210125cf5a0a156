/** Builds one cache entry slowly and tells its parent whether it was the one to build it. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { CompiledCache, type CompiledKey } from '../../electron/inference/compiled-cache.ts'

const [folder, key] = process.argv.slice(2)
let built = false
await new CompiledCache(folder!).build({
  key: JSON.parse(key!) as CompiledKey,
  neededBytes: 10,
  onProgress: () => undefined,
  cancellation: new AbortController().signal,
  build: async (target) => {
    built = true
    await delay(500)
    for (const name of ['model.onnx', 'model.bin', 'tokenizer.json']) writeFileSync(join(target, name), name)
    return { layers: 1, kvHeads: 1, headWidth: 1, contextTokens: 1, vocabulary: 1 }
  },
})
process.send!({ built })
process.disconnect()
