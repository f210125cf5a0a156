/** What a doctor's turn asks: its sentences without those that only tell something. */
import { plainText, sentences } from './plain-text.ts'

/** Beginnings of sentences that tell, promise or acknowledge and ask for nothing. */
const telling = new RegExp(
  `^(?:${[
    `(?:ok|okay|right|good|great|fine|alright|all right|lovely|perfect|i see|thanks|thank you|cheers|sure|yes|no|hello|hi|hey|good (?:morning|afternoon|evening)|sorry|excellent|understood|got it|noted|fair enough|of course)(?: .{0,24})?$`,
    `(?:ok |okay |right |so |well |and |oh |ah )*(?:thank you|thanks) .*`,
    `(?:ok |okay |right |so |well |and |oh |ah )*(?:i am|i will|i can see|i can hear|i understand|i appreciate|i think|i believe|i suspect|i recommend|i suggest|i would recommend|i would suggest|i would advise|i advise|i see|i hear|i have (?:looked|read|seen|got your)|my name|my plan|we will|we should|we need|we can|let us (?:get|do|start|have|arrange|order)|let me (?:examine|listen|check|have a look|reassure|explain|take)|that (?:must|sounds|is|was|would|makes|will)|this (?:must|sounds|is|was|looks)|it (?:must|sounds|looks|seems)|those|you (?:said|mentioned|told|should|need|must|will|poor|can (?:take|go|get)|are (?:doing|right|brave|in good|safe)|have been (?:very|really|brave)|look|seem|sound)|please (?:take|come back|rest|drink|go|sit|lie|undress|do not|avoid|return|wait)|come back|take (?:a seat|this|these|two|one|the)|rest|avoid|do not worry|no need|the (?:diagnosis|results?|plan|most likely|treatment|next step|tests?)|diagnosis|plan|because|also considered)\\b.*`,
  ].join('|')})`,
)

/** Tellings that ask all the same. */
const asking =
  /\b(?:would like to (?:know|hear|ask|understand)|want(?:ed)? to (?:know|hear|ask|understand)|need to (?:know|ask|hear|check (?:whether|if|about))|have to ask|must ask|going to ask|should ask|wonder(?:ing|ed)?|curious|tell me|let me know|ask(?:ing)? (?:you )?(?:about|whether|if|how|what|when)|interested (?:in|to hear)|talk (?:me through|to me about|about))\b/

export interface Asking {
  /** In plain words, see `plainText`. */
  readonly plain: string
  /** The parts that may each ask on their own, in plain words; empty when there is but one. */
  readonly pieces: readonly string[]
}

/** The pieces of a wording: "Any weakness, numbness or trouble speaking?" has three. */
export function pieces(wording: string): readonly string[] {
  const cut = wording
    .split(/[,;.?/]|\bor\b|\band\b/i)
    .map(plainText)
    .filter((piece) => piece !== '')
  return cut.length > 1 ? cut : []
}

/** The askings of one turn, in spoken order; sentences that only tell something are left out. */
export function askings(turn: string): readonly Asking[] {
  return sentences(turn)
    .filter(({ plain, mark }) => mark === '?' || !telling.test(plain) || asking.test(plain))
    .map(({ words, plain }) => ({ plain, pieces: pieces(words) }))
}
