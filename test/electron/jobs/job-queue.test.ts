import { beforeEach, describe, expect, test } from 'vitest'
import { JobQueue, type JobContext, type JobWork } from '../../../electron/jobs/job-queue.ts'
import type { JobOutcome } from '../../../models/contract/operations.ts'
import { fail } from '../../../models/core/failure.ts'

const outcome: JobOutcome = { kind: 'suggest', suggestion: null }
const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }))
/** Lets everything that is already due happen. */
const settle = async (): Promise<void> => {
  for (let turn = 0; turn < 5; turn += 1) await new Promise((resolve) => setImmediate(resolve))
}

let pushed: [name: string, payload: unknown][]
let bugs: unknown[]
let queue: JobQueue

beforeEach(() => {
  pushed = []
  bugs = []
  let ids = 0
  queue = new JobQueue({
    push: (name, payload) => pushed.push([name, payload]),
    newId: () => `job-${++ids}`,
    now: () => new Date(0),
    reportBug: (error) => bugs.push(error),
    capacity: 4,
  })
})

const work = (run: (context: JobContext) => Promise<JobOutcome>, session: string | null = null): JobWork => ({
  kind: 'suggest',
  title: 'Suggesting the next question',
  session,
  run,
})
const names = (): string[] => pushed.map(([name]) => name)
const ends = (): unknown[] => pushed.filter(([name]) => name === 'job.ended').map(([, payload]) => payload)

describe('a job', () => {
  test('is announced, followed and ended, in that order', async () => {
    const job = queue.start(
      work(async ({ progress, delta }) => {
        progress({ stage: 'Reading', fraction: 0.5, secondsLeft: 2 })
        delta({
          kind: 'suggest',
          delta: { text: 'Hi', tokens: 1, tokensPerSecond: 1, context: { usedTokens: 1, capacityTokens: 2 } },
        })
        await settle()
        return outcome
      }),
    )
    expect(names()).toEqual(['job.started'])
    expect(queue.list()).toEqual([job])
    await settle()
    expect(queue.list()[0]?.progress.fraction).toBe(0.5)
    await settle()
    expect(names()).toEqual(['job.started', 'job.progress', 'job.delta', 'job.ended'])
    expect(ends()).toEqual([{ job: job.id, ok: true, outcome }])
    expect(queue.list()).toEqual([])
  })

  test('is ended only after its work has stored what it brings', async () => {
    const order: string[] = []
    const own = new JobQueue({
      push: (name) => order.push(name),
      newId: () => 'a',
      now: () => new Date(0),
      reportBug: () => undefined,
    })
    own.start(
      work(async () => {
        await settle()
        order.push('stored')
        return outcome
      }),
    )
    await settle()
    await settle()
    expect(order).toEqual(['job.started', 'stored', 'job.ended'])
  })

  test('does not begin before the reply with its id has left', async () => {
    let began = false
    queue.start(work(() => ((began = true), Promise.resolve(outcome))))
    await Promise.resolve()
    expect(began).toBe(false)
    await settle()
    expect(began).toBe(true)
  })

  test('runs alone; the next one waits its turn', async () => {
    let finish = (): void => undefined
    let running = 0
    let most = 0
    const one = work(async () => {
      most = Math.max(most, ++running)
      await new Promise<void>((resolve) => (finish = resolve))
      running -= 1
      return outcome
    })
    queue.start(one)
    await settle()
    queue.start(one)
    await settle()
    expect(queue.list().map((job) => job.progress.stage)).toEqual(['Starting', 'Waiting'])
    finish()
    await settle()
    finish()
    await settle()
    expect(most).toBe(1)
    expect(ends()).toHaveLength(2)
  })

  test('that is stopped while it waits ends without having begun', async () => {
    let began = 0
    const blocking = work(async ({ signal }) => {
      began += 1
      await aborted(signal)
      return outcome
    })
    const first = queue.start(blocking)
    const second = queue.start(blocking)
    await settle()
    queue.cancel(second.id)
    expect(ends()).toEqual([
      { job: second.id, ok: false, failure: { code: 'cancelled', message: 'Stopped.' } },
    ])
    queue.cancel(first.id)
    await settle()
    expect(began).toBe(1)
  })

  test('that is stopped while it runs may still bring what it has', async () => {
    const job = queue.start(
      work(async ({ signal }) => {
        await aborted(signal)
        return outcome
      }),
    )
    await settle()
    queue.cancel(job.id)
    await settle()
    expect(ends()).toEqual([{ job: job.id, ok: true, outcome }])
  })

  test('that meets expected trouble ends with its failure and is no bug', async () => {
    queue.start(work(() => fail('engine-crashed', 'The model stopped. Try again.')))
    await settle()
    expect(ends()).toMatchObject([{ ok: false, failure: { code: 'engine-crashed' } }])
    expect(bugs).toEqual([])
  })

  test('that meets a bug ends as internal, is reported, and lets the next one run', async () => {
    queue.start(work(() => Promise.reject(new TypeError('patient text'))))
    queue.start(work(() => Promise.resolve(outcome)))
    await settle()
    expect(ends()).toMatchObject([{ ok: false, failure: { code: 'internal' } }, { ok: true }])
    expect(JSON.stringify(ends())).not.toContain('patient text')
    expect(bugs).toHaveLength(1)
  })

  test('that has ended can be stopped again without harm', async () => {
    const job = queue.start(work(() => Promise.resolve(outcome)))
    await settle()
    queue.cancel(job.id)
    queue.cancel('unknown')
    expect(ends()).toHaveLength(1)
  })
})

describe('the queue', () => {
  test('stops all jobs of one session and leaves the others', async () => {
    const blocking = async ({ signal }: JobContext): Promise<JobOutcome> => {
      await aborted(signal)
      return outcome
    }
    queue.start(work(blocking, 'a'))
    queue.start(work(blocking, 'b'))
    queue.start(work(blocking, 'a'))
    await settle()
    await queue.cancelAll((job) => job.session === 'a')
    expect(queue.list().map((job) => job.session)).toEqual(['b'])
    await queue.cancelAll()
    expect(queue.list()).toEqual([])
  })

  test('refuses more than it can hold', () => {
    for (let count = 0; count < 4; count += 1) queue.start(work(() => Promise.resolve(outcome)))
    expect(() => queue.start(work(() => Promise.resolve(outcome)))).toThrow('Too much is waiting')
  })
})
