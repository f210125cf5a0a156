/**
 * One run of a panel: everybody answers alone, then reads the others' answers and reasons and answers again,
 * until all who vote say the same or the round limit is reached (Qin et al. 2024, arXiv 2406.06561).
 */
import type { Cancellation } from '../core/cancellation.ts'
import { fail, FailureError, failureOf } from '../core/failure.ts'
import { seededRandom } from '../core/random.ts'
import { unreadable } from './answers.ts'
import { agreement, decide, isConsensus, type Vote } from './decide.ts'
import type { PanelEvent } from './events.ts'
import type { Judge } from './judge.ts'
import {
  longestReply,
  type Ask,
  type Contribution,
  type Exchange,
  type Member,
  type OwnStatement,
  type PeerStatement,
} from './member.ts'
import { answerToTell, countedTokens, reasonsToTell } from './prompt.ts'
import type { PanelQuestion } from './question.ts'
import type {
  Absence,
  Change,
  Dissent,
  MemberAnswer,
  PanelOptions,
  PanelRecord,
  PanelRound,
} from './record.ts'
import { statementsIn } from './statements.ts'
import { Stop } from './stop.ts'

/** Fewer is no panel. */
export const fewestMembers = 2
export const roundLimit = 4

/** With less than this no reply is worth starting. */
const fewestTokens = 160
const longestQuote = 240

export interface PanelRunSetup {
  readonly question: PanelQuestion
  readonly members: readonly Member[]
  readonly options: PanelOptions
  readonly judge: Judge
  /** Calls `late` after so many seconds; the returned function calls that off. */
  readonly after: (seconds: number, late: () => void) => () => void
  readonly onEvent: (event: PanelEvent) => void
  readonly signal: Cancellation
}

interface Seat {
  readonly member: Member
  readonly stop: Stop
  /** Why it is not asked any more; null while it is. */
  gone: Absence | null
  readonly own: OwnStatement[]
}

export const votes = ({ description }: Pick<Member, 'description'>): boolean =>
  description.role !== 'challenger'

const spendsTokens = ({ description: { kind } }: Member): boolean =>
  kind === 'language' || kind === 'endpoint'

/** The seed of one member in one round: others can come and go without changing it. */
export function seedFor(seed: number, member: string, round: number): number {
  let mixed = seed >>> 0
  for (const character of `${member}#${round}`)
    mixed = Math.imul(mixed ^ (character.codePointAt(0) ?? 0), 0x01000193) >>> 0
  return seededRandom(mixed).below(0xffff_ffff)
}

export class PanelRun {
  readonly #setup: PanelRunSetup
  readonly #seats: readonly Seat[]
  readonly #rounds: PanelRound[] = []
  #prompt = 0
  #generated = 0
  /** Of the token budget. */
  #spent = 0

