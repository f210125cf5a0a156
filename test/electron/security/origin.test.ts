import { describe, expect, test } from 'vitest'
import { mayLoad, shownAddress, BlockedRequests } from '../../../electron/security/network.ts'
import { isAppUrl } from '../../../electron/security/origin.ts'

/** Addresses a hostile page, link or document might try. */
const hostile: readonly string[] = [
  'javascript:alert(1)',
  'JaVaScRiPt:alert(1)',
  'data:text/html,<script>alert(1)</script>',
  'vbscript:msgbox(1)',
  'file:///etc/passwd',
  'file://consilium/index.html',
  'http://consilium/',
  'https://consilium/index.html',
  'https://example.com/',
  'https://example.com/app://consilium/',
  'https://consilium@example.com/',
  'app://consilium@evil.example/',
  'app://evil@consilium/',
  'app://user:secret@consilium/',
  'app://consilium.evil.example/',
  'app://evilconsilium/',
  'app://consilium.',
  'app://consilium:8080/',
  'app://CONSILIUM.example/',
  'app:consilium/index.html',
  'app:///consilium/index.html',
  'app:////consilium/',
  'app-x://consilium/',
  'xapp://consilium/',
  'apps://consilium/',
  'appː//consilium/',
  'app://cоnsilium/',
  'app://consilium%2eexample/',
  'about:blank',
  'about:srcdoc',
  'blob:https://example.com/7a4b',
  'filesystem:app://consilium/temporary/x',
  'view-source:app://consilium/',
  'chrome://version/',
  'devtools://devtools/bundled/inspector.html',
  'ws://consilium/',
  'wss://example.com/socket',
  'ftp://consilium/',
  'mailto:someone@example.com',
  'tel:112',
  'smb://server/share',
  'ms-msdt:/id PCWDiagnostic',
  'search-ms:query=x',
  '//consilium/index.html',
  '/index.html',
  'index.html',
  '',
  ' ',
  '\u0000app://consilium',
]

describe('the app’s origin', () => {
  test.each(hostile)('is not %j', (address) => {
    expect(isAppUrl(address)).toBe(false)
  })

  test.each([undefined, null, 1, {}, ['app://consilium/'], new URL('app://consilium/')])(
    'is not the value %j',
    (value) => {
      expect(isAppUrl(value)).toBe(false)
    },
  )

  test.each([
    'app://consilium/',
    'app://consilium/index.html',
    'app://consilium/a/b.js?x#y',
    'APP://consilium/',
  ])('is %j', (address) => {
    expect(isAppUrl(address)).toBe(true)
  })
})

describe('requests of the window', () => {
  test('only reach the app’s own files, its own blobs and data in place', () => {
    const allowed = hostile.filter((address) => mayLoad(address, { devtools: false }))
    expect(allowed).toEqual(['data:text/html,<script>alert(1)</script>'])
    expect(mayLoad('app://consilium/index.html', { devtools: false })).toBe(true)
    expect(mayLoad('blob:app://consilium/1f2e', { devtools: false })).toBe(true)
    expect(mayLoad('blob:app://consilium.example/1f2e', { devtools: false })).toBe(false)
  })

  test('reach the developer tools only when these are switched on', () => {
    const tools = 'devtools://devtools/bundled/devtools_app.html'
    expect(mayLoad(tools, { devtools: false })).toBe(false)
    expect(mayLoad(tools, { devtools: true })).toBe(true)
    expect(mayLoad('devtools://remote/devtools/x', { devtools: true })).toBe(false)
  })

  test('that were blocked are announced and kept, without what they carried', () => {
    const announced: unknown[] = []
    const blocked = new BlockedRequests({
      now: () => new Date(0),
      announce: (request) => announced.push(request),
      limit: 2,
    })
    blocked.add('https://example.com/path/Jane-Doe?complaint=cough#secret', 'xhr')
    expect(blocked.list()).toEqual([
      { at: '1970-01-01T00:00:00.000Z', url: 'https://example.com/', type: 'xhr' },
    ])
    expect(announced).toEqual(blocked.list())
    blocked.add('ftp://b.example/', 'image')
    blocked.add('no address', 'image')
    expect(blocked.list().map(({ url }) => url)).toEqual(['ftp://b.example/', 'unreadable address'])
  })

  test('are shown without credentials', () => {
    expect(shownAddress('https://jane:doe@example.com:444/x')).toBe('https://example.com:444/')
    expect(shownAddress('mailto:jane@example.com')).toBe('mailto:…')
  })
})
