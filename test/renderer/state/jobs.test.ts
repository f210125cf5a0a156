import { describe, expect, it } from 'vitest'
import { startProduct } from '../../support/mount.ts'

describe('jobs and engine', () => {
  it('follows a job from start to end and cancels it on request', async () => {
    const { bridge, product } = await startProduct()
    await product.models.prepare('default')
    const [job] = product.jobs.list
    expect(product.models.preparation('default', product.jobs.list)?.id).toBe(job?.id)
    bridge.progress(job!.id, 'Reading weights', 0.4, 12)
    expect(product.jobs.list[0]?.progress).toEqual({
      stage: 'Reading weights',
      fraction: 0.4,
      secondsLeft: 12,
    })
    await product.jobs.cancel(job!.id)
    expect(product.jobs.list).toEqual([])
    expect(product.notices.troubles).toEqual([])
  })

  it('shows why a job failed, once', async () => {
    const { bridge, product } = await startProduct()
    await product.models.prepare('default')
    bridge.failJob(product.jobs.list[0]!.id, {
      code: 'disk-full',
      message: 'The disk is full. Free some space, then prepare the model again.',
    })
    expect(product.notices.troubles.map(({ failure }) => failure.code)).toEqual(['disk-full'])
  })

  it('warns from 85 % of the context on', async () => {
    const { bridge, product } = await startProduct()
    bridge.push('engine.context', { usedTokens: 849, capacityTokens: 1000 })
    expect(product.engine.contextNearlyFull).toBe(false)
    bridge.push('engine.context', { usedTokens: 850, capacityTokens: 1000 })
    expect(product.engine.contextNearlyFull).toBe(true)
  })

  it('shows an imported model without asking again', async () => {
    const { bridge, product } = await startProduct()
    await product.models.import()
    expect(product.models.unplaced(product.jobs.list)).toHaveLength(1)
    bridge.finish(product.jobs.list[0]!.id)
    await expect.poll(() => product.models.list.map(({ name }) => name)).toContain('Qwen2.5-0.5B-Instruct')
  })
})
