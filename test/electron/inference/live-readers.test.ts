import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, it, vi } from 'vitest'
import { launchNode } from '../../../electron/inference/launch-node.ts'
import { LiveReaders } from '../../../electron/inference/live-readers.ts'
import type { Crash } from '../../../electron/inference/supervise.ts'
import { resourcesFolder } from '../../../electron/resources.ts'
import { FailureError } from '../../../models/core/failure.ts'
import { seededRandom } from '../../../models/core/random.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

const crashes: Crash[] = []
const folder = temporaryFolder()
const start = {
  paths: { resources: resourcesFolder(), models: folder.path, cache: folder.path },
  launch: launchNode({ codeCache: fileURLToPath(new URL('../../../.cache/code', import.meta.url)) }),
  onCrash: (crash: Crash) => crashes.push(crash),
}
const readers = new LiveReaders(start)
afterAll(async () => {
  await readers.dispose()
  folder[Symbol.dispose]()
})

const noise = (width: number, height: number) => {
  const random = seededRandom(5)
  return {
    data: Uint8Array.from({ length: width * height * 4 }, () => random.below(256)),
    width,
    height,
  }
}

describe('live readers', () => {
  it('find no face in noise, no speech in silence, and read words', async () => {
    expect(await readers.readFace(noise(120, 90))).toEqual([])
    expect(await readers.readVoice(new Float32Array(32_000))).toEqual({
      kind: 'missing',
      modality: 'voice',
      reasons: ['no-speech'],
    })
    expect(await readers.readText('I am so frightened that it will come back.')).toMatchObject({
      kind: 'reading',
      modality: 'text',
    })
  })

  it('go on in a fresh child after theirs was killed', async () => {
    const before = readers.pid!
    const lost = readers.readFace(noise(320, 240)).then(
      () => null,
      (error: unknown) => error,
    )
    process.kill(before, 'SIGKILL')
    const error = await lost
    expect(error instanceof FailureError && error.failure.code).toBe('engine-crashed')
    expect(await readers.readFace(noise(120, 90))).toEqual([])
    expect(readers.pid).not.toBe(before)
    expect(crashes).toMatchObject([{ job: 'read-face', cause: 'ended' }])
  })

  it('give their process back when there is nothing to read, and begin again', async () => {
    const resting = new LiveReaders({ ...start, idleMs: 1 })
    expect(await resting.readFace(noise(64, 48))).toEqual([])
    await vi.waitFor(() => expect(resting.pid).toBeNull())
    expect(await resting.readFace(noise(64, 48))).toEqual([])
    expect(crashes).toHaveLength(1)
    await resting.dispose()
  })
})
