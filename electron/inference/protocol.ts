/**
 * What the parent and the inference child say to each other. Both ends parse what they receive; results
 * travel in the same envelope as everywhere else.
 */
import * as v from 'valibot'
import { failureCodes, type Failure, type Result } from '../../models/core/failure.ts'
import type { Progress } from '../../models/core/progress.ts'
import {
  acceptances,
  decoders,
  precisions,
  type GenerateRequest,
  type Generation,
  type ModelIdentity,
  type ModelSummary,
  type Precision,
  type TokenDelta,
} from '../../models/decoding/language-model.ts'
import type { ReadFace } from '../../models/emotion/face/face-reading.ts'
import type { RgbaImage } from '../../models/emotion/face/image.ts'
import { emotions, modalities, type ModalityReading } from '../../models/emotion/reading.ts'

/** Where things are, absolute. */
export interface EnginePaths {
  /** The app's shipped files. */
  readonly resources: string
  /** Imported models. */
  readonly models: string
  /** What can be made again: compiled models. */
  readonly cache: string
}

export interface EngineSettings {
  readonly paths: EnginePaths
  /** Threads per operator; null for the physical cores, at most four. */
  readonly threads: number | null
  /** Bytes of keys and values kept for conversations that are not in use. */
  readonly conversationBytes: number
}

/** What the child can be asked to do, with its reply. One at a time. */
export interface Jobs {
  /** Names and sizes of a model, from its header. */
  describe: { request: { model: string }; reply: ModelDescription }
  /** Makes sure that the model is compiled; `built` when that had to be done. */
  compile: { request: { model: string; precision: Precision }; reply: { built: boolean } }
  /** Loads a compiled model. */
  load: {
    request: { model: string; precision: Precision }
    reply: { identity: ModelIdentity; loadMs: number }
  }
  generate: { request: GenerateRequest & { readonly precision: Precision }; reply: Generation }
  import: { request: { path: string }; reply: ModelDescription }
  forget: { request: { prefix: string }; reply: null }
  /** Unit vectors of the bundled sentence encoder, one per sentence. */
  embed: { request: { sentences: readonly string[] }; reply: readonly Float32Array[] }
  /** The emotion of each text, in order. */
  'read-texts': { request: { texts: readonly string[] }; reply: readonly ModalityReading[] }
  /** The faces of a picture, most certain first. */
  'read-face': { request: { image: RgbaImage }; reply: readonly FaceInPicture[] }
  /** The emotion of the latest speech in a stretch of mono sound at 16 kHz. */
  'read-voice': { request: { samples: Float32Array }; reply: ModalityReading }
}

/** Where a face is and what it says; how its quality was measured stays in the child. */
export type FaceInPicture = Pick<ReadFace, 'face' | 'reading'>

export type JobKind = keyof Jobs
export type JobRequest = { [K in JobKind]: { readonly kind: K } & Jobs[K]['request'] }[JobKind]

/** What is known of a model without loading it. */
export type ModelDescription = Omit<ModelSummary, 'prepared' | 'fit' | 'process'> & {
  readonly layers: number
  readonly kvHeads: number
  readonly headWidth: number
  readonly width: number
  readonly vocabulary: number
  /** Weights of the largest matrix; absent in records of models imported before it was kept. */
  readonly largestTensor?: number
}

export type ToChild =
  | { readonly kind: 'configure'; readonly settings: EngineSettings }
  | { readonly kind: 'job'; readonly id: number; readonly job: JobRequest }
  | { readonly kind: 'cancel'; readonly id: number }

export type FromChild =
  | { readonly kind: 'ready'; readonly providers: readonly string[]; readonly threads: number }
  | { readonly kind: 'progress'; readonly id: number; readonly progress: Progress }
  | { readonly kind: 'delta'; readonly id: number; readonly delta: TokenDelta }
  | { readonly kind: 'ended'; readonly id: number; readonly result: Result<unknown> }

const whole = v.pipe(v.number(), v.integer(), v.minValue(0))
const positive = v.pipe(v.number(), v.integer(), v.minValue(1))
const text = v.string()
const modelId = v.pipe(v.string(), v.regex(/^[a-z0-9][a-z0-9+-]{0,79}$/))
const precision = v.picklist(precisions)
const finite = v.pipe(v.number(), v.finite())
const unsigned = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(0xffff_ffff))

const jobSchema = v.variant('kind', [
  v.object({ kind: v.literal('describe'), model: modelId }),
  v.object({ kind: v.literal('compile'), model: modelId, precision }),
  v.object({ kind: v.literal('load'), model: modelId, precision }),
  v.object({
    kind: v.literal('generate'),
    model: modelId,
    precision,
    decoder: v.picklist(decoders),
    acceptance: v.exactOptional(v.picklist(acceptances)),
    conversation: v.nullable(v.string()),
    messages: v.pipe(
      v.array(v.object({ role: v.picklist(['system', 'user', 'assistant']), content: text })),
      v.minLength(1),
    ),
    opening: v.exactOptional(text),
    sampling: v.object({
      temperature: v.pipe(v.number(), v.minValue(0), v.maxValue(5)),
      topP: v.pipe(v.number(), v.gtValue(0), v.maxValue(1)),
      seed: unsigned,
    }),
    maxTokens: positive,
  }),
  v.object({ kind: v.literal('import'), path: text }),
  v.object({ kind: v.literal('forget'), prefix: text }),
  v.object({ kind: v.literal('embed'), sentences: v.array(text) }),
  v.object({ kind: v.literal('read-texts'), texts: v.array(text) }),
  v.object({
    kind: v.literal('read-face'),
    image: v.pipe(
      v.object({ data: v.instance(Uint8Array), width: positive, height: positive }),
      v.check(({ data, width, height }) => data.length === 4 * width * height),
    ),
  }),
  v.object({ kind: v.literal('read-voice'), samples: v.instance(Float32Array) }),
])

