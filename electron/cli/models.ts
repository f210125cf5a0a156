/** `consilium models`: what is there and whether it fits this machine. */
import type { Command } from 'commander'
import { answer, table, type OutputOptions } from './output.ts'
import { withModels } from './open-models.ts'

export function addModels(program: Command): void {
  program
    .command('models')
    .description('list the language models on this machine')
    .option('--json', 'one JSON object on standard output')
    .action((options: OutputOptions) =>
      answer(
        options,
        () => withModels({}, async (models) => ({ models: await models.list() })),
        (result) =>
          table([
            ['id', 'name', 'architecture', 'parameters', 'context', 'licence', 'prepared', 'fit'],
            ...result.models.map((model) => [
              model.id,
              model.name,
              model.architecture,
              `${(model.parameters / 1e6).toFixed(0)} M`,
              String(model.contextTokens),
              model.licence,
              model.prepared.join(' ') || '-',
              `${model.fit.verdict}: ${model.fit.reason}`,
            ]),
          ]),
      ),
    )
}
