import { fileURLToPath } from 'node:url'
import { afterEach, describe, expect, it } from 'vitest'
import { launchNode } from '../../../electron/inference/launch-node.ts'
import { isAlive } from '../../../electron/inference/process-alive.ts'
import {
  defaultLimits,
  EngineSupervisor,
  type Crash,
  type SupervisorLimits,
} from '../../../electron/inference/supervise.ts'
import { FailureError, type FailureCode } from '../../../models/core/failure.ts'

const host = fileURLToPath(new URL('../../support/misbehaving-child.ts', import.meta.url))
const never = new AbortController().signal
const quiet = (): void => undefined
/** A child may take seconds to start on a busy machine. */
const patient = { timeout: 30_000 }

let current: EngineSupervisor | null = null
afterEach(async () => {
  delete process.env['CONSILIUM_TEST_CHILD']
  await current?.dispose()
  current = null
})

function supervisor(limits: Partial<SupervisorLimits> = {}): EngineSupervisor {
  const silenceMs = { ...defaultLimits.silenceMs, compile: 1000 }
  current = new EngineSupervisor(
    launchNode({ host }),
    { paths: { resources: '/r', models: '/m', cache: '/c' }, threads: 1, conversationBytes: 0 },
    { ...defaultLimits, silenceMs, firstPauseMs: 20, longestPauseMs: 100, crashes: 100, ...limits },
  )
  return current
}

const job = (
  engine: EngineSupervisor,
  model: string,
  signal: AbortSignal = never,
): Promise<{ built: boolean }> =>
  engine.run({ kind: 'compile', model, precision: 'f32' }, { onProgress: quiet, onDelta: quiet, signal })

const codeOf = (promise: Promise<unknown>): Promise<FailureCode | 'none'> =>
  promise.then(
    () => 'none',
    (error: unknown) => {
      if (error instanceof FailureError) return error.failure.code
      throw error
    },
  )

