/** The note: sections whose every saved wording is kept as a revision. */
import { fail } from '../../../models/core/failure.ts'
import {
  noteSections,
  type Id,
  type Note,
  type NoteSection,
  type NoteSectionId,
} from '../../../models/session/session.ts'
import { exactText, type AuditedDatabase } from '../audited-database.ts'
import { provenanceText, readProvenance } from './provenance.ts'
import type { SearchIndex } from './search.ts'
import { sessionRow, touchSession, writableSession, type SessionRow } from './session-rows.ts'

interface SectionRow {
  readonly row: number
  readonly section: NoteSectionId
  readonly text: string
  readonly provenance: string | null
}

/** The wording of each section that stood at a revision. */
const selectSections = `SELECT row, section, text, provenance FROM note_texts n
   WHERE session = ? AND revision = (SELECT max(revision) FROM note_texts
     WHERE session = n.session AND section = n.section AND revision <= ?)`

export class Notes {
  readonly #audited: AuditedDatabase
  readonly #search: SearchIndex

  constructor(audited: AuditedDatabase, search: SearchIndex) {
    this.#audited = audited
    this.#search = search
  }

  /** Saves the sections given; the others stay. Without any difference there is no new revision. */
  save(session: Id, sections: readonly NoteSection[]): Note {
    const { database } = this.#audited
    const unsaved = sessionRow(database, session)
    const before = this.#sections(unsaved.row, unsaved.note_revision)
    const changed = sections.filter((section) => differs(section, before.get(section.id)))
    if (changed.length === 0) return this.#note(unsaved, unsaved.note_revision)
    return this.#audited.change((log) => {
      const current = writableSession(database, session)
      const revision = current.note_revision + 1
      const at = this.#audited.now()
      for (const { id, text, provenance } of changed) {
        const previous = before.get(id)
        if (previous) this.#search.remove('note', previous.row, previous.text)
        const { row } = database.run(
          'INSERT INTO note_texts (session, section, revision, text, provenance, saved_at) VALUES (?, ?, ?, ?, ?, ?)',
          current.row,
          id,
          revision,
          exactText(text),
          provenance && provenanceText(provenance),
          at,
        )
        this.#search.add(current.row, 'note', row, text)
      }
      database.run(
        'UPDATE sessions SET note_revision = ?, note_saved_at = ? WHERE row = ?',
        revision,
        at,
        current.row,
      )
      touchSession(this.#audited, current.row, at)
      log('note.save', session)
      return this.#note({ ...current, note_revision: revision, note_saved_at: at }, revision)
    })
  }

  current(session: Id): Note {
    const row = sessionRow(this.#audited.database, session)
    return this.#note(row, row.note_revision)
  }

  /** The note as it stood at an earlier revision. */
  at(session: Id, revision: number): Note {
    const row = sessionRow(this.#audited.database, session)
    if (revision < 0 || revision > row.note_revision)
      fail('not-found', `The note has no revision ${revision}; its newest is ${row.note_revision}.`)
    return this.#note(row, revision)
  }

  #note(session: SessionRow, revision: number): Note {
    const stored = this.#sections(session.row, revision)
    const saved = this.#audited.database.get<{ saved_at: string }>(
      'SELECT saved_at FROM note_texts WHERE session = ? AND revision = ? LIMIT 1',
      session.row,
      revision,
    )
    return {
      revision,
      sections: noteSections.map((id) => {
        const row = stored.get(id)
        return {
          id,
          text: row?.text ?? '',
          provenance: row?.provenance ? readProvenance(row.provenance) : null,
        }
      }),
      savedAt: saved?.saved_at ?? null,
    }
  }

  #sections(session: number, revision: number): ReadonlyMap<NoteSectionId, SectionRow> {
    const rows = this.#audited.database.all<SectionRow>(selectSections, session, revision)
    return new Map(rows.map((row) => [row.section, row]))
  }
}

function differs({ text, provenance }: NoteSection, stored: SectionRow | undefined): boolean {
  if (!stored) return text !== '' || provenance !== null
  return text !== stored.text || (provenance && provenanceText(provenance)) !== stored.provenance
}
