/** Single questions about a condition with the knowledge base's answer. */
import type { Random } from '../../core/random.ts'
import type { KnowledgeBase } from '../../knowledge/knowledge-base.ts'
import type { Exchange } from './assistant-exchange.ts'
import { pick } from './simulated-person.ts'
import { lowered } from '../lowered.ts'

const ended = (text: string): string => text.replace(/[.\s]+$/, '')

export function medicalQuestion(base: KnowledgeBase, random: Random, id: string): Exchange | null {
  const knowledge = base.conditions.get(id)
  const name = base.names.get(id)?.name
  if (!knowledge || !name) return null
  const said = lowered(name)
  const finding = (each: string): string => lowered(base.findings.get(each)?.name ?? each)
  const list = (items: readonly string[]): string =>
    items.length < 2 ? (items[0] ?? '') : `${items.slice(0, -1).join(', ')} and ${items.at(-1) ?? ''}`
  switch (random.below(6)) {
    case 0: {
      const typical = Object.entries(knowledge.findings)
        .filter(([each, level]) => {
          const kind = base.findings.get(each)?.kind
          return kind === 'symptom' && (level === 'usually' || level === 'often')
        })
        .slice(0, 5)
        .map(([each]) => finding(each))
      return {
        question: pick(random, [
          `What are the typical symptoms of ${said}?`,
          `How does ${said} present?`,
          `What are the signs of ${said}?`,
        ]),
        answer: `Typical of ${said}: ${list(typical)}.`,
      }
    }
    case 1:
      return {
        question: pick(random, [
          `How is ${said} treated?`,
          `What is done first for ${said}?`,
          `What is the first management of ${said}?`,
        ]),
        answer: `${knowledge.firstManagement.slice(0, 3).map(ended).join('. ')}.`,
      }
    case 2:
      return knowledge.firstTests.length === 0
        ? null
        : {
            question: pick(random, [
              `Which tests help when ${said} is suspected?`,
              `What tests should I order for ${said}?`,
            ]),
            answer: `${knowledge.firstTests.slice(0, 3).map(ended).join('. ')}.`,
          }
    case 3:
      return {
        question: pick(random, [
          `When should someone with ${said} come back at once?`,
          `What safety advice goes with ${said}?`,
        ]),
        answer: `${ended(knowledge.safetyNet)}.`,
      }
    case 4: {
      const mimics = knowledge.mimics
        .slice(0, 3)
        .map(({ condition }) => lowered(base.names.get(condition)?.name ?? condition))
      return mimics.length === 0
        ? null
        : {
            question: pick(random, [
              `What dangerous conditions can look like ${said}?`,
              `What must not be missed when I think of ${said}?`,
            ]),
            answer: `Do not miss ${list(mimics)}.`,
          }
    }
    default: {
      const [mimic] = knowledge.mimics
      if (!mimic) return null
      const other = lowered(base.names.get(mimic.condition)?.name ?? mimic.condition)
      return {
        question: pick(random, [
          `How do I tell ${said} from ${other}?`,
          `What distinguishes ${said} from ${other}?`,
        ]),
        answer: `What tells them apart: ${list(mimic.toldApartBy.map(finding))}.`,
      }
    }
  }
}
