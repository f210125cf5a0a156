import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { SqliteDatabase } from '../../../electron/storage/database.ts'
import { readKeyFile } from '../../../electron/storage/key-file.ts'
import { unwrapByKeyring } from '../../../electron/storage/keys.ts'
import { vaultLayout } from '../../../electron/storage/layout.ts'
import {
  addSession,
  addTurns,
  filesBelow,
  newVault,
  passphrase,
  provenance,
  temporaryFolder,
  testKeyring,
} from './support.ts'

/** Letters of a script that nothing else here uses, so that every stretch of them is telling. */
const marker = 'ᚠᚢᚦᚨᚱᚲᚷᚹᚺᚾ'
const asciiMarker = 'QuokkaZyzzyvaMarker'

function filesHolding(folder: string, texts: readonly string[]): readonly string[] {
  const needles = texts.flatMap((text) => [Buffer.from(text, 'utf8'), Buffer.from(text, 'utf16le')])
  return filesBelow(folder).filter((file) => {
    const bytes = readFileSync(file)
    return needles.some((needle) => bytes.includes(needle))
  })
}

describe('on disk', () => {
  it('nothing can be read: database, log, backups, key files, quarantine', async () => {
    const { folder, vault } = await newVault()
    const store = vault.store()
    const { id } = addSession(store, { person: asciiMarker, reason: marker, tags: [asciiMarker] })
    addTurns(
      store,
      id,
      Array.from({ length: 50 }, () => `${asciiMarker} ${marker}`),
    )
    store.addChat(id, { text: asciiMarker, provenance })
    store.saveNote(id, [{ id: 'plan', text: asciiMarker, provenance: null }])
    store.changeSettings({ userName: asciiMarker })
    store.search(asciiMarker, 50)
    const secrets = [asciiMarker, marker, passphrase]
    expect(existsSync(join(folder, 'consilium.db-wal'))).toBe(true)
    expect(filesHolding(folder, secrets)).toEqual([])
    const other = temporaryFolder()
    await vault.backup(join(other, 'saved.consilium-backup'), passphrase)
    await vault.restore(join(other, 'saved.consilium-backup'), passphrase)
    vault.lock()
    expect(readdirSync(vault.folders.quarantine)).toHaveLength(1)
    expect(readdirSync(vault.folders.backups)).not.toHaveLength(0)
    for (const place of [folder, other])
      expect(filesHolding(place, [...secrets, 'SQLite format 3'])).toEqual([])
  })

  it('no temporary file is left or made for sorting and copying', async () => {
    const names = () => readdirSync(tmpdir()).filter((name) => /etilqs|consilium-facts/.test(name))
    const { vault } = await newVault()
    const { id } = addSession(vault.store())
    addTurns(
      vault.store(),
      id,
      Array.from({ length: 20 }, () => 'word '.repeat(5000)),
    )
    vault.store().listSessions({ trashed: false, tag: null, kind: null })
    await vault.backup(join(temporaryFolder(), 'b'), passphrase)
    expect(names()).toEqual([])
  })
})

describe('a destroyed session', () => {
  it('leaves no word in the decrypted pages, the index or the log', async () => {
    const { folder, vault } = await newVault()
    const store = vault.store()
    const kept = addSession(store)
    addTurns(
      store,
      kept.id,
      Array.from({ length: 30 }, (_, index) => `an ordinary turn ${index}`),
    )
    const { id } = addSession(store, { person: marker, reason: marker, tags: [marker] })
    addTurns(
      store,
      id,
      Array.from({ length: 30 }, (_, index) => `${marker} ${index} ${marker.repeat(index)}`),
    )
    const turn = store.addTurn(id, { speaker: 'patient', text: `${marker} first`, atMs: 0 })
    store.editTurn(id, turn.id, { text: `${marker} second` })
    store.removeTurn(id, turn.id)
    store.addChat(id, { text: marker, provenance: null })
    store.addSuggestion(id, marker, provenance)
    store.saveNote(id, [{ id: 'plan', text: marker, provenance: null }])
    store.saveNote(id, [{ id: 'plan', text: `${marker} again`, provenance: null }])
    vault.lock()
    const hits = (): readonly string[] => {
      const layout = vaultLayout(folder)
      const key = unwrapByKeyring(readKeyFile(layout).keyring!, testKeyring())!
      const database = SqliteDatabase.open(layout.database, key, { mode: 'open' })
      const pages = Buffer.from(database.pages())
      database.close()
      expect(pages.subarray(0, 15).toString()).toBe('SQLite format 3')
      // Two letters at a time: the index keeps words in pieces and shares their beginnings.
      return Array.from({ length: marker.length - 1 }, (_, index) => marker.slice(index, index + 2)).filter(
        (piece) => pages.includes(piece),
      )
    }
    expect(hits()).toHaveLength(marker.length - 1)
    await vault.unlock({ by: 'keyring' })
    vault.store().trashSession(id)
    vault.store().destroySession(id)
    expect(
      existsSync(join(folder, 'consilium.db-wal')) && readFileSync(join(folder, 'consilium.db-wal')).length,
    ).toBe(0)
    vault.lock()
    expect(hits()).toEqual([])
    await vault.unlock({ by: 'keyring' })
    expect(vault.store().search('ordinary', 50)).toHaveLength(30)
  })
})
