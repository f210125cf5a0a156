/**
 * Questions that put a diagnosis to the patient ("Is it appendicitis?", "You've got the flu, haven't you?").
 * Whoever is asked knows no more than the doctor does. Questions about earlier illness, the family, contacts
 * or fears name illnesses too and are no guesses.
 */
import { diseasesIn } from './disease-words.ts'
import { subjectWords } from './lexicon.ts'

/** What makes the naming of an illness a question about something else than this visit's cause. */
const elsewhere = new RegExp(
  [
    // Earlier illness.
    String.raw`^(?:and |so |okay )?(?:have|has) (?:you|he|she|your \w+) (?:ever |also )?(?:had|been (?:told|diagnosed|jabbed)|missed)\b|\bknown\b|\bgone through\b|\b(?:have|has|had) (?:you|he|she|your \w+) ever\b|\bever (?:had|been|suffered|have)\b|\bbefore\b(?! we| i )|\bin the past\b|\bpast\b|\bprevious\w*\b|\bhistory\b|\bearlier\b|\bchildhood\b|\bas a (?:child|kid|baby|teenager)\b|\bused to\b|\byears? ago\b|\balready (?:know|have been)\b`,
    // Family and contacts.
    String.raw`\bfamil\w+\b|\b(?:mother|father|mum|dad|parents?|brothers?|sisters?|siblings|relatives?|grand\w+|uncles?|aunts?)\b|\bin the family\b|\banyone\b|\banybody\b|\bsomeone\b|\bcontact\b|\bexposed\b|\bgoing round\b|\baround you\b|\bat (?:school|nursery|home|work)\b`,
    // Protection and treatment.
    String.raw`\bvaccin\w*\b|\bjab\w*\b|\bshots?\b|\bimmuni\w*\b|\bboosters?\b|\b(?:tested|screened|treated|checked|treatment|medicines?|medication|tablets?|pills|inhalers?|drugs?|operations?|surgery|take|taking|on) (?:for|against)\b|\btests?\b`,
    // Lately, but another illness.
    String.raw`\brecent\w*\b|\blately\b|\blast (?:week|month|year|winter|summer)\b|\bin the (?:last|past)\b|\b(?:just|recently) (?:had|got over|recovered)\b|\bgot over\b`,
    // Other illnesses.
    String.raw`\bany (?:other )?(?!chance|idea|doubt)|\bother (?:illness\w*|conditions?|diseases?)\b|\bthings like\b|\bsuch as\b|\bsuffer with\b|\b(?:problems|troubles?)$`,
    // Fears.
    String.raw`\bworr\w+\b|\bafraid\b|\bscared\b|\bfears?\b|\bfrightened\b|\bconcern\w*\b`,
    // The course of one that is known.
    String.raw`^(?:so |and |okay )?(?:when|where|how (?!about|likely|sure|certain|probable)|who|which|why)\b|\bhow (?:often|long|bad|well)\b|\b(?:your|his|her|the) (?:usual|normal)\b|\bsame as\b|\blike (?:the|your) (?:last|other)\b`,
  ].join('|'),
)

/** Names that people also use for what they feel or what comes out of them. */
const feltWords =
  /^(?:(?:blood |lung |leg )?clots?|flutter|withdrawal|menopause|panic attacks?|heartburn|hives|ulcers?|reflux|colic|piles|thrush|thyroid\w*|regurgitation|rupture\w*|obstruction|depress\w+|infection|vertigo|migraines?|deficiency|prolapsed?|dehydration|fractures?|sprain|reflux|acne|overdose|hypertensi\w+|fissure|sciatica|herpes|psychosis)$/

/** What puts a name to the complaint. */
const identifies = new RegExp(
  [
    String.raw`\b(?:is|was|are|were) (?:it|this|that|these|the answer|the word|the diagnosis|what)\b|\b(?:it|this|that|these|all this) (?:is|was|are|be|could|might|must|may|would|has to|can|cannot|sounds?|looks?|seems?|smells?)\b`,
    String.raw`\b(?:could|might|must|may|would) (?:it|this|that|you) be\b|\b(?:sounds?|looks?|smells?) like\b|\bbe having\b|\bare having\b`,
    String.raw`\b(?:guess\w*|confirm\w*|correct|right|warm|hot|cold|say (?:yes|no|i)|nod|true or false|bet|reckon|suspect\w*|thinking|rule (?:it |this )?out|exclude|explain\w*|typical|case of|diagnos\w+|what about|how about|what if)\b`,
  ].join('|'),
)
/** A name and hardly anything else. */
const bare = (plain: string, named: readonly string[]): boolean =>
  !asksIfKnown.test(plain) && plain.split(' ').length - named.join(' ').split(' ').length <= 2

/** Long-standing illnesses that people know they have. */
const longStanding =
  /\b(?:diabet\w+|asthma|copd|emphysema|high blood pressure|hypertension|epilepsy|thyroid\w*|heart (?:disease|problem|condition|failure)|angina|arthritis|cancer|hiv|hepatitis|kidney (?:disease|problems?)|liver disease|hay fever|eczema|allerg\w+|migraines?|depression|anxiety|high cholesterol|osteoporosis|gout|glaucoma|coeliac\w*|psoriasis|reflux|sickle cell|infection|ulcers?|clots?)\b/
const asksIfKnown =
  /\b(?:do|does|did|have|has|are|is) (?:you|he|she|your \w+)(?: \w+)? (?:have|got|get|suffer(?:ing)?(?: from| with)?|known|a|diabetic|asthmatic|epileptic)\b|\b(?:are|is) (?:you|he|she) (?:a )?(?:diabetic|asthmatic|epileptic)\b/

/**
 * @param plain one sentence as `plainText` gives it
 * @param candidates words of the conditions that the visit may be about; naming one of them as a
 *   long-standing illness is a guess
 */
export function guessesDiagnosis(plain: string, candidates: ReadonlySet<string> = new Set()): boolean {
  const named = diseasesIn(plain).filter((name) => !ownedIllness(plain, name))
  if (named.length === 0 || elsewhere.test(plain)) return false
  if ([...subjectWords(named.join(' '))].some((word) => candidates.has(word))) return true
  if (identifies.test(plain) || plain === named.join(' ')) return true
  if (named.every((name) => feltWords.test(name))) return false
  return bare(plain, named) || !(asksIfKnown.test(plain) && longStanding.test(plain))
}

/** "Your asthma": an illness that both sides know of. */
const ownedIllness = (plain: string, name: string): boolean =>
  new RegExp(`\\b(?:your|his|her) (?:\\w+ )?${name}`).test(plain) &&
  !/\b(?:diagnosis|answer|problem|illness) /.test(plain)
