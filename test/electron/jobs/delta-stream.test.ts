import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { DeltaStream } from '../../../electron/jobs/delta-stream.ts'
import type { JobDelta } from '../../../models/contract/operations.ts'

const delta = (text: string, tokens: number, section?: 'plan' | 'subjective'): JobDelta => {
  const token = { text, tokens, tokensPerSecond: 20, context: { usedTokens: tokens, capacityTokens: 8192 } }
  return section ? { kind: 'note', section, delta: token } : { kind: 'chat', delta: token }
}

describe('a stream of deltas', () => {
  beforeEach(() => {
    vi.useFakeTimers()
  })
  afterEach(() => {
    vi.useRealTimers()
  })

  test('shows the first text at once and joins what follows', () => {
    const pushed: JobDelta[] = []
    const stream = new DeltaStream((each) => pushed.push(each), 33)
    stream.add(delta('It', 1))
    expect(pushed.map((each) => each.delta.text)).toEqual(['It'])
    stream.add(delta(' may', 2))
    stream.add(delta(' be', 3))
    expect(pushed).toHaveLength(1)
    vi.advanceTimersByTime(33)
    expect(pushed[1]).toEqual(delta(' may be', 3))
  })

  test('pushes at most about 30 times a second, and loses nothing', () => {
    const pushed: JobDelta[] = []
    const stream = new DeltaStream((each) => pushed.push(each), 33)
    let text = ''
    for (let token = 0; token < 1000; token += 1) {
      text += `${token} `
      stream.add(delta(`${token} `, token + 1))
      vi.advanceTimersByTime(1)
    }
    stream.close()
    expect(pushed.length).toBeLessThanOrEqual(32)
    expect(pushed.map((each) => each.delta.text).join('')).toBe(text)
    expect(pushed.at(-1)?.delta.tokens).toBe(1000)
  })

  test('does not join two sections of a note', () => {
    const pushed: JobDelta[] = []
    const stream = new DeltaStream((each) => pushed.push(each), 33)
    stream.add(delta('a', 1, 'subjective'))
    stream.add(delta('b', 2, 'subjective'))
    stream.add(delta('c', 1, 'plan'))
    stream.close()
    expect(pushed).toEqual([delta('a', 1, 'subjective'), delta('b', 2, 'subjective'), delta('c', 1, 'plan')])
  })

  test('sends what is left when it closes and nothing afterwards', () => {
    const pushed: JobDelta[] = []
    const stream = new DeltaStream((each) => pushed.push(each), 33)
    stream.add(delta('a', 1))
    stream.add(delta('b', 2))
    stream.close()
    stream.add(delta('c', 3))
    vi.advanceTimersByTime(1000)
    expect(pushed.map((each) => each.delta.text)).toEqual(['a', 'b'])
    expect(vi.getTimerCount()).toBe(0)
  })
})
