/** Consent per modality: every answer is kept, the last one is in force. */
import { consentWordings } from '../../../models/consult/consent.ts'
import type { Consent, Id, Modality } from '../../../models/session/session.ts'
import type { AuditedDatabase } from '../audited-database.ts'
import { sessionRow, touchSession, writableSession } from './session-rows.ts'

interface ConsentRow {
  readonly modality: Modality
  readonly granted: number
  readonly wording: string
  readonly person: string
  readonly recorded_by: string
  readonly at: string
}

export class Consents {
  readonly #audited: AuditedDatabase

  constructor(audited: AuditedDatabase) {
    this.#audited = audited
  }

  set(session: Id, modality: Modality, granted: boolean): Consent {
    return this.#audited.change((log) => {
      const { row, person } = writableSession(this.#audited.database, session)
      const consent = insertConsent(this.#audited, { row, person }, modality, granted)
      touchSession(this.#audited, row, consent.at)
      log(granted ? 'consent.grant' : 'consent.withdraw', session)
      return consent
    })
  }

  /** The answer in force for each modality that was asked for. */
  current(session: Id): readonly Consent[] {
    const { database } = this.#audited
    return database
      .all<ConsentRow>(
        `SELECT modality, granted, wording, person, recorded_by, at FROM consents
          WHERE row IN (SELECT max(row) FROM consents WHERE session = ? GROUP BY modality) ORDER BY row`,
        sessionRow(database, session).row,
      )
      .map(({ modality, granted, wording, person, recorded_by, at }) => ({
        modality,
        granted: granted === 1,
        wording,
        person,
        recordedBy: recorded_by,
        at,
      }))
  }
}

/** Stores one answer to the wording now shown. Runs inside the caller's transaction. */
export function insertConsent(
  audited: AuditedDatabase,
  { row, person }: { readonly row: number; readonly person: string },
  modality: Modality,
  granted: boolean,
): Consent {
  const consent: Consent = {
    modality,
    granted,
    wording: consentWordings[modality].version,
    person,
    recordedBy: audited.user(),
    at: audited.now(),
  }
  audited.database.run(
    'INSERT INTO consents (session, modality, granted, wording, person, recorded_by, at) VALUES (?, ?, ?, ?, ?, ?, ?)',
    row,
    modality,
    Number(granted),
    consent.wording,
    consent.person,
    consent.recordedBy,
    consent.at,
  )
  return consent
}
