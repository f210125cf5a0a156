/** What happens in a run, as it happens. */
import type { Message } from '../decoding/language-model.ts'
import type { MemberAnswer, PanelRound, Verdict } from './record.ts'

export type PanelEvent =
  | { readonly kind: 'round-started'; readonly round: number; readonly members: readonly string[] }
  /** More of a member's reply. */
  | { readonly kind: 'text'; readonly member: string; readonly round: number; readonly text: string }
  /** Exactly these messages would leave this computer; the member waits for leave to send them. */
  | {
      readonly kind: 'leaving'
      readonly member: string
      readonly round: number
      readonly url: string
      readonly model: string
      readonly messages: readonly Message[]
    }
  | { readonly kind: 'answered'; readonly round: number; readonly answer: MemberAnswer }
  | { readonly kind: 'round-ended'; readonly round: PanelRound }
  | { readonly kind: 'decided'; readonly verdict: Verdict }
