/**
 * The note: the person's working copy with its own undo history, saved shortly after each change,
 * and the drafts that a model proposes. A draft never replaces words a person wrote: it waits as a
 * proposal until they take it or keep theirs.
 */
import type { Failure } from '../../../models/core/failure.ts'
import type { Id, Note, NoteSection, NoteSectionId, Timestamp } from '../../../models/session/session.ts'
import type { Requests } from '../requests.ts'
import type { BrokenOff, Stream } from './stream.svelte.ts'
import { withoutClaim } from './claims.ts'

export const sectionTitles: Readonly<Record<NoteSectionId, string>> = {
  subjective: 'Subjective',
  objective: 'Objective',
  assessment: 'Assessment',
  plan: 'Plan',
}
export const sectionIds = Object.keys(sectionTitles) as readonly NoteSectionId[]

type Sections = readonly NoteSection[]

/** Milliseconds of rest after which a change is written. */
const restBeforeSaving = 700
/** Typing that goes on without a longer rest than this, in ms, is one step of undo. */
const oneStep = 1000
const stepsKept = 200

/** Records of one draft are equal copies after a round trip, not the same object. */
const sameSections = (a: Sections, b: Sections): boolean =>
  a.every((section, index) => {
    const other = b[index]
    return section.text === other?.text && section.provenance?.at === other.provenance?.at
  })

type Proposals = Readonly<Partial<Record<NoteSectionId, NoteSection>>>

function without(proposals: Proposals, id: NoteSectionId): Proposals {
  const { [id]: _dropped, ...others } = proposals
  return others
}

/** All four sections in order, empty where the note has none. */
const complete = (sections: Sections): Sections =>
  sectionIds.map((id) => sections.find((section) => section.id === id) ?? { id, text: '', provenance: null })

