/** How a panel is written about: members, absences, and how sure its answer is, never surer than the evidence. */
import type {
  Absence,
  AskNext,
  AvailableMember,
  EvidenceCheck,
  MemberKind,
  MemberRole,
  PanelBudget,
  PanelRecord,
  StoredPanel,
} from '../../../models/contract/panel.ts'
import { count, percent, plural, when } from '../../parts/words.ts'
import { marksOf, shownRound, tally, type Seat } from '../../state/panel/rounds.ts'

export const kindNames: { readonly [K in MemberKind]: string } = {
  knowledge: 'knowledge base, no text',
  retrieval: 'nearest solved cases',
  guided: 'guided doctor',
  language: 'language model',
  endpoint: 'language model elsewhere',
}

export const roleNames: { readonly [K in MemberRole]: string } = {
  physician: 'Physician',
  emergency: 'Emergency physician',
  generalist: 'Generalist',
  challenger: 'Challenger, no vote',
}
export const roleOptions = (Object.keys(roleNames) as MemberRole[]).map((value) => ({
  value,
  label: roleNames[value],
}))

export const absenceNames: { readonly [K in Absence['why']]: string } = {
  failed: 'failed',
  'timed-out': 'took too long',
  stopped: 'stopped',
  unreadable: 'no readable answer',
  'over-budget': 'budget used up',
  'not-sent': 'not sent',
}

export const askKinds: { readonly [K in AskNext['kind']]: string } = {
  question: 'question',
  examination: 'examination',
  test: 'test',
}

/** What an inquiry is expected to tell: "0.67 bits between gout, cellulitis and septic arthritis". */
export const worth = ({ bits, between }: Pick<AskNext, 'bits' | 'between'>): string =>
  `${bits.toFixed(2)} bits${between.length > 0 ? ` between ${listed.format(between)}` : ''}`

const listed = new Intl.ListFormat('en-GB', { type: 'conjunction' })

/** What the clinician would say to get it, in the words in which orders are read. */
export const asTurn = ({ ask, kind }: Pick<AskNext, 'ask' | 'kind'>): string =>
  kind === 'question' ? ask : `I would like to ${kind === 'examination' ? 'examine' : 'order'}: ${ask}.`

/** How often a member was right, and on what that was measured. */
export const measured = ({ measured: found }: Pick<AvailableMember, 'measured'>): string =>
  found
    ? `right in ${percent(found.accuracy)} of ${count(found.persons)} generated training patients`
    : 'how often it is right was never measured'

/** How often such a member is right when it is this sure, on training patients whose records are worded like this one. */
export const reliabilityWords = (reliability: number | null): string =>
  reliability === null
    ? 'how often that holds was never measured'
    : `when this sure, right in ${percent(reliability)} of training patients with such a record`

/** What a run may cost at most. */
export function budgetWords(budget: PanelBudget, rounds: number): readonly string[] {
  return [
    `At most ${count(budget.tokens)} tokens in all, prompts included: ${count(budget.replyTokens)} a reply, ${count(budget.promptTokens)} a prompt.`,
    `At most ${plural(budget.seconds, 'second')} a member and round, so ${minutes(budget.seconds * rounds)} at the longest.`,
  ]
}

const minutes = (seconds: number): string =>
  seconds < 90 ? plural(seconds, 'second') : plural(Math.ceil(seconds / 60), 'minute')

export interface Outcome {
  /** At most four words, for a badge. */
  readonly badge: string
  /** Who says so. */
  readonly who: string
  /** How it was decided, and what that is worth. */
  readonly how: string
}

/** How the answer of a run came about. */
export function outcomeOf({ verdict, rounds, members, options }: PanelRecord): Outcome {
  const last = rounds.at(-1)
  const { voted } = last ? tally(shownRound(last), members) : { voted: 0 }
  const say = verdict.members.length
  const all = voted === 2 ? 'Both members' : `All ${voted} members`
  const who = `${say === voted ? all : `${say} of ${voted} members`} who voted say`
  const limit = plural(options.rounds, 'round')
  const caution = 'Agreement is not proof: members can share a mistake.'
  switch (verdict.by) {
    case 'consensus':
      return {
        badge: 'consensus',
        who,
        how:
          rounds.length === 1
            ? `All gave the same answer alone, before reading each other. ${caution}`
            : `All gave the same answer in round ${rounds.length - 1}, after reading each other. ${caution}`,
      }
    case 'majority':
      return {
        badge: 'majority, no consensus',
        who,
        how: `They did not agree within ${limit}. More than half gave this answer. A majority can be wrong; read the dissent.`,
      }
    case 'summed-confidence':
      return {
        badge: 'no consensus',
        who,
        how: `They did not agree within ${limit} and no answer has a majority. This one has the largest sum of how sure its members are. Treat it as open.`,
      }
    case 'best-calibrated':
      return {
        badge: 'no consensus',
        who,
        how: `They did not agree within ${limit}, no answer has a majority, and how sure they are does not settle it. This is the answer of the member that was most often right when as sure. Treat it as open.`,
      }
  }
}

/** A run in one line: "Pulmonary embolism (majority, no consensus)". */
export const inOneLine = ({ record }: Pick<StoredPanel, 'record'>): string =>
  `${record.verdict.answerName} (${outcomeOf(record).badge})`

/** Where on the timeline a run stands: "after turn 24, today, 11:56". */
export const placed = ({ afterTurn, endedAt }: StoredPanel, now: Date): string =>
  `${afterTurn === 0 ? 'before the first turn' : `after turn ${afterTurn}`}, ${when(endedAt, now)}`

/** The plain vote of the first round, before anybody read anybody. */
export function firstVote({ rounds, members }: PanelRecord): string {
  const [first] = rounds
  if (!first) return 'no round was held'
  const shown = shownRound(first)
  const { agree, voted } = tally(shown, members)
  const voters: readonly Seat[] = members.filter(({ role }) => role !== 'challenger')
  const counts = marksOf([shown], voters).map((mark) => ({
    ...mark,
    votes: voters.filter(({ id }) => {
      const cell = shown.cells[id]
      return cell?.kind === 'answered' && cell.answer.answer === mark.answer
    }).length,
  }))
  const leading = counts.filter(({ votes }) => votes === agree)
  if (leading.length !== 1) return `no answer ahead, ${plural(counts.length, 'answer')}`
  return `${leading[0]?.name ?? ''}, ${agree} of ${voted}`
}

/** How a deciding finding stands in the record. */
export function checkWords({ name, present, record, holds, bits }: EvidenceCheck): string {
  const claim = present ? name : `not: ${name}`
  const stands = {
    present: present ? 'the record says so' : 'the record says the opposite',
    absent: present ? 'the record says the opposite' : 'the record says so',
    'not-asked': 'nobody asked about it',
  }[record]
  const weight =
    bits === null
      ? 'the knowledge base gives it no weight here'
      : bits > 0
        ? `it ${record === 'not-asked' ? 'would speak' : 'speaks'} for this answer (${bits.toFixed(1)} bits)`
        : `it does not speak for this answer (${bits.toFixed(1)} bits)`
  return `Rests on ${claim}: ${stands}, and ${weight}.${holds ? '' : ' This reason does not hold.'}`
}
