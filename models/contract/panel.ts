/** What a panel's second opinion carries between the window and the rest. */
import * as v from 'valibot'
import type { Message } from '../decoding/language-model.ts'
import { memberRoles, type MemberKind, type MemberPlace, type MemberRole } from '../panel/member.ts'
import type { PanelEvent } from '../panel/events.ts'
import type { PanelBudget, PanelRecord } from '../panel/record.ts'
import type { PanelQuestion } from '../panel/question.ts'
import type { Id, Timestamp } from '../session/session.ts'

export type { PanelEvent } from '../panel/events.ts'
export type {
  Contribution,
  EvidenceCheck,
  Exchange,
  MemberDescription,
  MemberKind,
  MemberPlace,
  MemberRole,
  Opinion,
} from '../panel/member.ts'
export type {
  Absence,
  AskNext,
  Dissent,
  MemberAnswer,
  NamedAnswer,
  PanelBudget,
  PanelRecord,
  PanelRound,
  Verdict,
} from '../panel/record.ts'
export type { PanelQuestion } from '../panel/question.ts'

export const mostMembers = 6
export const mostRounds = 4

/** Who could be asked. */
export interface AvailableMember {
  readonly id: string
  readonly name: string
  readonly kind: MemberKind
  /** What it goes by, in plain words. */
  readonly description: string
  readonly place: MemberPlace
  /** Share of training persons that it diagnosed rightly, 0..1; null where that was never measured. */
  readonly measured: { readonly accuracy: number; readonly persons: number } | null
  /** Why it cannot be asked now, and what to do; null when it can. */
  readonly unavailable: string | null
}

export interface SeatedMember {
  readonly id: string
  readonly role: MemberRole
}

export interface PanelRequest {
  readonly session: Id
  /** Null asks for the most likely diagnosis. */
  readonly question: string | null
  readonly members: readonly SeatedMember[]
  readonly rounds: number
  /** Names, dates, addresses and numbers of the record are taken out of what leaves this computer. */
  readonly redact: boolean
}

export interface PanelPreview {
  readonly question: PanelQuestion
  readonly budget: PanelBudget
  /** What the first round would send away, word for word; empty when everything stays here. */
  readonly leaving: readonly {
    readonly member: string
    readonly url: string
    readonly model: string
    readonly messages: readonly Message[]
  }[]
  /** Parts that were taken out. */
  readonly redactions: number
}

/** A run on a session's timeline. */
export interface StoredPanel {
  readonly id: Id
  readonly session: Id
  /** Number of the last turn that the panel saw. */
  readonly afterTurn: number
  /** That turn's position on the session's clock, in ms. */
  readonly atMs: number
  readonly startedAt: Timestamp
  readonly endedAt: Timestamp
  readonly record: PanelRecord
}

export interface ReplayReport {
  readonly same: boolean
  /** Where the second run differs from the stored one, in plain words; empty when it is the same. */
  readonly differences: readonly string[]
  /** Members that were not asked again because they are not on this computer. */
  readonly left: readonly string[]
}

/** A server the person named. The key stays in the encrypted store and never comes back. */
export interface Endpoint {
  readonly id: Id
  readonly name: string
  readonly url: string
  readonly model: string
  readonly hasKey: boolean
}

export interface PanelOperations {
  'panel.members': { request: Readonly<Record<string, never>>; reply: readonly AvailableMember[] }
  /** What a run may cost and what it would send away; sends nothing. */
  'panel.preview': { request: PanelRequest; reply: PanelPreview }
  /**
   * Starts a job whose steps come as `panel.event` and whose end brings the stored run. `job.cancel` stops
   * everybody.
   */
  'panel.start': { request: PanelRequest & { readonly seed: number | null }; reply: { job: Id; run: Id } }
  'panel.stopMember': { request: { job: Id; member: string }; reply: null }
  /** Answers a `leaving` event. */
  'panel.allow': { request: { job: Id; member: string; round: number; send: boolean }; reply: null }
  /** The session's runs, the latest last. */
  'panel.list': { request: { session: Id }; reply: readonly StoredPanel[] }
  'panel.remove': { request: { run: Id }; reply: null }
  /** Asks the members on this computer again and compares. */
  'panel.replay': { request: { run: Id }; reply: { job: Id } }
  'panel.exportPreview': {
    request: { run: Id; redact: boolean }
    reply: { text: string; redactions: number }
  }
  'panel.export': { request: { run: Id; redact: boolean }; reply: { saved: boolean; name: string | null } }
  'panel.endpoints': { request: Readonly<Record<string, never>>; reply: readonly Endpoint[] }
  'panel.saveEndpoint': {
    /** `id` null adds one. `key` null keeps the one that is stored, '' removes it. */
    request: { id: Id | null; name: string; url: string; model: string; key: string | null }
    reply: Endpoint
  }
  'panel.removeEndpoint': { request: { endpoint: Id }; reply: null }
}

export interface PanelPush {
  readonly job: Id
  readonly session: Id
  readonly run: Id
  readonly event: PanelEvent
}

export const panelNames = {
  'panel.members': true,
  'panel.preview': true,
  'panel.start': true,
  'panel.stopMember': true,
  'panel.allow': true,
  'panel.list': true,
  'panel.remove': true,
  'panel.replay': true,
  'panel.exportPreview': true,
  'panel.export': true,
  'panel.endpoints': true,
  'panel.saveEndpoint': true,
  'panel.removeEndpoint': true,
} as const satisfies Readonly<Record<keyof PanelOperations, true>>

const id = v.pipe(v.string(), v.regex(/^[0-9a-f]{32}$/, 'must be an id'))
const none = v.strictObject({})
const member = v.pipe(v.string(), v.minLength(1), v.maxLength(200))
const round = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(mostRounds - 1))
const unsigned = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(0xffff_ffff))
const inRun = v.strictObject({ run: id })
const exported = v.strictObject({ run: id, redact: v.boolean() })
const filled = (most: number) => v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(most))

const asked = {
  session: id,
  question: v.nullable(filled(2000)),
  members: v.pipe(
    v.array(v.strictObject({ id: member, role: v.picklist(memberRoles) })),
    v.minLength(2, 'needs at least two members'),
    v.maxLength(mostMembers, `may have at most ${mostMembers} members`),
    v.check((members) => new Set(members.map((each) => each.id)).size === members.length, 'names one twice'),
  ),
  rounds: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(mostRounds)),
  redact: v.boolean(),
}

export const panelSchemas = {
  'panel.members': none,
  'panel.preview': v.strictObject(asked),
  'panel.start': v.strictObject({ ...asked, seed: v.nullable(unsigned) }),
  'panel.stopMember': v.strictObject({ job: id, member }),
  'panel.allow': v.strictObject({ job: id, member, round, send: v.boolean() }),
  'panel.list': v.strictObject({ session: id }),
  'panel.remove': inRun,
  'panel.replay': inRun,
  'panel.exportPreview': exported,
  'panel.export': exported,
  'panel.endpoints': none,
  'panel.saveEndpoint': v.strictObject({
    id: v.nullable(id),
    name: filled(60),
    url: v.pipe(filled(500), v.url('must be an address'), v.regex(/^https?:\/\//, 'must begin with http')),
    model: filled(200),
    key: v.nullable(v.pipe(v.string(), v.maxLength(1000))),
  }),
  'panel.removeEndpoint': v.strictObject({ endpoint: id }),
}
