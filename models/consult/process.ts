/** Where a session stands in the diagnostic flowchart, citing its turns. */
import type { Dialogue, DialogueSpeaker } from '../dialogue/dialogue.ts'
import { processState, type ProcessNode, type ProcessState } from '../dialogue/process.ts'
import type { Id, SessionKind, SessionRecord, Speaker } from '../session/session.ts'

export interface SessionProcessNode extends Omit<ProcessNode, 'turns'> {
  /** The turns that contributed, in spoken order. */
  readonly turns: readonly Id[]
}

export interface SessionProcess {
  readonly nodes: readonly SessionProcessNode[]
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
  const { nodes, next } = processState(sessionDialogue(record))
  return {
    nodes: nodes.map((node) => ({
      ...node,
      turns: node.turns.flatMap((at) => record.turns[at]?.id ?? []),
    })),
    next,
  }
}
