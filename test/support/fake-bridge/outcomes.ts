/** What the model would have written, kept where the app would keep it. */
import type { Job, JobOutcome } from '../../../models/contract/operations.ts'
import type { ModelSummary } from '../../../models/decoding/language-model.ts'
import {
  noteSections,
  type ChatMessage,
  type NoteSectionId,
  type Suggestion,
} from '../../../models/session/session.ts'
import { bundledModel, identity } from '../bridge-samples.ts'
import { newId, provenance } from '../session-records.ts'
import { changeRecord, recordOf } from './records.ts'
import type { FakeState } from './state.ts'

/**
 * What the job leaves behind and answers with.
 *
 * @param sections that a note job was asked for
 */
export function outcomeOf(
  state: FakeState,
  job: Job,
  text: string,
  sections: readonly NoteSectionId[] = noteSections,
): JobOutcome {
  switch (job.kind) {
    case 'chat': {
      const message: ChatMessage = {
        id: newId(),
        author: 'model',
        text,
        at: '2026-11-25T11:42:10.000Z',
        provenance: provenance(),
      }
      changeRecord(state, job.session ?? '', (record) => ({ ...record, chat: [...record.chat, message] }))
      return { kind: 'chat', message }
    }
    case 'suggest': {
      const suggestion: Suggestion = {
        id: newId(),
        question: text,
        state: 'offered',
        provenance: provenance(),
      }
      changeRecord(state, job.session ?? '', (record) => ({
        ...record,
        suggestions: [...record.suggestions, suggestion],
      }))
      return { kind: 'suggest', suggestion }
    }
    case 'note': {
      const before = recordOf(state, job.session ?? '').note
      const kept = before.sections.filter(({ id }) => !sections.includes(id))
      const drafted = sections.map((id) => ({ id, text, provenance: provenance() }))
      const note = {
        revision: before.revision + 1,
        sections: [...kept, ...drafted],
        savedAt: '2026-11-25T11:44:00.000Z',
      }
      changeRecord(state, job.session ?? '', (record) => ({ ...record, note }))
      return { kind: 'note', note }
    }
    case 'panel':
      throw new Error('a panel’s end is told with its own outcome')
    case 'prepare':
      state.models = state.models.map((model) =>
        model.prepared.length === 0 ? { ...model, prepared: ['row8'] } : model,
      )
      return { kind: 'prepare', model: identity }
    case 'self-test':
      return {
        kind: 'self-test',
        report: {
          model: state.selfTested,
          same: true,
          prompts: 3,
          tokens: 288,
          decoder: 'clover+lookup',
          refusal: null,
          tokensPerStep: 2.9,
          plainMsPerToken: 9.6,
          guessedMsPerToken: 4,
        },
      }
    case 'import': {
      const model: ModelSummary = {
        ...bundledModel,
        id: 'qwen-0.5b',
        name: 'Qwen2.5-0.5B-Instruct',
        origin: 'imported',
        architecture: 'qwen2',
        parameters: 494_032_768,
        contextTokens: 32_768,
        bytes: 675_710_816,
        prepared: [],
      }
      state.models = [...state.models, model]
      return { kind: 'import', model }
    }
  }
}
