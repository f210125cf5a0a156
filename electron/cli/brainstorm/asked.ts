/** What a panel is asked: a file's questions, or the diagnosis of cases or generated persons. */
import { join } from 'node:path'
import { fail } from '../../../models/core/failure.ts'
import { seededRandom } from '../../../models/core/random.ts'
import { personCases } from '../../../models/practice/spt/persons.ts'
import { openCases } from '../../case-files.ts'
import { HistoryFile, questionOf } from '../../histories.ts'
import type { PanelTools } from '../../panel-files.ts'
import type { BrainstormOptions } from './options.ts'
import { questionsOf, type AskedQuestion } from './questions.ts'

/** Fails with `invalid-request` unless exactly one source is named. */
export async function asked(
  options: BrainstormOptions,
  tools: PanelTools,
  resources: string,
): Promise<readonly AskedQuestion[]> {
  const { seed } = options
  const sources = [options.questions, options.cases, options.persons].filter((each) => each !== undefined)
  if (sources.length !== 1)
    fail(
      'invalid-request',
      'There is nothing to ask, or too much. Name one of --questions, --cases, --persons.',
    )
  const history = (source: string): HistoryFile => new HistoryFile(options.histories ?? null, source, seed)
  if (options.questions !== undefined)
    return questionsOf(options.questions, {
      ...tools,
      histories: history(`questions ${options.questions}`),
      cases: ['development', 'training'].flatMap((set) =>
        openCases(join(resources, 'cases', set), tools.base.names),
      ),
      seed,
    })
  const cases =
    options.cases === undefined
      ? personCases(tools.base, seededRandom(seed), options.persons ?? 0)
      : openCases(options.cases, tools.base.names)
  const file = history(options.cases === undefined ? 'persons' : `cases ${options.cases}`)
  const questions: AskedQuestion[] = []
  for (const [index, practice] of cases.entries()) {
    const question = questionOf(practice, await file.history(practice, tools.guide, seed + index))
    const right = practice.checklist.diagnosis.find(({ required }) => required)?.condition ?? null
    questions.push({ question, right })
    if ((index + 1) % 25 === 0) process.stderr.write(`${index + 1} of ${cases.length} histories\n`)
  }
  return questions
}
