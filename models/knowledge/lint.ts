/** Finds what is wrong in a knowledge base that parses: references, orphans, twins, contradictions. */
import { likelihood, type KnowledgeBase } from './knowledge-base.ts'

export interface LintIssue {
  readonly kind:
    'unknown-reference' | 'missing-condition' | 'orphan-finding' | 'inseparable' | 'contradiction' | 'thin'
  readonly subject: string
  readonly message: string
}

/** Smallest summed difference of likelihoods at which two conditions count as separable. */
const separable = 1.5
const fewestFindings = 8

export function lintKnowledge(base: KnowledgeBase): readonly LintIssue[] {
  const issues: LintIssue[] = []
  const report = (kind: LintIssue['kind'], subject: string, message: string): void => {
    issues.push({ kind, subject, message })
  }
  const used = new Set<string>()
  for (const name of base.names.keys())
    if (!base.conditions.has(name)) report('missing-condition', name, 'is named but not described')

  for (const condition of base.conditions.values()) {
    if (!base.names.has(condition.id)) report('unknown-reference', condition.id, 'has no name and code')
    const mentioned = [
      ...Object.keys(condition.findings),
      ...condition.discriminating,
      ...condition.redFlags,
      ...condition.mimics.flatMap((mimic) => mimic.toldApartBy),
    ]
    for (const finding of new Set(mentioned)) {
      used.add(finding)
      if (!base.findings.has(finding))
        report('unknown-reference', condition.id, `mentions the unknown finding ${finding}`)
    }
    for (const finding of condition.discriminating)
      if (!(finding in condition.findings))
        report('contradiction', condition.id, `is told apart by ${finding} but gives it no likelihood`)
    for (const mimic of condition.mimics)
      if (!base.conditions.has(mimic.condition))
        report('unknown-reference', condition.id, `mimics the unknown ${mimic.condition}`)
    if (Object.keys(condition.findings).length < fewestFindings)
      report('thin', condition.id, `has fewer than ${fewestFindings} findings`)
    for (const [finding, level] of Object.entries(condition.findings)) {
      const described = base.findings.get(finding)
      for (const other of described?.excludes ?? [])
        if (level === 'usually' && condition.findings[other] === 'usually')
          report(
            'contradiction',
            condition.id,
            `usually has both ${finding} and ${other}, which exclude each other`,
          )
    }
  }

  for (const finding of base.findings.values()) {
    if (!used.has(finding.id)) report('orphan-finding', finding.id, 'is used by no condition')
    for (const other of [...(finding.excludes ?? []), ...(finding.implies ?? [])])
      if (!base.findings.has(other))
        report('unknown-reference', finding.id, `refers to the unknown finding ${other}`)
  }

  const conditions = [...base.conditions.values()]
  conditions.forEach((first, index) => {
    for (const second of conditions.slice(index + 1)) {
      let distance = 0
      for (const finding of base.findings.values())
        distance += Math.abs(likelihood(first, finding) - likelihood(second, finding))
      if (distance < separable)
        report('inseparable', first.id, `cannot be told from ${second.id} (distance ${distance.toFixed(2)})`)
    }
  })
  return issues
}
