import { execFileSync, spawn } from 'node:child_process'
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import Sqlite from 'better-sqlite3'
import { describe, expect, it } from 'vitest'
import { SqliteDatabase } from '../../../electron/storage/database.ts'
import { databaseFacts } from '../../../electron/storage/facts.ts'
import { newDataKey } from '../../../electron/storage/keys.ts'
import { requireSound } from '../../../electron/storage/open-database.ts'
import { FailureError } from '../../../models/core/failure.ts'
import { seededRandom } from '../../../models/core/random.ts'
import {
  addSession,
  addTurns,
  contents,
  ended,
  expectFailure,
  lockedVault,
  newVault,
  passphrase,
  reopen,
  startChild,
  temporaryFolder,
  vaultIn,
} from './support.ts'

/** A locked vault with a few hundred kilobytes in it, and what it holds. */
async function filledVault(): Promise<{ folder: string; held: unknown; session: string }> {
  const { folder, vault } = await newVault()
  const { id } = addSession(vault.store())
  addTurns(
    vault.store(),
    id,
    Array.from({ length: 20 }, (_, index) => `turn ${index}: ${'chest pain, no fever. '.repeat(200)}`),
  )
  const held = contents(vault.store())
  vault.lock()
  return { folder, held, session: id }
}

describe('the settings in force', () => {
  it('are full synchrony, a write-ahead log and authenticated encryption', () => {
    expect(databaseFacts()).toMatchObject({
      cipher: 'sqlcipher',
      synchronous: 'full',
      journalMode: 'wal',
      encrypted: true,
    })
  })

  it('stay so after reopening', () => {
    const file = join(temporaryFolder(), 'x.db')
    const key = newDataKey()
    SqliteDatabase.open(file, key, { mode: 'create' }).close()
    const database = SqliteDatabase.open(file, key, { mode: 'open' })
    const settings = [
      'synchronous',
      'journal_mode',
      'secure_delete',
      'foreign_keys',
      'trusted_schema',
      'temp_store',
    ]
    expect(settings.map((name) => database.pragma(name))).toEqual([2, 'wal', 1, 1, 0, 2])
    expect(database.pragma('cell_size_check')).toBe(1)
    expect(database.pragma('locking_mode')).toBe('exclusive')
    database.close()
  })

  it('refuse a wrong key, an existing file and one of another program', async () => {
    const file = join(temporaryFolder(), 'x.db')
    SqliteDatabase.open(file, newDataKey(), { mode: 'create' }).close()
    await expectFailure('database-damaged', () => SqliteDatabase.open(file, newDataKey(), { mode: 'open' }))
    writeFileSync(file, '')
    await expectFailure('database-damaged', () => SqliteDatabase.open(file, newDataKey(), { mode: 'open' }))
    expect(() => SqliteDatabase.open(file, newDataKey().subarray(1), { mode: 'open' })).toThrow(RangeError)
  })
})

describe('the check of a database', () => {
  it('is quick at an unlock and finds an index that lies before a backup', () => {
    const file = join(temporaryFolder(), 'x.db')
    const key = newDataKey()
    const database = SqliteDatabase.open(file, key, { mode: 'create' })
    database.execute("CREATE TABLE t (a, b); CREATE INDEX by_a ON t (a); INSERT INTO t VALUES ('x', 'y')")
    expect([database.check('quick'), database.check('full')]).toEqual([null, null])
    database.close()

    // The index now says that it is of the other column; every page of it is whole.
    const raw = new Sqlite(file).unsafeMode()
    raw.pragma("cipher = 'sqlcipher'")
    raw.pragma('legacy = 4')
    raw.pragma(`key = "x'${key.toString('hex')}'"`)
    raw.pragma('writable_schema = ON')
    raw.exec("UPDATE sqlite_schema SET sql = 'CREATE INDEX by_a ON t (b)' WHERE name = 'by_a'")
    raw.close()

    const reopened = SqliteDatabase.open(file, key, { mode: 'open' })
    expect(reopened.check('quick')).toBeNull()
    expect(reopened.check('full')).toMatch(/missing from index by_a/)
    expect(() => requireSound(reopened, 'full')).toThrow(FailureError)
    reopened.close()
  })
})

