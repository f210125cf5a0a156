import { describe, expect, it } from 'vitest'
import {
  decodeFaces,
  detectorSize,
  faceSquare,
  overlapOf,
  type DetectedFace,
} from '../../../models/emotion/face/detection.ts'
import { faceReading } from '../../../models/emotion/face/face-reading.ts'
import { luma, pointIn, sampleSquare, type RgbaImage } from '../../../models/emotion/face/image.ts'
import { faceQuality } from '../../../models/emotion/face/quality.ts'
import { FaceTracker } from '../../../models/emotion/face/tracking.ts'
import { emotions, strongest, uncertainty } from '../../../models/emotion/reading.ts'

const image = (width: number, height: number, colour: (x: number, y: number) => number): RgbaImage => ({
  width,
  height,
  data: Uint8Array.from({ length: width * height * 4 }, (_, index) =>
    index % 4 === 3 ? 255 : colour(Math.floor(index / 4) % width, Math.floor(index / 4 / width)),
  ),
})

/** Detector output without a face except where `put` writes one. */
function output() {
  const empty = {
    scoresFar: new Float32Array(512).fill(-20),
    scoresNear: new Float32Array(384).fill(-20),
    boxesFar: new Float32Array(512 * 16),
    boxesNear: new Float32Array(384 * 16),
  }
  /** A face of `side` detector pixels in the middle of far cell (column, row). */
  const put = (column: number, row: number, side: number, logit: number, anchor = 0): void => {
    const index = (row * 16 + column) * 2 + anchor
    empty.scoresFar[index] = logit
    empty.boxesFar.set([0, 0, side, side, -side / 4, -side / 8, side / 4, -side / 8, 0, 0], index * 16)
  }
  return { empty, put }
}

const face = (left: number, side = 80, tilt = 0): DetectedFace => ({
  score: 0.95,
  box: { left, top: 20, right: left + side, bottom: 20 + side },
  points: [
    { x: left + side / 4, y: 50 },
    { x: left + (3 * side) / 4, y: 50 + tilt },
    { x: left + side / 2, y: 65 },
    { x: left + side / 2, y: 80 },
    { x: left, y: 55 },
    { x: left + side, y: 55 },
  ],
})

describe('face detection', () => {
  it('places a box in the pixels of a wide image, whose bars are cut off again', () => {
    const { empty, put } = output()
    put(8, 8, 64, 4)
    const [found] = decodeFaces(
      empty,
      image(512, 256, () => 0),
    )
    // Cell 8 is centred on 136 of 256, so on 272 of 512, and 128 above it lies a black bar.
    expect(found?.box.left).toBeCloseTo(272 - 64, 3)
    expect(found?.box.top).toBeCloseTo(272 - 128 - 64, 3)
    expect(found?.score).toBeCloseTo(0.982, 3)
  })

  it('counts overlapping boxes once and keeps distant ones', () => {
    const { empty, put } = output()
    put(4, 4, 60, 3)
    put(4, 4, 56, 5, 1)
    put(12, 12, 60, 2)
    const found = decodeFaces(
      empty,
      image(detectorSize, detectorSize, () => 0),
    )
    expect(found).toHaveLength(2)
    expect(found[0]!.score).toBeGreaterThan(found[1]!.score)
  })

  it('finds nothing in an empty picture', () => {
    expect(
      decodeFaces(
        output().empty,
        image(64, 64, () => 0),
      ),
    ).toEqual([])
  })

  it('turns the crop so that the eyes are level', () => {
    const square = faceSquare(face(10, 80, 40), 1)
    const right = pointIn(square, 0, 0)
    const left = pointIn(square, 1, 0)
    expect(Math.atan2(left.y - right.y, left.x - right.x)).toBeCloseTo(Math.PI / 4, 5)
  })
})

describe('the crop of a face', () => {
  it('keeps a picture as it is when nothing is scaled or turned', () => {
    const picture = image(16, 16, (x, y) => 10 * x + y)
    const crop = luma(sampleSquare(picture, { centre: { x: 8, y: 8 }, side: 16, turn: 0 }, 16))
    for (const [x, y] of [
      [0, 0],
      [5, 9],
      [15, 15],
    ] as const)
      expect(crop[y * 16 + x]).toBeCloseTo(10 * x + y, 3)
  })

  it('averages when it shrinks, and is black outside the picture', () => {
    const stripes = image(64, 64, (x) => (x % 2 === 0 ? 0 : 200))
    const crop = luma(sampleSquare(stripes, { centre: { x: 32, y: 32 }, side: 64, turn: 0 }, 16))
    expect(crop[8 * 16 + 8]).toBeCloseTo(100, 0)
    const outside = luma(sampleSquare(stripes, { centre: { x: -200, y: 0 }, side: 32, turn: 0 }, 8))
    expect(Math.max(...outside)).toBe(0)
  })
})

