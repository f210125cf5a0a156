/** What a session is: one encounter on one clock, with its turns, model texts, note and consents. */

export const sessionKinds = ['consult', 'practice', 'video'] as const
export type SessionKind = (typeof sessionKinds)[number]

export const speakers = ['patient', 'clinician', 'other'] as const
export type Speaker = (typeof speakers)[number]

/** `words`: reading what typed turns express. `text` alone allows writing and a language model's reading. */
export const modalities = ['text', 'microphone', 'camera', 'words'] as const
export type Modality = (typeof modalities)[number]

/** ISO 8601 in UTC, with milliseconds. */
export type Timestamp = string
/** Random, 128 bits, lower-case hex; carries no meaning. */
export type Id = string

export interface Session {
  readonly id: Id
  readonly kind: SessionKind
  /** Who the patient is, as the clinician wishes to name them. */
  readonly person: string
  readonly reason: string
  readonly tags: readonly string[]
  readonly createdAt: Timestamp
  readonly updatedAt: Timestamp
  /** Set when it was moved to the trash; it is destroyed 30 days later. */
  readonly trashedAt: Timestamp | null
  /** The bundled sample or practice case this was opened from, or null. */
  readonly sample: string | null
}

export interface Consent {
  readonly modality: Modality
  readonly granted: boolean
  /** Version of the wording that was shown when the answer was given. */
  readonly wording: string
  /** Whom the session named when the answer was given. */
  readonly person: string
  readonly recordedBy: string
  readonly at: Timestamp
}

export interface Turn {
  readonly id: Id
  /** Number shown to people and cited by claims: 1, 2, 3 ... in spoken order; never reused. */
  readonly number: number
  readonly speaker: Speaker
  readonly text: string
  /** Position on the session's clock in milliseconds. */
  readonly atMs: number
  readonly recordedAt: Timestamp
  readonly editedAt: Timestamp | null
}

/** Which model wrote a text, and how to get it again. */
export interface Provenance {
  readonly model: string
  readonly modelName: string
  readonly weightsHash: string
  readonly adapterHash: string | null
  readonly precision: string
  readonly seed: number
  readonly temperature: number
  readonly topP: number
  readonly promptTokens: number
  readonly tokens: number
  readonly msPerToken: number
  /** `repetition`: it was stopped because it had begun to repeat itself. */
  readonly finish: 'end' | 'length' | 'cancelled' | 'repetition'
  /** What the context could not hold, or null. */
  readonly dropped: { readonly messages: number; readonly tokens: number } | null
  /** Number of the last turn that the model saw. */
  readonly lastTurn: number
  readonly at: Timestamp
}

export interface ChatMessage {
  readonly id: Id
  readonly author: 'clinician' | 'model'
  readonly text: string
  readonly at: Timestamp
  /** Present exactly when a model wrote it. */
  readonly provenance: Provenance | null
}

export interface Suggestion {
  readonly id: Id
  readonly question: string
  readonly state: 'offered' | 'used' | 'skipped'
  readonly provenance: Provenance
}

export const noteSections = ['subjective', 'objective', 'assessment', 'plan'] as const
export type NoteSectionId = (typeof noteSections)[number]

export interface NoteSection {
  readonly id: NoteSectionId
  readonly text: string
  /** Set while the text is a model's draft that nobody has changed yet. */
  readonly provenance: Provenance | null
}

export interface Note {
  /** Grows by one with every saved change; 0 is the empty note. */
  readonly revision: number
  readonly sections: readonly NoteSection[]
  readonly savedAt: Timestamp | null
}

/** A session with everything in it. */
export interface SessionRecord {
  readonly session: Session
  readonly consents: readonly Consent[]
  readonly turns: readonly Turn[]
  readonly chat: readonly ChatMessage[]
  readonly suggestions: readonly Suggestion[]
  readonly note: Note
}

export interface SessionSummary {
  readonly session: Session
  readonly turns: number
  readonly hasNote: boolean
  /** First words of the last turn, at most 120 characters. */
  readonly excerpt: string
}

export interface SearchHit {
  readonly session: Session
  readonly where: 'turn' | 'chat' | 'note' | 'session'
  /** Turn number when `where` is `turn`, otherwise null. */
  readonly turn: number | null
  /** Excerpt; matches are enclosed in U+0002 ... U+0003. */
  readonly excerpt: string
}
