/** Whether a face can be read, and if not, why. Thresholds are documented choices, not learned ones. */
import type { DetectedFace } from './detection.ts'
import type { RgbaImage } from './image.ts'

export type FaceFlaw =
  'small' | 'dark' | 'bright' | 'blurred' | 'turned' | 'tilted' | 'upside-down' | 'cut-off' | 'uncertain'

export interface FaceQuality {
  /** 0..1; a reading is withheld below `readableFrom`. */
  readonly score: number
  readonly flaws: readonly FaceFlaw[]
  /** Measurements behind it: side in pixels, mean luma 0..255, sharpness, yaw -1..1 (0 faces the camera), roll in degrees. */
  readonly side: number
  readonly light: number
  readonly sharpness: number
  readonly yaw: number
  readonly roll: number
}

export const readableFrom = 0.4

/** Share of a flaw's range below which it is named, although the face is still read. */
const worthSaying = 0.7

const ramp = (value: number, none: number, full: number): number =>
  Math.min(1, Math.max(0, (value - none) / (full - none)))

/** What the mesh network makes of the crop: the probability that it is a face, 0..1, as it stands and turned by 180 degrees. */
export interface FacePresence {
  readonly asItStands: number
  /** 0 where the face `surelyStands`: then nobody looked. */
  readonly turnedAround: number
}

/** @param grey luma of the aligned face crop, `size` x `size`, 0..255 */
export function faceQuality(
  face: DetectedFace,
  image: RgbaImage,
  grey: Float32Array,
  size: number,
  presence: FacePresence,
): FaceQuality {
  const side = Math.max(face.box.right - face.box.left, face.box.bottom - face.box.top)
  const light = grey.reduce((sum, value) => sum + value, 0) / grey.length
  const contrast = Math.sqrt(grey.reduce((sum, value) => sum + (value - light) ** 2, 0) / grey.length)
  const sharpness = detail(grey, size) / Math.max(contrast, 4)
  const yaw = turnOf(face)
  const roll = rollOf(face)
  const inside =
    Math.max(0, Math.min(image.width, face.box.right) - Math.max(0, face.box.left)) *
    Math.max(0, Math.min(image.height, face.box.bottom) - Math.max(0, face.box.top))
  const area = (face.box.right - face.box.left) * (face.box.bottom - face.box.top)
  const shares: readonly (readonly [FaceFlaw, number])[] = [
    ['small', ramp(side, 24, 64)],
    ['dark', Math.min(ramp(light, 20, 60), ramp(contrast, 4, 14))],
    ['bright', ramp(light, 245, 215)],
    ['blurred', ramp(sharpness, 0.08, 0.2)],
    ['turned', ramp(Math.abs(yaw), 0.85, 0.5)],
    // The crop is turned back by the eyes, but the networks behind it were shown people who stand upright.
    ['tilted', roll === null ? 0 : ramp(Math.abs(roll), 75, 25)],
    ['upside-down', ramp(uprightness(presence), -1, 1)],
    ['cut-off', ramp(inside / Math.max(area, 1), 0.6, 0.9)],
    ['uncertain', Math.min(ramp(presence.asItStands, 0.2, 0.8), ramp(face.score, 0.4, 0.8))],
  ]
  return {
    score: Math.min(...shares.map(([, share]) => share)),
    flaws: shares.filter(([, share]) => share < worthSaying).map(([flaw]) => flaw),
    side,
    light,
    sharpness,
    yaw,
    roll: roll ?? 0,
  }
}

/** Mean absolute Laplacian: how much fine detail there is. */
function detail(grey: Float32Array, size: number): number {
  let sum = 0
  for (let row = 1; row < size - 1; row++)
    for (let column = 1; column < size - 1; column++) {
      const at = row * size + column
      sum += Math.abs(4 * grey[at]! - grey[at - 1]! - grey[at + 1]! - grey[at - size]! - grey[at + size]!)
    }
  return sum / (size - 2) ** 2
}

/** How far the nose stands from the middle of the eyes towards one of them, -1..1. */
function turnOf({ points }: DetectedFace): number {
  const [right, left, nose] = points
  if (!right || !left || !nose) return 0
  const dx = left.x - right.x
  const dy = left.y - right.y
  const along = ((nose.x - right.x) * dx + (nose.y - right.y) * dy) / Math.max(dx * dx + dy * dy, 1e-6)
  return Math.max(-1, Math.min(1, 2 * along - 1))
}

/** How far the axis from between the eyes to the mouth may stand off the eyes' upright, in degrees. */
const mostSkew = 35

/**
 * How far the head leans to a side, -180..180 degrees, from the line through the eyes. Null where that line and the
 * mouth contradict each other, so that the crop cannot be turned upright.
 */
function rollOf({ points }: DetectedFace): number | null {
  const [right, left, , mouth] = points
  if (!right || !left) return null
  const degrees = (y: number, x: number): number => (180 * Math.atan2(y, x)) / Math.PI
  const byEyes = degrees(left.y - right.y, left.x - right.x)
  if (!mouth) return byEyes
  const byMouth = degrees((right.x + left.x) / 2 - mouth.x, mouth.y - (right.y + left.y) / 2)
  const skew = Math.abs(((byEyes - byMouth + 540) % 360) - 180)
  return skew > mostSkew ? null : byEyes
}

/** How near to 0 and 1 a probability is told apart. */
const least = 1e-7

const logit = (probability: number): number => {
  const inside = Math.min(1 - least, Math.max(least, probability))
  return Math.log(inside / (1 - inside))
}

/**
 * Whether the mesh is as sure of the crop as it stands as it can be: turned around it can then be no surer. Of 77
 * faces upside down it was of none (at most 1 - 4e-6), of 163 upright ones of 119.
 */
export const surelyStands = (asItStands: number): boolean => asItStands >= 1 - least

/**
 * How much surer the network is of the crop as it stands, in logits. Points cannot tell: of a face upside down both
 * networks give eyes above a mouth, where an upright face would have them. But the mesh is surer of it turned around.
 */
export const uprightness = ({ asItStands, turnedAround }: FacePresence): number =>
  logit(asItStands) - logit(turnedAround)
