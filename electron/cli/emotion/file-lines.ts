/** Lines that name files: one that cannot be read is missing with its reason, and the others go on. */
import { FailureError } from '../../../models/core/failure.ts'
import type { Modality, ModalityReading } from '../../../models/emotion/reading.ts'
import type { LineReading } from './line-reader.ts'

export async function readFileLines(
  modalities: readonly Modality[],
  lines: readonly unknown[],
  read: (line: unknown) => Promise<readonly ModalityReading[]>,
): Promise<readonly LineReading[]> {
  const out: LineReading[] = []
  for (const line of lines) {
    try {
      out.push({ readings: await read(line) })
    } catch (error) {
      if (!(error instanceof FailureError)) throw error
      out.push({
        readings: modalities.map((modality) => ({ kind: 'missing', modality, reasons: ['unreadable-file'] })),
        failure: error.failure,
      })
    }
  }
  return out
}
