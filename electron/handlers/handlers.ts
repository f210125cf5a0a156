/** The shape of all handlers together: an operation without one does not compile. */
import type { OperationName, ReplyOf, RequestOf } from '../../models/contract/operations.ts'

export type Handler<K extends OperationName> = (request: RequestOf<K>) => ReplyOf<K> | Promise<ReplyOf<K>>

export type Handlers = { readonly [K in OperationName]: Handler<K> }

/** The operations of one use: `HandlersOf<'vault.lock' | 'vault.unlock'>`. */
export type HandlersOf<K extends OperationName> = Pick<Handlers, K>

/** All operations of a prefix: `OperationsOf<'vault'>`. */
export type OperationsOf<Prefix extends string> = Extract<OperationName, `${Prefix}.${string}`>
