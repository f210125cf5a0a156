/** `consilium brainstorm`: a panel's answers to many questions, against its members without the talk. */
import type { Command } from 'commander'
import type { Cancellation } from '../../models/core/cancellation.ts'
import type { LanguageModels } from '../../models/decoding/language-model.ts'
import type { Wording } from '../../models/dialogue/reading/finding-index.ts'
import { roundLimit } from '../../models/panel/run.ts'
import { Stop } from '../../models/panel/stop.ts'
import { openSentenceEncoder } from '../inference/sentence-encoder.ts'
import { openKnowledge } from '../knowledge-files.ts'
import { bundledSources, openPanelTools } from '../panel-files.ts'
import { resourcesFolder } from '../resources.ts'
import { numberArgument, threadsArgument } from './arguments.ts'
import { asked } from './brainstorm/asked.ts'
import type { Figures } from './brainstorm/figures.ts'
import type { BrainstormOptions } from './brainstorm/options.ts'
import { askAll } from './brainstorm/run-all.ts'
import { endpointArgument, needsModels, outsidersArgument, seatsArgument } from './brainstorm/seats.ts'
import { withModels } from './open-models.ts'
import { answer } from './output.ts'

export function addBrainstorm(program: Command): void {
  program
    .command('brainstorm')
    .description('let a panel of members that differ answer questions, and compare it with its members alone')
    .option('--questions <file>', 'one {"id","question","choices"?,"answer"?,"case"?} a line')
    .option('--cases <folder>', 'instead: the diagnosis of each case after a standard history')
    .option(
      '--persons <n>',
      'instead: so many persons drawn from the knowledge base, in wordings kept for evaluation',
      numberArgument(1, 100_000, true),
    )
    .requiredOption(
      '--members <ids>',
      'knowledge, retrieval, guided, plpf, base, a model’s id or an endpoint’s name, with commas; ID:challenger argues the most dangerous diagnosis',
      seatsArgument,
    )
    .option(
      '--against <ids>',
      'members that are not seated and answer every question alone, to compare the panel with',
      outsidersArgument,
    )
    .option(
      '--rounds <n>',
      'the most rounds, the first included',
      numberArgument(1, roundLimit, true),
      roundLimit,
    )
    .option('--seed <n>', 'of members, persons and intervals', numberArgument(0, 0xffff_ffff, true), 1)
    .option('--tokens <n>', 'the most tokens of one run', numberArgument(100, 1_000_000, true), 30_000)
    .option('--seconds <n>', 'the longest a member may take in a round', numberArgument(1, 3600, false), 180)
    .option('--histories <file>', 'keeps the standard histories; a run in it is gone on with')
    .option('--records <file>', 'where every run’s whole record goes; finished questions are not asked again')
    .option(
      '--endpoint <name=url#model>',
      'an OpenAI-compatible address that may be sent what is shown; the key comes from CONSILIUM_ENDPOINT_KEY',
      endpointArgument,
    )
    .option('--threads <n>', 'threads per operator', threadsArgument)
    .option('--json', 'one JSON object on standard output')
    .action((options: BrainstormOptions) =>
      answer(
        options,
        () => brainstorm(options),
        (figures) => JSON.stringify(figures, null, 2),
      ),
    )
}

async function brainstorm(options: BrainstormOptions): Promise<Figures> {
  const resources = resourcesFolder()
  const base = openKnowledge(resources)
  // Generated persons speak in every fourth wording, which nobody may know then.
  const use = ({ index }: Wording): boolean => options.persons === undefined || index % 4 !== 3
  const encoder = await openSentenceEncoder(resources, options.threads)
  try {
    const tools = openPanelTools(resources, base, encoder, use, bundledSources(resources, base))
    const questions = await asked(options, tools, resources)
    const run = (models: LanguageModels | null, signal: Cancellation): Promise<Figures> =>
      askAll(options, tools, questions, models, signal)
    const asking = [...options.members, ...(options.against ?? [])]
    return needsModels(asking, options.endpoint ?? [])
      ? await withModels(options, run)
      : await run(null, new Stop())
  } finally {
    await encoder.dispose()
  }
}
