/**
 * Decoding with guesses: a drafter proposes a tree of tokens, one step of the model evaluates all of
 * them, and as many are kept as the model itself would have chosen.
 */
import type { Conversation } from './conversation.ts'
import type { DraftTree } from './draft-tree.ts'
import type { DraftBudget, Drafter } from './drafter.ts'
import type { Decoder } from './generate.ts'
import type { LanguageGraph } from './language-graph.ts'
import type { Acceptance, Speculation } from './language-model.ts'
import type { Sampler } from './sampler.ts'
import type { StepCosts } from './step-costs.ts'

/** What came of guessing, whatever it was that guessed. */
export type GuessingRecord = Omit<Speculation, 'decoder' | 'refusal'>

/** What the model makes of a tree. */
export interface Accepted {
  /** Accepted rows from the root, which is always the first. */
  readonly path: readonly number[]
  /** The token that follows the last of them. */
  readonly next: number
}

/**
 * Walks from the root to the child that holds the token chosen at each row, until none does or a token
 * ends the reply.
 *
 * Greedily, that is the longest path that equals the argmax. With a temperature, `choose` draws from the
 * target's distribution p, and this is speculative sampling (Leviathan et al. 2023, algorithm 1) with
 * siblings rejected one after the other as in Clover-2. A guess here is certain, q = 1, so that rule
 * accepts the first sibling with p(a), sets p(a) to 0 on rejection, accepts the second with
 * p(b) / (1 - p(a)), and so on, and draws the token after the last rejection from what is left of p. It
 * thus reaches each sibling with its p and each other token with its p, which is one draw from p. Drawing
 * once uses the random numbers that plain decoding uses, so with equal logits the same seed gives the
 * same text as well.
 *
 * @param choose the token after a row; called once per row of the path, in order
 */
export function acceptPath(
  tree: DraftTree,
  choose: (row: number) => number,
  endIds: ReadonlySet<number>,
): Accepted {
  const path = [0]
  for (;;) {
    const row = path.at(-1)!
    const next = choose(row)
    const child = endIds.has(next) ? null : tree.childOf(row, next)
    if (child === null) return { path, next }
    path.push(child)
  }
}

/** What of a distribution decides whether a guess is typical of it. */
export interface Odds {
  /** Probability of a token. */
  readonly chance: (token: number) => number
  /** Nats. */
  readonly entropy: number
}

/** Thresholds of typical acceptance as Medusa sets them by default. */
const typicalEpsilon = 0.09
const typicalAlpha = 0.3

/**
 * The longest path whose every guess is typical of what the model says before it, p > min(epsilon, alpha e^-H)
 * (Medusa, arXiv 2401.10774, section 2.3.1; the likeliest among equally long ones). It changes the
 * distribution of the text: an option for speed, never the default.
 *
 * @param odds of the token after a row
 */
export function acceptTypical(
  tree: DraftTree,
  odds: (row: number) => Odds,
  choose: (row: number) => number,
  endIds: ReadonlySet<number>,
): Accepted {
  let end = 0
  /** Per accepted row its probability, all before it included. */
  const chances = new Map([[0, 1]])
  for (let row = 0; row < tree.rows; row++) {
    const reached = chances.get(row)
    if (reached === undefined) continue
    const deeper = tree.depths[row]! - tree.depths[end]!
    if (deeper > 0 || (deeper === 0 && reached > chances.get(end)!)) end = row
    const children = tree.childrenOf(row).filter((child) => !endIds.has(tree.tokens[child]!))
    if (children.length === 0) continue
    const { chance, entropy } = odds(row)
    const threshold = Math.min(typicalEpsilon, typicalAlpha * Math.exp(-entropy))
    for (const child of children) {
      const p = chance(tree.tokens[child]!)
      if (p > threshold) chances.set(child, reached * p)
    }
  }
  return { path: tree.pathTo(end), next: choose(end) }
}

export interface SpeculationOptions {
  /** Most guesses per step. */
  readonly nodes: number
  /** Most guesses on one path. */
  readonly depth: number
  /** Ids that end the reply; nothing is accepted after one. */
  readonly endIds: ReadonlySet<number>
  /** Most tokens of prompt and reply together; nothing is guessed beyond. */
  readonly tokenLimit: number
  /** Milliseconds since some fixed time. */
  readonly clock: () => number
  /** Absent: exact. */
  readonly acceptance?: Acceptance
}

/** Drafted steps after which it is first asked whether they paid. */
const trialSteps = 16
/** Steps in a row whose guesses were not worth a try, after which none are made any more. */
const idleSteps = 64
/** What of the earlier drafted steps still counts at each new one. */
const fading = 0.95
/** Drafted steps in a row after which one plain step measures the cost anew. */
const measureEvery = 64

/**
 * One generation with guesses. Each step verifies as many as pay by the costs measured so far, and when
 * they turn out not to pay it goes on as plain decoding. The conversation holds after it what it would
 * hold after plain decoding.
 */
export class SpeculativeDecoder implements Decoder {
  readonly #graph: LanguageGraph
  readonly #sampler: Sampler
  readonly #drafter: Drafter
  readonly #costs: StepCosts
  readonly #options: SpeculationOptions
  #started = false
  #switchedOff: string | null = null
  #drafted = 0
  #accepted = 0
  /** Per depth less one, drafted steps that guessed so far and those accepted so far. */
  readonly #guessedAt: number[] = []
  readonly #acceptedAt: number[] = []
  #draftedSteps = 0
  /** Of the last drafted steps, older ones fading: how many, their tokens, their time in plain steps. */
  #recent = { steps: 0, tokens: 0, time: 0 }
  #idle = 0
  #draftMs = 0
  #stepMs = 0
  #tokens = 0
  #sincePlain = 0

