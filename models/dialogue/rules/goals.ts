/** Goal rules, in the order of the flowchart: each is judged where its successor is entered. */
import { givesGrounds, givesPlan, givesSafetyNet } from '../closing-parts.ts'
import { flowchart, type NodeId } from '../flowchart.ts'
import { notApplicable, verdict, type Rule, type RuleContext, type Verdict } from './rule.ts'

const needed = (id: NodeId, short: boolean): number => {
  const node = flowchart.find((one) => one.id === id)
  return (short ? node?.needed.short : node?.needed.full) ?? 0
}

const goal = (id: string, sentence: string, judge: (context: RuleContext) => Verdict): Rule => ({
  id,
  kind: 'goal',
  sentence,
  weight: 1,
  judge,
})

/** Judged on the turn that first commits to a diagnosis. */
const atClosing =
  (judge: (context: RuleContext) => Verdict): ((context: RuleContext) => Verdict) =>
  (context) =>
    context.act.at === context.closedAt ? judge(context) : notApplicable

/** Said in the closing turn or after it. */
const said = (gives: (text: string) => boolean): ((context: RuleContext) => Verdict) =>
  atClosing(({ read, act }) => {
    const where = read.acts.find(({ at, text }) => at >= act.at && gives(text))
    return verdict(where !== undefined, where?.at ?? act.at)
  })

export const goalRules: readonly Rule[] = [
  goal(
    'complaint-before-diagnosis',
    'The complaint is characterised before a diagnosis is named.',
    atClosing(({ act, known, short }) =>
      verdict(known.complaint.size >= needed('complaint', short), ...known.complaint.values(), act.at),
    ),
  ),
  goal(
    'red-flags-before-diagnosis',
    'Signs of danger are asked for before a diagnosis is named.',
    atClosing(({ act, known, short }) =>
      verdict(known.danger.length >= needed('red-flags', short), ...known.danger, act.at),
    ),
  ),
  goal(
    'background-before-diagnosis',
    'Illnesses, medicines or circumstances are asked about before a diagnosis is named.',
    atClosing(({ act, known, short }) =>
      verdict(known.background.length >= needed('background', short), ...known.background, act.at),
    ),
  ),
  goal(
    'indication-before-test',
    'A test is ordered only after the history has given a reason for it.',
    ({ act, known }) =>
      act.tests.length === 0 ? notApplicable : verdict(known.answered.length >= 2, ...known.answered, act.at),
  ),
  goal(
    'evidence-before-diagnosis',
    'A result, or answers about particular symptoms, tell the causes apart before a diagnosis is named.',
    atClosing(({ act, known }) =>
      verdict(
        known.results.length > 0 || known.particular.length >= 2,
        ...known.results,
        ...(known.results.length > 0 ? [] : known.particular),
        act.at,
      ),
    ),
  ),
  goal(
    'reaches-diagnosis',
    'The dialogue comes to a diagnosis within its turns.',
    ({ act, read, closedAt }) => {
      if (act.at === closedAt) return verdict(true, act.at)
      const open = closedAt === null || closedAt > act.at
      return act.number >= read.budget && open ? verdict(false, act.at) : notApplicable
    },
  ),
  goal(
    'alternatives-considered',
    'At least two other causes are named beside the diagnosis.',
    atClosing(({ act }) => verdict(act.read.diagnoses.length > 2, act.at)),
  ),
  goal('grounds-stated', 'The diagnosis comes with what speaks for it.', said(givesGrounds)),
  goal('plan-given', 'The diagnosis comes with what happens next.', said(givesPlan)),
  goal('safety-net-given', 'The person is told when to come back or call for help.', said(givesSafetyNet)),
]
