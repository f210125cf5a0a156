/** What an entry of compiled heads says of itself: sizes, and which tokens they guess. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as v from 'valibot'
import type { DraftHeads, ModelHeader } from '../../../models/compiler/index.ts'
import type { DraftMemoryShape } from '../../../models/decoding/heads/draft-memory.ts'
import { FileSink } from '../file-bytes.ts'

/** File of an entry that holds the record. */
export const headsRecordFile = 'heads.json'

const positive = v.pipe(v.number(), v.integer(), v.minValue(1))
const recordSchema = v.object({
  kind: v.picklist(['clover', 'medusa']),
  count: positive,
  width: positive,
  vocabulary: positive,
  /** Of the Augmenting Block; null where there is none. */
  block: v.nullable(
    v.object({ layers: positive, kvHeads: positive, headWidth: positive, contextTokens: positive }),
  ),
  draftIds: v.array(v.pipe(v.number(), v.integer(), v.minValue(0))),
  trained: v.string(),
})

export type HeadsRecord = v.InferOutput<typeof recordSchema>

export const memoryShape = ({ width, block }: HeadsRecord): DraftMemoryShape => ({ width, block })

export function writeHeadsRecord(
  folder: string,
  { kind, count, layers, draftIds, trained }: DraftHeads,
  { width, vocabulary, kvHeads, headWidth }: ModelHeader,
  contextTokens: number,
): void {
  const block = kind === 'clover' ? { layers, kvHeads, headWidth, contextTokens } : null
  const record: HeadsRecord = { kind, count, width, vocabulary, block, draftIds: [...draftIds], trained }
  using sink = new FileSink(join(folder, headsRecordFile))
  sink.write(new TextEncoder().encode(JSON.stringify(record)))
  sink.finish()
}

export const readHeadsRecord = (folder: string): HeadsRecord =>
  v.parse(recordSchema, JSON.parse(readFileSync(join(folder, headsRecordFile), 'utf8')))
