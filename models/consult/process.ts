/** Where a session stands in the diagnostic flowchart and which process rules it keeps, citing its turns. */
import type { Dialogue, DialogueSpeaker } from '../dialogue/dialogue.ts'
import { processState, type ProcessNode, type ProcessState } from '../dialogue/process.ts'
import { evaluateDialogue, rules } from '../dialogue/rules/index.ts'
import type { Id, SessionKind, SessionRecord, Speaker } from '../session/session.ts'

export interface SessionProcessNode extends Omit<ProcessNode, 'turns'> {
  /** The turns that contributed, in spoken order. */
  readonly turns: readonly Id[]
}

export interface SessionRule {
  readonly id: string
  /** What it asks for, as a sentence. */
  readonly sentence: string
  /** A rule is broken when any turn breaks it. */
  readonly kept: boolean
  /** The turns that show it: those that break it, else those that keep it, in spoken order. */
  readonly turns: readonly Id[]
}

export interface SessionProcess {
  readonly nodes: readonly SessionProcessNode[]
  /** The rules that applied so far, the broken ones first. */
  readonly rules: readonly SessionRule[]
  readonly next: ProcessState['next']
}

/** In practice the third voice gives results; in a consultation it speaks for the patient. */
function speakerOf(speaker: Speaker, kind: SessionKind): DialogueSpeaker {
  switch (speaker) {
    case 'clinician':
      return 'doctor'
    case 'patient':
      return 'patient'
    case 'other':
      return kind === 'practice' ? 'result' : 'patient'
  }
}

/** The session's turns as a dialogue, in the same order. */
export const sessionDialogue = ({ session, turns }: Pick<SessionRecord, 'session' | 'turns'>): Dialogue => ({
  turns: turns.map(({ speaker, text }) => ({ speaker: speakerOf(speaker, session.kind), text })),
})

export function sessionProcess(record: Pick<SessionRecord, 'session' | 'turns'>): SessionProcess {
  const dialogue = sessionDialogue(record)
  const { nodes, next } = processState(dialogue)
  return {
    rules: appliedRules(record, dialogue),
    nodes: nodes.map((node) => ({
      ...node,
      turns: node.turns.flatMap((at) => record.turns[at]?.id ?? []),
    })),
    next,
  }
}

function appliedRules(record: Pick<SessionRecord, 'turns'>, dialogue: Dialogue): readonly SessionRule[] {
  const { turns } = evaluateDialogue(dialogue)
  return rules
    .flatMap(({ id, sentence }): readonly SessionRule[] => {
      const applied = turns.flatMap(({ turn, verdicts }) =>
        verdicts
          .filter(({ rule, verdict }) => rule === id && verdict !== 'not-applicable')
          .map(({ verdict }) => ({ turn, verdict })),
      )
      if (applied.length === 0) return []
      const broken = applied.filter(({ verdict }) => verdict === 'violated')
      const shown = broken.length > 0 ? broken : applied
      return [
        {
          id,
          sentence,
          kept: broken.length === 0,
          turns: shown.flatMap(({ turn }) => record.turns[turn]?.id ?? []),
        },
      ]
    })
    .toSorted((a, b) => Number(a.kept) - Number(b.kept))
}
