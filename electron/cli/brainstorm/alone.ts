/** What members of a panel say without talking. */
import { unreadable } from '../../../models/panel/answers.ts'
import type { Cancellation } from '../../../models/core/cancellation.ts'
import { FailureError } from '../../../models/core/failure.ts'
import type { LanguageModels } from '../../../models/decoding/language-model.ts'
import type { Vote } from '../../../models/panel/decide.ts'
import { voteOf } from '../../../models/panel/evaluation.ts'
import type { Member } from '../../../models/panel/member.ts'
import type { PanelRecord } from '../../../models/panel/record.ts'
import { seedFor } from '../../../models/panel/run.ts'
import { statementsIn } from '../../../models/panel/statements.ts'
import type { PanelTools } from '../../panel-files.ts'
import { promptTokens, replyTokens, type BrainstormOptions } from './options.ts'
import type { AskedQuestion } from './questions.ts'
import type { StoredAnswers } from './record-file.ts'
import { seat } from './seats.ts'

/** Answers that are to differ are drawn, not greedy. */
const samplingTemperature = 0.7
const mostSamples = 16

/** What members say without talking, in as many drawn answers as the panel's tokens would pay for. */
export async function withoutTalk(
  options: BrainstormOptions,
  tools: PanelTools,
  question: AskedQuestion['question'],
  run: Pick<PanelRecord, 'rounds' | 'tokens'> | null,
  models: LanguageModels | null,
  signal: Cancellation,
): Promise<Pick<StoredAnswers, 'alone' | 'repeated' | 'pooledAlone'>> {
  const [first] = run?.rounds ?? []
  const alone = new Map<string, Vote[]>(
    options.members.flatMap(({ id, role }) => (role === 'challenger' ? [] : [[id, []]])),
  )
  if (!run || !first) return { alone: [...alone], repeated: [], pooledAlone: null }
  for (const answer of first.answers) alone.get(answer.member)?.push(...voteOf(answer))
  const spent = run.tokens.prompt + run.tokens.generated
  const speakers = first.answers.flatMap(({ member, exchanges }) => {
    const cost = exchanges.reduce((sum, each) => sum + each.promptTokens + each.tokens, 0)
    return cost > 0 && alone.has(member) ? [{ member, cost }] : []
  })
  const [strongest] = speakers.toSorted(
    (a, b) => accuracyOf(tools, b.member) - accuracyOf(tools, a.member) || (a.member < b.member ? -1 : 1),
  )
  const repeated: Vote[] = []
  for (const { member, cost } of speakers) {
    const share = Math.min(mostSamples, Math.floor(spent / speakers.length / cost))
    const whole = member === strongest?.member ? Math.min(mostSamples, Math.floor(spent / cost)) : share
    const drawn = await samples(options, tools, question, member, Math.max(share, whole), models, signal)
    alone.get(member)?.push(...drawn.slice(0, Math.max(0, share - 1)))
    if (member === strongest?.member) repeated.push(...drawn)
  }
  const members = options.members.map((each) => seat(each, tools, models, options.endpoint ?? []).description)
  const pooledAlone = await tools.judge.likeliestAlone(question, statementsIn(members, first))
  return { alone: [...alone], repeated, pooledAlone }
}

/** The answers of members that are not seated; who gives none is wrong. */
export async function outsiders(
  options: BrainstormOptions,
  tools: PanelTools,
  question: AskedQuestion['question'],
  models: LanguageModels | null,
  signal: Cancellation,
): Promise<StoredAnswers['outside']> {
  const answers: [string, string | null][] = []
  for (const each of options.against ?? []) {
    const member = seat(each, tools, models, options.endpoint ?? [])
    answers.push([each.id, await answerAlone(options, tools, question, member, signal)])
  }
  return answers
}

async function answerAlone(
  { seed }: BrainstormOptions,
  { judge }: PanelTools,
  question: AskedQuestion['question'],
  member: Member,
  signal: Cancellation,
): Promise<string | null> {
  try {
    const { opinion } = await member.open(question, {
      seed: seedFor(seed, member.description.id, 0),
      maxTokens: replyTokens,
      maxPromptTokens: promptTokens,
      signal,
      onText: () => undefined,
    })
    const said = judge.read(opinion.said, question)
    return said === unreadable ? null : said
  } catch (error) {
    if (signal.aborted || !(error instanceof FailureError)) throw error
    return null
  }
}

/** On training persons and training cases alike. */
export const accuracyOf = ({ calibration }: PanelTools, member: string): number =>
  (calibration.setWords.members[member]?.accuracy ?? 0) +
  (calibration.ownWords.members[member]?.accuracy ?? 0)

async function samples(
  options: BrainstormOptions,
  tools: PanelTools,
  question: AskedQuestion['question'],
  id: string,
  count: number,
  models: LanguageModels | null,
  signal: Cancellation,
): Promise<readonly Vote[]> {
  const endpoints = options.endpoint ?? []
  // Sending a record away a dozen times more is nothing a comparison is worth.
  if (endpoints.some(({ name }) => name === id)) return []
  const found = options.members.find((each) => each.id === id)
  if (!found) return []
  const member = seat(found, tools, models, endpoints, samplingTemperature)
  const drawn: Vote[] = []
  for (let at = 0; at < count; at += 1) {
    signal.throwIfAborted()
    const { opinion } = await member.open(question, {
      seed: seedFor(options.seed, `${id} sample ${at}`, 0),
      maxTokens: replyTokens,
      maxPromptTokens: promptTokens,
      signal,
      onText: () => undefined,
    })
    const said = tools.judge.read(opinion.said, question)
    if (said === unreadable) continue
    drawn.push({
      member: id,
      answer: said,
      answerName: tools.judge.name(said, question),
      confidence: opinion.confidence,
      reliability: await tools.judge.reliability(member.description, opinion.confidence, 0, question),
    })
  }
  return drawn
}