  /** @param costs may be shared by the generations of one model, so that later ones start informed */
  constructor(
    graph: LanguageGraph,
    sampler: Sampler,
    drafter: Drafter,
    costs: StepCosts,
    options: SpeculationOptions,
  ) {
    this.#graph = graph
    this.#sampler = sampler
    this.#drafter = drafter
    this.#costs = costs
    this.#options = options
  }

  /** What has come of the guesses so far. */
  get speculation(): GuessingRecord {
    const { plainMs } = this.#costs
    return {
      drafted: this.#drafted,
      accepted: this.#accepted,
      acceptanceByDepth: this.#guessedAt.map((guessed, at) => this.#acceptedAt[at]! / guessed),
      switchedOff: this.#switchedOff,
      draftShare: this.#stepMs > 0 ? this.#draftMs / this.#stepMs : 0,
      speedup: plainMs === null || this.#stepMs === 0 ? null : (this.#tokens * plainMs) / this.#stepMs,
    }
  }

  async step(conversation: Conversation, pending: number): Promise<readonly number[]> {
    const { clock } = this.#options
    const started = clock()
    const { cache } = conversation
    const tree = await this.#draft(conversation, pending)
    const draftedAt = clock()
    const rows = tree ? tree.rows : 1
    cache.reserve(cache.length + (tree ? 1 + Math.max(...tree.depths) : 1))
    const result = await this.#graph.evaluate(
      {
        ids: tree ? tree.tokens : [pending],
        chooseAt: Array.from({ length: rows }, (_, row) => row),
        logits: !this.#sampler.greedy,
        states: conversation.drafting !== null,
        ...(tree ? { tree: { depths: tree.depths, sees: (row, other) => tree.sees(row, other) } } : {}),
      },
      cache,
    )
    const { logits, best } = result
    const { vocabulary } = this.#graph
    const choose = (row: number): number =>
      logits ? this.#sampler.choose(logits.subarray(row * vocabulary, (row + 1) * vocabulary)) : best[row]!
    const { path, next } = tree ? this.#accept(tree, choose, logits) : { path: [0], next: choose(0) }
    const followed = path.map((row) => (tree ? tree.tokens[row]! : pending))
    conversation.append(followed, result, rows, path)
    const chosen = [...followed.slice(1), next]
    const acceptedAt = clock()
    if (this.#switchedOff === null) this.#drafter.observe(chosen)
    const ended = clock()
    const ms = ended - started
    this.#draftMs += draftedAt - started + (ended - acceptedAt)
    this.#stepMs += ms
    this.#tokens += chosen.length
    this.#costs.note(rows, acceptedAt - draftedAt)
    if (tree) this.#account(tree, path.length - 1, ms)
    else this.#sincePlain = 0
    return chosen
  }

  /** A tree worth its rows; null for a plain step. */
  async #draft(conversation: Conversation, pending: number): Promise<DraftTree | null> {
    if (this.#switchedOff !== null) return null
    if (!this.#started) {
      this.#drafter.reset(conversation, pending)
      this.#started = true
    }
    const { nodes, depth, tokenLimit, clock } = this.#options
    if (this.#costs.plainMs === null || this.#sincePlain >= measureEvery) return null
    // The pending token and the one chosen after the path take two.
    const room = tokenLimit - conversation.cache.length - 2
    if (room < 1) return null
    const started = clock()
    const budget: DraftBudget = {
      nodes,
      depth: Math.min(depth, room),
      worth: (likelihoods, draftMs) => this.#costs.worth(likelihoods, draftMs),
    }
    const proposal = await this.#drafter.propose(budget)
    if (proposal.tokens[0] !== pending) throw new RangeError('the drafter follows another text')
    if (proposal.rows === 1) return null
    const rows = this.#costs.bestRows(proposal.likelihoods, clock() - started)
    if (rows > 1) {
      this.#idle = 0
      return proposal.likeliest(rows)
    }
    if (++this.#idle >= idleSteps)
      this.#switchedOff = `The last ${idleSteps} guesses were too unlikely to be worth checking.`
    return null
  }

  #accept(tree: DraftTree, choose: (row: number) => number, logits: Float32Array | null): Accepted {
    const { endIds, acceptance } = this.#options
    // Greedily, only the likeliest token is typical.
    if (acceptance !== 'typical' || logits === null) return acceptPath(tree, choose, endIds)
    const { vocabulary } = this.#graph
    const odds = (row: number): Odds =>
      this.#sampler.odds(logits.subarray(row * vocabulary, (row + 1) * vocabulary))
    return acceptTypical(tree, odds, choose, endIds)
  }

  #account(tree: DraftTree, accepted: number, ms: number): void {
    this.#sincePlain++
    this.#drafted += tree.rows - 1
    this.#accepted += accepted
    for (let at = 0; at < Math.max(...tree.depths); at++) {
      this.#guessedAt[at] = (this.#guessedAt[at] ?? 0) + 1
      this.#acceptedAt[at] = (this.#acceptedAt[at] ?? 0) + (accepted > at ? 1 : 0)
    }
    // In the first drafted step heads read the whole prompt, which says nothing of the others.
    if (++this.#draftedSteps === 1) return
    this.#recent = {
      steps: this.#recent.steps * fading + 1,
      tokens: this.#recent.tokens * fading + accepted + 1,
      time: this.#recent.time * fading + ms / this.#costs.plainMs!,
    }
    const { steps, tokens, time } = this.#recent
    if (this.#draftedSteps < trialSteps || time <= tokens) return
    const cost = (time / steps).toFixed(2)
    const yielded = (tokens / steps).toFixed(2)
    this.#switchedOff = `Checking guesses took ${cost} times a plain step and yielded ${yielded} tokens.`
  }
}
