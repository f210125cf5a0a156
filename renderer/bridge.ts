/** The window's only way out: typed requests to the main process and its pushes back. */
import type { OperationName, Pushes, PushName, ReplyOf, RequestOf } from '../models/contract/operations.ts'
import type { Result } from '../models/core/failure.ts'

export interface Bridge {
  /** Asks for one operation. Expected trouble comes back as a failure; the promise itself never rejects. */
  call<K extends OperationName>(operation: K, request: RequestOf<K>): Promise<Result<ReplyOf<K>>>
  /** Listens to one push. Returns how to stop listening. */
  on<K extends PushName>(name: K, listener: (payload: Pushes[K]) => void): () => void
}

declare global {
  interface Window {
    readonly consilium: Bridge
  }
}
