import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { SoundWindow } from '../../../electron/live/sound-window.ts'
import { soundRate } from '../../../models/contract/emotion.ts'

const take = (sound: SoundWindow): Float32Array | null => {
  const window = sound.next()
  if (window) sound.done()
  return window
}

/** Samples that are their own position, from `from` seconds on. */
const seconds = (from: number, count: number): Float32Array =>
  Float32Array.from({ length: count * soundRate }, (_, index) => from * soundRate + index)

const spanOf = (window: Float32Array | null): readonly number[] | null =>
  window && [window[0]! / soundRate, (window.at(-1)! + 1) / soundRate]

/** Where the last chunk begins that does so no later than at `second`. */
const chunkAt = (second: number): number => Math.floor((second * soundRate) / 512) * (512 / soundRate)

describe('the window of sound', () => {
  it('waits for a second of new sound and then holds the latest five', () => {
    const sound = new SoundWindow()
    sound.push(seconds(0, 0.5), false)
    expect(take(sound)).toBeNull()
    for (let at = 0.5; at < 6; at += 0.5) sound.push(seconds(at, 0.5), true)
    take(sound)
    sound.push(seconds(6, 0.5), true)
    sound.push(seconds(6.5, 0.5), true)
    expect(spanOf(take(sound))).toEqual([chunkAt(2), 7])
    expect(take(sound)).toBeNull()
  })

  it('makes up for a long wait with whole windows side by side', () => {
    const sound = new SoundWindow()
    sound.push(seconds(0, 12), false)
    expect([take(sound), take(sound), take(sound), take(sound)].map(spanOf)).toEqual([
      [0, 5],
      [chunkAt(5), 10],
      [chunkAt(5) + chunkAt(7 - chunkAt(5)), 12],
      null,
    ])
    expect(sound.waiting).toBe(0)
  })

  it('gives the same window again until it has been read', () => {
    const sound = new SoundWindow()
    sound.push(seconds(0, 2), false)
    expect(spanOf(sound.next())).toEqual([0, 2])
    sound.push(seconds(2, 1), true)
    expect(spanOf(sound.next())).toEqual([0, 3])
    sound.done()
    expect(sound.next()).toBeNull()
  })

  it('never joins sound from before a gap with sound after it', () => {
    const sound = new SoundWindow()
    sound.push(seconds(0, 2), false)
    sound.push(seconds(60, 1), false)
    expect(spanOf(take(sound))).toEqual([60, 61])
  })

  it('leaves no sample out, in whatever pieces they come', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 240 }), { minLength: 1, maxLength: 40 }), (pieces) => {
        const sound = new SoundWindow({ window: 5, step: 1 })
        const seen = new Set<number>()
        let at = 0
        for (const piece of pieces) {
          // A twentieth of a second each, marked by its number.
          const samples = new Float32Array((piece * soundRate) / 20)
          for (let index = 0; index < samples.length; index++)
            samples[index] = at + Math.floor((20 * index) / soundRate)
          at += piece
          sound.push(samples, true)
          for (let window = take(sound); window; window = take(sound))
            for (const sample of window) seen.add(sample)
        }
        expect(sound.waiting).toBeLessThan(1)
        const heard = Math.floor(at - 20 * sound.waiting)
        for (let mark = 0; mark < heard; mark++) expect(seen.has(mark)).toBe(true)
      }),
      { numRuns: 30 },
    )
  })
})
