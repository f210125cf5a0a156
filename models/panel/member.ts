/** The port behind which every member of a panel stands, whatever it is made of. */
import type { Cancellation } from '../core/cancellation.ts'
import type { Message } from '../decoding/language-model.ts'
import type { PanelQuestion } from './question.ts'

/** knowledge: belief over findings. retrieval: solved cases. guided: the guided doctor. language: a model. */
export const memberKinds = ['knowledge', 'retrieval', 'guided', 'language', 'endpoint'] as const
export type MemberKind = (typeof memberKinds)[number]

/** A challenger argues the most dangerous diagnosis that is not excluded; it is heard and has no vote. */
export const memberRoles = ['physician', 'emergency', 'generalist', 'challenger'] as const
export type MemberRole = (typeof memberRoles)[number]

/** What a member computes with, so that the same can be had again. */
export interface MemberModel {
  readonly name: string
  /** sha256 of weights, knowledge or cases, hex; null for an endpoint, whose weights nobody here sees. */
  readonly hash: string | null
  readonly adapterHash: string | null
  readonly precision: string | null
}

/** Where a member's prompts go. */
export type MemberPlace =
  | { readonly kind: 'this-computer' }
  | { readonly kind: 'endpoint'; readonly url: string; readonly model: string }

export interface MemberDescription {
  /** knowledge, retrieval, guided, plpf, base, a model's id or an endpoint's name; unique in a panel. */
  readonly id: string
  readonly name: string
  readonly kind: MemberKind
  readonly role: MemberRole
  readonly place: MemberPlace
  /** Whether the same seed and prompts bring the same answer. */
  readonly replayable: boolean
}

export interface RankedAnswer {
  /** As the answer reader gives it. */
  readonly answer: string
  /** 0..1 */
  readonly probability: number
}

/** The finding on which a member says its answer rests. */
export interface DecidingFinding {
  readonly finding: string
  /** In the words of the knowledge base. */
  readonly name: string
  readonly present: boolean
}

/** A solved case that a member leans on. */
export interface SolvedCase {
  readonly id: string
  readonly title: string
  /** A condition's id. */
  readonly answer: string
  /** How well it explains the record, against the best of all, 0..1. */
  readonly similarity: number
}

/** What a member says in one round. */
export interface Opinion {
  /** In its own words; what the answer reader reads. */
  readonly said: string
  readonly reasons: string
  /** How sure the member says it is, 0..1. */
  readonly confidence: number
  /** What it concludes, having heard the others; falling, empty where it gives none. */
  readonly differential: readonly RankedAnswer[]
  /** What it makes of the record by itself. Others weigh this, so that nothing comes back to its source. */
  readonly alone: readonly RankedAnswer[]
  readonly deciding: DecidingFinding | null
  /** Findings that it reads in the record; others may take them up. */
  readonly findings: readonly ReadFinding[]
  readonly cases: readonly SolvedCase[]
}

export interface ReadFinding {
  readonly finding: string
  readonly present: boolean
  /** 0..1 */
  readonly certainty: number
}

/** Characters of one reply that are kept, read and shown; more is a broken model. */
export const longestReply = 20_000

/** One prompt and what came back. */
export interface Exchange {
  readonly messages: readonly Message[]
  readonly reply: string
  readonly promptTokens: number
  readonly tokens: number
  readonly model: MemberModel
  readonly seed: number
  /** Earlier answers of its own that the context could not hold. */
  readonly ownAnswersLeftOut: number
}

export interface Contribution {
  readonly opinion: Opinion
  readonly exchanges: readonly Exchange[]
}

/** How the record stands to a deciding finding. */
export interface EvidenceCheck extends DecidingFinding {
  readonly record: 'present' | 'absent' | 'not-asked'
  /** The turn that says so; null when nothing does. */
  readonly turn: number | null
  /** Weight of evidence for the member's answer against all others, in bits; null where it has none. */
  readonly bits: number | null
  /** Whether the record says what the member says, and it speaks for the member's answer. */
  readonly holds: boolean
}

/** What one member hears of another. */
export interface PeerStatement {
  readonly member: string
  readonly name: string
  readonly role: MemberRole
  /** As the answer reader gives it. */
  readonly answer: string
  /** In words for people. */
  readonly answerName: string
  readonly opinion: Opinion
  readonly check: EvidenceCheck | null
  /** How often such a member is right when it is this sure, 0..1, from training persons; null if unknown. */
  readonly reliability: number | null
}

export interface OwnStatement {
  readonly answer: string
  readonly opinion: Opinion
  readonly check: EvidenceCheck | null
  readonly reliability: number | null
}

export interface Ask {
  /** Unsigned 32-bit; its own for every member and round. */
  readonly seed: number
  /** Most tokens of the reply. */
  readonly maxTokens: number
  /** Most tokens of the prompt. */
  readonly maxPromptTokens: number
  readonly signal: Cancellation
  readonly onText: (text: string) => void
  /** Told once a model really has the prompt, so that it is kept even where no whole reply comes back. */
  readonly onAsked?: (asked: Pick<Exchange, 'messages' | 'ownAnswersLeftOut'>) => void
}

/** Rejects with a FailureError when it can give no opinion. */
export interface Member {
  readonly description: MemberDescription
  /** The first answer. There is no way to tell a member of its peers here. */
  open(question: PanelQuestion, ask: Ask): Promise<Contribution>
  /**
   * @param own its earlier statements, the oldest first; none where they could not be read
   * @param peers everybody else's latest
   */
  reconsider(
    question: PanelQuestion,
    own: readonly OwnStatement[],
    peers: readonly PeerStatement[],
    ask: Ask,
  ): Promise<Contribution>
}
