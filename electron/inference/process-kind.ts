/**
 * In which kind of process a model runs, judged from its header before anything is loaded.
 *
 * Electron's own processes take memory through Chromium's allocator, which ends the process when one piece
 * is too large: measured with ONNX Runtime, 500 MiB are given and 520 MiB are not. A plain Node process
 * has no such ceiling and is as fast.
 */
import type { ProcessKind } from '../../models/decoding/language-model.ts'
import type { ModelDescription } from './protocol.ts'

/** Largest piece of memory, in bytes, that Electron's utility process is asked for. */
export const utilityCeilingBytes = 500 * 1024 ** 2

export interface Processes {
  /** Largest piece of memory, in bytes, that the utility process can take. */
  readonly ceilingBytes: number
  /** Whether a plain Node process can be started. */
  readonly node: boolean
}

export interface ChosenProcess {
  readonly kind: ProcessKind
  /** Why, in the user's words. */
  readonly reason: string
}

/**
 * Bytes of the largest matrix while a model is prepared or loaded, when it is in float32. Models imported
 * before the largest matrix was recorded count by their table of words, which is nearly always the largest.
 */
export function largestTensorBytes(
  model: Pick<ModelDescription, 'largestTensor' | 'vocabulary' | 'width'>,
): number {
  return 4 * (model.largestTensor ?? model.vocabulary * model.width)
}

/** @param processes null where every model runs in plain Node, as with commands */
export function processFor(
  model: Pick<ModelDescription, 'largestTensor' | 'vocabulary' | 'width'>,
  processes: Processes | null,
): ChosenProcess {
  if (!processes) return { kind: 'node', reason: 'Commands run every model in a Node process.' }
  const bytes = largestTensorBytes(model)
  const piece = `its largest table takes ${megabytes(bytes)} MB in one piece`
  const ceiling = `${megabytes(processes.ceilingBytes)} MB`
  if (bytes <= processes.ceilingBytes)
    return { kind: 'utility', reason: `One of the app’s own: ${piece}, and up to ${ceiling} fit there.` }
  if (processes.node)
    return {
      kind: 'node',
      reason: `A separate Node process: ${piece}, and the app’s own processes hold at most ${ceiling}.`,
    }
  return {
    kind: 'utility',
    reason: `One of the app’s own, where it may stop: ${piece}, and only ${ceiling} fit there. The Node program for large models is missing; install Consilium again.`,
  }
}

const megabytes = (bytes: number): string => Math.ceil(bytes / 1024 ** 2).toLocaleString('en')
