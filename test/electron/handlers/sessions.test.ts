import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { fileFailure } from '../../../electron/handlers/whole-file.ts'
import type { Id } from '../../../models/session/session.ts'
import { openProduct, type TestProduct } from '../../support/product.ts'

let product: TestProduct
let session: Id
const unknown = 'f'.repeat(32)

beforeAll(async () => {
  product = await openProduct()
})
afterAll(() => product.dispose())

beforeEach(async () => {
  product.chosen.length = 0
  product.offered.length = 0
  const record = await product.ask('session.create', {
    kind: 'consult',
    person: 'Jane Roe',
    reason: 'Headache',
    tags: ['neurology'],
    consents: [{ modality: 'text', granted: true }],
  })
  session = record.session.id
})

const say = (text: string, atMs = 0) =>
  product.ask('turn.add', { session, turn: { speaker: 'patient', text, atMs } })
const lastAction = async (): Promise<string> => {
  const [entry] = await product.ask('audit.list', { before: null, limit: 1 })
  return `${entry?.action} ${entry?.outcome}`
}

describe('a session', () => {
  test('is made with its consents, changed, found, and reopened as it was', async () => {
    await product.ask('session.update', { session, reason: 'Migraine', tags: ['neurology', 'follow-up'] })
    await say('It throbs behind my left eye.')
    const record = await product.ask('session.open', { session })
    expect(record.session).toMatchObject({ person: 'Jane Roe', reason: 'Migraine' })
    expect(record.consents).toMatchObject([{ modality: 'text', granted: true, recordedBy: 'Dr Tester' }])
    expect(await product.ask('session.search', { text: 'throbs', limit: 5 })).toMatchObject([
      { where: 'turn', turn: 1, session: { id: session } },
    ])
    expect(await product.ask('session.tags', {})).toContainEqual({ tag: 'follow-up', sessions: 1 })
    const listed = await product.ask('session.list', { trashed: false, tag: 'follow-up', kind: null })
    expect(listed).toMatchObject([{ session: { id: session }, turns: 1 }])
  })

  test('is viewed on record once per opening, and not by work inside the app', async () => {
    const views = async (): Promise<number> =>
      (await product.ask('audit.list', { before: null, limit: 1000 })).filter(
        ({ action, object }) => action === 'session.view' && object === session,
      ).length
    await product.ask('session.exportPreview', { session, format: 'markdown', redact: false })
    await product.ended((await product.ask('consult.suggest', { session })).job)
    expect(await views()).toBe(0)
    await product.ask('session.open', { session })
    expect(await views()).toBe(1)
  })

  test('goes to the trash and comes back', async () => {
    await product.ask('session.trash', { session })
    expect(await product.code('session.destroy', { session: unknown })).toBe('not-found')
    await product.ask('session.restore', { session })
    expect((await product.ask('session.open', { session })).session.trashedAt).toBeNull()
  })

  test('is destroyed only from the trash, with what the engine remembers of it', async () => {
    await product.ended((await product.ask('consult.chat', { session, text: 'Why?' })).job)
    expect([...product.models.conversations].some((key) => key.startsWith(session))).toBe(true)
    expect(await product.code('session.destroy', { session })).not.toBe('ok')
    await product.ask('session.trash', { session })
    await product.ask('session.destroy', { session })
    expect(await product.code('session.open', { session })).toBe('not-found')
    expect([...product.models.conversations].some((key) => key.startsWith(session))).toBe(false)
  })

  test('takes its running job along when it goes', async () => {
    const { job } = await product.ask('consult.suggest', { session })
    await product.ask('session.trash', { session })
    expect(await product.ended(job)).toMatchObject({ ok: false, failure: { code: 'cancelled' } })
  })

  test('that is not there is said to be missing', async () => {
    expect(await product.code('session.open', { session: unknown })).toBe('not-found')
    expect(await product.code('consult.suggest', { session: unknown })).not.toBe('ok')
  })
})

describe('turns', () => {
  test('are added, edited, removed and put back under their number', async () => {
    const first = await say('One.')
    const second = await say('Two.', 1000)
    await product.ask('turn.edit', { session, turn: first.id, text: 'One!', speaker: 'other' })
    await product.ask('turn.remove', { session, turn: second.id })
    expect((await product.ask('session.open', { session })).turns.map(({ text }) => text)).toEqual(['One!'])
    expect(await product.ask('turn.restore', { session, turn: second.id })).toMatchObject({ number: 2 })
  })

  test('keep 5 MB, NUL, right-to-left text and emoji exactly', async () => {
    for (const text of ['a'.repeat(5 * 1024 * 1024), 'a\u0000b', 'שלום \u202etxet', '👩🏽‍⚕️🩺 e\u0301']) {
      const { id } = await say(text)
      const { turns } = await product.ask('session.open', { session })
      expect(turns.find((turn) => turn.id === id)?.text === text).toBe(true)
    }
    const tooLong = { speaker: 'patient', text: 'a'.repeat(5 * 1024 * 1024 + 1), atMs: 0 } as const
    expect(await product.code('turn.add', { session, turn: tooLong })).toBe('invalid-request')
  })
})

