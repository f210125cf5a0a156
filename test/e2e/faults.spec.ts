/** What goes wrong around the app, and words made to do harm: nothing saved is lost, nothing runs. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test, type Page } from '@playwright/test'
import { launchPlace } from '../../electron/setup/account.mjs'
import { installedElectron } from '../../electron/setup/electron-binary.mjs'
import type { Bridge } from '../../renderer/bridge.ts'
import { launchApp, sandboxSwitches, makeAppFolder, type LaunchedApp } from '../support/launch.ts'
import { smallDisk } from '../support/small-disk.ts'
import {
  addTurn,
  compose,
  composer,
  createVault,
  goHome,
  openArea,
  startConsultation,
  lock,
  unlock,
  wordsOfTurn,
} from '../support/window.ts'

/** Each fits a tag, and each would call `alert` or load something if it were taken for markup. */
const hostile = [
  '<script>alert(1)</script>',
  '<img src=x onerror=alert(2)>',
  '"><svg onload=alert(3)>',
  '<iframe src="javascript:alert(4)"></iframe>',
  '<a href="javascript:alert(5)" onfocus=alert(5)>go</a>',
  '[go](javascript:alert(6)) ![x](https://example.com/6.png)',
  '<style>@import "https://example.com/7.css";</style>',
  '{@html "<b onclick=alert(8)>"} ${alert(8)} {{alert(8)}}',
  '<math><mtext></style><img src=x onerror=alert(9)>',
  '&lt;img src=x onerror=alert(10)&gt;\u2028<base href=//x.test>',
] as const

const odd = {
  rightToLeft: 'المريض: ألم في الصدر منذ ٣ أيام\u200f، حرارة 38.2°C',
  override: 'dose \u202e5 gm\u202c, not 5 mg',
  emoji: 'Pain 😖 then 👩🏽‍⚕️ and 🏳️‍🌈, e\u0301 is é, ‮not‬',
  nul: 'before\u0000after',
}
const megabyte = 'Brustschmerz seit Dienstag, größer auf der Treppe. 胸痛 😖 '
  .repeat(20_000)
  .slice(0, 1_048_576)
  .trim()

test.describe.configure({ mode: 'serial' })

let folder: string
let launched: LaunchedApp
const page = (): Page => launched.page
const words: string[] = []

/** Calls the bridge as the window does. */
const call: Bridge['call'] = (operation, request) =>
  page().evaluate(([name, value]) => window.consilium.call(name, value), [operation, request] as const)

test.beforeAll(async () => {
  folder = makeAppFolder('consilium-data-')
  launched = await launchApp({ userDataDir: folder })
  await createVault(page())
  await goHome(page())
})
test.afterAll(async () => {
  await launched.close()
  rmSync(folder, { recursive: true, force: true })
})

