/** `consilium compile`: prepares a model for this machine ahead of its first use. */
import type { Command } from 'commander'
import type { Precision } from '../../models/decoding/language-model.ts'
import { precisionArgument, threadsArgument } from './arguments.ts'
import { answer, progressLines, type OutputOptions } from './output.ts'
import { withModels } from './open-models.ts'

interface CompileOptions extends OutputOptions {
  readonly model: string
  readonly precision: Precision
  readonly threads?: number
}

export function addCompile(program: Command): void {
  program
    .command('compile')
    .description('prepare a model for this machine and load it once')
    .option('--model <id>', 'base, default, base+ADAPTER or the id of an imported model', 'default')
    .option('--precision <name>', 'f32, row8 or q4', precisionArgument, 'row8' as const)
    .option('--threads <n>', 'threads per operator', threadsArgument)
    .option('--json', 'one JSON object on standard output')
    .action((options: CompileOptions) =>
      answer(
        options,
        () =>
          withModels(options, async (models, signal) => {
            const started = performance.now()
            const model = await models.prepare(options.model, options.precision, progressLines(), signal)
            const { loadMs, anonymousMb } = models.status()
            return { model, seconds: (performance.now() - started) / 1000, loadMs, anonymousMb }
          }),
        ({ model, seconds, loadMs }) =>
          `${model.name} is ready in ${model.precision} after ${seconds.toFixed(1)} s; it loads in ${(loadMs ?? 0).toFixed(0)} ms.`,
      ),
    )
}
