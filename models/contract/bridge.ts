/** What the window sees of the rest: `window.consilium`. */
import type { Result } from '../core/failure.ts'
import type { OperationName, PushName, Pushes, ReplyOf, RequestOf } from './operations.ts'

export interface Bridge {
  /** Never rejects for expected trouble: a failure is a value. */
  call<K extends OperationName>(operation: K, request: RequestOf<K>): Promise<Result<ReplyOf<K>>>
  /** Listens to one push; the returned function stops listening. */
  on<K extends PushName>(push: K, listener: (payload: Pushes[K]) => void): () => void
}
