/** Practice on one case; whoever says "diagnosis" has finished. */
import { fail } from '../../../models/core/failure.ts'
import { debrief, turnOf } from '../bridge-samples.ts'
import { sessionRecord } from '../session-records.ts'
import { recordOf } from './records.ts'
import type { FakeState, HandlersOf } from './state.ts'

export const practiceHandlers = (state: FakeState): HandlersOf<'practice'> => ({
  'practice.cases': () => state.practice.cases,
  'practice.start': ({ case: id }) => {
    const practice = state.practice.cases.find((each) => each.id === id)
    if (!practice) fail('not-found', 'There is no such case. Choose one from the list.')
    const record = sessionRecord({
      kind: 'practice',
      person: practice.patient.name,
      reason: practice.title,
    })
    const opening = { ...record, turns: [turnOf(1, 'patient', 'It hurts here.')] }
    state.records.push(opening)
    state.practice.finished = false
    return { record: opening, practice, finished: false }
  },
  'practice.open': ({ session }) => ({
    record: recordOf(state, session),
    practice: state.practice.cases[0] ?? fail('not-found', 'There is no such case.'),
    finished: state.practice.finished,
  }),
  'practice.say': ({ session, text }) => {
    const count = recordOf(state, session).turns.length
    state.practice.finished = /diagnosis/i.test(text)
    return {
      turns: [
        turnOf(count + 1, 'clinician', text),
        ...(/examine|order/.test(text)
          ? [turnOf(count + 2, 'other', 'Abdomen: soft, tender on the right.')]
          : [turnOf(count + 2, 'patient', 'Since yesterday.')]),
      ],
      finished: state.practice.finished,
    }
  },
  'practice.debrief': () => debrief,
})
