import { describe, expect, it } from 'vitest'
import {
  largestTensorBytes,
  processFor,
  utilityCeilingBytes,
  type Processes,
} from '../../../electron/inference/process-kind.ts'
import { launchNode } from '../../../electron/inference/launch-node.ts'
import type { Launch } from '../../../electron/inference/engine-process.ts'
import type { ProcessKind } from '../../../models/decoding/language-model.ts'
import { isAlive } from '../../../electron/inference/process-alive.ts'
import { engineRig, never, quiet } from '../../support/engine-rig.ts'

const app: Processes = { ceilingBytes: utilityCeilingBytes, node: true }
const bundled = { vocabulary: 49_152, width: 576 }
const llama1b = { vocabulary: 128_256, width: 2048 }

describe('the process a model runs in', () => {
  it('is the app’s own for the bundled model and plain Node for one with a table of a gigabyte', () => {
    expect(processFor(bundled, app)).toMatchObject({ kind: 'utility' })
    expect(largestTensorBytes(llama1b)).toBeGreaterThan(utilityCeilingBytes)
    expect(processFor(llama1b, app)).toEqual({
      kind: 'node',
      reason:
        'A separate Node process: its largest table takes 1,002 MB in one piece, and the app’s own processes hold at most 500 MB.',
    })
  })

  it('follows the largest matrix, whichever it is', () => {
    expect(processFor({ ...bundled, largestTensor: 576 * 2e6 }, app).kind).toBe('node')
  })

  it('goes by the very byte', () => {
    const exactly = { vocabulary: 1, width: utilityCeilingBytes / 4 }
    expect(processFor(exactly, app).kind).toBe('utility')
    expect(processFor({ ...exactly, width: exactly.width + 1 }, app).kind).toBe('node')
  })

  it('is the app’s own, with a warning, where no Node comes with the app', () => {
    const { kind, reason } = processFor(llama1b, { ...app, node: false })
    expect(kind).toBe('utility')
    expect(reason).toMatch(/may stop.*install Consilium again/)
  })
})

describe('changing models', () => {
  function watched(): { launch: Launch; started: { kind: ProcessKind; pid: number | undefined }[] } {
    const started: { kind: ProcessKind; pid: number | undefined }[] = []
    const plain = launchNode()
    return {
      started,
      launch: (kind) => {
        const child = plain(kind)
        started.push({ kind, pid: child.pid })
        return child
      },
    }
  }

  it('starts a child of the right kind in place of the other, and says which one runs', async () => {
    const { launch, started } = watched()
    // The small model counts as too large for the app's own process; the bundled one never does.
    await using rig = await engineRig({ launch, processes: { ceilingBytes: 1, node: true } })
    const { models, tiny } = rig
    expect(started.map(({ kind }) => kind)).toEqual(['utility'])
    const listed = await models.list()
    expect(listed.find(({ id }) => id === tiny)?.process).toMatchObject({ kind: 'node' })
    await models.prepare(tiny, 'f32', quiet, never)
    expect(models.status().process).toBe('node')
    expect(isAlive(started[0]!.pid!)).toBe(false)
    const { text } = await rig.ask({ maxTokens: 3 })
    expect(text).not.toBe('')
    expect(models.status()).toMatchObject({ process: 'node', model: { id: tiny }, restarts: 0 })
    // Listing needs no kind, so the child that runs is kept.
    const before = started.length
    await models.list()
    expect(started.length).toBe(before)
    expect(new Set(started.slice(1).map(({ kind }) => kind))).toEqual(new Set(['node']))
  })

  it('keeps a model that fits in the app’s own process', async () => {
    const { launch, started } = watched()
    await using rig = await engineRig({ launch, processes: app })
    await rig.ask({ maxTokens: 2 })
    expect(new Set(started.map(({ kind }) => kind))).toEqual(new Set(['utility']))
    expect(rig.models.status().process).toBe('utility')
  })
})
