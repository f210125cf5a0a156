/** A second opinion of members that differ: asked, followed, kept on the session's timeline, exported. */
import { fail } from '../../models/core/failure.ts'
import type { HandlersOf, OperationsOf } from './handlers.ts'

const unavailable = (): never => fail('engine-unavailable', 'The panel cannot be asked yet.')

export function panelHandlers(): HandlersOf<OperationsOf<'panel'>> {
  return {
    'panel.members': unavailable,
    'panel.preview': unavailable,
    'panel.start': unavailable,
    'panel.stopMember': unavailable,
    'panel.allow': unavailable,
    'panel.list': unavailable,
    'panel.remove': unavailable,
    'panel.replay': unavailable,
    'panel.exportPreview': unavailable,
    'panel.export': unavailable,
    'panel.endpoints': unavailable,
    'panel.saveEndpoint': unavailable,
    'panel.removeEndpoint': unavailable,
  }
}