export class NoteEditor {
  sections = $state.raw<Sections>([])
  /** Drafts that would replace a person's words, by section. */
  proposals = $state.raw<Proposals>({})
  stream = $state.raw<Stream | null>(null)
  broken = $state.raw<BrokenOff | null>(null)
  starting = $state(false)
  revision = $state(0)
  savedAt = $state.raw<Timestamp | null>(null)
  saving = $state(false)
  /** Why the newest changes are not on disk; they stay in the window and are tried again. */
  failure = $state.raw<Failure | null>(null)
  readonly empty = $derived(this.sections.every(({ text }) => text.trim() === ''))
  #past = $state.raw<readonly Sections[]>([])
  #future = $state.raw<readonly Sections[]>([])
  #onDisk = $state.raw<Sections>([])
  readonly dirty = $derived(!sameSections(this.sections, this.#onDisk))
  readonly canUndo = $derived(this.#past.length > 0)
  readonly canRedo = $derived(this.#future.length > 0)
  /** Sections the running draft was asked for; null when it was started elsewhere. */
  #asked: readonly NoteSectionId[] | null = null
  #timer: ReturnType<typeof setTimeout> | null = null
  #writing: Promise<void> | null = null
  #lastEdit: { readonly section: NoteSectionId; readonly at: number } | null = null
  readonly #session: Id
  readonly #requests: Requests
  readonly #expect: (job: string) => void
  readonly #now: () => number

  constructor(session: Id, note: Note, requests: Requests, expect: (job: string) => void, now: () => number) {
    this.#session = session
    this.#requests = requests
    this.#expect = expect
    this.#now = now
    this.sections = complete(note.sections)
    this.#onDisk = this.sections
    this.revision = note.revision
    this.savedAt = note.savedAt
  }

  get busy(): boolean {
    return this.starting || this.stream !== null
  }

  section(id: NoteSectionId): NoteSection {
    return this.sections.find((section) => section.id === id) ?? { id, text: '', provenance: null }
  }

  /** Words typed by a person: the section is theirs from the first change on. */
  edit(id: NoteSectionId, text: string): void {
    if (text === this.section(id).text) return
    const at = this.#now()
    const continues =
      this.#lastEdit?.section === id && at - this.#lastEdit.at < oneStep && this.#future.length === 0
    this.#lastEdit = { section: id, at }
    this.#replace({ id, text, provenance: null }, !continues)
  }

  /** Ends the running step of undo, for example when the field is left. */
  endStep(): void {
    this.#lastEdit = null
  }

  /** The person vouches for a draft as it stands: it becomes plain text. */
  accept(id: NoteSectionId): void {
    this.endStep()
    this.#replace({ ...this.section(id), provenance: null })
  }

  /** Vouches for every draft at once, in one step of undo. */
  acceptAll(): void {
    this.endStep()
    this.#remember()
    this.#show(this.sections.map((section) => ({ ...section, provenance: null })))
  }

  discard(id: NoteSectionId): void {
    this.endStep()
    this.#replace({ id, text: '', provenance: null })
  }

  /** Takes one sentence out of a section; what is left of a draft stays a draft. */
  removeClaim(id: NoteSectionId, claim: number): void {
    this.endStep()
    const section = this.section(id)
    const text = withoutClaim(section.text, claim)
    this.#replace({ id, text, provenance: text === '' ? null : section.provenance })
  }

  /** Lets the waiting draft replace the person's words; undo brings them back. */
  takeProposal(id: NoteSectionId): void {
    const draft = this.proposals[id]
    if (!draft) return
    this.keepMine(id)
    this.endStep()
    this.#replace(draft)
  }

  keepMine(id: NoteSectionId): void {
    this.proposals = without(this.proposals, id)
  }

  undo(): void {
    const before = this.#past.at(-1)
    if (!before) return
    this.#past = this.#past.slice(0, -1)
    this.#future = [...this.#future, this.sections]
    this.#show(before)
  }

  redo(): void {
    const next = this.#future.at(-1)
    if (!next) return
    this.#future = this.#future.slice(0, -1)
    this.#past = [...this.#past, this.sections]
    this.#show(next)
  }

  /** Asks the model for a draft of these sections. Unsaved words are written first. */
  async draft(sections: readonly NoteSectionId[]): Promise<void> {
    if (this.busy) return
    this.starting = true
    this.broken = null
    await this.flush()
    this.#asked = sections
    const result = await this.#requests.try('consult.draftNote', { session: this.#session, sections })
    this.starting = false
    if (!result.ok) {
      this.draftFailed({ failure: result.failure, parts: {} })
      return
    }
    this.#expect(result.value.job)
  }

  /** Tries the last draft again. */
  again(): Promise<void> {
    return this.draft(this.#asked ?? sectionIds)
  }

  /** Takes what a finished draft stored, except where it would replace a person's words. */
  drafted(note: Note): void {
    const drafts = complete(note.sections)
    const asked = this.#asked
    this.broken = null
    this.revision = note.revision
    this.savedAt = note.savedAt ?? this.savedAt
    this.#onDisk = drafts
    let proposals = this.proposals
    const sections = this.sections.map((mine) => {
      const draft = drafts.find(({ id }) => id === mine.id)
      const wasAsked = asked === null || asked.includes(mine.id)
      if (!draft?.provenance || !wasAsked || draft.text === mine.text) return mine
      if (mine.text.trim() === '' || mine.provenance) {
        proposals = without(proposals, mine.id)
        return draft
      }
      proposals = { ...proposals, [mine.id]: draft }
      return mine
    })
    this.proposals = proposals
    this.endStep()
    if (!sameSections(sections, this.sections)) {
      this.#remember()
      this.sections = sections
    }
    if (this.dirty) this.#saveSoon()
  }

  /** After a draft that failed: changes made meanwhile are saved again. */
  draftFailed(broken: BrokenOff): void {
    this.broken = broken
    if (this.dirty) this.#saveSoon()
  }

  /** Writes what is not on disk yet, now. Resolves when nothing is left to write or writing failed. */
  async flush(): Promise<void> {
    if (this.#timer) clearTimeout(this.#timer)
    this.#timer = null
    await this.#writing
    if (!this.dirty) return
    this.#writing = this.#write()
    await this.#writing
    this.#writing = null
  }

  /** Stops waiting timers; the instance is not used afterwards. */
  close(): void {
    if (this.#timer) clearTimeout(this.#timer)
    this.#timer = null
  }

  async #write(): Promise<void> {
    const sections = this.sections
    this.saving = true
    const result = await this.#requests.try('note.save', { session: this.#session, sections })
    this.saving = false
    this.failure = result.ok ? null : result.failure
    if (!result.ok) return
    this.#onDisk = sections
    this.revision = result.value.revision
    this.savedAt = result.value.savedAt
    if (this.dirty) this.#saveSoon()
  }

  #replace(section: NoteSection, newStep = true): void {
    if (newStep) this.#remember()
    this.#show(this.sections.map((each) => (each.id === section.id ? section : each)))
  }

  #remember(): void {
    this.#past = [...this.#past, this.sections].slice(-stepsKept)
    this.#future = []
  }

  #show(sections: Sections): void {
    this.sections = sections
    this.#saveSoon()
  }

  #saveSoon(): void {
    if (this.#timer) clearTimeout(this.#timer)
    // A draft is stored section by section; saving the whole note beside it would undo that.
    if (this.busy) return
    this.#timer = setTimeout(() => void this.flush(), restBeforeSaving)
  }
}