  /** Fails with `invalid-request` unless at least two members vote and no two share an id. */
  constructor(setup: PanelRunSetup) {
    const ids = new Set(setup.members.map(({ description }) => description.id))
    if (ids.size !== setup.members.length)
      fail('invalid-request', 'A panel cannot hold the same member twice. Take one of them out.')
    if (setup.members.filter(votes).length < fewestMembers)
      fail('invalid-request', 'A panel needs at least two members who vote. Add one.')
    if (setup.options.rounds < 1 || setup.options.rounds > roundLimit)
      fail('invalid-request', `A panel has one to ${roundLimit} rounds. Choose another limit.`)
    this.#setup = setup
    this.#seats = setup.members.map((member) => ({
      member,
      stop: new Stop(setup.signal),
      gone: null,
      own: [],
    }))
  }

  /** What was said so far; also where too few were left for a result. */
  get rounds(): readonly PanelRound[] {
    return this.#rounds
  }

  get tokens(): PanelRecord['tokens'] {
    return { prompt: this.#prompt, generated: this.#generated }
  }

  /** The others go on. A member that has answered stays in that round and leaves the next. */
  stopMember(id: string): void {
    const seat = this.#seats.find(({ member }) => member.description.id === id)
    if (!seat) return
    seat.gone ??= { why: 'stopped', message: 'Stopped by you.' }
    seat.stop.stop()
  }

  /** Rejects with `cancelled`, or with `refused` when fewer than two members gave an answer. */
  async start(): Promise<PanelRecord> {
    const { question, options, judge, onEvent, signal } = this.#setup
    for (let number = 0; number < options.rounds; number += 1) {
      const round = await this.#round(number)
      signal.throwIfAborted()
      this.#rounds.push(round)
      onEvent({ kind: 'round-ended', round })
      const present = this.#votesOf(round)
      if (present.length < fewestMembers)
        fail(
          'refused',
          'Fewer than two members gave an answer that can be read, which is no panel. See in their columns why, choose others and ask again.',
          { present: present.length, round: number },
        )
      if (isConsensus(present)) break
    }
    const last = this.#rounds.at(-1)
    if (!last) throw new RangeError('No round was held.')
    const verdict = decide(this.#votesOf(last))
    onEvent({ kind: 'decided', verdict })
    return {
      schema: 'consilium-panel/1',
      question,
      options,
      members: this.#seats.map(({ member }) => member.description),
      rounds: this.#rounds,
      verdict,
      dissent: this.#dissentFrom(verdict.answer, last),
      ...(await judge.conclude(question, this.#statements(last))),
      tokens: this.tokens,
    }
  }

  async #round(number: number): Promise<PanelRound> {
    const asked = this.#seats.filter(({ gone }) => gone === null)
    this.#setup.onEvent({
      kind: 'round-started',
      round: number,
      members: asked.map(({ member }) => member.description.id),
    })
    const before = this.#rounds.at(-1)
    const statements = before ? this.#statements(before) : []
    const share = this.#tokensEach(asked)
    const answers = await Promise.all(
      this.#seats.map(async (seat) => {
        const answer = seat.gone
          ? absent(seat, seat.gone, [])
          : await this.#answer(seat, number, statements, share)
        this.#setup.onEvent({ kind: 'answered', round: number, answer })
        return answer
      }),
    )
    for (const { exchanges } of answers) {
      const prompt = sum(exchanges, ({ promptTokens }) => promptTokens)
      const generated = sum(exchanges, ({ tokens }) => tokens)
      this.#prompt += prompt
      this.#generated += generated
      // Who takes more than its share, as a server can, takes nothing from the others'.
      this.#spent += Math.min(share, prompt + generated)
    }
    const round = { number, answers, agreement: 0 }
    return { ...round, agreement: agreement(this.#votesOf(round)) }
  }

  /** Tokens that each member who needs them may use in the coming round: an equal share of what is left. */
  #tokensEach(asked: readonly Seat[]): number {
    const needing = asked.filter(({ member }) => spendsTokens(member)).length
    const left = this.#setup.options.budget.tokens - this.#spent
    return needing === 0 ? left : Math.floor(left / needing)
  }

  async #answer(
    seat: Seat,
    round: number,
    statements: readonly PeerStatement[],
    share: number,
  ): Promise<MemberAnswer> {
    const { question, judge, options } = this.#setup
    const { budget } = options
    const { member } = seat
    const { id } = member.description
    const promptTokens = Math.min(budget.promptTokens, share - budget.replyTokens)
    if (spendsTokens(member) && promptTokens < fewestTokens)
      return absent(seat, { why: 'over-budget', message: 'The token budget of this run is used up.' }, [])
    let open = true
    let shown = ''
    const asked: Pick<Exchange, 'messages' | 'ownAnswersLeftOut'>[] = []
    const seed = seedFor(options.seed, id, round)
    const ask: Ask = {
      seed,
      maxTokens: budget.replyTokens,
      maxPromptTokens: promptTokens,
      signal: seat.stop,
      onText: (text) => {
        if (!open || shown.length >= longestReply) return
        const more = text.slice(0, longestReply - shown.length)
        shown += more
        this.#setup.onEvent({ kind: 'text', member: id, round, text: more })
      },
      onAsked: (prompt) => {
        if (open) asked.push(prompt)
      },
    }
    let contribution: Contribution
    try {
      contribution = await this.#inTime(seat, () =>
        round === 0
          ? member.open(question, ask)
          : member.reconsider(
              question,
              seat.own,
              statements.filter((statement) => statement.member !== id),
              ask,
            ),
      )
    } catch (error) {
      const { code, message } = failureOf(error)
      seat.gone ??= { why: absenceOf[code] ?? 'failed', message }
      return absent(
        seat,
        seat.gone,
        asked.map((prompt) => brokenOff(seat, prompt, shown, seed)),
      )
    } finally {
      open = false
    }
    const exchanges = contribution.exchanges.map(bounded)
    const opinion = { ...contribution.opinion, said: contribution.opinion.said.slice(0, longestReply) }
    const answer = judge.read(opinion.said, question)
    if (answer === unreadable)
      return absent(
        seat,
        { why: 'unreadable', message: 'No single answer can be read in its reply, and none is guessed.' },
        exchanges,
      )
    const check = await judge.check(opinion, answer, question)
    const reliability = await judge.reliability(member.description, opinion.confidence, round, question)
    const previous = seat.own.at(-1)
    seat.own.push({ answer, opinion, check, reliability })
    return {
      member: id,
      absence: null,
      answer,
      answerName: judge.name(answer, question),
      opinion,
      check,
      reliability,
      change:
        previous && previous.answer !== answer
          ? this.#change(
              previous.answer,
              answer,
              statements.filter((statement) => statement.member !== id),
            )
          : null,
      exchanges,
    }
  }

  /** Rejects when the member is stopped or takes too long, whether or not it heeds its signal. */
  #inTime<T>(seat: Seat, work: () => Promise<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const { seconds } = this.#setup.options.budget
      const callOff = this.#setup.after(seconds, () => {
        reject(
          new FailureError({
            code: 'timeout',
            message: `It gave no answer within ${seconds} seconds.`,
          }),
        )
        seat.stop.stop()
      })
      const stopped = (): void => reject(new FailureError({ code: 'cancelled', message: 'Stopped.' }))
      seat.stop.addEventListener('abort', stopped)
      if (seat.stop.aborted) stopped()
      // A member may fail before its first step.
      const working = new Promise<T>((begin) => begin(work()))
      void working.then(resolve, reject).finally(() => {
        callOff()
        seat.stop.removeEventListener('abort', stopped)
      })
    })
  }

  #change(from: string, to: string, peers: readonly PeerStatement[]): Change {
    const [mover] = peers
      .filter(({ answer }) => answer === to)
      .toSorted((a, b) => (b.reliability ?? 0) - (a.reliability ?? 0))
    return {
      from,
      fromName: this.#setup.judge.name(from, this.#setup.question),
      because: mover ? { member: mover.member, name: mover.name, quote: this.#heardOf(mover) } : null,
    }
  }

  /** As it reached the others: what a server wrote beside its answer moved nobody and is no quotation. */
  #heardOf(mover: PeerStatement): string {
    const reasons = quoteOf(reasonsToTell(mover, this.#setup.question.kind))
    return reasons === '' ? answerToTell(mover) : reasons
  }

  #statements(round: PanelRound): readonly PeerStatement[] {
    return statementsIn(
      this.#seats.map(({ member }) => member.description),
      round,
    )
  }

  #votesOf({ answers }: PanelRound): readonly Vote[] {
    return answers.flatMap(({ member: id, answer, answerName, opinion, reliability }) => {
      const seat = this.#seats.find(({ member }) => member.description.id === id)
      if (!seat || !votes(seat.member) || answer === null || answerName === null || opinion === null)
        return []
      return [{ member: id, answer, answerName, confidence: opinion.confidence, reliability }]
    })
  }

  #dissentFrom(answer: string, round: PanelRound): readonly Dissent[] {
    return this.#statements(round)
      .filter((statement) => statement.answer !== answer)
      .map(({ member, name, answer: other, answerName, opinion }) => ({
        member,
        name,
        answer: other,
        answerName,
        confidence: opinion.confidence,
        reasons: opinion.reasons,
      }))
  }
}

