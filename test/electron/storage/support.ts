/** Real vaults in temporary folders, and children that use them. */
import { spawn, type ChildProcess } from 'node:child_process'
import { createHash } from 'node:crypto'
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, afterEach, expect } from 'vitest'
import { openVaults, type Vault, type VaultOptions } from '../../../electron/storage/vault.ts'
import { FailureError, type Failure, type FailureCode } from '../../../models/core/failure.ts'
import type { Provenance, Session } from '../../../models/session/session.ts'
import type { NewSession, SessionStore } from '../../../models/session/store.ts'
import { testKeyring } from './keyring.ts'

export { testKeyring } from './keyring.ts'
export const passphrase = 'correct horse battery'

/** Memory where there is some to write to: what is tested here survives a killed process, not a power cut. */
const fastestFolder = existsSync('/dev/shm') ? '/dev/shm' : tmpdir()
const folders: string[] = []
const vaults: Vault[] = []

afterEach(() => {
  for (const vault of vaults.splice(0)) vault.lock()
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
})

export function temporaryFolder(): string {
  const folder = mkdtempSync(join(fastestFolder, 'consilium-test-'))
  folders.push(folder)
  return folder
}

export function vaultIn(folder: string, options: Partial<VaultOptions> = {}): Vault {
  const vault = openVaults(folder, { keyring: testKeyring(), ...options })
  vaults.push(vault)
  return vault
}

const setUpAt = '2026-11-25T09:00:00.000Z'
let template: Promise<{ readonly folder: string; readonly recoveryCode: string }> | null = null

/** One vault is set up per test file, since stretching its passphrase is slow on purpose; the rest are copies. */
async function setUpTemplate(): Promise<{ readonly folder: string; readonly recoveryCode: string }> {
  const folder = mkdtempSync(join(fastestFolder, 'consilium-test-'))
  afterAll(() => rmSync(folder, { recursive: true, force: true }))
  const vault = openVaults(join(folder, 'data'), { keyring: testKeyring(), clock: () => new Date(setUpAt) })
  const { recoveryCode } = await vault.create({
    passphrase,
    useKeyring: true,
    userName: 'Dr Sato',
    role: 'clinician',
  })
  vault.lock()
  rmSync(vault.folders.backups, { recursive: true })
  return { folder: join(folder, 'data'), recoveryCode }
}

/** A vault just set up, locked. */
export async function lockedVault(): Promise<{ folder: string; recoveryCode: string }> {
  template ??= setUpTemplate()
  const { folder: from, recoveryCode } = await template
  const folder = join(temporaryFolder(), 'data')
  cpSync(from, folder, { recursive: true })
  return { folder, recoveryCode }
}

/** A vault just set up, opened by its keyring. */
export async function newVault(
  options: Partial<VaultOptions> = {},
): Promise<{ folder: string; vault: Vault; recoveryCode: string }> {
  const { folder, recoveryCode } = await lockedVault()
  return { folder, recoveryCode, vault: await reopen(folder, options) }
}

export async function reopen(folder: string, options: Partial<VaultOptions> = {}): Promise<Vault> {
  const vault = vaultIn(folder, options)
  await vault.unlock({ by: 'keyring' })
  return vault
}

export const newSession: NewSession = {
  kind: 'consult',
  person: 'Ana Müller',
  reason: 'Chest pain since Monday',
  tags: ['cardiology'],
  sample: null,
  consents: [{ modality: 'text', granted: true }],
}

export function addSession(store: SessionStore, change: Partial<NewSession> = {}): Session {
  return store.createSession({ ...newSession, ...change })
}

export function addTurns(store: SessionStore, session: string, texts: readonly string[]): void {
  texts.forEach((text, index) => store.addTurn(session, { speaker: 'patient', text, atMs: index * 1000 }))
}

export const provenance: Provenance = {
  model: 'base',
  modelName: 'SmolLM2 135M',
  weightsHash: 'a'.repeat(64),
  adapterHash: null,
  precision: 'row8',
  seed: 7,
  temperature: 0.2,
  topP: 0.95,
  promptTokens: 210,
  tokens: 12,
  msPerToken: 9.25,
  finish: 'end',
  dropped: { messages: 1, tokens: 40 },
  lastTurn: 3,
  at: '2026-11-25T10:00:00.000Z',
}

/** Everything a person could read in a vault. */
export function contents(store: SessionStore): unknown {
  return [false, true].flatMap((trashed) =>
    store
      .listSessions({ trashed, tag: null, kind: null })
      .map(({ session }) => store.readSession(session.id)),
  )
}

export async function failureFrom(work: () => unknown): Promise<Failure> {
  try {
    await work()
  } catch (error) {
    if (error instanceof FailureError) return error.failure
    throw error
  }
  throw new Error('expected a failure')
}

export async function expectFailure(code: FailureCode, work: () => unknown): Promise<Failure> {
  const failure = await failureFrom(work)
  expect(failure.code, failure.message).toBe(code)
  return failure
}

/** Digest of every file below a folder, by path. */
export function digests(folder: string): Readonly<Record<string, string>> {
  const files = filesBelow(folder)
  return Object.fromEntries(
    files.map((file) => [
      file.slice(folder.length),
      createHash('sha256').update(readFileSync(file)).digest('hex'),
    ]),
  )
}

export function filesBelow(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((file) => statSync(file).isFile())
    .sort()
}

/** Starts `children/<name>.ts` under the same Node. */
export function startChild(name: string, ...values: readonly string[]): ChildProcess {
  const script = fileURLToPath(new URL(`children/${name}.ts`, import.meta.url))
  return spawn(process.execPath, [script, ...values], { stdio: ['pipe', 'pipe', 'pipe'] })
}

export function ended(child: ChildProcess): Promise<{ code: number | null; output: string; errors: string }> {
  let output = ''
  let errors = ''
  child.stdout?.on('data', (data: Buffer) => (output += data.toString('utf8')))
  child.stderr?.on('data', (data: Buffer) => (errors += data.toString('utf8')))
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code) => resolve({ code, output, errors }))
  })
}

export function movableClock(start = setUpAt): {
  readonly now: () => Date
  readonly advance: (seconds: number) => void
} {
  let time = Date.parse(start)
  return { now: () => new Date(time), advance: (seconds) => (time += seconds * 1000) }
}
