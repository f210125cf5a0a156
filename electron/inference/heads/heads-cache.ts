/** Draft heads compiled for this machine, kept like compiled models. */
import { join } from 'node:path'
import { CompiledCache } from '../compiled-cache.ts'
import type { EnginePaths } from '../protocol.ts'
import { headsRecordFile } from './heads-record.ts'

/**
 * Of an entry's key, `weightsHash` is the hash of the heads' file and `adapterHash` the identity of the model
 * that they guess for.
 */
export const headsCache = (paths: EnginePaths): CompiledCache =>
  new CompiledCache(join(paths.cache, 'compiled-heads'), [headsRecordFile])
