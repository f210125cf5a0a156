/** The sources of an estimate in the order in which they are shown. */
import type { ReadingSource } from '../../../../models/session/kept-reading.ts'

export const readingSources = ['face', 'voice', 'text', 'fused'] as const satisfies readonly ReadingSource[]
