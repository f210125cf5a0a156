/** What is written into a session: turns, what becomes of suggestions, and the note. */
import { fail } from '../../../models/core/failure.ts'
import type { Turn } from '../../../models/session/session.ts'
import { newId } from '../session-records.ts'
import { changeRecord, recordOf, turnIn } from './records.ts'
import type { FakeState, HandlersOf } from './state.ts'

export function turnHandlers(state: FakeState): HandlersOf<'turn' | 'suggestion' | 'note'> {
  const removedTurns = new Map<string, Turn>()
  return {
    'turn.add': ({ session: id, turn }) => {
      const numbers = recordOf(state, id).turns.map(({ number }) => number)
      const added: Turn = {
        id: newId(),
        number: Math.max(0, ...numbers) + 1,
        ...turn,
        recordedAt: '2026-11-25T11:42:00.000Z',
        editedAt: null,
      }
      changeRecord(state, id, (record) => ({ ...record, turns: [...record.turns, added] }))
      return added
    },
    'turn.edit': ({ session: id, turn, ...change }) => {
      const before = turnIn(state, id, turn)
      const edited: Turn = {
        ...before,
        ...(change.text === undefined ? {} : { text: change.text }),
        ...(change.speaker === undefined ? {} : { speaker: change.speaker }),
        editedAt: '2026-11-25T11:43:00.000Z',
      }
      changeRecord(state, id, (record) => ({
        ...record,
        turns: record.turns.map((each) => (each.id === turn ? edited : each)),
      }))
      return edited
    },
    'turn.remove': ({ session: id, turn }) => {
      removedTurns.set(turn, turnIn(state, id, turn))
      changeRecord(state, id, (record) => ({
        ...record,
        turns: record.turns.filter((each) => each.id !== turn),
      }))
      return null
    },
    'turn.restore': ({ session: id, turn }) => {
      const removed =
        removedTurns.get(turn) ?? fail('not-found', 'This turn cannot be brought back. Type it again.')
      changeRecord(state, id, (record) => ({
        ...record,
        turns: [...record.turns, removed].sort((a, b) => a.number - b.number),
      }))
      return removed
    },
    'suggestion.state': ({ session: id, suggestion, state: becomes }) => {
      const before = recordOf(state, id).suggestions.find((each) => each.id === suggestion)
      if (!before) return fail('not-found', 'This suggestion is no longer there. Ask for another.')
      const changed = { ...before, state: becomes }
      changeRecord(state, id, (record) => ({
        ...record,
        suggestions: record.suggestions.map((each) => (each.id === suggestion ? changed : each)),
      }))
      return changed
    },
    'note.save': ({ session: id, sections }) => {
      const note = {
        revision: recordOf(state, id).note.revision + 1,
        sections,
        savedAt: '2026-11-25T11:44:00.000Z',
      }
      changeRecord(state, id, (record) => ({ ...record, note }))
      return note
    },
  }
}
