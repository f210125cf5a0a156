import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import type { Id } from '../../../models/session/session.ts'
import { openProduct, passphrase, startProduct, type TestProduct } from '../../support/product.ts'

let product: TestProduct
afterEach(() => product.dispose())

const newSession = async (): Promise<Id> => {
  const { session } = await product.ask('session.create', {
    kind: 'consult',
    person: 'Zebulon Quartermain',
    reason: 'Cough',
    tags: [],
    consents: [{ modality: 'text', granted: true }],
  })
  return session.id
}

describe('before it is set up', () => {
  test('nothing of the vault can be used, and the app says what is there', async () => {
    product = startProduct()
    expect((await product.ask('app.status', {})).vault).toMatchObject({ state: 'absent' })
    expect(await product.code('session.list', { trashed: false, tag: null, kind: null })).toBe('vault-absent')
    expect(await product.code('settings.get', {})).toBe('vault-absent')
    expect(await product.code('vault.unlock', { by: 'passphrase', passphrase })).toBe('vault-absent')
    expect((await product.ask('models.list', {})).map(({ id }) => id)).toEqual(['base'])
    expect(await product.ask('vault.lock', {})).toMatchObject({ state: 'absent' })
    expect(product.cleared).toBe(0)
  })

  test('creating it opens it, names its user and announces it', async () => {
    product = await openProduct()
    expect(product.pushesOf('vault.status')).toMatchObject([{ state: 'open' }])
    expect(await product.ask('settings.get', {})).toMatchObject({ userName: 'Dr Tester', role: 'clinician' })
    expect(
      await product.code('vault.create', { passphrase, useKeyring: false, userName: 'B', role: 'trainee' }),
    ).toBe('conflict')
  })
})

describe('locking', () => {
  test('closes everything, forgets every conversation and clears the window', async () => {
    product = await openProduct()
    const session = await newSession()
    await product.ended((await product.ask('consult.chat', { session, text: 'Why?' })).job)
    expect(await product.ask('vault.lock', {})).toMatchObject({ state: 'locked' })
    expect(await product.code('session.open', { session })).toBe('vault-locked')
    expect(await product.code('consult.suggest', { session })).toBe('vault-locked')
    expect(await product.code('audit.list', { before: null, limit: 1 })).toBe('vault-locked')
    expect(product.models.conversations.size).toBe(0)
    expect(product.pushesOf('vault.status').at(-1)).toMatchObject({ state: 'locked' })
    await expect.poll(() => product.cleared).toBe(1)
  })

  test('stops a running answer and keeps the words so far', async () => {
    product = await openProduct(() => 'one two three four five six seven')
    const session = await newSession()
    let locked: Promise<unknown> = Promise.resolve()
    product.models.afterToken = (token) => {
      if (token === 3) locked = product.ask('vault.lock', {})
    }
    const { job } = await product.ask('consult.chat', { session, text: 'Count.' })
    const { message } = await product.outcome(job, 'chat')
    await locked
    await product.ask('vault.unlock', { by: 'passphrase', passphrase })
    const { chat } = await product.ask('session.open', { session })
    expect(chat.at(-1)).toEqual(message)
    expect(message).toMatchObject({ text: 'one two three', provenance: { finish: 'cancelled' } })
  })

  test('does not wait for ever for a job that does not stop', async () => {
    product = await openProduct(() => 'one two three')
    const session = await newSession()
    let release = (): void => undefined
    product.models.afterToken = () => new Promise<void>((resolve) => (release = resolve))
    const { job } = await product.ask('consult.chat', { session, text: 'Count.' })
    await expect.poll(() => product.pushesOf('job.delta').length).toBeGreaterThan(0)
    expect(await product.ask('vault.lock', {})).toMatchObject({ state: 'locked' })
    release()
    expect(await product.ended(job)).toMatchObject({ ok: false, failure: { code: 'vault-locked' } })
    expect(product.bugs).toEqual([])
  })

  test('asked for from outside lets the window save first, and happens without it', async () => {
    product = await openProduct()
    const asked = product.lock.request()
    expect(product.pushesOf('app.command')).toEqual([{ command: 'lock' }])
    expect(product.vault.status().state).toBe('open')
    await asked
    expect(product.vault.status().state).toBe('locked')
    await product.lock.request()
    expect(product.pushesOf('app.command')).toHaveLength(1)
  })

  test('asked for from outside ends as soon as the window has locked', async () => {
    product = await openProduct()
    const asked = product.lock.request()
    await product.ask('vault.lock', {})
    await asked
    expect(product.vault.status().state).toBe('locked')
  })

  test('lets a model that is being prepared go on', async () => {
    product = await openProduct()
    const { job } = await product.ask('models.prepare', { model: 'default' })
    await product.ask('vault.lock', {})
    expect(await product.ended(job)).toMatchObject({ ok: true, outcome: { kind: 'prepare' } })
  })
})