test('markup in any field is shown as the text it is, and nothing runs or is asked for', async () => {
  const seen: string[] = []
  page().on('dialog', (dialog) => {
    seen.push(`dialog ${dialog.message()}`)
    void dialog.dismiss()
  })
  page().on('pageerror', (error) => seen.push(`error ${error.message}`))
  page().on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) seen.push(`console ${message.text()}`)
  })
  page().on('request', (request) => {
    if (!request.url().startsWith('app://consilium/assets/')) seen.push(`request ${request.url()}`)
  })
  await page().evaluate(() => {
    const refused: string[] = []
    Object.assign(window, { refused })
    document.addEventListener('securitypolicyviolation', (event) => refused.push(event.effectiveDirective))
  })
  /** Elements that only the hostile words could have made. */
  const made = (): Promise<string[]> =>
    page().evaluate(() =>
      [...document.querySelectorAll('*')]
        .filter(
          (element) =>
            element.matches('img, iframe, object, embed, base, math, body script, body style') ||
            element.getAttributeNames().some((name) => name.startsWith('on')) ||
            /^javascript:/i.test(element.getAttribute('href') ?? ''),
        )
        .map(({ outerHTML }) => outerHTML.slice(0, 120)),
    )

  await startConsultation(page(), { person: hostile.join(' '), reason: hostile.join(' '), tags: hostile })
  await expect(page().getByRole('heading', { level: 1 })).toHaveText(hostile.join(' '))
  const tags = page().getByRole('list', { name: 'Tags' }).getByRole('listitem')
  for (const [index, tag] of hostile.entries()) await expect(tags.nth(index)).toContainText(tag)
  for (const text of hostile) {
    await addTurn(page(), text)
    words.push(text)
    expect(await wordsOfTurn(page(), words.length)).toBe(text)
  }
  const note = page().getByRole('region', { name: 'Subjective' })
  await note.getByRole('textbox', { name: 'Subjective' }).fill(hostile.join('\n'))
  await composer(page()).focus()
  for (const text of hostile.slice(0, 3)) await expect(note).toContainText(text)
  expect(await made()).toEqual([])

  await page().keyboard.press('Control+KeyE')
  await expect(page().getByRole('region', { name: 'Preview' })).toContainText('alert(1)')
  expect(await made()).toEqual([])
  await page().keyboard.press('Escape')

  await openArea(page(), 'Library')
  await page().getByRole('searchbox').fill('alert')
  await expect(page().getByRole('status').filter({ hasText: 'places' })).toBeVisible()
  await expect(page().getByRole('button').filter({ hasText: '<img src=x onerror=' }).first()).toBeVisible()
  expect(await made()).toEqual([])
  await page().getByRole('searchbox').fill('')
  await page().keyboard.press('Control+KeyK')
  await page().getByRole('combobox', { name: 'Find anything' }).fill('onerror')
  await expect(page().getByRole('option').filter({ hasText: '<img src=x' }).first()).toBeVisible()
  expect(await made()).toEqual([])
  await page().keyboard.press('Escape')
  await openArea(page(), 'Home')
  await expect(page().getByRole('listitem').filter({ hasText: '<script>' }).first()).toBeVisible()
  expect(await made()).toEqual([])

  expect(seen).toEqual([])
  expect(await page().evaluate(() => (window as unknown as { refused: string[] }).refused)).toEqual([])
  const status = await call('app.status', {})
  expect(status.ok && status.value.blockedRequests).toEqual([])
})

test('right-to-left words, emoji, NUL and a megabyte come back as they were typed', async () => {
  test.slow()
  await startConsultation(page(), { person: 'ליאור', reason: odd.rightToLeft })
  words.length = 0
  for (const text of Object.values(odd)) {
    await addTurn(page(), text)
    words.push(text)
    expect(await wordsOfTurn(page(), words.length)).toBe(text)
  }
  const direction = await page()
    .getByText(odd.rightToLeft, { exact: true })
    .last()
    .evaluate((element) => getComputedStyle(element).direction)
  expect(direction).toBe('rtl')

  await addTurn(page(), megabyte)
  words.push(megabyte)
  await page()
    .getByRole('button', { name: /^Show all/ })
    .click()
  expect((await wordsOfTurn(page(), words.length)) === megabyte).toBe(true)
})

test('the last acknowledged turn outlives a kill, and the next unlock reads the whole database', async () => {
  const last = 'Killed right after this was acknowledged.'
  await addTurn(page(), last)
  words.push(last)
  await kill(launched)
  expect(existsSync(join(folder, 'vault', 'open'))).toBe(true)

  launched = await launchApp({ userDataDir: folder })
  await expect(page().getByRole('heading', { name: 'Locked' })).toBeVisible()
  await unlock(page(), 'not the passphrase')
  await expect(page().getByText('This is not the right passphrase.')).toBeVisible()
  await expect(page().getByLabel('Passphrase', { exact: true })).toHaveValue('')

  await watchPragmas(launched)
  await unlock(page())
  await expect(page().getByRole('navigation', { name: 'Areas' })).toBeVisible()
  expect(await pragmas(launched)).toContain('quick_check(1)')

  await page().getByRole('button').filter({ hasText: 'ליאור' }).first().click()
  await expect(page().getByRole('article', { name: new RegExp(`^Turn ${words.length}\\b`) })).toBeVisible()
  await page()
    .getByRole('button', { name: /^Show all/ })
    .click()
  for (const [index, text] of words.entries())
    expect((await wordsOfTurn(page(), index + 1)) === text, `turn ${index + 1}`).toBe(true)

  expect(await call('audit.verify', {})).toMatchObject({ ok: true, value: { intact: true } })
  const trail = await call('audit.list', { before: null, limit: 20 })
  expect(trail.ok && trail.value.some(({ action }) => action === 'vault.unlock-failed')).toBe(true)

  // After a clean end there is nothing to look for.
  await lock(page())
  await watchPragmas(launched)
  await unlock(page())
  await expect(page().getByRole('navigation', { name: 'Areas' })).toBeVisible()
  expect(await pragmas(launched)).not.toContain('quick_check(1)')
})