describe('the supervisor', () => {
  it('runs jobs one after the other in one child', async () => {
    const engine = supervisor()
    expect(engine.state.phase).toBe('stopped')
    await Promise.all([job(engine, 'works'), job(engine, 'works')])
    const { pid } = engine.state
    await job(engine, 'works')
    expect(engine.state).toMatchObject({ phase: 'ready', pid, restarts: 0, providers: ['cpu'] })
  })

  it.each([
    ['dies', 'engine-crashed'],
    ['stops', 'timeout'],
    ['spins', 'timeout'],
    ['talks-nonsense', 'engine-crashed'],
  ] as const)('starts a fresh child after one that %s', async (model, code) => {
    const engine = supervisor()
    await job(engine, 'works')
    const first = engine.state.pid!
    const waiting = [codeOf(job(engine, model)), codeOf(job(engine, 'works'))]
    expect(await Promise.all(waiting)).toEqual([code, 'none'])
    expect(engine.state.pid).not.toBe(first)
    expect(engine.state.restarts).toBe(1)
    expect(isAlive(first)).toBe(false)
  })

  it('does not hold an answer that is none for one', async () => {
    expect(await codeOf(job(supervisor(), 'answers-something-else'))).toBe('engine-crashed')
  })

  it('hands on the failure that the child reports', async () => {
    expect(await codeOf(job(supervisor(), 'refuses'))).toBe('disk-full')
  })

  it('lets a job that reports progress take longer than its silence may', async () => {
    expect(await codeOf(job(supervisor(), 'lives-on-progress'))).toBe('none')
  })

  it('survives being killed from outside between jobs', async () => {
    const engine = supervisor()
    await job(engine, 'works')
    process.kill(engine.state.pid!, 'SIGKILL')
    await expect.poll(() => engine.state.phase, patient).toBe('backing-off')
    expect(await codeOf(job(engine, 'works'))).toBe('none')
  })

  it('survives being killed over and over', async () => {
    const engine = supervisor({ killsPerJob: 100 })
    for (let round = 0; round < 8; round++) {
      expect(await codeOf(job(engine, round % 2 === 0 ? 'dies' : 'stops'))).not.toBe('none')
      expect(await codeOf(job(engine, 'works'))).toBe('none')
    }
  })

  it('refuses a job that has ended its child twice, and only that one', async () => {
    const engine = supervisor()
    const codes: string[] = []
    for (let round = 0; round < 4; round++) codes.push(await codeOf(job(engine, 'dies')))
    expect(codes).toEqual(['engine-crashed', 'engine-crashed', 'quarantined', 'quarantined'])
    expect(engine.state.restarts).toBe(2)
    expect(await codeOf(job(engine, 'works'))).toBe('none')
  })

  it('stops starting children after too many ends, says why, and tries again after the window', async () => {
    const engine = supervisor({ crashes: 3, crashWindowMs: 6000, killsPerJob: 100 })
    for (let round = 0; round < 3; round++) await codeOf(job(engine, 'dies'))
    expect(engine.state.phase).toBe('open-circuit')
    expect(engine.state.reason).toMatch(/not started again before \d\d:\d\d/)
    expect(await codeOf(job(engine, 'works'))).toBe('engine-unavailable')
    await expect.poll(() => codeOf(job(engine, 'works')), { timeout: 30_000, interval: 300 }).toBe('none')
    expect(engine.state.phase).toBe('ready')
  })

  it('opens the circuit for a child that dies as soon as it starts, and blames no job', async () => {
    process.env['CONSILIUM_TEST_CHILD'] = 'dies-at-once'
    const engine = supervisor({ crashes: 3 })
    expect(await codeOf(job(engine, 'works'))).toBe('engine-unavailable')
    expect(engine.state.phase).toBe('open-circuit')
  })

  it('kills a child that never becomes ready', async () => {
    process.env['CONSILIUM_TEST_CHILD'] = 'never-ready'
    const engine = supervisor({ startMs: 1000, crashes: 1 })
    expect(await codeOf(job(engine, 'works'))).toBe('engine-unavailable')
  })

  it('opens the circuit when the child cannot be started at all', async () => {
    current = new EngineSupervisor(
      launchNode({ node: '/nowhere/node', host }),
      { paths: { resources: '/r', models: '/m', cache: '/c' }, threads: 1, conversationBytes: 0 },
      { ...defaultLimits, firstPauseMs: 5, longestPauseMs: 5, crashes: 3 },
    )
    expect(await codeOf(job(current, 'works'))).toBe('engine-unavailable')
  })

  it('reports what a child said before it died, also in the failure of a circuit that opens', async () => {
    const crashes: Crash[] = []
    current = new EngineSupervisor(
      launchNode({ host, readErrors: true }),
      { paths: { resources: '/r', models: '/m', cache: '/c' }, threads: 1, conversationBytes: 0 },
      { ...defaultLimits, firstPauseMs: 5, longestPauseMs: 5, crashes: 3 },
      (crash) => crashes.push(crash),
    )
    for (let round = 0; round < 2; round++) await codeOf(job(current, 'complains-and-dies'))
    await expect(job(current, 'complains-and-dies')).rejects.toThrow(
      /stopped the model twice.*The last it reported was: std::bad_alloc/,
    )
    await codeOf(job(current, 'dies'))
    expect(crashes).toHaveLength(3)
    expect(crashes[0]).toEqual({
      process: 'utility',
      job: 'compile',
      cause: 'ended',
      lines: ['std::bad_alloc: cannot allocate 1073741824 bytes'],
    })
    expect(crashes[2]?.lines).toEqual([])
    expect(current.state.phase).toBe('open-circuit')
    // The last one said nothing, so nothing of an earlier one is blamed.
    expect(current.state.reason).not.toContain('reported')
  })

  it('ends a job that ignores its cancellation, without blaming it', async () => {
    const engine = supervisor({ cancelMs: 100 })
    for (let round = 0; round < 3; round++) {
      const abort = new AbortController()
      const result = codeOf(job(engine, 'spins', abort.signal))
      await expect.poll(() => engine.state.phase, patient).toBe('busy')
      abort.abort()
      expect(await result).toBe('cancelled')
    }
    expect(engine.state.restarts).toBe(0)
    expect(await codeOf(job(engine, 'works'))).toBe('none')
  })

  it('drops a waiting job that is cancelled', async () => {
    const engine = supervisor()
    const abort = new AbortController()
    const running = job(engine, 'lives-on-progress')
    const waiting = codeOf(job(engine, 'works', abort.signal))
    abort.abort()
    expect(await waiting).toBe('cancelled')
    expect(await codeOf(running)).toBe('none')
    expect(await codeOf(job(engine, 'works', AbortSignal.abort()))).toBe('cancelled')
  })

  it('leaves no process behind and refuses work when it is closed', async () => {
    const engine = supervisor()
    await job(engine, 'works')
    const pid = engine.state.pid!
    const running = codeOf(job(engine, 'spins'))
    await expect.poll(() => engine.state.phase, patient).toBe('busy')
    await engine.dispose()
    expect(await running).toBe('engine-unavailable')
    expect(isAlive(pid)).toBe(false)
    expect(await codeOf(job(engine, 'works'))).toBe('engine-unavailable')
  })
})
