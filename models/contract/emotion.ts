/**
 * What reading a person's expression carries. Every operation needs stored consent for its modality; nothing
 * that comes back enters the differential, the note or a score.
 */
import * as v from 'valibot'
import type { FusedEstimate } from '../emotion/fusion/index.ts'
import type { ModalityReading } from '../emotion/reading.ts'
import { readingSources, type KeptReading, type ReadingSource } from '../session/kept-reading.ts'
import type { Id } from '../session/session.ts'

export { disagreementSentence } from '../emotion/fusion/index.ts'
export { validation, validationPrinciples } from '../emotion/validation.ts'
export { emotions, strongest, uncertainty } from '../emotion/reading.ts'

/** What a sensor takes in. Words are typed and need no sensor. */
export const captureModalities = ['camera', 'microphone'] as const
export type CaptureModality = (typeof captureModalities)[number]

/** Samples per second of sound that is read. */
export const soundRate = 16_000
/**
 * Longer side of a picture that is read, in pixels: at a laptop's usual 60 degrees, a face 70 cm away is about
 * 70 wide, which is enough, and less than one and a half times the detector's own 256 needs no averaging.
 */
export const pictureSide = 380
/** Pictures read per second at most. */
export const picturesPerSecond = 5

/** What is known now of each modality and of all together; `missing` wherever nothing can be read. */
export interface LiveEstimate {
  readonly face: ModalityReading
  readonly voice: ModalityReading
  readonly text: ModalityReading
  readonly fused: FusedEstimate
}

export interface EmotionOperations {
  /** A sensor is about to be turned on. Until then the system's request for it is refused. */
  'emotion.begin': { request: { session: Id; modality: CaptureModality }; reply: null }
  /** It was turned off. */
  'emotion.end': { request: { session: Id; modality: CaptureModality }; reply: null }
  'emotion.picture': {
    request: {
      session: Id
      /** On the session's clock, in ms. */
      atMs: number
      width: number
      height: number
      /** RGBA, row-major. */
      pixels: Uint8Array
    }
    reply: LiveEstimate
  }
  'emotion.sound': {
    request: {
      session: Id
      atMs: number
      /** Mono at `soundRate`, -1..1. */
      samples: Float32Array
      /** Whether it follows directly upon the sound sent before. */
      follows: boolean
    }
    reply: LiveEstimate
  }
  /** Reads what a typed turn of the patient expresses. */
  'emotion.words': { request: { session: Id; turn: Id }; reply: LiveEstimate }
  /** What was kept on the session's timeline, in order of time. */
  'emotion.kept': { request: { session: Id }; reply: readonly KeptReading[] }
  /** Deletes what was kept of these sources, and every joint estimate, since it was made from them. */
  'emotion.forget': {
    request: { session: Id; sources: readonly Exclude<ReadingSource, 'fused'>[] }
    reply: { readonly removed: number }
  }
}

export const emotionNames = {
  'emotion.begin': true,
  'emotion.end': true,
  'emotion.picture': true,
  'emotion.sound': true,
  'emotion.words': true,
  'emotion.kept': true,
  'emotion.forget': true,
} as const satisfies Readonly<Record<keyof EmotionOperations, true>>

const session = v.pipe(v.string(), v.regex(/^[0-9a-f]{32}$/, 'must be an id'))
const sensor = v.strictObject({ session, modality: v.picklist(captureModalities) })
const side = v.pipe(v.number(), v.integer(), v.minValue(16), v.maxValue(640))
const atMs = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(7 * 24 * 3600 * 1000))
/** Seconds of sound in one piece, when the reader was busy for long. */
const longestSound = 30

export const emotionSchemas = {
  'emotion.begin': sensor,
  'emotion.end': sensor,
  'emotion.picture': v.pipe(
    v.strictObject({
      session,
      atMs,
      width: side,
      height: side,
      pixels: v.instance(Uint8Array, 'must be bytes'),
    }),
    v.check(({ width, height, pixels }) => pixels.length === 4 * width * height, 'must have 4 bytes a pixel'),
  ),
  'emotion.sound': v.strictObject({
    session,
    atMs,
    samples: v.pipe(
      v.instance(Float32Array, 'must be samples'),
      v.check(({ length }) => length > 0 && length <= longestSound * soundRate, 'must be at most 30 s'),
      v.check((samples) => samples.every((sample) => Math.abs(sample) <= 4), 'must be sound'),
    ),
    follows: v.boolean(),
  }),
  'emotion.words': v.strictObject({ session, turn: session }),
  'emotion.kept': v.strictObject({ session }),
  'emotion.forget': v.strictObject({
    session,
    sources: v.pipe(
      v.array(v.picklist(readingSources.filter((source) => source !== 'fused'))),
      v.minLength(1),
      v.maxLength(3),
    ),
  }),
}
