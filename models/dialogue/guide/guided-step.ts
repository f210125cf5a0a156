/** What the guided doctor does next, as a plan of a visit names it. */
import { topicWords } from '../doctor/note.ts'
import { lowered } from '../lowered.ts'
import type { PlannedStep } from '../doctor/plan.ts'
import type { GuideAction } from './choose.ts'
import { listedThemes } from './listed-themes.ts'
import { standardTopicsOf } from './questions.ts'

/** "fever, cough and chest pain" */
export function inOneList(words: readonly string[]): string {
  const last = words.at(-1) ?? ''
  return words.length > 1 ? `${words.slice(0, -1).join(', ')} and ${last}` : last
}

const phrases = new Map(listedThemes.map(({ id, phrase }) => [id, phrase]))

function themeWords(theme: string): readonly string[] {
  const phrase = phrases.get(theme)
  if (phrase !== undefined) return [phrase]
  const topics = standardTopicsOf(theme)
  return topics.length > 0 ? topics.map(topicWords) : [theme.replaceAll('-', ' ')]
}

/** What is asked about themes, in a plan's words. */
export const aboutThemes = (themes: readonly string[]): string => inOneList(themes.flatMap(themeWords))

/** Begins a question about what the patient has told already. */
const tellMore = /^Tell me more\b/

export function guidedStep(action: GuideAction): PlannedStep {
  switch (action.kind) {
    case 'ask': {
      const about = aboutThemes(action.themes)
      return { kind: 'ask', about: tellMore.test(action.text) ? `more of ${about}` : about }
    }
    case 'order':
      return {
        kind: 'order',
        examinations: action.examinations.map(lowered),
        tests: action.tests.map(lowered),
      }
    case 'close':
      return { kind: 'conclude' }
  }
}
