/**
 * What draft heads remember of one conversation: the target's states of all its tokens, and the keys and
 * values that the Augmenting Block has computed over the first of them. It shares the conversation's fate:
 * cut where the conversation is cut, forgotten with it.
 */
import { KvCache, kvBytes, type KvShape } from '../kv-cache.ts'
import { StateRows } from './state-rows.ts'

export interface DraftMemoryShape {
  /** Width of the target's states, d. */
  readonly width: number
  /** Of the Augmenting Block; null for heads without one. */
  readonly block: KvShape | null
}

/** Bytes for so many tokens. */
export const draftMemoryBytes = ({ width, block }: DraftMemoryShape, rows: number): number =>
  rows * width * Float32Array.BYTES_PER_ELEMENT + (block ? kvBytes(block, rows) : 0)

export class DraftMemory {
  readonly states: StateRows
  /** At most one row per state: row t knows the state of token t and which token follows it. */
  readonly block: KvCache | null

  constructor({ width, block }: DraftMemoryShape) {
    this.states = new StateRows(width)
    this.block = block && new KvCache(block)
  }

  get bytes(): number {
    return this.states.bytes + (this.block?.bytes ?? 0)
  }

  /** Keeps what depends on the first `length` tokens alone. */
  truncate(length: number): void {
    this.states.truncate(length)
    // The last row that stays knows a token that may not.
    this.block?.truncate(Math.min(this.block.length, Math.max(0, length - 1)))
  }
}
