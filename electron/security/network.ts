/** Nothing leaves the machine: which requests the window may make, and a record of the others. */
import type { BlockedRequest } from '../../models/contract/operations.ts'
import { appOrigin, isAppUrl } from './origin.ts'

/**
 * Whether Chromium may load an address. Blobs and data addresses carry their own bytes; a blob is
 * bound to the origin that made it.
 */
export function mayLoad(address: string, options: { readonly devtools: boolean }): boolean {
  if (isAppUrl(address)) return true
  if (address.startsWith(`blob:${appOrigin}/`) || address.startsWith('data:')) return true
  return options.devtools && address.startsWith('devtools://devtools/')
}

/** An address as it may be shown: where it pointed, without what it carried. */
export function shownAddress(address: string): string {
  if (!URL.canParse(address)) return 'unreadable address'
  const url = new URL(address)
  return (url.host === '' ? `${url.protocol}…` : `${url.protocol}//${url.host}/`).slice(0, 200)
}

/** Keeps the latest blocked requests in memory; they are shown, never written. */
export class BlockedRequests {
  readonly #kept: BlockedRequest[] = []
  readonly #limit: number
  readonly #now: () => Date
  readonly #announce: (request: BlockedRequest) => void

  constructor(options: {
    readonly now: () => Date
    readonly announce: (request: BlockedRequest) => void
    readonly limit?: number
  }) {
    this.#now = options.now
    this.#announce = options.announce
    this.#limit = options.limit ?? 200
  }

  add(address: string, type: string): void {
    const request = { at: this.#now().toISOString(), url: shownAddress(address), type }
    this.#kept.push(request)
    if (this.#kept.length > this.#limit) this.#kept.shift()
    this.#announce(request)
  }

  list(): readonly BlockedRequest[] {
    return [...this.#kept]
  }
}

/**
 * Command-line switches that stop Chromium's own conversations: updates, reports, proxy and name
 * look-ups, peer connections. Name resolution fails for every host, so that a request which no
 * filter sees has nowhere to go.
 */
export const offlineSwitches: readonly (readonly [name: string, value?: string])[] = [
  ['disable-background-networking'],
  ['disable-component-update'],
  ['disable-domain-reliability'],
  ['disable-breakpad'],
  ['disable-sync'],
  ['dns-prefetch-disable'],
  ['no-pings'],
  ['no-proxy-server'],
  ['no-first-run'],
  ['host-resolver-rules', 'MAP * ~NOTFOUND'],
  ['force-webrtc-ip-handling-policy', 'disable_non_proxied_udp'],
  [
    'disable-features',
    'AsyncDns,AutofillServerCommunication,CertificateTransparencyComponentUpdater,DnsOverHttps,MediaRouter,NetworkTimeServiceQuerying,OptimizationHints',
  ],
]
