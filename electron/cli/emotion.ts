/** `consilium emotion`: readings for the lines of a file, and how they agree with the labels it gives. */
import { dirname } from 'node:path'
import type { Command } from 'commander'
import * as v from 'valibot'
import { fail } from '../../models/core/failure.ts'
import { emotionFigures, type EmotionFigures, type Judged } from '../../models/emotion/measures.ts'
import {
  emotions,
  strongest,
  type Distribution,
  type Emotion,
  type Quality,
} from '../../models/emotion/reading.ts'
import { resourcesFolder } from '../resources.ts'
import type { ActedEmotion, LineKind, LineReading } from './emotion/line-reader.ts'
import { spectrogramLine } from './emotion/spectrogram-line.ts'
import { textLine } from './emotion/text-line.ts'
import { readJsonLines } from './json-lines.ts'
import { answer, progressLines, table, type OutputOptions } from './output.ts'

/** Names by which acted and annotated sets call the six. */
const otherNames: Readonly<Record<string, Emotion>> = {
  anger: 'angry',
  fear: 'worried',
  fearful: 'worried',
  happiness: 'happy',
  joy: 'happy',
  sadness: 'sad',
  surprised: 'surprise',
}

const common = v.looseObject({
  id: v.optional(v.union([v.string(), v.number()])),
  label: v.optional(v.string()),
  person: v.optional(v.union([v.string(), v.number()])),
})
type Line = v.InferOutput<typeof common>

interface EmotionResult {
  readonly id: string | number
  /** Null when nothing was read. */
  readonly label: Emotion | null
  readonly scores: Distribution | null
  readonly quality: Quality
  /** Modalities that gave no reading. */
  readonly missing: readonly string[]
  readonly acted?: ActedEmotion
}

interface EmotionReport extends Partial<EmotionFigures> {
  readonly items: number
  readonly results: readonly EmotionResult[]
  /** Figures by the modalities that the lines bring. */
  readonly bySubset: Readonly<Record<string, { readonly items: number } & Partial<EmotionFigures>>>
  /** Share of acted clips whose own label, disgust among them, was hit. */
  readonly acted?: { readonly items: number; readonly accuracy: number }
}

const batch = 256

export function addEmotion(program: Command): void {
  program
    .command('emotion')
    .description('read emotions from texts and spectrograms, and compare them with their labels')
    .requiredOption(
      '--manifest <file>',
      'JSON Lines of {"text" | "logmel" and "row", "label"?, "person"?, "id"?}',
    )
    .option('--json', 'one JSON object on standard output')
    .action((options: OutputOptions & { readonly manifest: string }) =>
      answer(options, () => emotionReport(options.manifest), asText),
    )
}

async function emotionReport(manifest: string): Promise<EmotionReport> {
  const lines = readJsonLines(manifest, common)
  const found = new Map<number, { readonly kind: LineKind; readonly line: LineReading }>()
  const kinds: readonly LineKind[] = [textLine, spectrogramLine]
  const kindOf = lines.map((line, index) => {
    const matching = kinds.filter(({ field }) => field in line)
    if (matching.length !== 1)
      fail(
        'invalid-request',
        `Entry ${index + 1} of ${manifest} has ${matching.length === 0 ? 'none' : 'several'} of ${kinds.map(({ field }) => field).join(', ')}. Give one.`,
        { path: manifest, entry: index + 1 },
      )
    return matching[0]
  })
  for (const kind of kinds) {
    const indices = lines.flatMap((_, index) => (kindOf[index] === kind ? [index] : []))
    if (indices.length > 0) await readKind(kind, lines, indices, manifest, found)
  }
  const results = lines.map((line, index): EmotionResult => {
    const { reading, acted } = found.get(index)!.line
    const id = line.id ?? index
    const also = acted ? { acted } : {}
    return reading.kind === 'reading'
      ? {
          id,
          label: strongest(reading.scores),
          scores: reading.scores,
          quality: reading.quality,
          missing: [],
          ...also,
        }
      : {
          id,
          label: null,
          scores: null,
          quality: { score: 0, reasons: reading.reasons },
          missing: [reading.modality],
          ...also,
        }
  })
  const subsets = lines.map((_, index) => found.get(index)!.kind.modality)
  const figures = (indices: readonly number[]): Partial<EmotionFigures> =>
    emotionFigures(
      indices.flatMap((index): Judged[] => {
        const label = sixLabel(lines[index]!.label)
        return label ? [{ label, scores: results[index]!.scores }] : []
      }),
    ) ?? {}
  const all = lines.map((_, index) => index)
  return {
    items: lines.length,
    results,
    ...figures(all),
    bySubset: Object.fromEntries(
      [...new Set(subsets)].map((subset) => {
        const indices = all.filter((index) => subsets[index] === subset)
        return [subset, { items: indices.length, ...figures(indices) }]
      }),
    ),
    ...actedFigures(lines, results),
  }
}

