/** `consilium normalise`: free-text diagnoses as condition ids, or unreadable; read as a panel reads its members' answers. */
import * as v from 'valibot'
import type { Command } from 'commander'
import { readAnswer } from '../../models/panel/answers.ts'
import { openNormaliser } from '../condition-names.ts'
import { resourcesFolder } from '../resources.ts'
import { readJsonLines } from './json-lines.ts'
import { answer, type OutputOptions } from './output.ts'

const line = v.object({ id: v.union([v.string(), v.number()]), text: v.string() })

export function addNormalise(program: Command): void {
  program
    .command('normalise')
    .description('read free-text diagnoses as conditions of the knowledge base, never guessing')
    .requiredOption('--strings <file>', 'one {"id", "text"} a line')
    .option('--json', 'one JSON object on standard output')
    .action((options: OutputOptions & { readonly strings: string }) =>
      answer(
        options,
        () => {
          const readCondition = openNormaliser(resourcesFolder())
          const lines = readJsonLines(options.strings, line)
          const results = lines.map(({ id, text }) => ({
            id,
            condition: readAnswer(text, { kind: 'diagnosis', choices: [] }, readCondition),
          }))
          return Promise.resolve({ results })
        },
        ({ results }) => results.map(({ id, condition }) => `${id}\t${condition}`).join('\n'),
      ),
    )
}