test('a full disk is said, what was typed stays, and it is saved once there is room', async ({}, testInfo) => {
  test.skip(process.platform !== 'linux', 'A disk can be filled for one program only on Linux.')
  using disk = smallDisk()
  testInfo.annotations.push({ type: 'how', description: disk.how })
  const app = await launchApp({ userDataDir: disk.folder })
  try {
    const { page: window } = app
    const pid = app.app.process().pid ?? 0
    await createVault(window)
    await goHome(window)
    await startConsultation(window, { person: 'Ada', reason: 'cough' })
    await addTurn(window, 'Said before the disk was full.')

    disk.fill(pid)
    const long = 'A long answer that needs room of its own.\n'.repeat(40_000).trim()
    await compose(window, long)
    await composer(window).press('Control+Enter')
    const alert = window.getByRole('form', { name: 'New turn' }).getByRole('alert')
    await expect(alert).toContainText(
      disk.how === 'disk in memory'
        ? 'The disk is full, so the last change could not be saved. Everything saved before is safe; free some space and try again.'
        : 'Everything saved before is safe',
    )
    await expect(composer(window)).toHaveValue(/^A long answer that needs room of its own\./)
    await expect(window.getByText(/^1.679.999 characters; only the beginning shows/)).toBeVisible()
    expect(await wordsOfTurn(window, 1)).toBe('Said before the disk was full.')

    disk.free(pid)
    await composer(window).press('Control+Enter')
    await expect(composer(window)).toHaveValue('', { timeout: 60_000 })
    await expect(alert).toHaveCount(0)
    await addTurn(window, 'Said when there was room again.')

    await lock(window)
    await unlock(window)
    await window.getByRole('button').filter({ hasText: 'Ada' }).first().click()
    expect(await wordsOfTurn(window, 1)).toBe('Said before the disk was full.')
    await window.getByRole('button', { name: /^Show all/ }).click()
    expect((await wordsOfTurn(window, 2)) === long).toBe(true)
    expect(await wordsOfTurn(window, 3)).toBe('Said when there was room again.')
  } finally {
    await app.close()
  }
})

test('a data folder that cannot be written is said in plain words at the start', async () => {
  const readOnly = mkdtempSync(join(tmpdir(), 'consilium-read-only-'))
  chmodSync(readOnly, 0o555)
  const place = launchPlace(installedElectron()?.executable ?? '')
  const app = spawn(
    place.executable,
    [...sandboxSwitches(place), `--user-data-dir=${readOnly}`, place.appFolder],
    {
      cwd: place.appFolder,
      env: { ...process.env, ...place.env },
      stdio: ['ignore', 'ignore', 'pipe'],
    },
  )
  try {
    let said = ''
    app.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()))
    await expect
      .poll(() => said, { timeout: 60_000 })
      .toContain(
        'Consilium could not start. Consilium may not write to its data folder. Allow writing to that folder',
      )
    // It waits for the person to read it.
    expect(app.exitCode).toBeNull()
  } finally {
    app.kill('SIGKILL')
    if (app.exitCode === null && app.signalCode === null) await once(app, 'exit')
    place.close()
    rmSync(readOnly, { recursive: true, force: true })
  }
})

/** Ends the app as a power cut would. */
async function kill({ app, close }: LaunchedApp): Promise<void> {
  const process = app.process()
  process.kill('SIGKILL')
  if (process.exitCode === null && process.signalCode === null) await once(process, 'exit')
  await close()
}

/** Notes every pragma that the app asks of SQLite from now on. */
async function watchPragmas({ app }: LaunchedApp): Promise<void> {
  await app.evaluate(({ app: electron }) => {
    const { createRequire } = process.getBuiltinModule('node:module')
    const { prototype } = createRequire(`${electron.getAppPath()}/package.json`)('better-sqlite3') as {
      prototype: { pragma: (source: string, ...rest: unknown[]) => unknown }
    }
    const heard: string[] = []
    Object.assign(globalThis, { heardPragmas: heard })
    const { pragma } = prototype
    prototype.pragma = function (source, ...rest) {
      heard.push(source)
      return pragma.call(this, source, ...rest)
    }
  })
}

const pragmas = ({ app }: LaunchedApp): Promise<string[]> =>
  app.evaluate(() => (globalThis as unknown as { heardPragmas: string[] }).heardPragmas)
