/** The panel's operations in memory: nobody can be asked and nothing is stored. */
import { fail } from '../../models/core/failure.ts'
import type { PanelOperations } from '../../models/contract/panel.ts'

const missing = (): never => fail('not-found', 'There is no such panel.')

export const panelReplies = {
  'panel.members': () => [],
  'panel.preview': missing,
  'panel.start': missing,
  'panel.stopMember': () => null,
  'panel.allow': () => null,
  'panel.list': () => [],
  'panel.remove': () => null,
  'panel.replay': missing,
  'panel.exportPreview': missing,
  'panel.export': missing,
  'panel.endpoints': () => [],
  'panel.saveEndpoint': missing,
  'panel.removeEndpoint': () => null,
} satisfies { readonly [K in keyof PanelOperations]: () => PanelOperations[K]['reply'] }
