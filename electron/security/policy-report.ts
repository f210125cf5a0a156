/** What the content policy stopped before it became a request, as the browser reports it. */
import * as v from 'valibot'
import { isAppUrl } from './origin.ts'

export const policyReportPath = '/policy-report'

/** Longest report that is read, in UTF-16 units. */
const longestReport = 64 * 1024

const schema = v.object({
  'csp-report': v.object({
    'blocked-uri': v.string(),
    'effective-directive': v.pipe(v.string(), v.regex(/^[a-z-]{1,40}$/)),
  }),
})

export const isPolicyReport = (request: { readonly method: string; readonly url: string }): boolean =>
  request.method === 'POST' && isAppUrl(request.url) && new URL(request.url).pathname === policyReportPath

/**
 * The address that was to be loaded and the directive that forbade it; null for a report about
 * something that has no address, such as an inline script, and for anything unreadable.
 */
export function readPolicyReport(text: string): { readonly url: string; readonly type: string } | null {
  if (text.length > longestReport) return null
  try {
    const { 'csp-report': report } = v.parse(schema, JSON.parse(text))
    const address = report['blocked-uri']
    return URL.canParse(address) ? { url: address, type: report['effective-directive'] } : null
  } catch {
    return null
  }
}