describe('unlocking', () => {
  test('takes the passphrase or the recovery code, and says when it is the wrong one', async () => {
    product = startProduct()
    const { recoveryCode } = await product.ask('vault.create', {
      passphrase,
      useKeyring: false,
      userName: 'A',
      role: 'clinician',
    })
    await product.ask('vault.lock', {})
    expect(await product.code('vault.unlock', { by: 'passphrase', passphrase: 'not this one' })).toBe(
      'wrong-passphrase',
    )
    expect(await product.code('vault.unlock', { by: 'keyring' })).toBe('keyring-unavailable')
    expect(await product.ask('vault.unlock', { by: 'recovery', code: recoveryCode })).toMatchObject({
      state: 'open',
    })
    expect(await product.code('vault.setKeyring', { enrolled: true })).toBe('keyring-unavailable')
    expect(await product.code('vault.newRecoveryCode', { passphrase: 'not this one' })).toBe(
      'wrong-passphrase',
    )
    const { recoveryCode: newer } = await product.ask('vault.newRecoveryCode', { passphrase })
    await product.ask('vault.lock', {})
    expect(await product.code('vault.unlock', { by: 'recovery', code: recoveryCode })).toBe(
      'wrong-passphrase',
    )
    expect(await product.code('vault.unlock', { by: 'recovery', code: newer })).toBe('ok')
    await product.ask('vault.changePassphrase', { passphrase: 'quite another one' })
    await product.ask('vault.lock', {})
    expect(await product.code('vault.unlock', { by: 'passphrase', passphrase })).toBe('wrong-passphrase')
    expect(await product.code('vault.unlock', { by: 'passphrase', passphrase: 'quite another one' })).toBe(
      'ok',
    )
    const actions = (await product.ask('audit.list', { before: null, limit: 50 })).map(({ action }) => action)
    expect(actions).toContain('vault.unlock-failed')
    expect(await product.ask('audit.verify', {})).toMatchObject({ intact: true })
  })
})

describe('a backup', () => {
  test('is saved where the person chose and brings everything back elsewhere', async () => {
    product = await openProduct()
    const session = await newSession()
    await product.ask('turn.add', { session, turn: { speaker: 'patient', text: 'It hurts.', atMs: 0 } })
    const file = join(product.folder, 'mine.consilium-backup')
    product.chosen.push(file)
    expect(await product.ask('vault.backup', { passphrase: 'backup passphrase' })).toEqual({
      saved: true,
      name: 'mine.consilium-backup',
    })
    expect(readFileSync(file).includes('Quartermain')).toBe(false)

    const elsewhere = startProduct()
    try {
      elsewhere.chosen.push(file, file)
      expect(await elsewhere.code('vault.restore', { passphrase: 'wrong passphrase', from: 'file' })).toBe(
        'wrong-passphrase',
      )
      expect(await elsewhere.ask('vault.restore', { passphrase: 'backup passphrase', from: 'file' })).toEqual(
        {
          restored: true,
          sessions: 1,
        },
      )
      expect((await elsewhere.ask('session.open', { session })).turns[0]?.text).toBe('It hurts.')
      expect(elsewhere.pushesOf('vault.status').at(-1)).toMatchObject({ state: 'open' })
    } finally {
      elsewhere.dispose()
    }
  })

  test('made by itself brings a damaged library back', async () => {
    product = await openProduct()
    const session = await newSession()
    await product.ask('turn.add', { session, turn: { speaker: 'patient', text: 'It hurts.', atMs: 0 } })
    await product.ask('vault.lock', {})
    const database = readdirSync(product.folder, { recursive: true, encoding: 'utf8' }).find((file) =>
      file.endsWith('consilium.db'),
    )
    writeFileSync(join(product.folder, database ?? ''), Buffer.alloc(8192, 7))
    expect(await product.code('vault.unlock', { by: 'passphrase', passphrase })).toBe('database-damaged')
    expect(await product.ask('vault.restore', { passphrase, from: 'newest' })).toEqual({
      restored: true,
      sessions: 1,
    })
    expect((await product.ask('session.open', { session })).turns[0]?.text).toBe('It hurts.')
  })

  test('does nothing when the person chose no file', async () => {
    product = await openProduct()
    product.chosen.push(null, null)
    expect(await product.ask('vault.backup', { passphrase: 'backup passphrase' })).toEqual({
      saved: false,
      name: null,
    })
    expect(await product.ask('vault.restore', { passphrase: 'backup passphrase', from: 'file' })).toEqual({
      restored: false,
      sessions: 0,
    })
  })

  test('asks for no file while the vault is locked', async () => {
    product = await openProduct()
    await product.ask('vault.lock', {})
    expect(await product.code('vault.backup', { passphrase: 'backup passphrase' })).toBe('vault-locked')
  })
})