describe('a crop of any size and turn', () => {
  const value = (x: number, y: number): number => 128 + 60 * Math.sin(x / 40) + 50 * Math.cos(y / 30)
  const picture = image(480, 360, (x, y) => Math.round(value(x + 0.5, y + 0.5)))

  it.each([
    [20, 0],
    [64, 0],
    [110, 0],
    [127, 0],
    [128, 0],
    [300, 0],
    [20, 0.6],
    [110, -0.6],
    [150, 2.5],
    [250, Math.PI],
  ])('shows what is there: side %d, turned by %d', (side, turn) => {
    const square = { centre: { x: 231.3, y: 183.8 }, side, turn }
    for (const smooth of [true, false]) {
      const crop = luma(sampleSquare(picture, square, 64, smooth))
      for (const [column, row] of [
        [0, 0],
        [63, 0],
        [31, 40],
        [5, 63],
      ] as const) {
        const { x, y } = pointIn(square, (column + 0.5) / 64, (row + 0.5) / 64)
        // What is averaged is a little flatter than the wave.
        expect(Math.abs(crop[row * 64 + column]! - value(x, y))).toBeLessThan(1.5)
      }
    }
  })

  it('shows pictures of one or two pixels', () => {
    for (const side of [1, 2])
      expect(
        luma(
          sampleSquare(
            image(side, side, () => 90),
            { centre: { x: side / 2, y: side / 2 }, side, turn: 0 },
            side,
          ),
        )[0],
      ).toBeCloseTo(90, 3)
  })
})

describe('the quality of a face', () => {
  const size = 64
  const textured = Float32Array.from(
    { length: size * size },
    (_, i) => 120 + 40 * Math.sin(i * 1.7) + 30 * Math.cos((i / size) * 0.9),
  )
  const whole = image(200, 200, () => 128)
  const present = { asItStands: 0.99, turnedAround: 0.3 }

  it('is good for a large, lit, sharp face in view', () => {
    const quality = faceQuality(face(40), whole, textured, size, present)
    expect(quality.flaws).toEqual([])
    expect(quality.score).toBeGreaterThan(0.8)
  })

  it.each([
    ['small', () => faceQuality(face(40, 26), whole, textured, size, present)],
    [
      'dark',
      () =>
        faceQuality(
          face(40),
          whole,
          textured.map((value) => value * 0.1),
          size,
          present,
        ),
    ],
    [
      'blurred',
      () =>
        faceQuality(
          face(40),
          whole,
          Float32Array.from({ length: size * size }, (_, i) => 60 + (i / size) * 2),
          size,
          present,
        ),
    ],
    ['cut-off', () => faceQuality(face(165), whole, textured, size, present)],
    [
      'uncertain',
      () => faceQuality(face(40), whole, textured, size, { asItStands: 0.1, turnedAround: 0.01 }),
    ],
  ] as const)('names what is wrong: %s', (flaw, judge) => {
    expect(judge().flaws).toContain(flaw)
  })

  /** The face with its key points turned about its middle. */
  const turnedBy = (degrees: number): DetectedFace => {
    const upright = face(40)
    const angle = (degrees * Math.PI) / 180
    return {
      ...upright,
      points: upright.points.map(({ x, y }) => ({
        x: 80 + (x - 80) * Math.cos(angle) - (y - 60) * Math.sin(angle),
        y: 60 + (x - 80) * Math.sin(angle) + (y - 60) * Math.cos(angle),
      })),
    }
  }

  it.each([0, 15, 45, 90, 170, -60])('measures how far a head leans: %d degrees', (degrees) => {
    expect(faceQuality(turnedBy(degrees), whole, textured, size, present).roll).toBeCloseTo(degrees, 4)
  })

  it('says that a head leans by 45 degrees, and gives nothing from one that lies', () => {
    const judged = (degrees: number) => faceQuality(turnedBy(degrees), whole, textured, size, present)
    expect(judged(15).flaws).toEqual([])
    expect(judged(45).flaws).toEqual(['tilted'])
    for (const degrees of [90, -90, 180]) {
      const reading = faceReading([0, 0, 0, 1, 0, 0, 0], [0, 1, 0, 0, 0, 0, 0], judged(degrees))
      expect(reading).toEqual({ kind: 'missing', modality: 'face', reasons: ['tilted'] })
    }
  })

  it('gives nothing where the eyes and the mouth contradict each other', () => {
    const { points, ...rest } = face(40)
    const mouthAbove = points.map((point, index) => (index === 3 ? { x: 80, y: 20 } : point))
    expect(faceQuality({ ...rest, points: mouthAbove }, whole, textured, size, present).score).toBe(0)
  })

  it('gives nothing from a face of which the mesh is surer when it is turned around', () => {
    const judged = faceQuality(face(40), whole, textured, size, { asItStands: 0.95, turnedAround: 0.9999 })
    expect(faceReading([0, 0, 0, 1, 0, 0, 0], [0, 1, 0, 0, 0, 0, 0], judged)).toEqual({
      kind: 'missing',
      modality: 'face',
      reasons: ['upside-down'],
    })
  })

  it('still reads, with a doubt, a face of which the mesh is as sure either way', () => {
    const judged = faceQuality(face(40), whole, textured, size, { asItStands: 1, turnedAround: 1 })
    expect(judged).toMatchObject({ score: 0.5, flaws: ['upside-down'] })
  })

  it('gives no reading below the floor, and never neutral instead', () => {
    const quality = faceQuality(face(40), whole, textured, size, { asItStands: 0.1, turnedAround: 0.01 })
    const reading = faceReading([0, 0, 0, 0, 0, 0, 1], [1, 0, 0, 0, 0, 0, 0], quality)
    expect(reading).toEqual({ kind: 'missing', modality: 'face', reasons: ['uncertain'] })
  })
})

