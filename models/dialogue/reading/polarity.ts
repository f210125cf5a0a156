/** Whether an answer begins with a yes or a no, and the clauses of it that can be read on their own. */

export type Polarity = 'yes' | 'no' | 'unsure' | 'none'

const unsureStart =
  /^(?:(?:well|um|er|hmm|oh|sorry),?\s+)*(?:i (?:don'?t|do not|couldn'?t|can'?t|wouldn'?t) (?:really )?(?:know|say|tell|remember|recall)|i(?:'?m| am) not (?:really )?sure|not sure|hard to say|maybe|perhaps|possibly|i couldn'?t|no idea|i haven'?t (?:checked|noticed|looked|kept track))\b/
const noStart =
  /^(?:(?:well|um|er|oh|sorry|doctor|actually),?\s+)*(?:no\b|nope\b|nah\b|never\b|none\b|nothing\b|not (?:really|at all|that|as far|once|since|in|even|particularly)\b|neither\b|not\b[^.]{0,30}$|i (?:don'?t|do not|haven'?t|have not|didn'?t|did not|never)\b|(?:he|she|it) (?:doesn'?t|does not|hasn'?t|isn'?t|didn'?t)\b)/
const yesStart =
  /^(?:(?:well|um|er|oh|sorry|doctor|actually),?\s+)*(?:yes\b|yeah\b|yep\b|yup\b|aye\b|i do\b|i have\b|i am\b|i did\b|he does\b|he has\b|she does\b|she has\b|it does\b|it is\b|a bit\b|a little\b|sometimes\b|often\b|always\b|quite\b|very\b|definitely\b|absolutely\b|all the time\b|terribly\b|awful\b)/
const plain = (text: string): string => text.trim().toLowerCase().replaceAll('’', "'")

export function openingPolarity(answer: string): Polarity {
  const text = plain(answer)
  if (unsureStart.test(text)) return 'unsure'
  if (noStart.test(text)) return 'no'
  if (yesStart.test(text)) return 'yes'
  return 'none'
}

/** A bare yes or no carries no more than its polarity. */
export const isBare = (sentence: string): boolean => plain(sentence).split(/\s+/).length <= 2

/** Clauses that can be read on their own: sentences, and halves around "but" and the like. */
export function clauses(text: string): readonly string[] {
  return text
    .split(/(?<=[.?!;])\s+|\n+|,?\s+\b(?:but|though|although|except|however)\b\s+/)
    .map((clause) => clause.trim())
    .filter((clause) => /\p{L}|\d/u.test(clause))
}
