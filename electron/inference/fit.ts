/** Whether a model can work on this machine, judged from its header before anything is loaded. */
import { kvBytes } from '../../models/decoding/kv-cache.ts'
import type { ModelSummary } from '../../models/decoding/language-model.ts'
import type { ModelDescription } from './protocol.ts'

/** Memory of the inference process besides weights and conversation. */
const baseBytes = 200e6
/** Conversation length that a usable model must hold. */
const usableRows = 4_096
/** Part of the free memory beyond which the rest of the system would suffer. */
const comfortable = 0.6

/**
 * @param memoryBytes memory that can still be taken
 *
 * Assumes int8 weights, which is how models are prepared unless asked otherwise.
 */
export function judgeFit(model: ModelDescription, memoryBytes: number): ModelSummary['fit'] {
  const embedding = model.vocabulary * model.width * 4
  const rows = Math.min(usableRows, model.contextTokens)
  const needed = model.parameters + embedding + kvBytes(model, rows) + baseBytes
  const needs = `needs about ${gigabytes(needed)} GB of memory, ${gigabytes(memoryBytes)} GB are free`
  if (needed <= memoryBytes * comfortable) return { verdict: 'fits', reason: `It ${needs}.` }
  if (needed <= memoryBytes)
    return { verdict: 'tight', reason: `It ${needs}: close other programs before using it.` }
  return { verdict: 'too-large', reason: `It ${needs}. Choose a smaller model.` }
}

const gigabytes = (bytes: number): string => (bytes / 1e9).toFixed(1)
