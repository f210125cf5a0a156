/**
 * What the engine remembers between calls: per conversation the tokens whose keys and values it holds,
 * so that a new turn computes only what is new. Under a memory budget the least recently used
 * conversations are forgotten.
 */
import { DraftMemory, draftMemoryBytes, type DraftMemoryShape } from './heads/draft-memory.ts'
import { KvCache, kvBytes, type KvShape } from './kv-cache.ts'
import type { StepResult } from './language-graph.ts'

/** Tokens and, for each, one row of keys and values. */
export class Conversation {
  readonly cache: KvCache
  /** What draft heads remember of it; null where there are none. */
  readonly drafting: DraftMemory | null
  #ids: number[] = []

  /** @param drafting null where no draft heads follow the conversation */
  constructor(shape: KvShape, drafting: DraftMemoryShape | null = null) {
    this.cache = new KvCache(shape)
    this.drafting = drafting && new DraftMemory(drafting)
  }

  get bytes(): number {
    return this.cache.bytes + (this.drafting?.bytes ?? 0)
  }

  /** The tokens that the cache holds, in order. */
  get ids(): readonly number[] {
    return this.#ids
  }

  /**
   * Keeps the longest beginning that `prompt` shares with what is held, but leaves at least its last
   * token to be computed, because the next token is chosen from there.
   *
   * @returns rows kept
   */
  keepPrefixOf(prompt: readonly number[]): number {
    const limit = Math.min(this.#ids.length, prompt.length - 1)
    let shared = 0
    while (shared < limit && this.#ids[shared] === prompt[shared]) shared++
    this.#ids.length = shared
    this.cache.truncate(shared)
    this.drafting?.truncate(shared)
    return shared
  }

  /**
   * Appends tokens and what a step computed of them.
   *
   * @param ids one per row that is kept
   * @param stepRows rows of the step
   * @param accepted those that are kept, in order; without it all
   */
  append(
    ids: readonly number[],
    { newKeys, newValues, states }: StepResult,
    stepRows: number,
    accepted?: readonly number[],
  ): void {
    if (ids.length !== (accepted?.length ?? stepRows))
      throw new RangeError(`${ids.length} tokens for ${accepted?.length ?? stepRows} rows`)
    if (this.drafting) {
      if (!states) throw new RangeError('the step did not ask for the states that heads need')
      this.drafting.states.append(states, accepted)
    }
    this.cache.append(newKeys, newValues, stepRows, accepted)
    for (const id of ids) this.#ids.push(id)
  }
}

export class ConversationPool {
  readonly #shape: KvShape
  readonly #drafting: DraftMemoryShape | null
  readonly #budgetBytes: number
  /** Least recently used first. */
  readonly #conversations = new Map<string, Conversation>()

  /** @param budgetBytes for all conversations; the one in use may exceed it alone */
  constructor(shape: KvShape, budgetBytes: number, drafting: DraftMemoryShape | null = null) {
    this.#shape = shape
    this.#budgetBytes = budgetBytes
    this.#drafting = drafting
  }

  get bytes(): number {
    let sum = 0
    for (const conversation of this.#conversations.values()) sum += conversation.bytes
    return sum
  }

  get size(): number {
    return this.#conversations.size
  }

  /**
   * The conversation of this key, or a new one, with room made for `rows` rows.
   *
   * @param key null for a conversation that is not kept
   */
  open(key: string | null, rows: number): Conversation {
    const kept = key === null ? undefined : this.#conversations.get(key)
    const conversation = kept ?? new Conversation(this.#shape, this.#drafting)
    if (key !== null) {
      this.#conversations.delete(key)
      this.#conversations.set(key, conversation)
    }
    const needed = kvBytes(this.#shape, rows) + (this.#drafting ? draftMemoryBytes(this.#drafting, rows) : 0)
    const growth = needed - conversation.bytes
    this.#evict(Math.max(0, growth), conversation)
    return conversation
  }

  /** Forgets conversations whose key begins with `prefix`; '' forgets all. */
  forget(prefix: string): void {
    for (const key of [...this.#conversations.keys()])
      if (key.startsWith(prefix)) this.#conversations.delete(key)
  }

  #evict(extraBytes: number, inUse: Conversation): void {
    for (const [key, conversation] of this.#conversations) {
      if (this.bytes + extraBytes <= this.#budgetBytes) return
      if (conversation !== inUse) this.#conversations.delete(key)
    }
  }
}
