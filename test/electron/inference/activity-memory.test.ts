import { expect, it, vi } from 'vitest'
import { ActivityMemory } from '../../../electron/inference/activity-memory.ts'
import { VoiceReader } from '../../../electron/inference/voice-reader.ts'
import { SoundWindow } from '../../../electron/live/sound-window.ts'
import { resourcesFolder } from '../../../electron/resources.ts'
import { seededRandom } from '../../../models/core/random.ts'

/** Bursts of a buzz with formants: enough for the network to be now sure, now unsure. */
function buzz(seconds: number): Float32Array {
  const random = seededRandom(3)
  return Float32Array.from({ length: 16_000 * seconds }, (_, index) => {
    const t = index / 16_000
    const loud = Math.max(0, Math.sin(2 * Math.PI * 1.7 * t))
    let sum = 0
    for (let harmonic = 1; harmonic < 20; harmonic++)
      sum += Math.sin(2 * Math.PI * 130 * harmonic * t) / (1 + Math.abs(harmonic - 5))
    return 0.2 * loud * sum + 0.005 * (random.uniform() - 0.5)
  })
}

it('windows that overlap are listened to once, with the same answer as one pass over all of the sound', async () => {
  const reader = await VoiceReader.open(resourcesFolder())
  try {
    const sound = buzz(9)
    const whole = await reader.activity(sound)
    const memory = new ActivityMemory()
    const window = new SoundWindow()
    let heard = 0
    for (let at = 0; at < sound.length; at += 4001) {
      window.push(sound.subarray(at, at + 4001), at > 0)
      heard = Math.min(sound.length, at + 4001)
      for (let next = window.next(); next; next = window.next()) {
        const known = memory.known(next)
        const activity = await reader.activity(next, memory)
        const first = (heard - next.length) / 512
        expect(Number.isInteger(first)).toBe(true)
        const chunks = Math.floor(next.length / 512)
        expect(activity.slice(0, chunks)).toEqual(whole.slice(first, first + chunks))
        // A second holds 31 chunks and a bit.
        if (first > 0 || chunks > 40) expect(chunks - (known?.probabilities.length ?? 0)).toBeLessThan(48)
        window.done()
      }
    }
    expect(heard).toBe(sound.length)
    expect(memory.known(buzz(6).map((sample) => 0.5 * sample))).toBeNull()
  } finally {
    await reader.dispose()
  }
})

it('holds no sound for longer than five seconds after the last', () => {
  vi.useFakeTimers()
  try {
    const memory = new ActivityMemory()
    const sound = buzz(1)
    const states = Array.from({ length: 31 }, () => new Float32Array(256))
    memory.keep(sound, new Float32Array(32), states)
    vi.advanceTimersByTime(4_900)
    expect(memory.known(sound)?.states).toHaveLength(31)
    memory.keep(sound, new Float32Array(32), states)
    vi.advanceTimersByTime(4_900)
    expect(memory.known(sound)).not.toBeNull()
    vi.advanceTimersByTime(200)
    expect(memory.known(sound)).toBeNull()
  } finally {
    vi.useRealTimers()
  }
})
