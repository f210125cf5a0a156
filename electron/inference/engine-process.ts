/** The parent's end of one inference child, however it was started. */
export interface EngineProcess {
  /** undefined until the system has started it. */
  readonly pid: number | undefined
  send(message: unknown): void
  onMessage(listener: (message: unknown) => void): void
  /** Called once, whether it ended by itself or was killed. */
  onExit(listener: () => void): void
  /** Ends it at once, whatever it is doing. */
  kill(): void
}

/** Starts a child. It speaks `protocol.ts` and is configured by its first message. */
export type Launch = () => EngineProcess
