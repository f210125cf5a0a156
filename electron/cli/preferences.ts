/** `consilium preferences`: sampled candidates of the doctor's next turn become pairs to learn preferences from. */
import { writeFileSync } from 'node:fs'
import { Option, type Command } from 'commander'
import * as v from 'valibot'
import { fail } from '../../models/core/failure.ts'
import { ruleReader } from '../../models/dialogue/acts.ts'
import { rememberingReader } from '../../models/dialogue/compliance.ts'
import { preferenceAmong, type Feedback } from '../../models/dialogue/generation/preference.ts'
import { openNormaliser } from '../condition-names.ts'
import { resourcesFolder } from '../resources.ts'
import { readJsonLines } from './json-lines.ts'
import { answer, type OutputOptions } from './output.ts'

interface PreferencesOptions extends OutputOptions {
  readonly contexts: string
  readonly candidates: string
  readonly by: Feedback
  readonly out: string
}

const contextSchema = v.looseObject({
  condition: v.string(),
  note: v.optional(v.string(), ''),
  chosen: v.string(),
  messages: v.array(v.object({ role: v.picklist(['system', 'user', 'assistant']), content: v.string() })),
  dialogue: v.object({
    patient: v.object({ age: v.number(), sex: v.picklist(['female', 'male']) }),
    turnBudget: v.number(),
    turns: v.array(v.object({ speaker: v.picklist(['doctor', 'patient', 'result']), text: v.string() })),
  }),
})

const candidatesSchema = v.object({
  context: v.pipe(v.number(), v.integer(), v.minValue(0)),
  candidates: v.array(v.string()),
})

function write({ contexts: file, candidates, by, out }: PreferencesOptions) {
  const contexts = readJsonLines(file, contextSchema)
  const read = openNormaliser(resourcesFolder())
  const reader = rememberingReader(ruleReader())
  const lines: string[] = []
  let undecided = 0
  let expert = 0
  for (const sampled of readJsonLines(candidates, candidatesSchema)) {
    const context = contexts[sampled.context]
    if (!context)
      return fail(
        'invalid-request',
        `${candidates} names context ${sampled.context}, but ${file} has ${contexts.length}. Sample from this file.`,
      )
    const { messages, note, chosen, condition, dialogue } = context
    const texts = [chosen, ...sampled.candidates]
    const pair = preferenceAmong(dialogue, condition, texts, by, read, reader)
    if (!pair) undecided++
    else {
      if (pair.chosen === chosen) expert++
      lines.push(JSON.stringify({ role: 'pair', condition, messages, note, ...pair, flaw: 'sampled' }))
    }
  }
  writeFileSync(out, lines.map((line) => `${line}\n`).join(''))
  return { file: out, by, pairs: lines.length, expertChosen: expert, undecided }
}

export function addPreferences(program: Command): void {
  program
    .command('preferences')
    .description('rank sampled next turns of the doctor and write the best and the worst as pairs')
    .requiredOption('--contexts <file>', 'what `training-data --roles context` wrote')
    .requiredOption('--candidates <file>', 'what plpf.sample wrote for it')
    .addOption(
      new Option('--by <feedback>', 'the rules first, or the right diagnosis alone')
        .choices(['process', 'outcome'])
        .default('process'),
    )
    .requiredOption('--out <file>', 'JSON Lines to write')
    .option('--json', 'one JSON object on standard output')
    .action((options: PreferencesOptions) =>
      answer(
        options,
        () => Promise.resolve(write(options)),
        ({ file, pairs, undecided }) => `${file}: ${pairs} pairs, ${undecided} without a difference`,
      ),
    )
}
