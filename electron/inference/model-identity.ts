/** One name for what a model computes: what draft heads are bound to. */
import { createHash } from 'node:crypto'
import type { LocatedModel } from './model-files.ts'

/**
 * SHA-256, hex, over the hashes of the base and of its adapter, which also key what is compiled of them. The
 * precision is no part of it: heads guess for the same weights in any.
 */
export function modelIdentity({
  weightsHash,
  adapterHash,
}: Pick<LocatedModel, 'weightsHash' | 'adapterHash'>): string {
  return createHash('sha256')
    .update(`${weightsHash}\n${adapterHash ?? 'no adapter'}\n`)
    .digest('hex')
}
