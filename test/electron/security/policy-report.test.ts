import { describe, expect, test } from 'vitest'
import { isPolicyReport, readPolicyReport } from '../../../electron/security/policy-report.ts'

const report = (blocked: unknown, directive: unknown = 'img-src'): string =>
  JSON.stringify({
    'csp-report': {
      'document-uri': 'app://consilium/index.html',
      'blocked-uri': blocked,
      'effective-directive': directive,
      'script-sample': 'Jane Doe',
    },
  })

describe('a report of the content policy', () => {
  test('tells what was to be loaded and which rule forbade it, and nothing else', () => {
    expect(readPolicyReport(report('https://example.com/x.png'))).toEqual({
      url: 'https://example.com/x.png',
      type: 'img-src',
    })
  })

  test.each([
    ['an inline script', report('inline')],
    ['no address', report(7)],
    ['an odd rule', report('https://example.com/', 'img-src; Jane Doe')],
    ['no report', '{}'],
    ['no JSON', 'Jane Doe'],
    ['nothing', ''],
    ['too much', report(`https://example.com/${'x'.repeat(70_000)}`)],
  ])('is ignored when it holds %s', (_what, text) => {
    expect(readPolicyReport(text)).toBeNull()
  })

  test('is only taken at its own address', () => {
    expect(isPolicyReport({ method: 'POST', url: 'app://consilium/policy-report' })).toBe(true)
    expect(isPolicyReport({ method: 'GET', url: 'app://consilium/policy-report' })).toBe(false)
    expect(isPolicyReport({ method: 'POST', url: 'app://consilium/index.html' })).toBe(false)
    expect(isPolicyReport({ method: 'POST', url: 'https://consilium/policy-report' })).toBe(false)
  })
})
