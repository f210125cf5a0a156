/** Follows the persons of a session: their readings smoothed per modality, and the joint estimate of each. */
import { modalities, type Modality, type ModalityReading } from '../reading.ts'
import type { FusedEstimate, Fusion, Readings } from './estimate.ts'
import { Smoother } from './smoothing.ts'

export interface PersonEstimate {
  readonly readings: Readings
  readonly fused: FusedEstimate
}

export class Following {
  readonly #fusion: Fusion
  readonly #persons = new Map<string, Readonly<Record<Modality, Smoother>>>()

  constructor(fusion: Fusion) {
    this.#fusion = fusion
  }

  /**
   * @param person the same name for the same person; readings of different persons never mix
   * @param at seconds on the shared clock
   */
  push(person: string, reading: ModalityReading, at: number): void {
    this.#of(person)[reading.modality].push(reading, at)
  }

  /** What is known of a person at `at` seconds; everything is missing of one never seen. */
  at(person: string, at: number): PersonEstimate {
    const smoothers = this.#persons.get(person) ?? fresh()
    const readings: Readings = {
      face: smoothers.face.at(at),
      voice: smoothers.voice.at(at),
      text: smoothers.text.at(at),
    }
    return { readings, fused: this.#fusion(readings) }
  }

  forget(person: string): void {
    this.#persons.delete(person)
  }

  /** Forgets one modality of a person, as when its consent is withdrawn. */
  forgetModality(person: string, modality: Modality): void {
    const smoothers = this.#persons.get(person)
    if (smoothers) this.#persons.set(person, { ...smoothers, [modality]: new Smoother(modality) })
  }

  #of(person: string): Readonly<Record<Modality, Smoother>> {
    const known = this.#persons.get(person) ?? fresh()
    this.#persons.set(person, known)
    return known
  }
}

const fresh = (): Readonly<Record<Modality, Smoother>> =>
  Object.fromEntries(modalities.map((modality) => [modality, new Smoother(modality)])) as Record<
    Modality,
    Smoother
  >
