/** The inference engine as the person sees it: state, speed of the last reply, how full the context is. */
import type { ContextUse, EngineStatus } from '../../models/decoding/language-model.ts'
import type { Requests } from './requests.ts'

/** Share of the context above which the meter warns. */
export const contextWarning = 0.85

export class EngineState {
  status = $state.raw<EngineStatus | null>(null)
  /** Tokens per second of the newest reply, or null before the first. */
  tokensPerSecond = $state<number | null>(null)
  context = $state.raw<ContextUse | null>(null)
  readonly contextShare = $derived(
    this.context && this.context.capacityTokens > 0
      ? this.context.usedTokens / this.context.capacityTokens
      : 0,
  )
  readonly contextNearlyFull = $derived(this.contextShare >= contextWarning)

  constructor(requests: Requests) {
    requests.bridge.on('engine.status', (status) => {
      this.status = status
    })
    requests.bridge.on('engine.context', (context) => {
      this.context = context
    })
    requests.bridge.on('job.delta', ({ delta }) => {
      if (delta.tokensPerSecond > 0) this.tokensPerSecond = delta.tokensPerSecond
      this.context = delta.context
    })
  }

  accept(status: EngineStatus): void {
    this.status = status
  }

  /** Forgets what belongs to the sessions that were open. */
  clear(): void {
    this.tokensPerSecond = null
    this.context = null
  }
}