describe('a damaged file', () => {
  it('never shows anything else than was saved: 200 single bits turned', async () => {
    const { folder, held, session } = await filledVault()
    const file = join(folder, 'consilium.db')
    const size = statSync(file).size
    const random = seededRandom(20_261_125)
    const trial = join(temporaryFolder(), 'trial')
    let detected = 0
    let harmless = 0
    for (let flip = 0; flip < 200; flip++) {
      const [offset, bit] = [random.below(size), random.below(8)]
      rmSync(trial, { recursive: true, force: true })
      cpSync(folder, trial, { recursive: true })
      const bytes = readFileSync(file)
      bytes[offset]! ^= 1 << bit
      writeFileSync(join(trial, 'consilium.db'), bytes)
      try {
        const vault = await reopen(trial)
        const shown = contents(vault.store())
        vault.store().search('chest pain', 5)
        vault.store().verifyAudit()
        expect(shown, `bit ${bit} of byte ${offset}`).toEqual(held)
        harmless++
        vault.lock()
      } catch (error) {
        if (!(error instanceof FailureError)) throw error
        expect(error.failure.code, `bit ${bit} of byte ${offset}`).toBe('database-damaged')
        detected++
      }
    }
    expect(detected + harmless).toBe(200)
    expect(detected).toBeGreaterThan(100)
    expect(session).toHaveLength(32)
  })

  it('is set aside once, stays where it is, and is restored from the newest automatic backup', async () => {
    const { folder, held } = await filledVault()
    const file = join(folder, 'consilium.db')
    const damaged = readFileSync(file)
    damaged.fill(0x55, 0, 8192)
    writeFileSync(file, damaged)
    const vault = vaultIn(folder)
    for (let attempt = 0; attempt < 3; attempt++) {
      const failure = await expectFailure('database-damaged', () => vault.unlock({ by: 'keyring' }))
      expect(failure.message).toContain('The newest automatic backup is of ')
    }
    const { state, quarantine, newestBackup } = vault.status()
    expect(state).toBe('damaged')
    expect(newestBackup).toBeDefined()
    expect(readdirSync(vault.folders.quarantine)).toHaveLength(1)
    expect(readFileSync(join(quarantine!, 'consilium.db'))).toEqual(damaged)
    expect(readFileSync(file)).toEqual(damaged)
    await expectFailure('wrong-passphrase', () => vault.restoreNewest('not this one'))
    expect(await vault.restoreNewest(passphrase)).toEqual({ sessions: 1 })
    expect(contents(vault.store())).toEqual(held)
    expect(vault.status()).toMatchObject({ state: 'open', quarantine: null, reason: null })
    expect(vault.store().verifyAudit().intact).toBe(true)
    expect(existsSync(join(quarantine!, 'consilium.db'))).toBe(true)
  })

  it.each([
    ['zero length', 0],
    ['one byte', 1],
    ['half a page', 2048],
    ['half of it', 0.5],
    ['all but the last page', -4096],
  ])('cut to %s is damage, never a new vault', async (_, length) => {
    const { folder, held } = await filledVault()
    const file = join(folder, 'consilium.db')
    const size = statSync(file).size
    truncateSync(file, length < 0 ? size + length : length === 0.5 ? 4096 * Math.floor(size / 8192) : length)
    const vault = vaultIn(folder)
    await expectFailure('database-damaged', async () => {
      await vault.unlock({ by: 'keyring' })
      contents(vault.store())
      vault.store().search('fever', 500)
      vault.store().verifyAudit()
    })
    vault.lock()
    expect(await vault.restoreNewest(passphrase)).toEqual({ sessions: 1 })
    expect(contents(vault.store())).toEqual(held)
  })

  it('that is gone altogether is damage too', async () => {
    const { folder } = await filledVault()
    rmSync(join(folder, 'consilium.db'))
    const vault = vaultIn(folder)
    expect(vault.status().state).toBe('damaged')
    await expectFailure('database-damaged', () => vault.unlock({ by: 'keyring' }))
    expect(await vault.restoreNewest(passphrase)).toEqual({ sessions: 1 })
  })

  it('met in the middle of work is checked at the next unlock', async () => {
    const { folder } = await filledVault()
    const vault = await reopen(folder)
    const file = join(folder, 'consilium.db')
    const bytes = readFileSync(file)
    bytes.fill(0x55, 8 * 4096)
    writeFileSync(file, bytes)
    await expectFailure('database-damaged', () => {
      contents(vault.store())
      vault.store().search('fever', 500)
    })
    vault.lock()
    expect(existsSync(join(folder, 'open'))).toBe(true)
    await expectFailure('database-damaged', () => vault.unlock({ by: 'keyring' }))
  })
})

describe('a crash with the log deleted', () => {
  it('is named once with a way on, and stays in the audit trail', async () => {
    const { folder } = await lockedVault()
    const crashed = join(temporaryFolder(), 'data')
    const vault = await reopen(folder)
    const kept = addSession(vault.store())
    vault.lock()
    const again = await reopen(folder)
    addTurns(again.store(), kept.id, ['only in the log'])
    cpSync(folder, crashed, { recursive: true })
    rmSync(join(crashed, 'consilium.db-wal'))
    const failure = await expectFailure('database-damaged', () => reopen(crashed))
    expect(failure.message).toContain('Unlock again to go on with what is left')
    const left = await reopen(crashed)
    expect(left.store().readSession(kept.id).turns).toEqual([])
    expect(left.store().verifyAudit().intact).toBe(false)
    expect(left.store().addTurn(kept.id, { speaker: 'patient', text: 'again', atMs: 0 }).number).toBe(1)
  })

  it('loses nothing when the log is there', async () => {
    const { folder, vault } = await newVault()
    const { id } = addSession(vault.store())
    addTurns(vault.store(), id, ['only in the log'])
    const crashed = join(temporaryFolder(), 'data')
    cpSync(folder, crashed, { recursive: true })
    const left = await reopen(crashed)
    expect(left.store().readSession(id).turns).toHaveLength(1)
    expect(left.store().verifyAudit().intact).toBe(true)
  })
})

