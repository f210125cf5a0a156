/** `consilium emotion`: readings for the lines of a file, and how they agree with the labels it gives. */
import type { Command } from 'commander'
import { resourcesFolder } from '../resources.ts'
import { numberArgument } from './arguments.ts'
import { degradationReport, type DegradationReport } from './emotion/degrade.ts'
import { readLines } from './emotion/read-lines.ts'
import { emotionReport, type EmotionReport } from './emotion/report.ts'
import { answer, table, type OutputOptions } from './output.ts'

export function addEmotion(program: Command): void {
  program
    .command('emotion')
    .description('read emotions from texts, sounds and pictures, and compare them with their labels')
    .requiredOption(
      '--manifest <file>',
      'JSON Lines of {"image" | "audio" | "video" | "text" | "logmel" and "row", "label"?, "person"?, "id"?}; a line may bring several',
    )
    .option('--degrade', 'spoil the pictures, sounds and texts instead, and count what is still read')
    .option('--seed <n>', 'of what is drawn to spoil them', numberArgument(0, 2 ** 32 - 1, true), 1)
    .option('--json', 'one JSON object on standard output')
    .action((options: EmotionOptions) =>
      options.degrade
        ? answer(
            options,
            () => degradationReport(options.manifest, resourcesFolder(), options.seed),
            degradationText,
          )
        : answer(
            options,
            async () => emotionReport(await readLines(options.manifest, resourcesFolder())),
            asText,
          ),
    )
}

interface EmotionOptions extends OutputOptions {
  readonly manifest: string
  readonly degrade?: true
  readonly seed: number
}

function degradationText({ rates }: DegradationReport): string {
  return table([
    [
      'modality',
      'spoilt by',
      'items',
      'nothing read',
      'with a reason',
      'without',
      'confident',
      'and changed',
    ],
    ...rates.map(
      ({ modality, degradation, items, missing, flagged, plain, confident, confidentAndChanged }) => [
        modality,
        degradation,
        String(items),
        percent(missing),
        percent(flagged),
        percent(plain),
        percent(confident),
        percent(confidentAndChanged ?? undefined),
      ],
    ),
  ])
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
