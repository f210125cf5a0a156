/** An adapter merged into rows of a GGUF file, whose names and order of rows are its own. */
import type { Adapter, ModelHeader } from '../../../models/compiler/index.ts'
import { nameFromGguf } from '../../../models/compiler/tensor-names.ts'

/** Changes rows [first, first + n) of a tensor, [n, columns], in place. */
export type Merge = (tensor: string, first: number, rows: Float32Array, columns: number) => void

export function mergeOf(adapter: Adapter, { architecture, headWidth }: ModelHeader): Merge {
  return (tensor, first, rows, columns) => {
    const update = adapter.updates.get(nameFromGguf(tensor) ?? '')
    if (!update) return
    const { scale, a, b, rank } = update
    // Files of llama keep the two halves of each head's rows alternating.
    const alternating = architecture === 'llama' && /\.attn_[qk]\.weight$/.test(tensor)
    for (let r = 0; r < rows.length / columns; r++) {
      const stored = first + r
      const inHead = stored % headWidth
      const row = alternating ? stored - inHead + (inHead % 2) * (headWidth / 2) + (inHead >> 1) : stored
      for (let k = 0; k < rank; k++) {
        const factor = scale * b[row * rank + k]!
        for (let i = 0; i < columns; i++)
          rows[r * columns + i] = rows[r * columns + i]! + factor * a[k * columns + i]!
      }
    }
  }
}
