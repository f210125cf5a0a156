/** `bench face`: frames per second of detection, mesh and emotion, ours and the peer's in turns on the same frames. */
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { fail } from '../../../models/core/failure.ts'
import { sampleSquare, type RgbaImage } from '../../../models/emotion/face/image.ts'
import { FaceReader } from '../../inference/face-reader.ts'
import { readPicture } from '../../media/picture-file.ts'
import { facePeerName, facePeerVersion, openFacePeer } from './face-peer.ts'

export interface FaceBenchOptions {
  /** Folder of PNG and JPEG files. */
  readonly pictures: string
  readonly rounds: number
  readonly peer: boolean
  readonly cache: string
  readonly resources: string
  readonly log: (line: string) => void
}

export interface FaceBench {
  readonly pictures: number
  readonly rounds: number
  readonly ours: FaceTimes
  readonly peer: (FaceTimes & { readonly name: string; readonly version: string }) | null
  /** Our frames per second over the peer's, by the clock and by processor time, which other work disturbs less. */
  readonly ratio: { readonly clock: Ratio; readonly processor: Ratio } | null
}

/** Of the rounds' ratios. */
export interface Ratio {
  readonly median: number
  readonly least: number
  readonly greatest: number
}

export interface FaceTimes {
  /** Median milliseconds per frame over the rounds' means. */
  readonly msPerFrame: number
  readonly processorMsPerFrame: number
  readonly framesPerSecond: number
  /** Faces found in each picture, in the order of their names. */
  readonly faces: readonly number[]
}

/** Side of a frame in pixels: that of a common camera, so that large photographs do not measure the reduction. */
const frameSide = 480

/** Fails with `not-found` or `invalid-request` for the pictures, `tool-missing` for the peer. */
export async function benchFace(options: FaceBenchOptions): Promise<FaceBench> {
  const frames: RgbaImage[] = []
  for (const path of picturesIn(options.pictures)) frames.push(frameOf(await readPicture(path)))
  const reader = await FaceReader.open(options.resources)
  const ours = async (frame: RgbaImage): Promise<number> => (await reader.read(frame)).length
  const theirs = options.peer ? await openFacePeer(options.cache, options.log) : null
  const faces = { ours: [] as number[], theirs: [] as number[] }
  // The first pass prepares both and counts.
  for (const frame of frames) {
    faces.ours.push(await ours(frame))
    if (theirs) faces.theirs.push(await theirs.read(frame))
  }
  const rounds: { readonly ours: Spent; readonly theirs: Spent }[] = []
  for (let round = 0; round < options.rounds; round++) {
    const ourTimes: Spent[] = []
    const theirTimes: Spent[] = []
    for (const frame of frames) {
      ourTimes.push(await timed(() => ours(frame)))
      if (theirs) theirTimes.push(await timed(() => theirs.read(frame)))
    }
    rounds.push({ ours: meanOf(ourTimes), theirs: meanOf(theirTimes) })
    options.log(`Round ${round + 1} of ${options.rounds}`)
  }
  await reader.dispose()
  const ratioOf = (measure: keyof Spent): Ratio => {
    const ratios = ascending(rounds.map((round) => round.theirs[measure] / round.ours[measure]))
    return { median: median(ratios), least: ratios[0]!, greatest: ratios[ratios.length - 1]! }
  }
  return {
    pictures: frames.length,
    rounds: options.rounds,
    ours: times(
      rounds.map((round) => round.ours),
      faces.ours,
    ),
    peer: theirs
      ? {
          name: facePeerName,
          version: facePeerVersion(),
          ...times(
            rounds.map((round) => round.theirs),
            faces.theirs,
          ),
        }
      : null,
    ratio: theirs ? { clock: ratioOf('clock'), processor: ratioOf('processor') } : null,
  }
}

/** Milliseconds. */
interface Spent {
  readonly clock: number
  readonly processor: number
}

function picturesIn(folder: string): readonly string[] {
  let names: readonly string[]
  try {
    names = readdirSync(folder)
  } catch (error) {
    return fail('not-found', `The folder cannot be read. Check the path ${folder}.`, { path: folder }, error)
  }
  const pictures = names.filter((name) => /\.(png|jpe?g)$/i.test(name)).toSorted()
  if (pictures.length === 0)
    return fail('invalid-request', `${folder} holds no PNG or JPEG pictures. Put some there.`, {
      path: folder,
    })
  return pictures.map((name) => join(folder, name))
}

function frameOf(picture: RgbaImage): RgbaImage {
  const { width, height } = picture
  const centre = { x: width / 2, y: height / 2 }
  const rgb = sampleSquare(picture, { centre, side: Math.max(width, height), turn: 0 }, frameSide)
  const data = Uint8Array.from({ length: 4 * frameSide * frameSide }, (_, index) =>
    index % 4 === 3 ? 255 : Math.round(rgb[3 * Math.floor(index / 4) + (index % 4)]!),
  )
  return { data, width: frameSide, height: frameSide }
}

async function timed(work: () => Promise<unknown>): Promise<Spent> {
  const before = process.cpuUsage()
  const start = performance.now()
  await work()
  const clock = performance.now() - start
  const { user, system } = process.cpuUsage(before)
  return { clock, processor: (user + system) / 1000 }
}

const meanOf = (spent: readonly Spent[]): Spent => ({
  clock: spent.reduce((sum, { clock }) => sum + clock, 0) / Math.max(1, spent.length),
  processor: spent.reduce((sum, { processor }) => sum + processor, 0) / Math.max(1, spent.length),
})

function times(rounds: readonly Spent[], faces: readonly number[]): FaceTimes {
  const msPerFrame = median(ascending(rounds.map(({ clock }) => clock)))
  return {
    msPerFrame,
    processorMsPerFrame: median(ascending(rounds.map(({ processor }) => processor))),
    framesPerSecond: 1000 / msPerFrame,
    faces,
  }
}

const ascending = (values: readonly number[]): readonly number[] => values.toSorted((a, b) => a - b)

/** @param sorted ascending, not empty */
const median = (sorted: readonly number[]): number => sorted[Math.floor(sorted.length / 2)]!
