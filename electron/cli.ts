/** The operations of the app without a window, in plain Node: `npm run -s consilium -- <command>`. */
import { Command, CommanderError } from 'commander'
import { addAnalyze } from './cli/analyze.ts'
import { addBench } from './cli/bench.ts'
import { addBrainstorm } from './cli/brainstorm.ts'
import { addCompile } from './cli/compile.ts'
import { addEmotion } from './cli/emotion.ts'
import { addGenerate } from './cli/generate.ts'
import { addKnowledgeVectors } from './cli/knowledge-vectors.ts'
import { addModels } from './cli/models.ts'
import { answer } from './cli/output.ts'
import { addNormalise } from './cli/normalise.ts'
import { addPanelTraining } from './cli/panel-training.ts'
import { addPlanData } from './cli/plan-data.ts'
import { addPreferences } from './cli/preferences.ts'
import { addRules } from './cli/rules.ts'
import { addSelfcheck } from './cli/selfcheck.ts'
import { addSpt } from './cli/spt.ts'
import { addTopics } from './cli/topics.ts'
import { addTrainHeads } from './cli/train-heads.ts'
import { addTrainingData } from './cli/training-data.ts'
import { FailureError } from '../models/core/failure.ts'

const program = new Command('consilium')
  .description('Consultation, practice and analysis with local models, from the command line')
  .showHelpAfterError()
  .exitOverride()

addSelfcheck(program)
addModels(program)
addCompile(program)
addGenerate(program)
addBench(program)
addRules(program)
addTopics(program)
addSpt(program)
addNormalise(program)
addTrainHeads(program)
addTrainingData(program)
addPlanData(program)
addPreferences(program)
addKnowledgeVectors(program)
addPanelTraining(program)
addBrainstorm(program)
addEmotion(program)
addAnalyze(program)

try {
  await program.parseAsync()
} catch (error) {
  if (!(error instanceof CommanderError)) throw error
  process.exitCode = error.exitCode
  // Commander has said on standard error what is wrong; a program reads it from the one object.
  if (error.exitCode !== 0 && process.argv.includes('--json')) {
    const reason = error.message.replace(/^error: /, '').replace(/\.?$/, '.')
    await answer(
      { json: true },
      () =>
        Promise.reject(
          new FailureError({
            code: 'invalid-request',
            message: `${reason} Run it with --help to see its options.`,
          }),
        ),
      () => '',
    )
  }
}
