/** The recent past of an estimate, for the strip: what was most likely each second, or a gap. */
import { strongest, uncertainty, type LiveEstimate } from '../../../models/contract/emotion.ts'
import type { JointEstimate } from '../../../models/emotion/fusion/index.ts'
import type { Emotion, ModalityReading } from '../../../models/emotion/reading.ts'
import type { ReadingSource } from '../../../models/session/kept-reading.ts'

/** null: nothing could be read. */
export type Shown = { readonly label: Emotion; readonly uncertainty: number } | null

export interface Moment extends Readonly<Record<ReadingSource, Shown>> {
  /** On the clock of `performance.now()`, in ms. */
  readonly at: number
}

/** How far back the strip looks, in ms. */
export const shownMs = 90_000

/** From here on the label is hardly likelier than the others. */
const unclearFrom = 0.7
const fairlyClearFrom = 0.5

const shown = (reading: ModalityReading): Shown =>
  reading.kind === 'missing'
    ? null
    : { label: strongest(reading.scores), uncertainty: uncertainty(reading.scores) }

/** Where sources differ enough to ask, nothing is clear, whatever the numbers say. */
export const doubtOf = ({ uncertainty: known, disagreement }: JointEstimate): number =>
  disagreement.between === null ? known : Math.max(known, unclearFrom)

export const momentOf = ({ face, voice, text, fused }: LiveEstimate, at: number): Moment => ({
  at,
  face: shown(face),
  voice: shown(voice),
  text: shown(text),
  fused: fused.kind === 'missing' ? null : { label: strongest(fused.scores), uncertainty: doubtOf(fused) },
})

/** Whether two estimates are put into the same words, apart from numbers. */
export function saysTheSame(one: LiveEstimate, other: LiveEstimate): boolean {
  const words = ({ face, voice, text, fused }: LiveEstimate): string =>
    [face, voice, text, fused]
      .map((read) => {
        if (read.kind === 'missing') return read.reasons.join()
        const doubt = read.kind === 'estimate' ? doubtOf(read) : uncertainty(read.scores)
        return `${strongest(read.scores)} ${clarity(doubt)}`
      })
      .join(';')
  return words(one) === words(other)
}

export const recent = (moments: readonly Moment[], now: number): readonly Moment[] =>
  moments.filter(({ at }) => now - at <= shownMs)

export interface Stretch {
  readonly shown: Shown
  /** Share of the strip's width, 0..1. */
  readonly width: number
}

/** Moments of one source as stretches from the left edge (`shownMs` ago) to now; equal neighbours are one. */
export function stretches(
  moments: readonly Moment[],
  source: ReadingSource,
  now: number,
): readonly Stretch[] {
  const out: { shown: Shown; width: number }[] = []
  const add = (shown: Shown, width: number): void => {
    if (width <= 0) return
    const last = out.at(-1)
    if (last && last.shown?.label === shown?.label && isUnclear(last.shown) === isUnclear(shown))
      last.width += width
    else out.push({ shown, width })
  }
  const left = now - shownMs
  let edge = left
  for (const [index, moment] of moments.entries()) {
    const from = Math.max(left, moment.at)
    if (from > edge) add(null, (from - edge) / shownMs)
    // A moment lasts until the next, but no longer than two seconds: after that it is a gap.
    const to = Math.min(now, moments[index + 1]?.at ?? now, moment.at + 2000)
    add(moment[source], (to - from) / shownMs)
    edge = Math.max(edge, to)
  }
  add(null, (now - edge) / shownMs)
  return out
}

export const isUnclear = (shown: Shown): boolean => shown !== null && shown.uncertainty >= unclearFrom

/** How sure an estimate is, in a word. */
export function clarity(value: number): 'clear' | 'fairly clear' | 'unclear' {
  if (value >= unclearFrom) return 'unclear'
  return value >= fairlyClearFrom ? 'fairly clear' : 'clear'
}
