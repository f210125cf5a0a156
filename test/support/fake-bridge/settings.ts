/** Settings and the trail of what was done. */
import type { AuditAction, AuditEntry } from '../../../models/session/audit.ts'
import type { FakeState, HandlersOf } from './state.ts'

export function logged(
  { audit, settings }: Pick<FakeState, 'audit' | 'settings'>,
  action: AuditAction,
  object: string | null,
  outcome: AuditEntry['outcome'] = 'done',
): void {
  audit.push({
    sequence: audit.length + 1,
    at: '2026-11-25T11:40:00.000Z',
    user: settings.userName,
    action,
    object,
    outcome,
  })
}

export const settingsHandlers = (state: FakeState): HandlersOf<'settings' | 'audit'> => ({
  'settings.get': () => state.settings,
  'settings.change': (change) => {
    state.settings = { ...state.settings, ...change }
    logged(state, 'settings.change', null)
    return state.settings
  },
  'audit.list': ({ before, limit }) =>
    state.audit
      .filter(({ sequence }) => before === null || sequence < before)
      .toReversed()
      .slice(0, limit),
  'audit.verify': () =>
    state.auditIntact
      ? { entries: state.audit.length, intact: true, brokenAt: null, reason: null }
      : { entries: state.audit.length, intact: false, brokenAt: 1, reason: 'The entry was changed.' },
})
