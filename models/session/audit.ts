/** The audit trail: who did what to which object, chained so that a change is found. */
import type { Id, Timestamp } from './session.ts'

export const auditActions = [
  'vault.create',
  'vault.unlock',
  'vault.unlock-failed',
  'vault.lock',
  'vault.rewrap',
  'vault.new-code',
  'quarantine.prune',
  'session.create',
  'session.view',
  'session.update',
  'session.trash',
  'session.restore',
  'session.destroy',
  'session.export',
  'consent.grant',
  'consent.withdraw',
  'capture.start',
  'capture.stop',
  'reading.add',
  'reading.remove',
  'panel.add',
  'panel.remove',
  'panel.send',
  'panel.export',
  'endpoint.save',
  'endpoint.remove',
  'turn.add',
  'turn.edit',
  'turn.remove',
  'note.save',
  'chat.add',
  'suggestion.add',
  'suggestion.state',
  'settings.change',
  'model.import',
  'model.remove',
  'backup.create',
  'backup.restore',
  'sender.refused',
] as const
export type AuditAction = (typeof auditActions)[number]

export interface AuditEntry {
  readonly sequence: number
  readonly at: Timestamp
  readonly user: string
  readonly action: AuditAction
  /** Id of what was touched; never its content. */
  readonly object: Id | null
  readonly outcome: 'done' | 'refused' | 'failed'
}

export interface AuditReport {
  readonly entries: number
  readonly intact: boolean
  /** First sequence number at which the chain does not hold; null when intact. */
  readonly brokenAt: number | null
  readonly reason: string | null
}
