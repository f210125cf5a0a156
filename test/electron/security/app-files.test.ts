import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { AppFiles } from '../../../electron/security/app-files.ts'

let top: string
let files: AppFiles

beforeAll(() => {
  top = mkdtempSync(join(tmpdir(), 'app-files-'))
  const folder = join(top, 'renderer')
  mkdirSync(join(folder, 'assets'), { recursive: true })
  writeFileSync(join(top, 'secret.txt'), 'secret')
  writeFileSync(join(folder, 'index.html'), '<!doctype html>')
  writeFileSync(join(folder, 'assets', 'index-abc.js'), 'export {}')
  writeFileSync(join(folder, 'assets', 'plex.woff2'), 'font')
  writeFileSync(join(folder, 'notes.unknown'), 'no known type')
  symlinkSync(join(top, 'secret.txt'), join(folder, 'link.txt'))
  symlinkSync(top, join(folder, 'up'))
  files = new AppFiles(folder)
})

afterAll(() => rmSync(top, { recursive: true }))

const get = (url: string, method = 'GET') => files.answer({ method, url })

const traversals = [
  '/../secret.txt',
  '/..%2fsecret.txt',
  '/%2e%2e/secret.txt',
  '/%2e%2e%2fsecret.txt',
  '/%252e%252e%252fsecret.txt',
  '/..\\secret.txt',
  '/..%5csecret.txt',
  '/assets/../../secret.txt',
  '/assets/..%2f..%2fsecret.txt',
  '/assets/....//....//secret.txt',
  '/./../secret.txt',
  '//secret.txt',
  '///etc/passwd',
  '/etc/passwd',
  '/%2fetc%2fpasswd',
  '/C:/Windows/win.ini',
  '/C:%5cWindows%5cwin.ini',
  '/\\\\server\\share\\x',
  '/file:///etc/passwd',
  '/link.txt',
  '/up/secret.txt',
  '/notes.unknown',
  '/index.html%00.js',
  '/index.html/',
  '/INDEX.HTML',
  '/index.html::$DATA',
  '/assets',
  '/assets/',
  '/.',
  '/..',
  '/%',
  '/%zz',
  '/\u2025/secret.txt',
  '/..%c0%afsecret.txt',
  '/..;/secret.txt',
  '/__proto__',
  '/constructor',
  '/hasOwnProperty',
]

describe('the app’s files', () => {
  test('are the regular files of a known type that were built', () => {
    expect([...files.paths].sort()).toEqual(['/assets/index-abc.js', '/assets/plex.woff2', '/index.html'])
  })

  test.each(traversals)('do not include %j', (path) => {
    const { status, body } = get(`app://consilium${path}`)
    // A parser may already have folded dots away, which leads to the entry page at most.
    if (new URL(`app://consilium${path}`).pathname === '/') expect(status).toBe(200)
    else expect({ status, body }).toEqual({ status: 404, body: null })
  })

  test.each(['app://other/index.html', 'https://consilium/index.html', 'app://consilium:1/index.html', 'x'])(
    'are not served to %j',
    (url) => {
      expect(get(url).status).toBe(404)
    },
  )

  test.each(['POST', 'PUT', 'DELETE', 'HEAD', 'OPTIONS'])('cannot be asked for by %s', (method) => {
    expect(get('app://consilium/index.html', method)).toMatchObject({ status: 405, body: null })
  })

  test('come with their type and strict headers', () => {
    const page = get('app://consilium/')
    expect(page.status).toBe(200)
    expect(Buffer.from(page.body!).toString()).toBe('<!doctype html>')
    expect(page.headers).toMatchObject({
      'Content-Type': 'text/html; charset=utf-8',
      'X-Content-Type-Options': 'nosniff',
      'Cross-Origin-Opener-Policy': 'same-origin',
      'Cross-Origin-Embedder-Policy': 'require-corp',
    })
    const policy = page.headers['Content-Security-Policy']!
    expect(policy).toContain("default-src 'none'; script-src 'self';")
    expect(policy).not.toMatch(/unsafe|\*|https?:/)
    expect(get('app://consilium/assets/index-abc.js?x=1').headers['Content-Type']).toMatch('text/javascript')
  })
})
