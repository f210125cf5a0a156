/** Asks the bridge and shows what went wrong, so that state classes deal with values only. */
import type { OperationName, ReplyOf, RequestOf } from '../../models/contract/operations.ts'
import type { Failure, Result } from '../../models/core/failure.ts'
import type { Bridge } from '../bridge.ts'

export type Report = (failure: Failure, again?: () => void) => void

export class Requests {
  readonly bridge: Bridge
  readonly #report: Report

  constructor(bridge: Bridge, report: Report) {
    this.bridge = bridge
    this.#report = report
  }

  /** The reply, or undefined after a failure that has been shown to the person. */
  async ask<K extends OperationName>(
    operation: K,
    request: RequestOf<K>,
    again?: () => void,
  ): Promise<ReplyOf<K> | undefined> {
    const result = await this.try(operation, request)
    if (result.ok) return result.value
    if (result.failure.code !== 'cancelled') this.#report(result.failure, again)
    return undefined
  }

  /** The reply or the failure, for callers that show it beside the field that caused it. */
  try<K extends OperationName>(operation: K, request: RequestOf<K>): Promise<Result<ReplyOf<K>>> {
    return this.bridge.call(operation, request)
  }
}
