/** Joins the deltas of one job so that a fast model does not flood the window. */
import type { JobDelta } from '../../models/contract/operations.ts'

const sameText = (a: JobDelta, b: JobDelta): boolean =>
  a.kind === b.kind && (a.kind !== 'note' || b.kind !== 'note' || a.section === b.section)

const joined = (a: JobDelta, b: JobDelta): JobDelta => ({
  ...b,
  delta: { ...b.delta, text: a.delta.text + b.delta.text },
})

/**
 * The first delta leaves at once; later ones leave together, at most once per interval. No text is
 * lost or reordered, and counts are those of the latest delta.
 */
export class DeltaStream {
  readonly #push: (delta: JobDelta) => void
  readonly #intervalMs: number
  #waiting: JobDelta | null = null
  #timer: NodeJS.Timeout | null = null
  #closed = false

  constructor(push: (delta: JobDelta) => void, intervalMs: number) {
    this.#push = push
    this.#intervalMs = intervalMs
  }

  add(delta: JobDelta): void {
    if (this.#closed) return
    if (this.#waiting && !sameText(this.#waiting, delta)) this.#flush()
    this.#waiting = this.#waiting ? joined(this.#waiting, delta) : delta
    if (this.#timer) return
    this.#flush()
    this.#rest()
  }

  /** Sends what is left; anything added later is dropped. */
  close(): void {
    if (this.#timer) clearTimeout(this.#timer)
    this.#timer = null
    this.#flush()
    this.#closed = true
  }

  #rest(): void {
    this.#timer = setTimeout(() => {
      this.#timer = null
      if (!this.#waiting) return
      this.#flush()
      this.#rest()
    }, this.#intervalMs)
  }

  #flush(): void {
    const delta = this.#waiting
    this.#waiting = null
    if (delta) this.#push(delta)
  }
}
