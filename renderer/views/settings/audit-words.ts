/** What each audit action says to a person. */
import type { AuditAction, AuditEntry } from '../../../models/session/audit.ts'

export const actionWords: { readonly [K in AuditAction]: string } = {
  'vault.create': 'Database created',
  'vault.unlock': 'Unlocked',
  'vault.unlock-failed': 'Wrong passphrase or code',
  'vault.lock': 'Locked',
  'vault.rewrap': 'Passphrase or keyring changed',
  'vault.new-code': 'New recovery code made',
  'quarantine.prune': 'Old set-aside databases deleted',
  'session.create': 'Session started',
  'session.view': 'Session opened',
  'session.update': 'Session details changed',
  'session.trash': 'Session moved to the trash',
  'session.restore': 'Session put back',
  'session.destroy': 'Session destroyed',
  'session.export': 'Session exported',
  'consent.grant': 'Consent given',
  'consent.withdraw': 'Consent withdrawn',
  'capture.start': 'Camera or microphone turned on',
  'capture.stop': 'Camera or microphone turned off',
  'reading.add': 'Estimates of expression kept',
  'reading.remove': 'Estimates of expression deleted',
  'turn.add': 'Turn added',
  'turn.edit': 'Turn changed',
  'turn.remove': 'Turn removed',
  'note.save': 'Note saved',
  'chat.add': 'Chat message added',
  'suggestion.add': 'Question suggested',
  'suggestion.state': 'Suggestion used or skipped',
  'settings.change': 'Settings changed',
  'model.import': 'Model imported',
  'model.remove': 'Model removed',
  'backup.create': 'Backup written',
  'backup.restore': 'Backup restored',
  'sender.refused': 'Request from an unknown sender refused',
}

export const outcomeWords: { readonly [K in AuditEntry['outcome']]: string } = {
  done: 'done',
  refused: 'refused',
  failed: 'failed',
}
