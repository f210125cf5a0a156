/** The readings of a manifest's lines: each line brings one or several modalities. */
import { dirname } from 'node:path'
import * as v from 'valibot'
import { fail, type Failure } from '../../../models/core/failure.ts'
import { modalities, type Modality, type ModalityReading } from '../../../models/emotion/reading.ts'
import { readJsonLines } from '../json-lines.ts'
import { progressLines } from '../output.ts'
import { audioLine } from './audio-line.ts'
import { imageLine } from './image-line.ts'
import type { ActedEmotion, LineKind } from './line-reader.ts'
import { spectrogramLine } from './spectrogram-line.ts'
import { textLine } from './text-line.ts'
import { videoLine } from './video-line.ts'

const kinds: readonly LineKind[] = [textLine, spectrogramLine, audioLine, imageLine, videoLine]

const common = v.looseObject({
  id: v.optional(v.union([v.string(), v.number()])),
  label: v.optional(v.string()),
  person: v.optional(v.union([v.string(), v.number()])),
})

export interface ReadLine {
  readonly id: string | number
  readonly label: string | undefined
  /** Of the modalities that the line brings, in their order. */
  readonly readings: readonly ModalityReading[]
  readonly acted?: ActedEmotion
  readonly failure?: Failure
}

const batch = 256

/**
 * Fails with `not-found`, or `invalid-request` naming the entry that brings nothing, brings a modality twice,
 * or has a field of the wrong shape. A picture or sound that cannot be read is a `failure` of its line.
 *
 * @param resources the product's resources folder
 */
export async function readLines(manifest: string, resources: string): Promise<readonly ReadLine[]> {
  const lines = readJsonLines(manifest, common)
  const refuse = (index: number, what: string): never =>
    fail('invalid-request', `Entry ${index + 1} of ${manifest} ${what}`, { path: manifest, entry: index + 1 })
  const kindsOf = lines.map((line, index) => {
    const matching = kinds.filter(({ field }) => field in line)
    if (matching.length === 0)
      refuse(index, `has none of ${kinds.map(({ field }) => field).join(', ')}. Give at least one.`)
    const brought = matching.flatMap((kind) => kind.modalities)
    if (new Set(brought).size !== brought.length)
      refuse(index, `brings one modality twice (${matching.map(({ field }) => field).join(', ')}). Give one.`)
    for (const kind of matching) {
      const read = v.safeParse(kind.schema, line)
      if (read.success) continue
      const [issue] = read.issues
      refuse(index, `is wrong: ${v.getDotPath(issue) ?? kind.field} ${issue.message}. Correct it.`)
    }
    return matching
  })
  const found = lines.map(() => ({
    readings: new Map<Modality, ModalityReading>(),
    acted: undefined as ActedEmotion | undefined,
    failure: undefined as Failure | undefined,
  }))
  for (const kind of kinds) {
    const indices = lines.flatMap((_, index) => (kindsOf[index]!.includes(kind) ? [index] : []))
    if (indices.length === 0) continue
    const progress = progressLines()
    const reader = await kind.open(resources, dirname(manifest))
    try {
      for (let start = 0; start < indices.length; start += batch) {
        const some = indices.slice(start, start + batch)
        const read = await reader.read(some.map((index) => lines[index]))
        for (const [offset, { readings, acted, failure }] of read.entries()) {
          const line = found[some[offset]!]!
          for (const reading of readings) line.readings.set(reading.modality, reading)
          line.acted ??= acted
          line.failure ??= failure
        }
        progress({
          stage: `Reading ${kind.field}`,
          fraction: Math.min(1, (start + batch) / indices.length),
          secondsLeft: null,
        })
      }
    } finally {
      await reader.dispose()
    }
  }
  return lines.map(({ id, label }, index) => {
    const { readings, acted, failure } = found[index]!
    return {
      id: id ?? index,
      label,
      readings: modalities.flatMap((modality) => {
        const reading = readings.get(modality)
        return reading ? [reading] : []
      }),
      ...(acted ? { acted } : {}),
      ...(failure ? { failure } : {}),
    }
  })
}
