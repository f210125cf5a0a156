/** Constraint rules: how well each turn is done. */
import { actsOnDanger, tellsDanger } from '../danger.ts'
import { acknowledgesDistress, tellsDistress } from '../distress.ts'
import { asksOneThing, askedBefore, leads } from './question-form.ts'
import { invention } from './invention.ts'
import { unexplainedJargon } from './jargon.ts'
import { notApplicable, verdict, type Rule, type RuleContext, type Verdict } from './rule.ts'

const constraint = (
  id: string,
  weight: number,
  sentence: string,
  judge: (context: RuleContext) => Verdict,
): Rule => ({ id, kind: 'constraint', sentence, weight, judge })

/** Longest turn that is not the closing, words. */
const longestTurn = 50

const acknowledgement =
  /^(?:i see|ok(?:ay)?|right|all right|alright|thank you(?: for \w+(?: \w+)*)?|thanks|good|great|fine|sure|hm+|yes|no|well|never mind|let(?:'|’)?s see|i hear you|i understand|understood|noted|got it|sorry(?: to hear (?:that|this))?|i(?:'|’)?m (?:very |so )?sorry(?: to hear (?:that|this))?|i am (?:very |so )?sorry(?: to hear (?:that|this))?)[.,! ]*$/i

const reassures =
  /\b(?:nothing (?:serious|to worry|wrong|bad|dangerous)|don(?:'|’)t (?:you )?worry|do not worry|no (?:need|reason) to (?:worry|be (?:worried|scared|afraid))|you(?:(?:'|’)ll| will) be (?:fine|ok|okay|all right|alright|right as rain)|(?:it|that|this)(?:(?:'|’)s| is|(?:'|’)ll be| will be) (?:just|only|nothing)\b|will pass\b|i promise|harmless|(?:it|that|this)(?:(?:'|’)s| is) (?:definitely |certainly )?not (?:your heart|cancer|serious|a tumou?r|a stroke|dangerous))/i

/** Whether a sentence gives a dose. */
export const givesDose = (sentence: string): boolean => dose.test(sentence)

const dose =
  /\b\d+(?:[.,]\d+)?\s?(?:mg|milligrams?|micrograms?|mcg|µg|grams?|g|ml|units?|iu)\b(?!\s*(?:\/|per\b))|\b(?:one|two|three|\d)\s+(?:puffs|tablets|capsules|teaspoons|drops)\b/i

const roles =
  /(?:^|[\s"'“])(?:patient|doctor|result|user|assistant|clinician)\s*:|<\||\b(?:as an ai|language model|i am an ai)\b/i

/** The words a patient is spoken to with: no names of orders and, in a closing, none of conditions. */
function spoken({ act }: RuleContext): string {
  const own = [...act.told, ...act.read.questions].join(' ')
  return act.read.diagnoses.reduce((text, name) => text.replace(name, ' '), own)
}

export const constraintRules: readonly Rule[] = [
  constraint('within-budget', 2, 'The dialogue ends within its turns.', ({ act, read, closedAt }) => {
    const closed = closedAt !== null && closedAt <= act.at
    return verdict(act.number < read.budget || (act.number === read.budget && closed), act.at)
  }),
  constraint('one-question', 1, 'A turn asks one thing at a time.', ({ act, read }) =>
    act.read.questions.length === 0
      ? notApplicable
      : verdict(asksOneThing(act.read.questions, read.topicsOf), act.at),
  ),
  constraint('no-repetition', 2, 'What was answered is not asked again.', ({ act, read }) => {
    const asks = ({ read: turn }: typeof act): boolean => turn.questions.length + turn.orders.length > 0
    if (!asks(act) || act.read.closing || !read.acts.some((earlier) => earlier.at < act.at && asks(earlier)))
      return notApplicable
    const before = askedBefore(read.acts, act)
    return before ? verdict(false, before.at, act.at) : verdict(true, act.at)
  }),
  constraint('answers-patient', 2, 'A question of the patient is answered.', ({ act }) => {
    if (!act.heard?.text.includes('?')) return notApplicable
    const answers = act.told.some(
      (sentence) => !acknowledgement.test(sentence) && sentence.split(/\s+/).length >= 3,
    )
    const inQuestion = act.read.questions.some((question) =>
      /^(?:sorry,? )?(?:i mean|it means|i meant)\b|^[^?]{12,}[:;] /i.test(question),
    )
    return verdict(answers || inQuestion || act.read.closing, act.heard.at, act.at)
  }),
  constraint('plain-words', 1, 'Clinical words are avoided or explained.', (context) => {
    const text = spoken(context)
    return text.trim() === '' ? notApplicable : verdict(unexplainedJargon(text).length === 0, context.act.at)
  }),
  constraint('no-invention', 2, 'Nothing is put in the patient’s mouth.', ({ act, read }) => {
    const found = invention(read, act)
    return found === 'none' ? notApplicable : verdict(found === 'claimed', act.at)
  }),
  constraint('empathy', 1, 'Voiced distress is acknowledged.', ({ act }) =>
    act.heard && tellsDistress(act.heard.text)
      ? verdict(acknowledgesDistress(act.text), act.heard.at, act.at)
      : notApplicable,
  ),
  constraint('follows-danger', 3, 'A sign of danger is acted on at once.', ({ act }) =>
    act.heard && tellsDanger(act.heard.text)
      ? verdict(actsOnDanger(act.text), act.heard.at, act.at)
      : notApplicable,
  ),
  constraint('allergy-before-dose', 2, 'No dose is given before allergies are known.', ({ act, known }) =>
    act.told.some(givesDose)
      ? verdict(known.allergies.length > 0, ...known.allergies, act.at)
      : notApplicable,
  ),
  constraint(
    'no-premature-reassurance',
    2,
    'Nothing is called harmless before danger is ruled out.',
    ({ act, known }) =>
      act.told.some((sentence) => reassures.test(sentence))
        ? verdict(known.danger.length > 0 && known.results.length > 0, act.at)
        : notApplicable,
  ),
  constraint('not-leading', 1, 'A question does not suggest its answer.', ({ act }) =>
    act.read.questions.length === 0 ? notApplicable : verdict(!act.read.questions.some(leads), act.at),
  ),
  constraint('brief', 1, 'A turn before the closing is short.', ({ act }) =>
    act.read.closing ? notApplicable : verdict(act.text.split(/\s+/).length <= longestTurn, act.at),
  ),
  constraint('stays-in-role', 2, 'The doctor speaks for the doctor only.', ({ act }) =>
    verdict(!roles.test(act.text), act.at),
  ),
]
