import { fork } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { BuildLock } from '../../../electron/inference/build-lock.ts'
import { CompiledCache, keyName, type CompiledKey } from '../../../electron/inference/compiled-cache.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

const key: CompiledKey = {
  weightsHash: 'a'.repeat(64),
  adapterHash: null,
  precision: 'row8',
  recipe: '1',
  provider: 'cpu',
  weightLimit: 127,
  processor: 'p',
  runtime: '1.30.0',
}
const shape = { layers: 1, kvHeads: 1, headWidth: 1, contextTokens: 1, vocabulary: 1 }
const never = new AbortController().signal
const quiet = (): void => undefined
const builder = fileURLToPath(new URL('../../support/cache-builder.ts', import.meta.url))

function write(folder: string): Promise<typeof shape> {
  for (const name of ['model.onnx', 'model.bin', 'tokenizer.json']) writeFileSync(join(folder, name), name)
  return Promise.resolve(shape)
}
const request = { key, neededBytes: 10, onProgress: quiet, cancellation: never, build: write }

describe('the cache of compiled models', () => {
  it('has one entry per everything it depends on', () => {
    const variants: CompiledKey[] = [
      key,
      { ...key, weightsHash: 'b'.repeat(64) },
      { ...key, adapterHash: 'c' },
      { ...key, precision: 'f32' },
      { ...key, recipe: '2' },
      { ...key, provider: 'webgpu' },
      { ...key, weightLimit: 63 },
      { ...key, processor: 'q' },
      { ...key, runtime: '1.31.0' },
    ]
    expect(new Set(variants.map(keyName)).size).toBe(variants.length)
  })

  it('shows an entry only when it is whole', async () => {
    using folder = temporaryFolder()
    const cache = new CompiledCache(folder.path)
    expect(cache.find(key)).toBeNull()
    const failing = cache.build({ ...request, build: () => Promise.reject(new Error('no')) })
    await expect(failing).rejects.toThrow('no')
    expect(readdirSync(folder.path)).toEqual([])
    await cache.build(request)
    expect(cache.find(key)).toMatchObject({ shape })
    expect(cache.keys()).toEqual([key])
  })

  it('removes what a killed build left, and not what a living one is doing', async () => {
    using folder = temporaryFolder()
    const dead = join(folder.path, `${keyName(key)}.building-999999999-aa`)
    const alive = join(folder.path, `${keyName(key)}.building-${process.pid}-bb`)
    mkdirSync(dead)
    mkdirSync(alive)
    writeFileSync(join(folder.path, `${keyName(key)}.lock`), '999999999 123')
    await new CompiledCache(folder.path).build(request)
    expect(existsSync(dead)).toBe(false)
    expect(existsSync(alive)).toBe(true)
  })

  it('refuses to build what the disk cannot hold', async () => {
    using folder = temporaryFolder()
    await expect(new CompiledCache(folder.path).build({ ...request, neededBytes: 1e18 })).rejects.toThrow(
      expect.objectContaining({
        failure: expect.objectContaining({ code: 'disk-full' }) as unknown,
      }) as Error,
    )
  })

  it('forgets entries that are obsolete', async () => {
    using folder = temporaryFolder()
    const cache = new CompiledCache(folder.path)
    await cache.build(request)
    await cache.build({ ...request, key: { ...key, runtime: '1.29.0' } })
    cache.prune(({ runtime }) => runtime !== '1.30.0')
    expect(cache.keys()).toEqual([key])
  })

  it('lets several processes build the same entry once', async () => {
    using folder = temporaryFolder()
    const children = [1, 2, 3].map(() => fork(builder, [folder.path, JSON.stringify(key)], { execArgv: [] }))
    const reports = await Promise.all(
      children.map(async (child) => {
        const [report] = (await once(child, 'message')) as [{ built: boolean }]
        return report
      }),
    )
    expect(reports.filter(({ built }) => built)).toHaveLength(1)
    expect(new CompiledCache(folder.path).find(key)).not.toBeNull()
    expect(readdirSync(folder.path)).toEqual([keyName(key)])
  })

  it('can be cancelled while it waits for another process', async () => {
    using folder = temporaryFolder()
    const path = join(folder.path, 'x.lock')
    using _ = await BuildLock.take(path, never, quiet)
    const abort = new AbortController()
    const waiting = BuildLock.take(path, abort.signal, () => abort.abort())
    await expect(waiting).rejects.toThrow(/abort/)
  })
})
