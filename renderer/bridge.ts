/** The window's end of the contract: what the preload exposed. */
import type { Bridge } from '../models/contract/bridge.ts'

export type { Bridge }

declare global {
  interface Window {
    readonly consilium: Bridge
  }
}
