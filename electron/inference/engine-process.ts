import type { ProcessKind } from '../../models/decoding/language-model.ts'

/** The parent's end of one inference child, however it was started. */
export interface EngineProcess {
  /** undefined until the system has started it. */
  readonly pid: number | undefined
  send(message: unknown): void
  onMessage(listener: (message: unknown) => void): void
  /** What it writes to its error output, in pieces; absent where that goes elsewhere. */
  onErrorOutput?(listener: (chunk: string) => void): void
  /** Called once and after the last piece of error output, whether it ended by itself or was killed. */
  onExit(listener: () => void): void
  /** Ends it at once, whatever it is doing. */
  kill(): void
}

/**
 * Starts a child of a kind, or of the only kind there is. It speaks `protocol.ts` and is configured by its
 * first message.
 */
export type Launch = (kind: ProcessKind) => EngineProcess
