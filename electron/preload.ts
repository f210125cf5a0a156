/** The narrow bridge: operations and pushes of the contract by name, and nothing else. */
import { contextBridge, ipcRenderer } from 'electron'
import type { Bridge } from '../models/contract/bridge.ts'
import { isOperationName, isPushName } from '../models/contract/names.ts'
import type { ReplyOf } from '../models/contract/operations.ts'
import type { Failure, Result } from '../models/core/failure.ts'
import { callChannel, pushChannel } from './ipc/channels.ts'

const listeners = new Map<string, Set<(payload: unknown) => void>>()

ipcRenderer.on(pushChannel, (_event, name: unknown, payload: unknown) => {
  if (!isPushName(name)) return
  for (const listener of [...(listeners.get(name) ?? [])]) listener(payload)
})

const failed = (failure: Failure) => ({ ok: false, failure }) as const

const bridge: Bridge = {
  async call(operation, request) {
    if (!isOperationName(operation))
      return failed({ code: 'invalid-request', message: 'There is no such operation. Reload the window.' })
    try {
      const reply: unknown = await ipcRenderer.invoke(callChannel, operation, request)
      // The main process answers by the same contract.
      return reply as Result<ReplyOf<typeof operation>>
    } catch {
      return failed({
        code: 'internal',
        message: 'Consilium could not pass the request on. Your saved work is safe; try again.',
      })
    }
  },
  on(push, listener) {
    if (!isPushName(push)) return () => undefined
    const set = listeners.get(push) ?? new Set()
    listeners.set(push, set)
    // The main process sends each push with its own payload: both ends derive from one contract.
    const heard = listener as (payload: unknown) => void
    set.add(heard)
    return () => void set.delete(heard)
  },
}

contextBridge.exposeInMainWorld('consilium', bridge)
