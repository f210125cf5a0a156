/**
 * What the engine remembers between calls: per conversation the tokens whose keys and values it holds,
 * so that a new turn computes only what is new. Under a memory budget the least recently used
 * conversations are forgotten.
 */
import { KvCache, kvBytes, type KvShape } from './kv-cache.ts'

/** Tokens and, for each, one row of keys and values. */
export class Conversation {
  readonly cache: KvCache
  #ids: number[] = []

  constructor(shape: KvShape) {
    this.cache = new KvCache(shape)
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
    return shared
  }

  /** Notes the tokens whose rows were just appended to the cache. */
  extend(ids: readonly number[]): void {
    for (const id of ids) this.#ids.push(id)
    if (this.#ids.length !== this.cache.length)
      throw new RangeError(`${this.#ids.length} tokens for ${this.cache.length} rows`)
  }
}

export class ConversationPool {
  readonly #shape: KvShape
  readonly #budgetBytes: number
  /** Least recently used first. */
  readonly #conversations = new Map<string, Conversation>()

  /** @param budgetBytes for all conversations; the one in use may exceed it alone */
  constructor(shape: KvShape, budgetBytes: number) {
    this.#shape = shape
    this.#budgetBytes = budgetBytes
  }

  get bytes(): number {
    let sum = 0
    for (const { cache } of this.#conversations.values()) sum += cache.bytes
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
    const conversation = kept ?? new Conversation(this.#shape)
    if (key !== null) {
      this.#conversations.delete(key)
      this.#conversations.set(key, conversation)
    }
    const growth = kvBytes(this.#shape, rows) - conversation.cache.bytes
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
