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
  /** Our frames per second over the peer's: the median of the rounds' ratios, and the least and the greatest. */
  readonly ratio: { readonly median: number; readonly least: number; readonly greatest: number } | null
}

export interface FaceTimes {
  /** Median milliseconds per frame over the rounds' means. */
  readonly msPerFrame: number
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
  const means = { ours: [] as number[], theirs: [] as number[] }
  for (let round = 0; round < options.rounds; round++) {
    const spent = { ours: 0, theirs: 0 }
    for (const frame of frames) {
      spent.ours += await timed(() => ours(frame))
      if (theirs) spent.theirs += await timed(() => theirs.read(frame))
    }
    means.ours.push(spent.ours / frames.length)
    means.theirs.push(spent.theirs / frames.length)
    options.log(`Round ${round + 1} of ${options.rounds}`)
  }
  await reader.dispose()
  const ratios = means.ours.map((mean, round) => means.theirs[round]! / mean).toSorted((a, b) => a - b)
  return {
    pictures: frames.length,
    rounds: options.rounds,
    ours: times(means.ours, faces.ours),
    peer: theirs
      ? { name: facePeerName, version: facePeerVersion(), ...times(means.theirs, faces.theirs) }
      : null,
    ratio: theirs
      ? { median: median(ratios), least: ratios[0]!, greatest: ratios[ratios.length - 1]! }
      : null,
  }
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

async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now()
  await work()
  return performance.now() - start
}

const times = (means: readonly number[], faces: readonly number[]): FaceTimes => {
  const msPerFrame = median(means.toSorted((a, b) => a - b))
  return { msPerFrame, framesPerSecond: 1000 / msPerFrame, faces }
}

/** @param sorted ascending, not empty */
const median = (sorted: readonly number[]): number => sorted[Math.floor(sorted.length / 2)]!
