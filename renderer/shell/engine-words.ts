/** The engine's state and a model's precision, in the user's words. */
import type {
  DecoderName,
  EngineStatus,
  Precision,
  ProcessKind,
} from '../../models/decoding/language-model.ts'

export const engineWords: { readonly [K in EngineStatus['state']]: string } = {
  stopped: 'not started',
  starting: 'starting',
  ready: 'ready',
  busy: 'writing',
  'backing-off': 'restarting',
  'open-circuit': 'stopped',
}

export const precisionWords: { readonly [K in Precision]: string } = {
  f32: '32-bit',
  row8: 'int8',
  q4: '4-bit',
}

export const decoderWords: { readonly [K in DecoderName]: string } = {
  plain: 'nothing',
  lookup: 'looking back in the text',
  medusa: 'Medusa heads',
  clover: 'Clover heads',
  'clover+lookup': 'Clover heads and looking back in the text',
}

export const processWords: { readonly [K in ProcessKind]: string } = {
  utility: 'one of the app’s own',
  node: 'a separate Node process',
}

/** Whether the person has to know that the engine is not well. */
export function isTroubled(status: EngineStatus): boolean {
  return status.state === 'backing-off' || status.state === 'open-circuit'
}
