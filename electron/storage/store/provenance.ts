/** Provenance as it is stored: JSON that this program wrote and authenticated, so it is trusted on reading. */
import type { Provenance } from '../../../models/session/session.ts'
import { exactText } from '../audited-database.ts'

export function provenanceText(provenance: Provenance): string {
  return exactText(JSON.stringify(provenance))
}

export function readProvenance(text: string): Provenance {
  return JSON.parse(text) as Provenance
}
