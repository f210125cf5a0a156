/**
 * `consilium panel-training`: makes the solved cases that a panel compares with, and measures its members on
 * training persons. No development case, held-out person or held-out wording takes part.
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Command } from 'commander'
import { packSolved } from '../../models/panel/clinical/solved-persons.ts'
import { openGuide } from '../guide-files.ts'
import { openKnowledge } from '../knowledge-files.ts'
import { calibrationFile, solvedFile } from '../panel-files.ts'
import { resourcesFolder } from '../resources.ts'
import { numberArgument } from './arguments.ts'
import { speakersArgument, type Seat } from './brainstorm/seats.ts'
import { answer, type OutputOptions } from './output.ts'
import { calibrate, withSpeakers } from './panel-training/measure.ts'
import { generatedPersons, writtenCases } from './panel-training/solved.ts'

interface TrainingOptions extends OutputOptions {
  readonly solved?: number
  readonly persons?: number
  readonly speakers?: readonly Seat[]
  readonly histories?: string
}

export function addPanelTraining(program: Command): void {
  program
    .command('panel-training')
    .description('make the solved cases of the panel, or measure its members on training persons')
    .option('--solved <n>', 'generate so many solved persons and write them', numberArgument(1, 20_000, true))
    .option('--persons <n>', 'measure on so many training persons', numberArgument(50, 20_000, true))
    .option(
      '--speakers <ids>',
      'measure these members that speak on the same persons, and add them to what was measured of the others',
      speakersArgument,
    )
    .option('--histories <file>', 'where the standard histories are kept')
    .option('--json', 'one JSON object on standard output')
    .action((options: TrainingOptions) =>
      answer(
        options,
        () => train(options),
        (result) => JSON.stringify(result, null, 2),
      ),
    )
}

async function train({ solved, persons, speakers, histories }: TrainingOptions): Promise<object> {
  const resources = resourcesFolder()
  const base = openKnowledge(resources)
  const written: Record<string, unknown> = {}
  if (solved !== undefined) {
    const made = [
      ...generatedPersons(base, solved),
      ...writtenCases(base, openGuide(resources, base), resources),
    ]
    write(resources, solvedFile, packSolved(base, made))
    written['solved'] = made.length
  }
  if (persons !== undefined) {
    const use = { resources, base, persons, histories: histories ?? null }
    const calibration = speakers ? await withSpeakers(use, speakers) : await calibrate(use)
    write(resources, calibrationFile, calibration)
    written['calibration'] = calibration
  }
  return written
}

function write(resources: string, file: string, value: object): void {
  const path = join(resources, file)
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, `${JSON.stringify(value)}\n`)
}
