/**
 * A small network over the sentence vector of what is said and what the rules read in it: where the words are new it
 * knows what is meant, where a rule was misled it can say no. Trained by models/training/topics.
 */
import * as v from 'valibot'
import { standardTopics } from '../../knowledge/schema.ts'
import { expectWeights, parseHead } from '../head-form.ts'
import type { StandardTopic } from './rules/index.ts'
import type { TopicMatch } from './topic-match.ts'

const share = v.pipe(v.number(), v.minValue(0), v.maxValue(1))
const schema = v.object({
  /** In the order of the outputs, and of the inputs that say what the rules read. */
  topics: v.array(v.picklist(standardTopics)),
  /** Length of a sentence vector. */
  width: v.pipe(v.number(), v.integer(), v.minValue(1)),
  hidden: v.pipe(v.number(), v.integer(), v.minValue(1)),
  /** Probability from which on a topic counts as asked for. */
  enough: share,
  /** The same where the rules read the topic too. */
  confirmed: share,
  /** The same where a part of the turn asks for it, read alone; one part knows less than the whole. */
  partly: share,
  /** Where none is that likely, the likeliest counts from here on: a question is rarely about nothing. */
  least: share,
})

export type HeadMatch = TopicMatch & { readonly topic: StandardTopic }

/** A turn, or a part of it. */
export interface HeadInput {
  readonly vector: Float32Array
  /** What the rules read in it. */
  readonly rules: ReadonlySet<string>
}

/** How far the two kinds of input are scaled, the same in training. */
const vectorScale = 8
const ruleScale = 2

export class TopicHead {
  readonly width: number
  readonly #is: v.InferOutput<typeof schema>
  /** [hidden, width + topics], then biases [hidden], [topics, hidden] and biases [topics], row-major. */
  readonly #weights: Float32Array

  private constructor(description: v.InferOutput<typeof schema>, weights: Float32Array) {
    this.width = description.width
    this.#is = description
    this.#weights = weights
  }

  /** Fails with `resource-altered` where the description is not one or the weights do not fit it. */
  static parse(description: unknown, weights: Float32Array, file: string): TopicHead {
    const form = parseHead(schema, description, file)
    const { topics, width, hidden } = form
    expectWeights(weights, hidden * (width + topics.length + 1) + topics.length * (hidden + 1), file)
    return new TopicHead(form, weights)
  }

  /** What the network reads: the vector, then whether the rules found each topic. */
  features({ vector, rules }: HeadInput): Float32Array {
    const { topics, width } = this.#is
    const out = new Float32Array(width + topics.length)
    for (let index = 0; index < width; index++) out[index] = vectorScale * (vector[index] ?? 0)
    for (const [index, topic] of topics.entries()) out[width + index] = rules.has(topic) ? ruleScale : 0
    return out
  }

  /** P(the turn asks about it) for each topic, the highest of the whole and its parts. */
  likely(whole: HeadInput, parts: readonly HeadInput[] = []): ReadonlyMap<StandardTopic, number> {
    const each = [whole, ...parts].map((input) => this.#probabilities(input))
    return new Map(
      this.#is.topics.map((topic, index) => [topic, Math.max(...each.map((of) => of[index] ?? 0))]),
    )
  }

  /** Topics that a turn asks about, the likeliest first. */
  topics(whole: HeadInput, parts: readonly HeadInput[] = []): readonly HeadMatch[] {
    const { topics, enough, confirmed, partly, least } = this.#is
    const likely = this.#probabilities(whole)
    const likelyIn = parts.map((part) => this.#probabilities(part))
    const read = topics.map((topic, index) => {
      const score = likely[index] ?? 0
      const inPart = Math.max(0, ...likelyIn.map((each) => each[index] ?? 0))
      const asked = score >= (whole.rules.has(topic) ? confirmed : enough)
      return {
        topic,
        asked: asked || inPart >= partly,
        score: inPart >= partly ? Math.max(score, inPart) : score,
      }
    })
    const ranked = read.toSorted((a, b) => b.score - a.score)
    const found = ranked.filter(({ asked }) => asked)
    const chosen = found.length > 0 ? found : ranked.slice(0, 1).filter(({ score }) => score >= least)
    return chosen.map(({ topic, score }) => ({ topic, score }))
  }

  #probabilities(reading: HeadInput): Float32Array {
    let at = 0
    const layer = (from: Float32Array, rows: number, through: (sum: number) => number): Float32Array => {
      const biases = at + rows * from.length
      const out = new Float32Array(rows)
      for (let row = 0; row < rows; row++) {
        let sum = this.#weights[biases + row] ?? 0
        const start = at + row * from.length
        for (let column = 0; column < from.length; column++)
          sum += (this.#weights[start + column] ?? 0) * (from[column] ?? 0)
        out[row] = through(sum)
      }
      at = biases + rows
      return out
    }
    const hidden = layer(this.features(reading), this.#is.hidden, (sum) => Math.max(0, sum))
    return layer(hidden, this.#is.topics.length, (sum) => 1 / (1 + Math.exp(-sum)))
  }
}
