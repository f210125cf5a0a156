import fc from 'fast-check'
import { beforeEach, describe, expect, test } from 'vitest'
import type { Handlers } from '../../../electron/handlers/handlers.ts'
import { answerWith, type Answer, type Sender } from '../../../electron/ipc/answer.ts'
import { checkRequestSize, maxRequestCharacters } from '../../../electron/ipc/request-size.ts'
import { isOperationName } from '../../../models/contract/names.ts'
import { operationNames, parseRequest } from '../../../models/contract/parsers.ts'
import { fail } from '../../../models/core/failure.ts'

const own: Sender = { isOwnWindow: true, isMainFrame: true, url: 'app://consilium/index.html' }
const session = '0'.repeat(32)

let calls: [name: string, request: unknown][]
let refused: number
let bugs: unknown[]
let behave: (name: string) => unknown
let answer: Answer

beforeEach(() => {
  calls = []
  refused = 0
  bugs = []
  behave = () => null
  const handlers = Object.fromEntries(
    operationNames.map((name) => [
      name,
      (request: unknown) => {
        calls.push([name, request])
        return behave(name)
      },
    ]),
  ) as unknown as Handlers
  answer = answerWith({
    handlers,
    onRefusedSender: () => (refused += 1),
    reportBug: (error) => bugs.push(error),
  })
})

describe('a request', () => {
  test('from the window is parsed, handled and wrapped', async () => {
    behave = () => [{ tag: 'cough', sessions: 1 }]
    expect(await answer(own, 'session.tags', {})).toEqual({
      ok: true,
      value: [{ tag: 'cough', sessions: 1 }],
    })
    expect(calls).toEqual([['session.tags', {}]])
  })

  test.each<[string, Partial<Sender>]>([
    ['another window', { isOwnWindow: false }],
    ['a subframe', { isMainFrame: false }],
    ['a frame that is gone', { url: null }],
    ['a foreign page', { url: 'https://example.com/' }],
    ['a look-alike origin', { url: 'app://consilium.example/' }],
    ['a local file', { url: 'file:///index.html' }],
    ['a blank page', { url: 'about:blank' }],
    ['an empty address', { url: '' }],
  ])('from %s is refused and noted', async (_who, change) => {
    const reply = await answer({ ...own, ...change }, 'session.tags', {})
    expect(reply).toMatchObject({ ok: false, failure: { code: 'refused' } })
    expect({ calls, refused }).toEqual({ calls: [], refused: 1 })
  })

  test.each(['session.everything', '', '__proto__', 'constructor', 'toString', 7, null, ['session.tags']])(
    'for %j, which does not exist, is refused',
    async (operation) => {
      expect(await answer(own, operation, {})).toMatchObject({
        ok: false,
        failure: { code: 'invalid-request' },
      })
      expect(calls).toEqual([])
    },
  )

  test('that does not fit its operation names the field', async () => {
    expect(await answer(own, 'session.open', { session: '../x' })).toMatchObject({
      ok: false,
      failure: { code: 'invalid-request', details: { field: 'session' } },
    })
    expect(await answer(own, 'session.open', { session, more: 1 })).toMatchObject({ ok: false })
    expect(calls).toEqual([])
  })

  test('that fails as expected brings the failure and is no bug', async () => {
    behave = () => fail('vault-locked', 'The vault is locked. Unlock it first.')
    expect(await answer(own, 'session.tags', {})).toEqual({
      ok: false,
      failure: { code: 'vault-locked', message: 'The vault is locked. Unlock it first.' },
    })
    expect(bugs).toEqual([])
  })

  test('that meets a bug is answered without its words, and reported', async () => {
    behave = () => Promise.reject(new Error('Jane Doe has a cough'))
    const reply = await answer(own, 'session.tags', {})
    expect(reply).toMatchObject({ ok: false, failure: { code: 'internal' } })
    expect(JSON.stringify(reply)).not.toContain('Jane')
    expect(bugs).toHaveLength(1)
  })
})

describe('the size of a request', () => {
  test('allows a note of four full sections', () => {
    const sections = ['subjective', 'objective', 'assessment', 'plan'].map((id) => ({
      id,
      text: 'x'.repeat(5 * 1024 * 1024),
      provenance: null,
    }))
    expect(() => checkRequestSize({ session, sections })).not.toThrow()
  })

  test.each<[string, () => unknown]>([
    ['too much text', () => ({ text: 'x'.repeat(maxRequestCharacters) })],
    ['too much text in pieces', () => ({ texts: Array(40).fill('x'.repeat(1024 * 1024)) as string[] })],
    ['too long a key', () => ({ ['k'.repeat(maxRequestCharacters + 1)]: 1 })],
    ['too many values', () => Array.from({ length: 20_001 }, () => 0)],
    ['four billion holes', (): unknown[] => new Array<unknown>(2 ** 32 - 1)],
    ['too deep a nest', () => Array.from({ length: 40 }).reduce<unknown>((inner) => [inner], 1)],
    [
      'a circle',
      () => {
        const circle: Record<string, unknown> = {}
        circle['self'] = circle
        return circle
      },
    ],
    ['a map', () => new Map([['session', session]])],
    ['a date', () => ({ at: new Date(0) })],
    ['bytes', () => new Uint8Array(8)],
    ['a big integer', () => ({ value: 1n })],
    ['not a number', () => ({ value: NaN })],
    ['an infinite number', () => ({ value: -Infinity })],
  ])('refuses %s', async (_what, make) => {
    expect(await answer(own, 'session.create', make())).toMatchObject({
      ok: false,
      failure: { code: 'invalid-request' },
    })
    expect(calls).toEqual([])
  })
})

describe('the contract', () => {
  test('names the same operations for both ends', () => {
    expect(operationNames.every(isOperationName)).toBe(true)
    expect(operationNames.length).toBe(new Set(operationNames).size)
  })

  test('lets no arbitrary value through, nor fall over one, in 10,000 requests', async () => {
    const seed = 20_261_125
    const anything = fc.anything({
      withBigInt: true,
      withDate: true,
      withMap: true,
      withSet: true,
      withTypedArray: true,
      withNullPrototype: true,
      withSparseArray: true,
    })
    /** Arbitrary values under the names that operations really use: these get further in. */
    const shaped = fc.dictionary(
      fc.constantFrom(
        'session',
        'turn',
        'text',
        'passphrase',
        'by',
        'sections',
        'consents',
        'limit',
        '__proto__',
      ),
      fc.oneof(anything, fc.string(), fc.constant(session)),
      { maxKeys: 4 },
    )
    const requests = fc.tuple(fc.constantFrom(...operationNames), fc.oneof(anything, shaped))
    let accepted = 0
    for (const [name, request] of fc.sample(requests, { seed, numRuns: 10_000 })) {
      const before = calls.length
      const reply = await answer(own, name, request)
      if (reply.ok) {
        accepted += 1
        // What reached a handler is exactly what its parser produces from a valid request.
        const [handled, parsed] = calls.at(-1)!
        expect(handled).toBe(name)
        expect(parseRequest(name, parsed)).toEqual({ ok: true, value: parsed })
      } else {
        expect(reply.failure.code).toBe('invalid-request')
        expect(calls.length).toBe(before)
      }
    }
    expect(bugs).toEqual([])
    expect(calls).toHaveLength(accepted)
  })
})