describe('models', () => {
  test('are imported into the list by a job, audited, and removed', async () => {
    product = await openProduct()
    product.chosen.push('/somewhere/model.gguf', null)
    const { job } = await product.ask('models.import', {})
    expect((await product.outcome(job!, 'import')).model.origin).toBe('imported')
    expect(await product.ask('models.import', {})).toEqual({ job: null })
    await product.ask('models.remove', { model: 'imported' })
    expect(await product.code('models.remove', { model: 'base' })).toBe('refused')
    const actions = (await product.ask('audit.list', { before: null, limit: 2 })).map(({ action }) => action)
    expect(actions).toEqual(['model.remove', 'model.import'])
  })

  test('that are no models end the job with a reason', async () => {
    product = await openProduct()
    product.chosen.push('/somewhere/notes.txt')
    const { job } = await product.ask('models.import', {})
    expect(await product.ended(job!)).toMatchObject({ ok: false, failure: { code: 'model-invalid' } })
  })

  test('are prepared with progress that can be listed and stopped', async () => {
    product = startProduct()
    const { job } = await product.ask('models.prepare', { model: 'default' })
    expect((await product.ask('job.list', {})).map(({ id, kind }) => [id, kind])).toEqual([[job, 'prepare']])
    await product.outcome(job, 'prepare')
    const fractions = product.pushesOf('job.progress').map(({ progress }) => progress.fraction)
    expect(fractions).toEqual([0, 0.5, 1])
    const second = await product.ask('models.prepare', { model: 'default' })
    await product.ask('job.cancel', { job: second.job })
    expect(await product.ended(second.job)).toMatchObject({ ok: false, failure: { code: 'cancelled' } })
    const third = await product.ask('models.prepare', { model: 'nothing' })
    expect(await product.ended(third.job)).toMatchObject({ ok: false, failure: { code: 'model-missing' } })
  })
})

describe('folders', () => {
  test('of the data and the licences open, and the quarantine only when there is one', async () => {
    product = await openProduct()
    await product.ask('app.openFolder', { folder: 'data' })
    await product.ask('app.openFolder', { folder: 'licences' })
    expect(product.opened[0]).toBe(product.folder)
    expect(existsSync(join(product.opened[1]!, 'manifest.json'))).toBe(true)
    expect(await product.code('app.openFolder', { folder: 'quarantine' })).toBe('not-found')
  })
})

test('nothing that was said can be read in the folder, open or locked', async () => {
  product = await openProduct(() => 'Marmalade is the answer.')
  const session = await newSession()
  await product.ask('turn.add', { session, turn: { speaker: 'patient', text: 'Marmalade hurts.', atMs: 0 } })
  await product.ended((await product.ask('consult.chat', { session, text: 'Marmalade?' })).job)
  const found = (): string[] =>
    readdirSync(product.folder, { recursive: true, encoding: 'utf8' }).filter((name) => {
      const file = join(product.folder, name)
      return statSync(file).isFile() && /marmalade|quartermain/i.test(readFileSync(file, 'latin1'))
    })
  expect(found()).toEqual([])
  await product.ask('vault.lock', {})
  expect(found()).toEqual([])
})
