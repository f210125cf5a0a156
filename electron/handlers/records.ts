/** Preferences, the audit trail and the jobs under way. */
import type { HandlersOf, OperationsOf } from './handlers.ts'
import type { Ports } from './ports.ts'

export function recordHandlers(ports: Ports): HandlersOf<OperationsOf<'settings' | 'audit' | 'job'>> {
  return {
    'settings.get': () => ports.vault.store().settings(),
    'settings.change': (change) => ports.vault.store().changeSettings(change),

    'audit.list': (page) => ports.vault.store().audit(page),
    'audit.verify': () => ports.vault.store().verifyAudit(),

    'job.list': () => ports.jobs.list(),
    'job.cancel': ({ job }) => {
      ports.jobs.cancel(job)
      return null
    },
  }
}
