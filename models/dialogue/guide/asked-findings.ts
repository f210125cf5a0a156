/** What a doctor's question is about, as findings. */
import { themesIn } from './listed-themes.ts'
import { questionsIn } from './questions.ts'

/** The findings that a question is about; `named` are those whose words it holds. */
export function askedFindings(question: string, named: readonly string[]): ReadonlySet<string> {
  const asked = new Set(named)
  const add = (findings: readonly string[]): void => findings.forEach((finding) => asked.add(finding))
  for (const { findings } of [...questionsIn(question), ...themesIn(question)]) add(findings)
  return asked
}
