/**
 * `bench live`: what reading a person during a consultation costs and how late it comes. The app's own
 * readers in their supervised child, fed in real time as the window feeds them; the window's own part
 * (camera, scaling, painting) is not in it.
 */
import { LiveReaders } from '../../inference/live-readers.ts'
import { launchNode } from '../../inference/launch-node.ts'
import { processorSeconds } from '../../inference/machine.ts'
import type { EnginePaths } from '../../inference/protocol.ts'
import { SoundWindow } from '../../live/sound-window.ts'
import { pictureSide, picturesPerSecond, soundRate } from '../../../models/contract/emotion.ts'
import { fail } from '../../../models/core/failure.ts'
import type { RgbaImage } from '../../../models/emotion/face/image.ts'
import { machineRecord, type MachineRecord } from './machine-record.ts'
import { rounded, spread, type Spread } from './measurements.ts'

export interface LiveOptions {
  readonly paths: EnginePaths
  readonly seconds: number
  /** null for an empty grey picture. */
  readonly picture: RgbaImage | null
  /** Mono at 16 kHz, played over and over; null reads no sound. */
  readonly sound: Float32Array | null
  readonly log: (line: string) => void
}

export interface LiveReport {
  readonly machine: MachineRecord
  readonly seconds: number
  readonly pictures: {
    readonly width: number
    readonly height: number
    readonly read: number
    /** Left out because the one before was still being read. */
    readonly dropped: number
    readonly withFace: number
    /** From a picture's moment to its reading, in ms. */
    readonly delayMs: Spread & { readonly p95: number }
  }
  readonly sound: { readonly windows: number; readonly spoken: number; readonly delayMs: Spread } | null
  /** Share of one core that the reader's process used over the whole time; null where it is not told. */
  readonly readerCore: number | null
  /** The same for the process that feeds it. */
  readonly feederCore: number
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

export async function benchLive(options: LiveOptions): Promise<LiveReport> {
  const machine = await machineRecord()
  const image = scaled(options.picture ?? empty)
  const readers = new LiveReaders({ paths: options.paths, launch: launchNode() })
  try {
    options.log('Opening the networks ...')
    await readers.readFace(image)
    if (options.sound) await readers.readVoice(options.sound.slice(0, 5 * soundRate))
    const { pid } = readers
    if (pid === null) return fail('engine-unavailable', 'The readers could not be started. Try again.')
    options.log(`Reading for ${options.seconds} s ...`)
    const before = processorSeconds(pid)
    const own = process.cpuUsage()
    const started = performance.now()
    const [pictures, sound] = await Promise.all([
      feedPictures(readers, image, started, options.seconds),
      options.sound && feedSound(readers, options.sound, started, options.seconds),
    ])
    const wall = (performance.now() - started) / 1000
    const after = processorSeconds(pid)
    const { user, system } = process.cpuUsage(own)
    return {
      machine,
      seconds: rounded(wall),
      pictures: { width: image.width, height: image.height, ...pictures },
      sound: sound ?? null,
      readerCore: before === null || after === null ? null : rounded((after - before) / wall),
      feederCore: rounded((user + system) / 1e6 / wall),
    }
  } finally {
    await readers.dispose()
  }
}

async function feedPictures(
  readers: LiveReaders,
  image: RgbaImage,
  started: number,
  seconds: number,
): Promise<Omit<LiveReport['pictures'], 'width' | 'height'>> {
  const delays: number[] = []
  let dropped = 0
  let withFace = 0
  let underWay: Promise<void> | null = null
  for (let tick = 0; tick < seconds * picturesPerSecond; tick++) {
    await pause(Math.max(0, started + (tick * 1000) / picturesPerSecond - performance.now()))
    if (underWay) {
      dropped += 1
      continue
    }
    const taken = performance.now()
    underWay = readers.readFace(image).then((faces) => {
      delays.push(performance.now() - taken)
      withFace += Number(faces.some(({ reading }) => reading.kind === 'reading'))
      underWay = null
    })
  }
  await underWay
  const p95 = delays.toSorted((a, b) => a - b)[Math.floor(0.95 * delays.length)] ?? 0
  return { read: delays.length, dropped, withFace, delayMs: { ...spread(delays), p95: rounded(p95) } }
}

async function feedSound(
  readers: LiveReaders,
  sound: Float32Array,
  started: number,
  seconds: number,
): Promise<NonNullable<LiveReport['sound']>> {
  const window = new SoundWindow()
  const piece = soundRate / 4
  const delays: number[] = []
  let spoken = 0
  for (let tick = 0; tick < 4 * seconds; tick++) {
    await pause(Math.max(0, started + 250 * tick - performance.now()))
    window.push(
      Float32Array.from({ length: piece }, (_, index) => sound[(tick * piece + index) % sound.length]!),
      true,
    )
    for (let next = window.next(); next; next = window.next()) {
      const heard = performance.now()
      const { kind } = await readers.readVoice(next)
      window.done()
      delays.push(performance.now() - heard)
      spoken += Number(kind === 'reading')
    }
  }
  return { windows: delays.length, spoken, delayMs: spread(delays) }
}

const empty: RgbaImage = { data: new Uint8Array(640 * 480 * 4).fill(128), width: 640, height: 480 }

/** As the window scales it, by the nearest pixel: only the size matters here. */
function scaled({ data, width, height }: RgbaImage): RgbaImage {
  const scale = Math.min(1, pictureSide / Math.max(width, height))
  const to = { width: Math.round(width * scale), height: Math.round(height * scale) }
  const out = new Uint8Array(to.width * to.height * 4)
  for (let row = 0; row < to.height; row++)
    for (let column = 0; column < to.width; column++) {
      const from = 4 * (Math.floor(row / scale) * width + Math.floor(column / scale))
      out.set(data.subarray(from, from + 4), 4 * (row * to.width + column))
    }
  return { data: out, ...to }
}
