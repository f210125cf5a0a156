import fc from 'fast-check'
import { expect, it } from 'vitest'
import { SoundQueue } from '../../../renderer/capture/sound-queue.ts'

it('gives back every sample in order, whatever goes in and out at a time', () => {
  const step = fc.oneof(
    fc.record({ put: fc.integer({ min: 0, max: 5000 }) }),
    fc.record({ take: fc.double({ min: 0, max: 0.5, noNaN: true }) }),
  )
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const queue = new SoundQueue()
      let put = 0
      let taken = 0
      const check = (samples: Float32Array | null): void => {
        for (const sample of samples ?? []) expect(sample).toBe(taken++)
      }
      for (const each of steps) {
        if ('put' in each) queue.push(Float32Array.from({ length: each.put }, () => put++))
        else check(queue.take(each.take))
        expect(queue.waiting).toBe((put - taken) / 16_000)
      }
      check(queue.take(1e6))
      expect(taken).toBe(put)
      expect(queue.take(1)).toBeNull()
    }),
    { numRuns: 50 },
  )
})
