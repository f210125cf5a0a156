import { describe, expect, it } from 'vitest'
import { SqliteDatabase } from '../../../electron/storage/database.ts'
import { migrate, schemaVersion } from '../../../electron/storage/migrate.ts'
import { migrations } from '../../../electron/storage/migrations/index.ts'
import type { KeptReading } from '../../../models/session/kept-reading.ts'
import { addSession, expectFailure, movableClock, newVault, reopen, temporaryFolder } from './support.ts'

const scores = { neutral: 0.5, angry: 0.1, happy: 0.1, sad: 0.1, worried: 0.1, surprise: 0.1 }
const reading = (change: Partial<KeptReading> = {}): KeptReading => ({
  source: 'face',
  atMs: 1000,
  turn: null,
  scores,
  quality: 0.8,
  uncertainty: 0.9,
  reasons: ['dark'],
  ...change,
})
const missing = reading({
  source: 'voice',
  atMs: 500,
  scores: null,
  quality: null,
  uncertainty: null,
  reasons: ['no-speech'],
})

describe('readings', () => {
  it('come back in order of time after reopening, the missing ones as missing', async () => {
    const { folder, vault } = await newVault()
    const { id } = addSession(vault.store())
    vault.store().addReadings(id, [reading(), missing, reading({ source: 'text', atMs: 1500, turn: 3 })])
    vault.lock()
    const store = (await reopen(folder)).store()
    expect(store.readings(id)).toEqual([missing, reading(), reading({ source: 'text', atMs: 1500, turn: 3 })])
  })

  it('write one audit row for all of a minute, another after a deletion, and none for nothing', async () => {
    const clock = movableClock()
    const { vault } = await newVault({ clock: clock.now })
    const store = vault.store()
    const { id } = addSession(store)
    const before = store.audit({ before: null, limit: 1 })[0]!.sequence
    const rows = () =>
      store
        .audit({ before: null, limit: 100 })
        .filter(({ sequence }) => sequence > before)
        .map(({ action, object }) => [action, object])
        .toReversed()
    store.addReadings(id, [])
    expect(rows()).toEqual([])
    for (let moment = 0; moment < 31; moment++) {
      store.addReadings(id, [reading(), missing])
      clock.advance(2)
    }
    expect(rows()).toEqual([
      ['reading.add', id],
      ['reading.add', id],
    ])
    store.removeReadings(id, ['face'])
    store.addReadings(id, [reading()])
    expect(rows().slice(2)).toEqual([
      ['reading.remove', id],
      ['reading.add', id],
    ])
  })

  it('are deleted by source, on disk too, and go with their session', async () => {
    const { vault } = await newVault()
    const store = vault.store()
    const { id } = addSession(store)
    const other = addSession(store)
    store.addReadings(id, [reading(), missing, reading({ source: 'fused' })])
    store.addReadings(other.id, [reading()])
    expect(store.removeReadings(id, ['face', 'fused'])).toBe(2)
    expect(store.readings(id)).toEqual([missing])
    expect(store.readings(other.id)).toHaveLength(1)
    expect(store.audit({ before: null, limit: 1 })[0]).toMatchObject({ action: 'reading.remove', object: id })
    store.trashSession(id)
    expect(store.removeReadings(id, ['voice'])).toBe(1)
    store.destroySession(id)
    await expectFailure('not-found', () => store.readings(id))
  })

  it('are not added to a session in the trash', async () => {
    const { vault } = await newVault()
    const store = vault.store()
    const { id } = addSession(store)
    store.trashSession(id)
    await expectFailure('conflict', () => store.addReadings(id, [reading()]))
  })
})

describe('consent', () => {
  it('names the person it was asked of and the wording of its own modality', async () => {
    const { vault } = await newVault()
    const store = vault.store()
    const { id } = addSession(store)
    store.setConsent(id, 'camera', true)
    store.updateSession(id, { person: 'Someone else' })
    expect(store.setConsent(id, 'words', false)).toMatchObject({ person: 'Someone else', wording: 'words-1' })
    expect(store.consents(id)).toMatchObject([
      { modality: 'text', person: 'Ana Müller', wording: 'text-1' },
      { modality: 'camera', granted: true, person: 'Ana Müller', wording: 'camera-1' },
      { modality: 'words', granted: false, person: 'Someone else' },
    ])
  })

  it('of before the readings existed is kept and names the session’s person', () => {
    const file = `${temporaryFolder()}/old.db`
    using database = openOld(file)
    database.connection.execute(
      `INSERT INTO sessions (row, id, kind, person, reason, created_at, updated_at, changed)
         VALUES (1, 's', 'consult', 'Ana Müller', '', 'a', 'a', 1);
       INSERT INTO consents (session, modality, granted, wording, recorded_by, at)
         VALUES (1, 'text', 1, 'text-1', 'Dr Sato', 'a');`,
    )
    migrate(database.connection, migrations)
    expect(schemaVersion(database.connection)).toBe(migrations.length)
    expect(database.connection.all('SELECT modality, granted, person, recorded_by FROM consents')).toEqual([
      { modality: 'text', granted: 1, person: 'Ana Müller', recorded_by: 'Dr Sato' },
    ])
    database.connection.execute('DELETE FROM sessions WHERE row = 1')
    expect(database.connection.all('SELECT row FROM consents')).toEqual([])
  })
})

/** A database as the first version of the schema leaves it. */
function openOld(file: string): { readonly connection: SqliteDatabase } & Disposable {
  const connection = SqliteDatabase.open(file, new Uint8Array(32).fill(7), { mode: 'create' })
  migrate(connection, migrations.slice(0, 1))
  return { connection, [Symbol.dispose]: () => connection.close() }
}