const toChildSchema = v.variant('kind', [
  v.object({
    kind: v.literal('configure'),
    settings: v.object({
      paths: v.object({ resources: text, models: text, cache: text }),
      threads: v.nullable(positive),
      conversationBytes: whole,
    }),
  }),
  v.object({ kind: v.literal('job'), id: whole, job: jobSchema }),
  v.object({ kind: v.literal('cancel'), id: whole }),
])

const failureSchema = v.pipe(
  v.object({
    code: v.picklist(failureCodes),
    message: text,
    details: v.optional(v.record(text, v.union([text, v.number(), v.boolean()]))),
  }),
  v.transform(({ code, message, details }): Failure =>
    details ? { code, message, details } : { code, message },
  ),
)
const contextSchema = v.object({ usedTokens: whole, capacityTokens: whole })

const fromChildSchema = v.variant('kind', [
  v.object({ kind: v.literal('ready'), providers: v.array(text), threads: positive }),
  v.object({
    kind: v.literal('progress'),
    id: whole,
    progress: v.object({
      stage: text,
      fraction: v.nullable(finite),
      secondsLeft: v.nullable(finite),
    }),
  }),
  v.object({
    kind: v.literal('delta'),
    id: whole,
    delta: v.object({
      text,
      tokens: whole,
      tokensPerSecond: finite,
      context: contextSchema,
    }),
  }),
  v.object({
    kind: v.literal('ended'),
    id: whole,
    result: v.variant('ok', [
      v.object({ ok: v.literal(true), value: v.unknown() }),
      v.object({ ok: v.literal(false), failure: failureSchema }),
    ]),
  }),
])

const identitySchema = v.object({
  id: text,
  name: text,
  weightsHash: text,
  adapterHash: v.nullable(text),
  precision,
  provider: v.picklist(['cpu', 'webgpu', 'cuda', 'dml', 'coreml']),
})
const descriptionSchema = v.object({
  id: modelId,
  name: text,
  origin: v.picklist(['bundled', 'imported']),
  architecture: text,
  parameters: whole,
  contextTokens: positive,
  bytes: whole,
  licence: text,
  weightsHash: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)),
  layers: positive,
  kvHeads: positive,
  headWidth: positive,
  width: positive,
  vocabulary: positive,
  largestTensor: v.exactOptional(positive),
})

const share = v.pipe(v.number(), v.minValue(0), v.maxValue(1))
const signed = v.pipe(v.number(), v.minValue(-1), v.maxValue(1))
const modality = v.picklist(modalities)
const readingSchema = v.variant('kind', [
  v.object({
    kind: v.literal('reading'),
    modality,
    scores: v.object({
      neutral: share,
      angry: share,
      happy: share,
      sad: share,
      worried: share,
      surprise: share,
    }),
    quality: v.object({ score: share, reasons: v.array(text) }),
    valence: v.exactOptional(signed),
    arousal: v.exactOptional(signed),
    blind: v.array(v.picklist(emotions)),
  }),
  v.object({ kind: v.literal('missing'), modality, reasons: v.array(text) }),
])

const point = v.object({ x: finite, y: finite })
const faceSchema = v.object({
  face: v.object({
    score: share,
    box: v.object({ left: finite, top: finite, right: finite, bottom: finite }),
    points: v.array(point),
  }),
  reading: readingSchema,
})

const replySchemas = {
  describe: descriptionSchema,
  compile: v.object({ built: v.boolean() }),
  load: v.object({ identity: identitySchema, loadMs: finite }),
  generate: v.object({
    text,
    tokens: v.array(whole),
    finish: v.picklist(['end', 'length', 'cancelled']),
    promptTokens: whole,
    reusedTokens: whole,
    dropped: v.nullable(v.object({ messages: whole, tokens: whole })),
    context: contextSchema,
    timing: v.object({
      prefillMs: finite,
      prefillTokensPerSecond: finite,
      decodeMs: finite,
      msPerToken: finite,
      tokensPerStep: finite,
    }),
    speculation: v.exactOptional(
      v.object({
        decoder: v.picklist(decoders),
        refusal: v.nullable(text),
        drafted: whole,
        accepted: whole,
        acceptanceByDepth: v.array(finite),
        draftShare: finite,
        speedup: v.nullable(finite),
        switchedOff: v.nullable(text),
      }),
    ),
    model: identitySchema,
  }),
  import: descriptionSchema,
  forget: v.null(),
  embed: v.array(v.instance(Float32Array)),
  'read-texts': v.array(readingSchema),
  'read-face': v.array(faceSchema),
  'read-voice': readingSchema,
} satisfies { [K in JobKind]: v.GenericSchema<unknown, Jobs[K]['reply']> }

/** null for anything that is not a message of this protocol. */
export function parseToChild(message: unknown): ToChild | null {
  const parsed = v.safeParse(toChildSchema, message)
  return parsed.success ? parsed.output : null
}

export function parseFromChild(message: unknown): FromChild | null {
  const parsed = v.safeParse(fromChildSchema, message)
  return parsed.success ? parsed.output : null
}

/** The reply of a job; null when the child answered something else. */
export function parseReply<K extends JobKind>(kind: K, value: unknown): Jobs[K]['reply'] | null {
  const parsed = v.safeParse(replySchemas[kind], value)
  // `forget` replies null itself, so a failed parse and its reply look alike and mean the same.
  return parsed.success ? parsed.output : null
}

/** A model description kept on disk; null when it is not one. */
export function parseDescription(value: unknown): ModelDescription | null {
  const parsed = v.safeParse(descriptionSchema, value)
  return parsed.success ? parsed.output : null
}
