/** What a closing plans: no dose is named to somebody whose allergies are not known. */
import { givesDose } from '../rules/constraints.ts'
import { lowered } from '../lowered.ts'

const dose = /\s*\b\d+(?:[.,]\d+)?\s?(?:mg|milligrams?|micrograms?|mcg|µg|grams?|g|ml|units?|iu)\b/gi

/** @param management what is done first, as the knowledge base words it */
export const planned = (management: readonly string[], allergiesKnown: boolean): readonly string[] =>
  management.flatMap((step) => {
    if (allergiesKnown || !givesDose(step)) return [step]
    const open = step.replace(dose, '')
    const check = 'Check for allergies to medicines'
    return givesDose(open) ? [check] : [`${check}, then ${lowered(open)}`]
  })
