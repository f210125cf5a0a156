/** What the captions of a recording express, line by line, and the words of each passage. */
import { fail } from '../../models/core/failure.ts'
import type { OnProgress } from '../../models/core/progress.ts'
import { passageReading } from '../../models/emotion/passage.ts'
import type { ModalityReading } from '../../models/emotion/reading.ts'
import type { Caption } from '../../models/emotion/text/captions.ts'
import { TextReader } from '../inference/text-reader.ts'

export interface ReadCaption extends Caption {
  readonly reading: ModalityReading
}

/** Captions read at a time, after which progress is told and a stop is heard. */
const atOnce = 64

/** Seconds of a passage that a caption must fill to belong to it; a shorter one, half of its own time. */
const belongsFrom = 0.5

/**
 * The captions of the person in the recording. Fails with `invalid-request` when it names several who speak and
 * `speaker` says nothing of whose words count, and with `not-found` when that one says nothing.
 */
export function captionsOfPerson(captions: readonly Caption[], speaker: string | null): readonly Caption[] {
  const speakers = new Set(captions.map((caption) => caption.speaker).filter((name) => name !== null))
  if (speaker === null) {
    if (speakers.size > 1)
      fail(
        'invalid-request',
        'The captions name more than one who speaks. Say whose words count with --speaker NAME.',
        { speakers: speakers.size },
      )
    return captions
  }
  const own = captions.filter((caption) => caption.speaker?.toLowerCase() === speaker.trim().toLowerCase())
  if (own.length === 0)
    fail('not-found', 'The captions name nobody of that name. Check the name after --speaker.', {
      speakers: speakers.size,
    })
  return own
}

/** @param seconds of the recording; what is captioned after its end is left out */
export async function readWords(
  captions: readonly Caption[],
  seconds: number,
  resources: string,
  onProgress: OnProgress,
  signal: AbortSignal,
): Promise<readonly ReadCaption[]> {
  const inside = captions.filter(({ from }) => from < seconds)
  if (inside.length === 0)
    fail(
      'invalid-request',
      'Every caption lies after the end of the recording. Name the captions of this one.',
      {
        seconds,
      },
    )
  const reader = await TextReader.open(resources)
  try {
    const read: ReadCaption[] = []
    for (let at = 0; at < inside.length; at += atOnce) {
      signal.throwIfAborted()
      const some = inside.slice(at, at + atOnce)
      const readings = await reader.read(some.map(({ text }) => text))
      read.push(...some.map((caption, index) => ({ ...caption, reading: readings[index]! })))
      onProgress({ stage: 'Reading the words', fraction: read.length / inside.length, secondsLeft: null })
    }
    return read
  } finally {
    await reader.dispose()
  }
}

/** The words of a stretch of time as one reading; `missing` where nothing was said. */
export function wordsBetween(captions: readonly ReadCaption[], from: number, to: number): ModalityReading {
  const here = captions.filter((caption) => {
    const shared = Math.min(to, caption.to) - Math.max(from, caption.from)
    return shared > 0 && shared >= Math.min(belongsFrom, (caption.to - caption.from) / 2)
  })
  return passageReading(
    'text',
    here.map(({ reading }) => reading),
  )
}
