/** Turns that ask about no illness: greetings, chat, who someone is, where to begin. */
import type { Occasion } from './persona.ts'

/** What a turn without a medical question is; null when it is none of these. */
export type Talk =
  | { readonly kind: 'say'; readonly occasion: Occasion }
  /** "What brings you in?": the complaint once more. */
  | { readonly kind: 'complaint' }
  | { readonly kind: 'name' | 'age' | 'occupation' }

const table: readonly (readonly [Talk, RegExp])[] = [
  [
    { kind: 'complaint' },
    /\b(?:what (?:has |have )?(?:brings?|brought) you|what (?:seems to be|is) (?:the (?:matter|problem|trouble)|wrong|going on|up)(?: (?:today|with you(?: today)?|then))?$|what can i do (?:for you)?|how can i (?:help|be of help)|why (?:are you|have you come|did you come) (?:here|in)|tell me (?:what (?:is|has)(?: been)?(?: going on| happen\w*| wrong)?|about (?:it|this|the problem|your (?:problem|complaint|symptoms)))|what (?:has|is) (?:been )?(?:happening|bothering you)|what are you here for|reason for (?:your )?visit|main (?:problem|complaint)|what (?:is|are) your (?:symptoms?|complaint))\b/,
  ],
  [
    { kind: 'say', occasion: 'what-to-know' },
    /\b(?:tell me more|go on|carry on|please continue|anything (?:else|more) (?:you )?(?:would like|want|wish|need|like) to (?:tell|say|add|mention|ask|share)|anything to add|in more detail|say more|elaborate|any questions|questions for me)\b/,
  ],
  [
    { kind: 'name' },
    /\b(?:your|his|her|the patient'?s?) (?:full |first |last )?name\b|what (?:are you|should i|shall i|can i|do i) call(?:ed)?|what do people call you|spell your/,
  ],
  [{ kind: 'age' }, /\bhow old\b|\b(?:your|his|her) (?:age|date of birth|birthday|dob)\b|when were you born/],
  [
    { kind: 'occupation' },
    /\b(?:for a living|your (?:job|occupation|profession|work)|what (?:do you do|is your job|work do you do)|where do you work|what line of work|are you (?:working|employed|retired))\b/,
  ],
  [
    { kind: 'say', occasion: 'meta' },
    /\b(?:real (?:person|patient|human)|computer|robot|chat ?bot|language model|an? ai\b|artificial|simulat\w+|programmed|which model|what model)\b/,
  ],
  [
    { kind: 'say', occasion: 'go-ahead' },
    /\b(?:(?:may|can|could|shall|is it (?:ok|okay|all right|alright)|would it be (?:ok|okay|all right|alright)|do you mind|are you (?:happy|ok|okay)) (?:if |for |with )?(?:i|me|we|us)\b|have a (?:quick )?look|get (?:you )?(?:on|onto) the couch)\b/,
  ],
  [{ kind: 'say', occasion: 'thanks' }, /\b(?:thank you|thanks|cheers|much appreciated)\b/],
  [
    { kind: 'say', occasion: 'how-are-you' },
    /\bhow (?:are|is) (?:you|things)(?: (?:doing|today|getting on|keeping|feeling))*$/,
  ],
  [
    { kind: 'say', occasion: 'greeting' },
    /^(?:hello|hi|hey|hiya|good (?:morning|afternoon|evening|day)|morning|welcome|nice to meet|pleased to meet|my name is|i am (?:dr|doctor|one of the|a |the |your |just ))/,
  ],
  [
    { kind: 'say', occasion: 'chat' },
    /\b(?:weather|rain(?:ing|y)?|sunny|traffic|parking|park(?:ed)?|bus|train|journey|find us|football|match|team|film|movie|holiday plans|weekend plans|tea or coffee|glass of water|comfortable|seat|sit down|wait(?:ing)? long|lovely day|nice day|favou?rite|election|capital of|poem|joke|plus two)\b/,
  ],
]

/** Offers, invitations and pleasantries that may hold a word of the case and still ask for none of it. */
const courtesies =
  /^(?:(?:well|so|right|okay|now|and|but|just) )*(?:(?:can|could|may|shall|should) (?:i|we) (?:get|fetch|offer|bring|pass|make|find|lend|open|close|turn|move|put)\b|would you (?:like|care for|prefer) (?:a|an|some|another|the|me to (?:open|close|turn|get))\b|(?:is there )?anything (?:else|more) (?:that )?(?:you (?:would )?(?:like|want|wish|need|care) to (?:say|tell|add|mention|ask|share)|to (?:add|say)|for me|from me|on your mind before)|(?:nice|lovely|beautiful|pretty|smart) \w+(?: is (?:it|that|this) (?:new|yours|warm))?$|(?:take|have) (?:all )?(?:the|your|as much) time|is (?:the|it) (?:\w+ )?(?:too )?(?:bright|warm|cold|hot|loud|noisy) (?:for you|in here)|sorry (?:to|for|about) (?:keep|the (?:wait|delay)|keeping)|did you (?:come by|travel far|get here|park|find (?:us|it|a)))/

/** Whether a sentence is only a courtesy. @param plain a sentence as `plainText` gives it */
export const isCourtesy = (plain: string): boolean => courtesies.test(plain)

/** @param plain a sentence as `plainText` gives it */
export function smallTalk(plain: string): Talk | null {
  const talk = table.find(([, pattern]) => pattern.test(plain))?.[0]
  return talk ?? (isCourtesy(plain) ? { kind: 'say', occasion: 'chat' } : null)
}
