/**
 * A power cut, replayed. What a commit has acknowledged is synced; of what is written after that, a cut
 * leaves any of the disk's sectors new and the others old. The files are taken after each acknowledged
 * turn, so that every cut between two of them can be made: while a commit writes the log, the database is
 * as it was; once it writes into the database, the log is complete and synced.
 */
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { seededRandom, type Random } from '../../../models/core/random.ts'
import { vaultLayout } from '../../../electron/storage/layout.ts'
import { addSession, expectFailure, lockedVault, reopen, temporaryFolder, vaultIn } from './support.ts'

const seed = 20_261_126
const turns = 48
const sectorBytes = 512
const frameBytes = 24 + 4096
const logHeaderBytes = 32

/** The files as they lie once a turn has been acknowledged. */
interface Moment {
  readonly database: Buffer
  readonly log: Buffer
  readonly anchor: Buffer
}

const textOf = (number: number): string => `turn ${number} ${'word '.repeat((number * 3701) % 16_000)}`
const logOf = (folder: string): string => `${vaultLayout(folder).database}-wal`

/** The vault after each of the turns; `moments[n]` is after n of them. */
async function record(): Promise<{ source: string; session: string; moments: readonly Moment[] }> {
  const { folder } = await lockedVault()
  const vault = await reopen(folder)
  const { id } = addSession(vault.store())
  const moments: Moment[] = []
  const take = (): void => {
    const { database, anchor } = vaultLayout(folder)
    moments.push({
      database: readFileSync(database),
      log: readFileSync(logOf(folder)),
      anchor: readFileSync(anchor),
    })
  }
  take()
  for (let number = 0; number < turns; number++) {
    vault.store().addTurn(id, { speaker: 'patient', text: textOf(number), atMs: number })
    take()
  }
  // Not a folder of one test: all of them start from it.
  const source = mkdtempSync(join(tmpdir(), 'consilium-test-'))
  cpSync(folder, source, { recursive: true })
  rmSync(`${vaultLayout(source).database}-shm`, { force: true })
  return { source, session: id, moments }
}

/** A file of which a cut left each sector old or new, and which is as long as it came to be. */
function torn(before: Buffer, after: Buffer, random: Random): Buffer {
  const least = Math.min(before.length, after.length)
  const length = least + random.below(Math.abs(before.length - after.length) + 1)
  const share = random.uniform()
  const mixed = Buffer.alloc(length)
  for (let at = 0; at < length; at += sectorBytes) {
    const from = random.uniform() < share ? after : before
    // What was never written reads as zeros.
    if (at < from.length) from.copy(mixed, at, at, Math.min(at + sectorBytes, length))
  }
  return mixed
}

describe('after a power cut', () => {
  let source: string
  let session: string
  let moments: readonly Moment[]

  /** A vault whose files were left like this; its anchor is not synced and may be older. */
  function left(database: Buffer, log: Buffer, anchor: Buffer): string {
    const folder = join(temporaryFolder(), 'data')
    cpSync(source, folder, { recursive: true })
    const layout = vaultLayout(folder)
    writeFileSync(layout.database, database)
    writeFileSync(logOf(folder), log)
    writeFileSync(layout.anchor, anchor)
    return folder
  }

  /** Opens what was left and says how many turns are there, each whole and in its place. */
  async function turnsIn(folder: string): Promise<number> {
    const vault = await reopen(folder)
    const texts = vault
      .store()
      .readSession(session)
      .turns.map(({ text }) => text)
    expect(texts).toEqual(texts.map((_, number) => textOf(number)))
    expect(vault.store().verifyAudit()).toMatchObject({ intact: true })
    // What was found by its words before is found by them still.
    expect(vault.store().search(`turn ${texts.length - 1}`, 5).length).toBe(texts.length > 0 ? 1 : 0)
    vault.lock()
    rmSync(folder, { recursive: true, force: true })
    return texts.length
  }

  beforeAll(async () => {
    const recorded = await record()
    source = recorded.source
    session = recorded.session
    moments = recorded.moments
  }, 60_000)
  afterAll(() => rmSync(source, { recursive: true, force: true }))

  it('that the recording holds the log growing, moved into the database, and begun anew', () => {
    const salts = new Set(moments.map(({ log }) => log.subarray(16, 24).toString('hex')))
    expect(salts.size).toBeGreaterThan(1)
    const checkpoints = moments.slice(1).filter((m, index) => !m.database.equals(moments[index]!.database))
    expect(checkpoints.length).toBeGreaterThan(0)
  })

  it('at the end of every page of the log, the turns acknowledged before it are there and none is half there', async () => {
    const random = seededRandom(seed)
    let cuts = 0
    for (let number = 0; number < turns; number += 6) {
      const [before, after] = [moments[number]!, moments[number + 1]!]
      if (!before.log.subarray(0, logHeaderBytes).equals(after.log.subarray(0, logHeaderBytes))) continue
      const start = before.log.length
      const pages = Math.floor((after.log.length - start) / frameBytes)
      for (let page = 0; page <= pages; page += 1 + random.below(4)) {
        const cut = after.log.subarray(0, start + page * frameBytes)
        const found = await turnsIn(left(before.database, cut, before.anchor))
        expect([number, number + 1]).toContain(found)
        cuts++
      }
    }
    expect(cuts).toBeGreaterThan(20)
  }, 240_000)

  it('in the middle of a commit, with sectors of the log torn at random, every acknowledged turn is there', async () => {
    const random = seededRandom(seed + 1)
    for (let cut = 0; cut < 50; cut++) {
      const number = random.below(turns)
      const [before, after] = [moments[number]!, moments[number + 1]!]
      const older = moments[number - random.below(Math.min(number, 3) + 1)]!
      const log = torn(before.log, after.log, random)
      const found = await turnsIn(left(before.database, log, older.anchor))
      expect([number, number + 1], `cut ${cut} of seed ${seed + 1}`).toContain(found)
    }
  }, 240_000)

  it('while the log is moved into the database, with its pages torn at random, every turn is there', async () => {
    const random = seededRandom(seed + 2)
    const moved = moments.flatMap((moment, number) =>
      number > 0 && !moment.database.equals(moments[number - 1]!.database) ? [number] : [],
    )
    for (let cut = 0; cut < 12; cut++) {
      const number = moved[random.below(moved.length)]!
      const [before, after] = [moments[number - 1]!, moments[number]!]
      const database = torn(before.database, after.database, random)
      expect(await turnsIn(left(database, after.log, before.anchor))).toBe(number)
    }
  }, 120_000)

  it('that took synced pages with it, as no disk should, the loss is named and nothing is deleted', async () => {
    const { database, log, anchor } = moments[20]!
    const folder = left(database, log.subarray(0, log.length - frameBytes), anchor)
    const vault = vaultIn(folder)
    const failure = await expectFailure('database-damaged', () => vault.unlock({ by: 'keyring' }))
    expect(failure.details?.['lost']).toBeGreaterThan(0)
    expect(failure.details?.['quarantine']).toBeTruthy()
  })
})
