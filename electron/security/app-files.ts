/** Serves the built window: a fixed list of files, read once, each with strict headers. */
import { readdirSync, readFileSync } from 'node:fs'
import { extname, join, posix } from 'node:path'
import { isAppUrl } from './origin.ts'
import { policyReportPath } from './policy-report.ts'

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
  '.json': 'application/json; charset=utf-8',
  '.txt': 'text/plain; charset=utf-8',
  '.wasm': 'application/wasm',
}

/** Sent as a header, where the page cannot loosen it. Scripts, styles and fonts are files of the app only. */
export const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "font-src 'self'",
  "img-src 'self' data: blob:",
  "media-src 'self' blob:",
  "connect-src 'self'",
  "worker-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  'trusted-types svelte-trusted-html',
  `report-uri ${policyReportPath}`,
].join('; ')

const headers: Readonly<Record<string, string>> = {
  'Content-Security-Policy': contentSecurityPolicy,
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Cache-Control': 'no-store',
}

export interface AppResponse {
  readonly status: 200 | 404 | 405
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array | null
}

const refusal = (status: 404 | 405): AppResponse => ({
  status,
  headers: { ...headers, 'Content-Type': 'text/plain' },
  body: null,
})

function filesUnder(folder: string, path = ''): string[] {
  return readdirSync(join(folder, path), { withFileTypes: true }).flatMap((entry) => {
    const inside = posix.join(path, entry.name)
    if (entry.isDirectory()) return filesUnder(folder, inside)
    return entry.isFile() ? [inside] : []
  })
}

/**
 * An address is looked up in the list, never joined to a folder: nothing outside the list has a
 * name. Links are not followed and files of unknown type are not listed.
 */
export class AppFiles {
  readonly #files: ReadonlyMap<string, { readonly file: string; readonly type: string }>

  constructor(folder: string) {
    this.#files = new Map(
      filesUnder(folder).flatMap((path) => {
        const type = types[extname(path)]
        return type ? [[`/${path}`, { file: join(folder, path), type }] as const] : []
      }),
    )
  }

  get paths(): readonly string[] {
    return [...this.#files.keys()]
  }

  answer(request: { readonly method: string; readonly url: string }): AppResponse {
    if (!isAppUrl(request.url)) return refusal(404)
    if (request.method !== 'GET') return refusal(405)
    const { pathname } = new URL(request.url)
    const found = this.#files.get(pathname === '/' ? '/index.html' : pathname)
    if (!found) return refusal(404)
    return {
      status: 200,
      headers: { ...headers, 'Content-Type': found.type },
      body: readFileSync(found.file),
    }
  }
}
