/** A session as the knowledge engine and the process rules read it. */
import type { SessionRecord } from '../../models/session/session.ts'

/** Characters of one turn that are read: a pasted document would hold the window for seconds. */
const longestRead = 4000

export const readable = (record: SessionRecord): SessionRecord => ({
  ...record,
  turns: record.turns.map((turn) => ({ ...turn, text: turn.text.slice(0, longestRead) })),
})
