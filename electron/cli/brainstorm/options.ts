/** What `consilium brainstorm` is told, and how long members may speak in it. */
import type { OutputOptions } from '../output.ts'
import type { NamedEndpoint, Seat } from './seats.ts'

export interface BrainstormOptions extends OutputOptions {
  readonly questions?: string
  readonly cases?: string
  readonly persons?: number
  readonly members: readonly Seat[]
  /** Not seated: asked alone, beside the panel. */
  readonly against?: readonly Seat[]
  readonly rounds: number
  readonly seed: number
  readonly tokens: number
  readonly seconds: number
  readonly histories?: string
  readonly records?: string
  readonly endpoint?: readonly NamedEndpoint[]
  readonly threads?: number
}

/** Tokens of a small model's answer to a few lines. */
export const replyTokens = 160
export const promptTokens = 6000
