/** Clinical words that many patients do not know. */

/** Understood only by those who know much about health. */
const hard =
  /\b(?:dyspn\w+|orthopn\w+|haematuria|hematuria|haemoptysis|hemoptysis|melaena|melena|haematemesis|hematemesis|dysuria|nocturia|polyuria|polydipsia|tenesmus|steatorrh\w+|dysphagia|odynophagia|dysphasia|dysarthria|paraesthesi\w+|paresthesi\w+|syncop\w+|presyncope|diaphor\w+|pyrexi\w+|rigors?|prodrom\w+|menorrhagia|dysmenorrh\w+|amenorrh\w+|oligomenorrh\w+|dyspareuni\w+|intermenstrual|postcoital|photophobi\w+|phonophobi\w+|diplopia|tinnitus|epistaxis|arthralgi\w+|myalgi\w+|pruritus|emesis|micturition|claudication|comorbidit\w+|anorexia|malaise|parity|gravida|paroxysmal|exertional|pleuritic|radiat(?:e|es|ing|ion)|aggravating|alleviating|exacerbat\w+|idiopathic|anhedonia|ideation|immunocompromised|contraindicat\w+|obstipation|haematochezia|hematochezia)\b/i

/** Understood by most. */
const middling =
  /\b(?:tinnitus|anorexia|malaise|radiat(?:e|es|ing|ion)|aggravating|exacerbat\w+|photophobi\w+|rigors?|exertional|paroxysmal|contraindicat\w+|comorbidit\w+)\b/i

/** A word is explained when plain words follow it. */
const explained = /\b(?:i mean|that is|meaning|in other words|so|which is|or)\b|\(/i

/** Whether someone of this literacy would have to ask what a question means. */
export function needsPlainWords(question: string, literacy: 'low' | 'medium' | 'high'): boolean {
  if (literacy === 'high' || explained.test(question)) return false
  return hard.test(question) && (literacy === 'low' || !middling.test(question))
}