const sum = (exchanges: readonly Exchange[], tokens: (exchange: Exchange) => number): number =>
  exchanges.reduce((all, exchange) => all + tokens(exchange), 0)

const absenceOf: Readonly<Partial<Record<FailureError['failure']['code'], Absence['why']>>> = {
  timeout: 'timed-out',
  refused: 'not-sent',
  cancelled: 'stopped',
}

/** What a member was given before it failed, and as much as it had said. */
const brokenOff = (
  { member: { description } }: Seat,
  asked: Pick<Exchange, 'messages' | 'ownAnswersLeftOut'>,
  reply: string,
  seed: number,
): Exchange => ({
  ...asked,
  reply,
  ...countedTokens(asked.messages, reply),
  model: {
    name: description.place.kind === 'endpoint' ? description.place.model : description.name,
    hash: null,
    adapterHash: null,
    precision: null,
  },
  seed,
})

const absent = (seat: Seat, absence: Absence, exchanges: readonly Exchange[]): MemberAnswer => ({
  member: seat.member.description.id,
  absence,
  answer: null,
  answerName: null,
  opinion: null,
  check: null,
  reliability: null,
  change: null,
  exchanges,
})

const bounded = (exchange: Exchange): Exchange => ({
  ...exchange,
  reply: exchange.reply.slice(0, longestReply),
})

/** The first sentences, up to a length that is read at a glance. */
function quoteOf(reasons: string): string {
  const text = reasons.trim()
  if (text.length <= longestQuote) return text
  const cut = text.slice(0, longestQuote)
  const end = Math.max(cut.lastIndexOf('. '), cut.lastIndexOf('; '))
  return end > 60 ? cut.slice(0, end + 1) : `${cut.slice(0, cut.lastIndexOf(' '))} …`
}
