/** Places in the draft vocabulary and the ids of the target's that they stand for. */
export class DraftVocabulary {
  readonly #ids: readonly number[]
  readonly #places: Int32Array

  /**
   * @param ids of the tokens that can be guessed, ascending
   * @param vocabulary tokens of the target
   */
  constructor(ids: readonly number[], vocabulary: number) {
    this.#ids = ids
    // Every other token shares the place behind the last.
    this.#places = new Int32Array(vocabulary).fill(ids.length)
    ids.forEach((id, place) => (this.#places[id] = place))
  }

  /** Writes the places of ids as a graph takes them. */
  write(ids: readonly number[], places: BigInt64Array): void {
    for (let i = 0; i < ids.length; i++) places[i] = BigInt(this.#places[ids[i]!]!)
  }

  idsOf(places: BigInt64Array): readonly number[] {
    return Array.from(places, (place) => this.#ids[Number(place)]!)
  }
}
