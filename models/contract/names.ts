/** Every operation and push by name, for the two ends that must know them at run time. */
import type { OperationName, PushName } from './operations.ts'
import { emotionNames } from './emotion.ts'
import { panelNames } from './panel.ts'
import { readingNames } from './reading.ts'

// Records, not arrays: a name that is missing from the contract, or from here, does not compile.
const operations: Readonly<Record<OperationName, true>> = {
  'app.status': true,
  'app.openFolder': true,
  'vault.create': true,
  'vault.unlock': true,
  'vault.lock': true,
  'vault.changePassphrase': true,
  'vault.newRecoveryCode': true,
  'vault.setKeyring': true,
  'vault.backup': true,
  'vault.restore': true,
  'session.create': true,
  'session.openSample': true,
  'session.open': true,
  'session.update': true,
  'session.list': true,
  'session.tags': true,
  'session.search': true,
  'session.trash': true,
  'session.restore': true,
  'session.destroy': true,
  'session.export': true,
  'session.exportPreview': true,
  'sample.list': true,
  'consent.set': true,
  'turn.add': true,
  'turn.edit': true,
  'turn.remove': true,
  'turn.restore': true,
  'suggestion.state': true,
  'note.save': true,
  'consult.chat': true,
  'consult.suggest': true,
  'consult.draftNote': true,
  'consult.process': true,
  ...readingNames,
  ...emotionNames,
  ...panelNames,
  'practice.cases': true,
  'practice.start': true,
  'practice.open': true,
  'practice.say': true,
  'practice.debrief': true,
  'models.list': true,
  'models.prepare': true,
  'models.import': true,
  'models.remove': true,
  'models.selfTest': true,
  'job.list': true,
  'job.cancel': true,
  'settings.get': true,
  'settings.change': true,
  'audit.list': true,
  'audit.verify': true,
}

const pushes: Readonly<Record<PushName, true>> = {
  'job.started': true,
  'job.progress': true,
  'job.delta': true,
  'job.ended': true,
  'panel.event': true,
  'engine.status': true,
  'engine.context': true,
  'vault.status': true,
  'network.blocked': true,
  'capture.ended': true,
  'app.command': true,
}

export const isOperationName = (value: unknown): value is OperationName =>
  typeof value === 'string' && Object.hasOwn(operations, value)

export const isPushName = (value: unknown): value is PushName =>
  typeof value === 'string' && Object.hasOwn(pushes, value)
