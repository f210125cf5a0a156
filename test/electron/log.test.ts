import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { describeError, FileLog } from '../../electron/log.ts'
import { FailureError } from '../../models/core/failure.ts'

let folder: string
const lines = (): Record<string, unknown>[] =>
  readFileSync(join(folder, 'app.log'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>)

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'log-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

describe('the log', () => {
  test('keeps times, names, codes and frames of the whole chain of causes', () => {
    const log = new FileLog({ folder, now: () => new Date(0) })
    log.event('app.start', { sandbox: true })
    const cause = Object.assign(new Error('secret'), { code: 'SQLITE_FULL' })
    log.error('ipc', new FailureError({ code: 'disk-full', message: 'The disk is full.' }, { cause }))
    expect(lines()[0]).toEqual({ at: '1970-01-01T00:00:00.000Z', event: 'app.start', sandbox: true })
    expect(lines()[1]).toMatchObject({
      event: 'ipc',
      errors: [
        { type: 'FailureError', code: 'disk-full', message: 'The disk is full.' },
        { type: 'Error', code: 'SQLITE_FULL', message: null },
      ],
    })
    expect(describeError(cause)[0]?.frames[0]).toMatch(/^at .*log\.test\.ts:\d+:\d+\)?$/)
  })

  test.each<[string, () => unknown]>([
    ['a message', () => new Error('Jane Doe coughs')],
    ['a message that looks like a frame', () => new Error('x\n    at Jane (Doe:1:2)\n    at JaneDoe:1:2')],
    ['a name', () => Object.assign(new Error('x'), { name: 'Jane Doe' })],
    ['a code', () => Object.assign(new Error('x'), { code: 'Jane Doe' })],
    ['a thrown string', () => 'Jane Doe coughs'],
    ['a thrown object', () => ({ person: 'Jane Doe' })],
    ['a cause', () => new Error('x', { cause: new SyntaxError('Jane is not valid JSON') })],
  ])('never quotes a patient from %s', (_where, make) => {
    new FileLog({ folder, now: () => new Date(0) }).error('bug', make())
    expect(readFileSync(join(folder, 'app.log'), 'utf8')).not.toContain('Jane')
  })

  test('puts a full file aside and keeps one', () => {
    const log = new FileLog({ folder, now: () => new Date(0), maxBytes: 2000 })
    for (let count = 0; count < 200; count += 1) log.event('tick', { count })
    expect(statSync(join(folder, 'app.log')).size).toBeLessThan(2100)
    expect(statSync(join(folder, 'app.log.1')).size).toBeLessThan(2100)
    expect(lines().at(-1)).toMatchObject({ count: 199 })
  })

  test('does not fall over when it cannot write', () => {
    const file = join(folder, 'file')
    writeFileSync(file, '')
    const log = new FileLog({ folder: file, now: () => new Date(0) })
    expect(() => log.event('app.start')).not.toThrow()
  })

  test.skipIf(process.platform === 'win32')('is readable by its owner only', () => {
    new FileLog({ folder, now: () => new Date(0) }).event('app.start')
    expect(statSync(join(folder, 'app.log')).mode & 0o077).toBe(0)
  })
})
