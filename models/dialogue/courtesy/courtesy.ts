/**
 * What a doctor owes to the patient's last words before going on: an answer to a question, a word to
 * distress, action on danger; else a plain acknowledgement.
 */
import { tellsDanger } from '../danger.ts'
import { acknowledgesDistress, tellsDistress } from '../distress.ts'
import {
  toAnything,
  toDanger,
  toFear,
  toImpatience,
  toNo,
  toResults,
  toSelfHarm,
  toSuffering,
  toSymptom,
} from './acknowledgements.ts'
import { anyReply, notUnderstood, replyKinds, rewordings } from './replies.ts'

const selfHarm =
  /\b(?:end(?:ing)? (?:it|my life)|kill(?:ing)? myself|suicid\w*|better off dead|don(?:'|’)t want to (?:live|be here|wake up)|hurt(?:ing)? myself|wish i (?:was|were) dead)\b/i
const fear =
  /\b(?:scared|scares?|terrif\w+|frighten\w*|afraid|petrified|worried|worry(?:ing)?|panick\w*|dread\w*|dying|nightmares?)\b/i
const impatient =
  /\b(?:how many more|get on with|waste of|as i said|i (?:just |already )?(?:said|told you)|told you (?:that )?already|just give me|need to know|what else|hurry|can we)\b/i

/** What the last answer was, where nothing in it asks for more: how it is acknowledged, if at all. */
export type Heard = 'symptom' | 'denial' | 'anything' | 'results' | 'unacknowledged'

const plainly: Readonly<Record<Exclude<Heard, 'unacknowledged'>, readonly string[]>> = {
  symptom: toSymptom,
  denial: toNo,
  anything: toAnything,
  results: toResults,
}

/** One of several wordings; which one is the caller's business. */
export type Choose = (wordings: readonly string[]) => string

/**
 * @param heard the patient's words just before, empty after a result
 * @returns sentences that end with a mark, or an empty string; they ask nothing and order nothing
 */
export function courtesyTo(heard: string, choose: Choose, as: Heard): string {
  const said: string[] = []
  const have = (test: (text: string) => boolean): boolean => test(said.join(' '))
  if (tellsDanger(heard)) said.push(choose(selfHarm.test(heard) ? toSelfHarm : toDanger))
  if (heard.includes('?')) {
    const asked = heard.split(/(?<=[.!?])\s+/).filter((sentence) => sentence.endsWith('?'))
    said.push(choose(impatient.test(heard) ? toImpatience : repliesTo(asked.join(' '))))
  }
  if (tellsDistress(heard) && !have(acknowledgesDistress))
    said.unshift(choose((fear.test(heard) ? toFear : toSuffering).filter(acknowledgesDistress)))
  if (said.length > 0) return said.join(' ')
  if (impatient.test(heard)) return choose(toImpatience)
  return as === 'unacknowledged' ? '' : choose(plainly[as])
}

function repliesTo(asked: string): readonly string[] {
  if (notUnderstood.test(asked)) return rewordings
  return replyKinds.find(({ when }) => when.test(asked))?.replies ?? anyReply
}
