/** Holds a panel on every question, with its members' answers alone beside it. */
import type { Cancellation } from '../../../models/core/cancellation.ts'
import { FailureError } from '../../../models/core/failure.ts'
import type { LanguageModels } from '../../../models/decoding/language-model.ts'
import { answerAfter } from '../../../models/panel/evaluation.ts'
import type { Member } from '../../../models/panel/member.ts'
import type { PanelBudget } from '../../../models/panel/record.ts'
import { PanelRun } from '../../../models/panel/run.ts'
import type { PanelTools } from '../../panel-files.ts'
import { outsiders, withoutTalk } from './alone.ts'
import { figures, type AskedAndJudged, type Figures } from './figures.ts'
import { promptTokens, replyTokens, type BrainstormOptions } from './options.ts'
import type { AskedQuestion } from './questions.ts'
import { RecordFile, type StoredAnswers } from './record-file.ts'
import { seat } from './seats.ts'

export async function askAll(
  options: BrainstormOptions,
  tools: PanelTools,
  questions: readonly AskedQuestion[],
  models: LanguageModels | null,
  signal: Cancellation,
): Promise<Figures> {
  const stored = new RecordFile(
    options.records ?? null,
    JSON.stringify({
      members: options.members,
      against: options.against ?? [],
      rounds: options.rounds,
      seed: options.seed,
      tokens: options.tokens,
      of: options.questions ?? options.cases ?? options.persons,
    }),
  )
  const judged: AskedAndJudged[] = []
  for (const [index, { question, right }] of questions.entries()) {
    signal.throwIfAborted()
    let found = stored.get(question.id)
    if (!found) {
      const members = options.members.map((each) => seat(each, tools, models, options.endpoint ?? []))
      const run = await held(options, tools, question, members, signal)
      found = {
        id: question.id,
        ...run,
        ...(await withoutTalk(options, tools, question, run.record ?? run.refused, models, signal)),
        outside: await outsiders(options, tools, question, models, signal),
      }
      stored.add(found)
    }
    judged.push({
      id: question.id,
      isKnown: right !== null,
      right: right ?? '',
      record: found.record,
      tokens: (found.record ?? found.refused)?.tokens ?? { prompt: 0, generated: 0 },
      alone: new Map(found.alone),
      repeated: found.repeated,
      pooledAlone: found.pooledAlone,
      outside: new Map(found.outside),
    })
    const said = answerAfter(found.record, options.rounds - 1)
    process.stderr.write(
      `${index + 1} of ${questions.length}: ${question.id} ${said ?? 'no panel'}${right === null ? '' : said === right ? ' right' : ' wrong'}\n`,
    )
  }
  return figures(options, tools, judged)
}

async function held(
  { rounds, seed, tokens, seconds }: BrainstormOptions,
  tools: PanelTools,
  question: AskedQuestion['question'],
  members: readonly Member[],
  signal: Cancellation,
): Promise<Pick<StoredAnswers, 'record' | 'refused'>> {
  const budget: PanelBudget = { tokens, replyTokens, promptTokens, seconds }
  const run = new PanelRun({
    question,
    members,
    options: { rounds, seed, budget },
    judge: tools.judge,
    after: (delay, late) => {
      const timer = setTimeout(late, delay * 1000)
      return () => clearTimeout(timer)
    },
    onEvent: () => undefined,
    signal,
  })
  try {
    return { record: await run.start(), refused: null }
  } catch (error) {
    // Too few could be read: that is a wrong answer of the panel and no end of the run.
    if (error instanceof FailureError && error.failure.code === 'refused')
      return { record: null, refused: { rounds: run.rounds, tokens: run.tokens } }
    throw error
  }
}