describe('a full disk', () => {
  interface Report {
    readonly acknowledged: number
    readonly lost: number
    readonly code: string
    readonly resumed: boolean
  }
  const script = fileURLToPath(new URL('children/disk-full.ts', import.meta.url))

  it('is named, loses nothing acknowledged, and work goes on once there is room', async () => {
    const { folder, vault } = await newVault()
    const { id } = addSession(vault.store())
    vault.lock()
    const disk = temporaryFolder()
    // A small disk of its own: root may mount one, anyone else in a namespace where that is allowed.
    const steps = [
      `mount -t tmpfs -o size=6m,mode=700 tmpfs '${disk}'`,
      `cp -r '${folder}' '${disk}/data'`,
      `head -c 1000000 /dev/zero > '${disk}/filler'`,
      `exec '${process.execPath}' '${script}' '${disk}/data' ${id} '${disk}/filler'`,
    ].join(' && ')
    const namespaced = await ended(
      spawn('unshare', ['--map-root-user', '--mount', 'sh', '-c', steps], {
        stdio: ['ignore', 'pipe', 'pipe'],
      }),
    ).catch(() => null)
    if (
      namespaced?.code !== 0 &&
      !/permitted|denied|not found|Operation/.test(namespaced?.errors ?? 'not found')
    )
      throw new Error(namespaced?.errors)
    if (namespaced?.code === 0) {
      const report = JSON.parse(namespaced.output) as Report
      expect(report).toMatchObject({ lost: 0, code: 'disk-full', resumed: true })
      expect(report.acknowledged).toBeGreaterThan(5)
    }
  })

  it('in form of a limit on file size is named too, anywhere', async () => {
    const { folder, vault } = await newVault()
    const { id } = addSession(vault.store())
    vault.lock()
    // In units of 512 bytes (POSIX) or 1,024 (bash): 2 or 4 MB.
    const { output, errors } = await ended(
      spawn(
        'sh',
        ['-c', `trap '' XFSZ; ulimit -f 4096; exec '${process.execPath}' '${script}' '${folder}' ${id}`],
        {
          stdio: ['ignore', 'pipe', 'pipe'],
        },
      ),
    )
    const report = JSON.parse(output || JSON.stringify({ code: errors })) as Report
    expect(report).toMatchObject({ lost: 0 })
    expect(['disk-full', 'io']).toContain(report.code)
    expect(report.acknowledged).toBeGreaterThan(5)
    const after = await reopen(folder)
    expect(after.store().readSession(id).turns).toHaveLength(report.acknowledged)
    expect(after.store().verifyAudit().intact).toBe(true)
  })

  it('reported by SQLite itself rolls the change back and leaves the trail whole', async () => {
    const folder = temporaryFolder()
    const database = SqliteDatabase.open(join(folder, 'x.db'), newDataKey(), { mode: 'create' })
    database.execute('CREATE TABLE t (x BLOB)')
    database.pragma('max_page_count = 20')
    const failure = await expectFailure('disk-full', () =>
      database.transaction(() => {
        database.run('INSERT INTO t VALUES (1)')
        database.run('INSERT INTO t VALUES (zeroblob(200000))')
      }),
    )
    expect(failure.details).toEqual({ cause: 'SQLITE_FULL' })
    expect(database.get('SELECT count(*) AS n FROM t')).toEqual({ n: 0 })
    database.pragma('max_page_count = 1000')
    database.run('INSERT INTO t VALUES (zeroblob(200000))')
    database.close()
  })
})

describe('a folder that may not be written', () => {
  it('is named in plain words and left as it is', async () => {
    const { folder } = await lockedVault()
    const isRoot = process.getuid?.() === 0
    // As root the child gives up its rights, so the files must be readable to it but not writable.
    if (isRoot) {
      execFileSync('chmod', ['-R', 'a+rX,a-w', folder])
      chmodSync(join(folder, '..'), 0o755)
    }
    const { output, errors } = await ended(startChild('unlock-as-nobody', folder))
    chmodSync(folder, 0o700)
    const failure = JSON.parse(output || JSON.stringify({ code: errors })) as {
      code: string
      message: string
    }
    expect(failure.code).toBe('read-only')
    expect(failure.message).toContain('may not write to its data folder')
    if (isRoot) {
      execFileSync('chmod', ['-R', 'u+w', folder])
      chownSync(folder, 0, 0)
    }
    expect((await reopen(folder)).status().state).toBe('open')
  })

  it('cannot even be made where a file is in the way', () => {
    const folder = temporaryFolder()
    writeFileSync(join(folder, 'file'), '')
    mkdirSync(join(folder, 'x'))
    expect(() => vaultIn(join(folder, 'file', 'data'))).toThrow()
  })
})
