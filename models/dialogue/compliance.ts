/** Chooses among ways to say a turn by the rules. */
import type { ProcessReader } from './acts.ts'
import type { Dialogue } from './dialogue.ts'
import { judgeLastTurn, rules } from './rules/index.ts'

const weights = new Map(rules.map(({ id, weight }) => [id, weight]))

/** The summed weight of the rules that a turn would break as the next of a dialogue. */
export function faults(dialogue: Dialogue, text: string, reader: ProcessReader): number {
  const turns = [...dialogue.turns, { speaker: 'doctor' as const, text }]
  return judgeLastTurn({ ...dialogue, turns }, reader).verdicts.reduce(
    (sum, { rule, verdict }) => sum + (verdict === 'violated' ? (weights.get(rule) ?? 1) : 0),
    0,
  )
}

/** @returns the first candidate without a fault; null when every one breaks a rule */
export function firstWithoutFault(
  dialogue: Dialogue,
  candidates: Iterable<string>,
  reader: ProcessReader,
): string | null {
  for (const text of candidates) if (faults(dialogue, text, reader) === 0) return text
  return null
}

/** @returns the first candidate without a fault, else the one with the lightest; null when there is none */
export function leastFaulty(
  dialogue: Dialogue,
  candidates: Iterable<string>,
  reader: ProcessReader,
): string | null {
  let best: { readonly text: string; readonly faults: number } | null = null
  for (const text of candidates) {
    const found = faults(dialogue, text, reader)
    if (found === 0) return text
    if (!best || found < best.faults) best = { text, faults: found }
  }
  return best?.text ?? null
}

/** Remembers what was read, for many questions are asked in many dialogues. */
export function rememberingReader(reader: ProcessReader): ProcessReader {
  const known = new Map<string, readonly string[]>()
  return {
    topics(turn) {
      const found = known.get(turn) ?? reader.topics(turn)
      if (known.size < 20_000) known.set(turn, found)
      return found
    },
  }
}
