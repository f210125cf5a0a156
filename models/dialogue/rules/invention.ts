/** Facts that a doctor puts in the patient's mouth: claims that nothing said so far bears out. */
import { groundsIn } from '../closing-parts.ts'
import type { DoctorAct, ReadDialogue } from '../acts.ts'

const attribution =
  /\b(?:as |since |because )?you (?:(?:have |(?:'|’)ve )?(?:already |also )?(?:said|told me|mentioned|described|reported)|say|tell me)\b(?: that| about)?\s+([^,.?;]+)/gi

const stop = new Set(
  'the and you your yours with for that this have has had not are was were been his her she they them from into out about over when what which who how but all any some very much more most less also just there here than then because since while where after before make makes made get gets got come comes came goes went one two both now new show shows showed lot kind sort feel feels felt bit well doctor said told mentioned day days week weeks month months year years hour hours positive negative normal found'.split(
    ' ',
  ),
)
const stem = (word: string): string =>
  word.replace(/(?:iness|ness|ing|ies|ied|ed|es|s|y|ly|e)$/, '').slice(0, 6)
const stems = (text: string): readonly string[] => [
  ...new Set((text.toLowerCase().match(/[a-z]{3,}/g) ?? []).filter((word) => !stop.has(word)).map(stem)),
]
const negation = /\b(?:no|not|never|none|without|nothing|neither|nor)\b|n(?:'|’)t\b/i

/** Words that one denial leaves open: no pain on the right is no denial of pain. */
const general =
  /^(?:pain|ache|hurt|back|chest|belly|tummy|head|side|right|left|upper|lower|middle|sympto|worse|better)$/

interface Said {
  readonly affirmed: ReadonlySet<string>
  readonly denied: ReadonlySet<string>
}

/** Words that the patient or a result affirmed or denied before a turn; a plain "no" denies the question. */
function said({ dialogue }: ReadDialogue, before: number): Said {
  const affirmed = new Set<string>()
  const denied = new Set<string>()
  for (const [at, { speaker, text }] of dialogue.turns.entries()) {
    if (at >= before || speaker === 'doctor') continue
    const asserted = text.replace(/[^.!?;]*\?/g, ' ')
    for (const clause of asserted.split(/[.!?;,]|\bbut\b/))
      for (const word of stems(clause))
        // A result that finds nothing denies no word of the patient's.
        if (!negation.test(clause)) affirmed.add(word)
        else if (speaker === 'patient') denied.add(word)
    const question = dialogue.turns[at - 1]
    if (speaker === 'patient' && question?.speaker === 'doctor') {
      // "No fever. It was pinkish." denies one thing asked and affirms another.
      const plainNo = /^(?:no|not|never|none|nothing|nope)\b[^.!?;,]*[.!]?$/i.test(text.trim())
      if (plainNo || !negation.test(text))
        for (const word of stems(question.text)) (plainNo ? denied : affirmed).add(word)
    }
  }
  return { affirmed, denied }
}

export type Invention = 'none' | 'claimed' | 'invented'

/** Whether a turn claims facts of the patient at all, and whether they were given. */
export function invention(read: ReadDialogue, act: DoctorAct): Invention {
  const attributed = [...act.text.matchAll(attribution)].map(([, claim = '']) => claim)
  const grounds = act.read.closing ? groundsIn(act.text) : []
  if (attributed.length === 0 && grounds.length === 0) return 'none'
  const { affirmed, denied } = said(read, act.at)
  const refuted = (claim: string): boolean => {
    if (negation.test(claim) || /\b(?:normal|clear|negative|flat)\b/i.test(claim)) return false
    const words = stems(claim)
    return (
      !words.some((word) => affirmed.has(word)) &&
      words.filter((word) => denied.has(word)).length * 3 >= words.length &&
      words.some((word) => denied.has(word) && !general.test(word))
    )
  }
  const support = (claims: readonly string[]): number => {
    const words = claims.flatMap(stems)
    return words.length === 0
      ? 1
      : words.filter((word) => affirmed.has(word) || denied.has(word)).length / words.length
  }
  const invented =
    [...attributed, ...grounds].some(refuted) || attributed.some((claim) => support([claim]) <= 0.5)
  return invented ? 'invented' : 'claimed'
}
