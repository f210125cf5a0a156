/** `emotion --degrade`: how often spoilt pictures, sounds and texts are still read, and how surely. */
import { dirname, resolve } from 'node:path'
import * as v from 'valibot'
import { fail } from '../../../models/core/failure.ts'
import { seededRandom } from '../../../models/core/random.ts'
import { pictureDegradations } from '../../../models/emotion/degradation/pictures.ts'
import { soundDegradations } from '../../../models/emotion/degradation/sounds.ts'
import { textDegradations } from '../../../models/emotion/degradation/texts.ts'
import { personFace } from '../../../models/emotion/face/person-face.ts'
import { strongest, type Modality, type ModalityReading } from '../../../models/emotion/reading.ts'
import { FaceReader } from '../../inference/face-reader.ts'
import { TextReader } from '../../inference/text-reader.ts'
import { VoiceReader } from '../../inference/voice-reader.ts'
import { readPicture } from '../../media/picture-file.ts'
import { readSound } from '../../media/sound-file.ts'
import { readJsonLines } from '../json-lines.ts'
import { recordingReading } from './audio-line.ts'

const schema = v.looseObject({
  image: v.optional(v.string()),
  audio: v.optional(v.string()),
  text: v.optional(v.string()),
})

/** Probability of the strongest label from which a reading counts as confident. */
const confidentFrom = 0.6

export interface DegradationRates {
  readonly modality: Modality
  readonly degradation: string
  readonly items: number
  /** Shares of the items: nothing read, read with a reason against it, read without one. */
  readonly missing: number
  readonly flagged: number
  readonly plain: number
  /** Read without a reason, and the strongest label has at least 0.6. */
  readonly confident: number
  /** Confident and another label than the item gives as it is; null where nothing readable was spoilt. */
  readonly confidentAndChanged: number | null
  readonly reasons: Readonly<Record<string, number>>
}

export interface DegradationReport {
  readonly items: number
  readonly confidentFrom: number
  readonly rates: readonly DegradationRates[]
}

interface Pair {
  readonly clean: ModalityReading | null
  readonly spoilt: ModalityReading
}

/** @param seed of the noise, the order of tiles and the words that are drawn */
export async function degradationReport(
  manifest: string,
  resources: string,
  seed: number,
): Promise<DegradationReport> {
  const lines = readJsonLines(manifest, schema)
  const folder = dirname(manifest)
  const given = (field: 'image' | 'audio' | 'text'): readonly string[] =>
    lines.flatMap((line) => (line[field] === undefined ? [] : [line[field]]))
  const images = given('image').map((path) => resolve(folder, path))
  const sounds = given('audio').map((path) => resolve(folder, path))
  const texts = given('text')
  if (images.length + sounds.length + texts.length === 0)
    fail('invalid-request', `${manifest} names no image, audio or text. Give some to spoil.`, {
      path: manifest,
    })
  return {
    items: lines.length,
    confidentFrom,
    rates: [
      ...(images.length > 0 ? await spoiltPictures(images, resources, seed) : []),
      ...(sounds.length > 0 ? await spoiltSounds(sounds, resources, seed) : []),
      ...(texts.length > 0 ? await spoiltTexts(texts, resources, seed) : []),
    ],
  }
}

async function spoiltPictures(
  paths: readonly string[],
  resources: string,
  seed: number,
): Promise<readonly DegradationRates[]> {
  const random = seededRandom(seed)
  const reader = await FaceReader.open(resources)
  const pairs = new Map<string, Pair[]>()
  try {
    for (const [index, path] of paths.entries()) {
      const image = await readPicture(path)
      const other = await readPicture(paths[(index + 1) % paths.length]!)
      const clean = personFace(await reader.read(image))
      add(pairs, 'as it is', { clean: null, spoilt: clean })
      for (const { name, apply } of pictureDegradations)
        add(pairs, name, { clean, spoilt: personFace(await reader.read(apply(image, other, random))) })
    }
  } finally {
    await reader.dispose()
  }
  return ratesOf('face', pairs)
}

async function spoiltSounds(
  paths: readonly string[],
  resources: string,
  seed: number,
): Promise<readonly DegradationRates[]> {
  const random = seededRandom(seed)
  const reader = await VoiceReader.open(resources)
  const pairs = new Map<string, Pair[]>()
  try {
    for (const [index, path] of paths.entries()) {
      const samples = await readSound(path)
      const other = await readSound(paths[(index + 1) % paths.length]!)
      const clean = await recordingReading(reader, samples)
      add(pairs, 'as it is', { clean: null, spoilt: clean })
      for (const { name, apply } of soundDegradations)
        add(pairs, name, { clean, spoilt: await recordingReading(reader, apply(samples, other, random)) })
    }
  } finally {
    await reader.dispose()
  }
  return ratesOf('voice', pairs)
}

async function spoiltTexts(
  texts: readonly string[],
  resources: string,
  seed: number,
): Promise<readonly DegradationRates[]> {
  const random = seededRandom(seed)
  const reader = await TextReader.open(resources)
  const pairs = new Map<string, Pair[]>()
  try {
    const read = async (name: string, some: readonly string[]): Promise<void> => {
      for (const spoilt of await reader.read(some)) add(pairs, name, { clean: null, spoilt })
    }
    await read('as it is', texts)
    for (const { name, texts: spoil } of textDegradations) await read(name, spoil(texts, random))
  } finally {
    await reader.dispose()
  }
  return ratesOf('text', pairs)
}

function add(pairs: Map<string, Pair[]>, name: string, pair: Pair): void {
  pairs.set(name, [...(pairs.get(name) ?? []), pair])
}

function ratesOf(
  modality: Modality,
  pairs: ReadonlyMap<string, readonly Pair[]>,
): readonly DegradationRates[] {
  return [...pairs].map(([degradation, items]) => {
    const share = (holds: (pair: Pair) => boolean): number => items.filter(holds).length / items.length
    const isPlain = ({ spoilt }: Pair): boolean =>
      spoilt.kind === 'reading' && spoilt.quality.reasons.length === 0
    const isConfident = (pair: Pair): boolean =>
      isPlain(pair) &&
      pair.spoilt.kind === 'reading' &&
      pair.spoilt.scores[strongest(pair.spoilt.scores)] >= confidentFrom
    const labelOf = (reading: ModalityReading | null): string | null =>
      reading?.kind === 'reading' ? strongest(reading.scores) : null
    const reasons: Record<string, number> = {}
    for (const { spoilt } of items)
      for (const reason of spoilt.kind === 'missing' ? spoilt.reasons : spoilt.quality.reasons)
        reasons[reason] = (reasons[reason] ?? 0) + 1
    return {
      modality,
      degradation,
      items: items.length,
      missing: share(({ spoilt }) => spoilt.kind === 'missing'),
      flagged: share(({ spoilt }) => spoilt.kind === 'reading' && spoilt.quality.reasons.length > 0),
      plain: share(isPlain),
      confident: share(isConfident),
      confidentAndChanged: items.every(({ clean }) => clean === null)
        ? null
        : share((pair) => isConfident(pair) && labelOf(pair.clean) !== labelOf(pair.spoilt)),
      reasons,
    }
  })
}
