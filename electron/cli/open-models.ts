/** Language models for the length of one command, stopped cleanly by Ctrl-C. */
import { join } from 'node:path'
import type { Cancellation } from '../../models/core/cancellation.ts'
import type { LanguageModels } from '../../models/decoding/language-model.ts'
import { LocalModels } from '../inference/client.ts'
import { dataFolder, enginePaths } from '../inference/folders.ts'
import { launchNode } from '../inference/launch-node.ts'
import { resourcesFolder } from '../resources.ts'

export async function withModels<T>(
  options: { readonly threads?: number },
  use: (models: LanguageModels, signal: Cancellation) => Promise<T>,
): Promise<T> {
  const paths = enginePaths(resourcesFolder(), dataFolder())
  const models = new LocalModels({
    paths,
    launch: launchNode({ codeCache: join(paths.cache, 'code') }),
    ...(options.threads === undefined ? {} : { threads: options.threads }),
  })
  const abort = new AbortController()
  const stop = (): void => abort.abort()
  process.once('SIGINT', stop)
  process.once('SIGTERM', stop)
  try {
    return await use(models, abort.signal)
  } finally {
    process.off('SIGINT', stop)
    process.off('SIGTERM', stop)
    await models.dispose()
  }
}
