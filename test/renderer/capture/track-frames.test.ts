import { afterEach, expect, it, vi } from 'vitest'
import { framesOf } from '../../../renderer/capture/track-frames.ts'

/** A processor whose frames a test hands in; each says whether it was closed. */
function processor() {
  let controller!: ReadableStreamDefaultController<VideoFrame>
  let cancelled = false
  const readable = new ReadableStream<VideoFrame>({
    start: (given) => void (controller = given),
    cancel: () => void (cancelled = true),
  })
  vi.stubGlobal(
    'MediaStreamTrackProcessor',
    class {
      readonly readable = readable
    },
  )
  const closed: number[] = []
  const give = async (number: number): Promise<void> => {
    controller.enqueue({ number, close: () => closed.push(number) } as unknown as VideoFrame)
    await new Promise((resolve) => setTimeout(resolve))
  }
  return { give, closed, isCancelled: () => cancelled }
}

const numberOf = (taken: ReturnType<ReturnType<typeof framesOf>['take']>): unknown =>
  taken && (taken.frame as unknown as { number: number }).number

afterEach(() => vi.unstubAllGlobals())

it('gives the newest frame once, and closes those that nobody took', async () => {
  const { give, closed } = processor()
  const frames = framesOf({} as MediaStreamTrack)
  expect(frames.take()).toBeNull()
  for (const number of [1, 2, 3]) await give(number)
  expect([numberOf(frames.take()), closed]).toEqual([3, [1, 2]])
  expect(frames.take()).toBeNull()
})

it('holds no frame after it was stopped', async () => {
  const { give, closed, isCancelled } = processor()
  const frames = framesOf({} as MediaStreamTrack)
  await give(1)
  frames.stop()
  expect([frames.take(), closed, isCancelled()]).toEqual([null, [1], true])
})