/** Reads the lines of one kind and keeps their readings by position. */
async function readKind(
  kind: LineKind,
  lines: readonly Line[],
  indices: readonly number[],
  manifest: string,
  found: Map<number, { readonly kind: LineKind; readonly line: LineReading }>,
): Promise<void> {
  for (const index of indices) {
    const read = v.safeParse(kind.schema, lines[index])
    if (read.success) continue
    const [issue] = read.issues
    fail(
      'invalid-request',
      `Entry ${index + 1} of ${manifest}: ${v.getDotPath(issue) ?? kind.field} ${issue.message}. Correct it.`,
      { path: manifest, entry: index + 1 },
    )
  }
  const progress = progressLines()
  const reader = await kind.open(resourcesFolder(), dirname(manifest))
  try {
    for (let start = 0; start < indices.length; start += batch) {
      const read = await reader.read(indices.slice(start, start + batch).map((index) => lines[index]))
      for (const [offset, line] of read.entries()) found.set(indices[start + offset]!, { kind, line })
      progress({
        stage: `Reading ${kind.modality}`,
        fraction: Math.min(1, (start + batch) / indices.length),
        secondsLeft: null,
      })
    }
  } finally {
    await reader.dispose()
  }
}

function sixLabel(label: string | undefined): Emotion | undefined {
  if (label === undefined) return undefined
  const name = label.toLowerCase()
  return emotions.find((emotion) => emotion === name) ?? otherNames[name]
}

function actedFigures(
  lines: readonly Line[],
  results: readonly EmotionResult[],
): Pick<EmotionReport, 'acted'> {
  const clips = results.flatMap(({ acted }, index) => {
    const label = lines[index]!.label
    if (!acted || label === undefined) return []
    return [acted.label === label || sixLabel(acted.label) === (sixLabel(label) ?? null)]
  })
  if (clips.length === 0) return {}
  return { acted: { items: clips.length, accuracy: clips.filter(Boolean).length / clips.length } }
}

const percent = (value: number | undefined): string =>
  value === undefined ? '' : `${(100 * value).toFixed(1)} %`

function asText({ results, bySubset }: EmotionReport): string {
  const rows = results.map(({ id, label, scores, quality }) => [
    String(id),
    label ?? 'nothing read',
    label && scores ? percent(scores[label]) : '',
    quality.reasons.join(', '),
  ])
  const subsets = Object.entries(bySubset).map(
    ([subset, { items, accuracy, weightedF1, macroF1, calibration }]) => [
      subset,
      String(items),
      percent(accuracy),
      percent(weightedF1),
      percent(macroF1),
      percent(calibration?.error),
    ],
  )
  return [
    table([['id', 'emotion', 'share', 'quality'], ...rows]),
    '',
    table([['modalities', 'items', 'accuracy', 'weighted F1', 'macro F1', 'calibration error'], ...subsets]),
  ].join('\n')
}
