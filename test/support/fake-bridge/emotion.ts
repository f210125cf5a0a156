/** Live reading of expression. */
import { requireConsent } from './records.ts'
import { logged } from './settings.ts'
import type { FakeState, HandlersOf } from './state.ts'

export const emotionHandlers = (state: FakeState): HandlersOf<'emotion'> => ({
  'emotion.begin': ({ session, modality }) => {
    requireConsent(state, session, modality)
    logged(state, 'capture.start', session)
    return null
  },
  'emotion.end': ({ session }) => {
    logged(state, 'capture.stop', session)
    return null
  },
  'emotion.picture': ({ session }) => {
    requireConsent(state, session, 'camera')
    return state.estimate
  },
  'emotion.sound': ({ session }) => {
    requireConsent(state, session, 'microphone')
    return state.estimate
  },
  'emotion.words': ({ session }) => {
    requireConsent(state, session, 'words')
    return state.estimate
  },
  'emotion.kept': () => state.kept,
  'emotion.forget': ({ sources }) => {
    const before = state.kept.length
    state.kept = state.kept.filter(({ source }) => source !== 'fused' && !sources.includes(source))
    return { removed: before - state.kept.length }
  },
})
