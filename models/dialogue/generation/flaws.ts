/** How doctors go wrong: what the mixed-quality dialogues do, and what preferences turn away from. */
import type { Random } from '../../core/random.ts'
import type { KnowledgeBase } from '../../knowledge/knowledge-base.ts'
import { pick } from './simulated-person.ts'

/**
 * premature: names a diagnosis after few questions. endless: asks until the budget is gone. repetitive:
 * asks what was answered. jargon: several findings at once, by their clinical names. unsafe: neither
 * medicines, allergies nor earlier illness, no alternatives, no safety advice.
 */
export const flaws = ['premature', 'endless', 'repetitive', 'jargon', 'unsafe'] as const
export type Flaw = (typeof flaws)[number]

const named = (name: string): string =>
  /^[A-Z]{2}/.test(name) ? name : name.charAt(0).toLowerCase() + name.slice(1)

/** One question that asks about a finding and others with it, in a clinician's words. */
export function jargonQuestion(base: KnowledgeBase, random: Random, first: string): string {
  const others = [...base.findings.values()].filter((finding) => !('order' in finding))
  const names = [
    base.findings.get(first)?.name ?? first,
    pick(random, others).name,
    pick(random, others).name,
  ]
  return `Any ${names.slice(0, 2).map(named).join(', ')} or ${named(names[2] ?? '')}?`
}

/** A question about anything that was not asked yet. */
export function idleQuestion(base: KnowledgeBase, random: Random, asked: ReadonlySet<string>): string | null {
  const left = [...base.findings.values()].filter(
    (finding) => !('order' in finding) && !asked.has(finding.id),
  )
  if (left.length === 0) return null
  const finding = pick(random, left)
  return 'ask' in finding ? finding.ask : null
}

export const alreadySaid = [
  'I have told you that already.',
  'You asked me that. The same as before.',
  'As I said.',
  'I just said, doctor.',
]
