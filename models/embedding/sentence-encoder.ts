/** Sentences as unit vectors: the port, and the steps around the network that need no runtime. */
import { Tokenizer } from '@huggingface/tokenizers'

export interface SentenceEncoder {
  /** Length of each vector. */
  readonly width: number
  /** Unit vectors, one per sentence in order; the dot product of two is their cosine similarity. */
  encode(sentences: readonly string[]): Promise<readonly Float32Array[]>
}

export interface SentenceBatch {
  /** Positions of the batch's sentences in the caller's list. */
  readonly indices: readonly number[]
  /** Token ids and 1/0 masks, [sentences, tokens] row-major, padded with zeros. */
  readonly ids: BigInt64Array
  readonly mask: BigInt64Array
  readonly tokens: number
}

/** The network was trained on at most this many tokens; longer sentences are cut. */
export const longestSentence = 256

export type SentenceTokenizer = (sentence: string) => readonly number[]

/**
 * WordPiece with the marks of a sentence around it.
 *
 * @param tokenizer text of tokenizer.json
 * @param config text of tokenizer_config.json
 */
export function sentenceTokenizer(tokenizer: string, config: string): SentenceTokenizer {
  const pieces = new Tokenizer(JSON.parse(tokenizer) as object, JSON.parse(config) as object)
  return (sentence) => {
    const ids = pieces.encode(sentence).ids
    if (ids.length <= longestSentence) return ids
    const end = ids.at(-1)
    return [...ids.slice(0, longestSentence - 1), ...(end === undefined ? [] : [end])]
  }
}

/** Sentences of similar length together, so that little is computed for padding. */
export function sentenceBatches(
  tokenized: readonly (readonly number[])[],
  most: number,
): readonly SentenceBatch[] {
  const order = tokenized
    .map((_, index) => index)
    .toSorted((a, b) => (tokenized[a]?.length ?? 0) - (tokenized[b]?.length ?? 0))
  const batches: SentenceBatch[] = []
  for (let start = 0; start < order.length; start += most) {
    const indices = order.slice(start, start + most)
    const tokens = Math.max(...indices.map((index) => tokenized[index]?.length ?? 0))
    const ids = new BigInt64Array(indices.length * tokens)
    const mask = new BigInt64Array(indices.length * tokens)
    for (const [row, index] of indices.entries())
      for (const [column, id] of (tokenized[index] ?? []).entries()) {
        ids[row * tokens + column] = BigInt(id)
        mask[row * tokens + column] = 1n
      }
    batches.push({ indices, ids, mask, tokens })
  }
  return batches
}

/** Cosine similarity of two unit vectors. */
export function similarity(a: Float32Array, b: Float32Array): number {
  let sum = 0
  for (let index = 0; index < a.length; index++) sum += (a[index] ?? 0) * (b[index] ?? 0)
  return sum
}

/** Keeps the vectors of the last `most` sentences, for texts that are asked for again and again. */
export function remembering(encoder: SentenceEncoder, most: number): SentenceEncoder {
  const known = new Map<string, Float32Array>()
  return {
    width: encoder.width,
    async encode(sentences) {
      const missing = [...new Set(sentences)].filter((sentence) => !known.has(sentence))
      const fresh = await encoder.encode(missing)
      const found = new Map(missing.map((sentence, index) => [sentence, fresh[index]]))
      const vectors = sentences.map((sentence) => known.get(sentence) ?? found.get(sentence))
      for (const [sentence, vector] of found) if (vector) known.set(sentence, vector)
      for (const sentence of known.keys()) {
        if (known.size <= most) break
        known.delete(sentence)
      }
      return vectors.filter((vector) => vector !== undefined)
    },
  }
}