describe('the reading of a face', () => {
  const quality = { score: 0.9, flaws: [], side: 100, light: 120, sharpness: 0.3, yaw: 0, roll: 0 }

  it('takes what both networks say, each by its own order of labels', () => {
    const reading = faceReading([0, 0, 0, 0, 0, 1, 0], [0, 0, 0, 0, 0, 0, 1], quality)
    if (reading.kind !== 'reading') throw new Error('Nothing was read.')
    expect(strongest(reading.scores)).toBe('surprise')
    expect(emotions.reduce((sum, emotion) => sum + reading.scores[emotion], 0)).toBeCloseTo(1, 6)
  })

  it('is less certain when the networks disagree', () => {
    const agree = faceReading([1, 0, 0, 0, 0, 0, 0], [0, 0, 0, 1, 0, 0, 0], quality)
    const differ = faceReading([1, 0, 0, 0, 0, 0, 0], [0, 1, 0, 0, 0, 0, 0], quality)
    if (agree.kind !== 'reading' || differ.kind !== 'reading') throw new Error('Nothing was read.')
    expect(uncertainty(differ.scores)).toBeGreaterThan(uncertainty(agree.scores))
  })

  it('says nothing for disgust, which is no label', () => {
    const reading = faceReading([0, 1, 0, 0, 0, 0, 0], [0, 0, 0, 0, 0, 1, 0], quality)
    if (reading.kind !== 'reading') throw new Error('Nothing was read.')
    expect(uncertainty(reading.scores)).toBeCloseTo(1, 6)
  })
})

describe('following faces', () => {
  it('keeps a person’s number while they move, and gives newcomers their own', () => {
    const tracker = new FaceTracker()
    const [first] = tracker.update([face(0)], 0)
    const moved = tracker.update([face(150), face(20)], 0.2)
    expect(moved[1]!.id).toBe(first!.id)
    expect(moved[0]!.id).not.toBe(first!.id)
  })

  it('recognises nobody who comes back later', () => {
    const tracker = new FaceTracker()
    const [first] = tracker.update([face(0)], 0)
    tracker.update([], 1)
    expect(tracker.update([face(0)], 4)[0]!.id).not.toBe(first!.id)
    expect(overlapOf(face(0).box, face(0).box)).toBe(1)
  })
})

describe('upright crops', () => {
  it('are those of a turn too small to see, at every size and beyond the edges', () => {
    const speckled = image(97, 61, (x, y) => (x * 37 + y * 101 + ((x * y) % 29) * 7) % 256)
    for (const side of [30, 97, 150, 260, 400])
      for (const size of [16, 64]) {
        const square = { centre: { x: 50.3, y: 20.2 }, side, turn: 0 }
        const upright = sampleSquare(speckled, square, size)
        const turned = sampleSquare(speckled, { ...square, turn: 1e-12 }, size)
        expect(Math.max(...upright.map((value, index) => Math.abs(value - turned[index]!)))).toBeLessThan(
          1e-3,
        )
      }
  })
})