test('a note is saved in revisions', async () => {
  const sections = [{ id: 'plan' as const, text: 'Rest.', provenance: null }]
  const first = await product.ask('note.save', { session, sections })
  const second = await product.ask('note.save', {
    session,
    sections: [{ id: 'plan', text: 'Rest and fluids.', provenance: null }],
  })
  expect(second.revision).toBe(first.revision + 1)
  expect((await product.ask('session.open', { session })).note).toEqual(second)
})

describe('samples', () => {
  test('are listed with their length', async () => {
    const samples = await product.ask('sample.list', {})
    expect(samples.length).toBeGreaterThanOrEqual(2)
    for (const sample of samples) expect(sample.turns).toBeGreaterThan(5)
  })

  test('each open in one step, with consent and every turn, and reopen rather than double', async () => {
    for (const { id, turns } of await product.ask('sample.list', {})) {
      const record = await product.ask('session.openSample', { sample: id })
      expect(record.turns).toHaveLength(turns)
      expect(record.session.sample).toBe(id)
      expect(await product.code('consult.suggest', { session: record.session.id })).toBe('ok')
      const again = await product.ask('session.openSample', { sample: id })
      expect(again.session.id).toBe(record.session.id)
    }
  })

  test('that do not exist are said to be missing', async () => {
    expect(await product.code('session.openSample', { sample: 'none' })).toBe('not-found')
  })
})

describe('an export', () => {
  const request = { format: 'markdown', redact: false } as const
  const target = (name: string): string => {
    const folder = join(product.folder, 'exports')
    mkdirSync(folder, { recursive: true })
    return join(folder, name)
  }

  beforeEach(async () => {
    await say('My name is Jane Roe and it hurts.')
  })

  test('is written whole where the person chose, and audited', async () => {
    const file = target('case.md')
    product.chosen.push(file)
    const reply = await product.ask('session.export', { session, ...request })
    expect(reply).toEqual({ saved: true, name: 'case.md' })
    expect(readFileSync(file, 'utf8')).toContain('My name is Jane Roe')
    expect(readdirSync(join(product.folder, 'exports')).filter((name) => name.endsWith('.part'))).toEqual([])
    expect(await lastAction()).toBe('session.export done')
  })

  test('is offered under a name that says nothing of the person', async () => {
    product.chosen.push(null)
    expect(await product.ask('session.export', { session, ...request })).toEqual({ saved: false, name: null })
    expect(product.offered[0]).toMatch(/^consultation-\d{4}-\d\d-\d\d\.md$/)
    expect(await lastAction()).not.toContain('session.export')
  })

  test('shows beforehand what will be written, with what redaction hides', async () => {
    const plain = await product.ask('session.exportPreview', { session, ...request })
    const hidden = await product.ask('session.exportPreview', { session, ...request, redact: true })
    expect(plain).toMatchObject({ redactions: 0 })
    expect(plain.text).toContain('Jane Roe')
    expect(hidden.text).not.toContain('Jane Roe')
    expect(hidden.redactions).toBeGreaterThan(0)
  })

  test('replaces an existing file only by a whole one', async () => {
    const file = target('old.md')
    writeFileSync(file, 'old')
    product.chosen.push(file)
    await product.ask('session.export', { session, ...request })
    expect(readFileSync(file, 'utf8')).toContain('# Jane Roe')
  })

  test.each([
    ['a folder that is gone', 'not-found', (): string => join(product.folder, 'gone', 'case.md')],
    ['the name of a folder', 'io', (): string => target('..')],
  ])('to %s fails as %s, is audited as failed and leaves nothing behind', async (_where, code, where) => {
    product.chosen.push(where())
    expect(await product.code('session.export', { session, ...request })).toBe(code)
    expect(await lastAction()).toBe('session.export failed')
    expect(readdirSync(product.folder).filter((name) => name.endsWith('.part'))).toEqual([])
  })

  // Root may write everywhere but here.
  test.skipIf(!existsSync('/sys/kernel'))(
    'to a place that cannot be written fails as read-only',
    async () => {
      product.chosen.push('/sys/case.md')
      expect(await product.code('session.export', { session, ...request })).toBe('read-only')
    },
  )
})

test.each([
  ['ENOSPC', 'disk-full'],
  ['EDQUOT', 'disk-full'],
  ['EROFS', 'read-only'],
  ['EACCES', 'read-only'],
  ['EPERM', 'read-only'],
  ['ENOENT', 'not-found'],
  ['EIO', 'io'],
])('a disk that answers %s makes the failure %s', (code, expected) => {
  expect(fileFailure(Object.assign(new Error('x'), { code })).failure.code).toBe(expected)
})
