/** A second opinion with a server that the person named: asked only with text that was seen and agreed to. */
import { readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test, type Locator, type Page } from '@playwright/test'
import { expectAccessible } from '../support/accessibility.ts'
import {
  piece,
  says,
  type Answer,
  serveCompletions,
  streams,
  type CompletionsServer,
} from '../support/completions-server.ts'
import { launchApp, makeAppFolder, type LaunchedApp } from '../support/launch.ts'
import { composer, createVault, goHome, openArea, openSample, unlock } from '../support/window.ts'

test.describe.configure({ mode: 'serial' })
test.setTimeout(600_000)

const here = ['Knowledge engine', 'Solved cases'] as const
const name = 'Ward server'
const key = 'sk-test-4f1c9e77d2'
const answeringMs = 300_000
const folder = makeAppFolder('panel-server')
let launched: LaunchedApp
let server: CompletionsServer
const page = (): Page => launched.page
const seat = (): Locator => page().getByRole('checkbox', { name, exact: true })
const result = (): Locator => page().getByRole('region', { name: 'Result', exact: true }).first()
const leaving = (): Locator => page().getByRole('region', { name: `What ${name} would be sent` })
const ask = (): Locator => page().getByRole('button', { name: 'Ask the panel' })
const openPanel = async (): Promise<void> => {
  await page()
    .getByRole('button', { name: /^Second opinion/ })
    .first()
    .click()
  await expect(page().getByRole('checkbox', { name: here[0], exact: true })).toBeVisible()
}

const alone = says('Diagnosis: Gout. Because: it came on overnight. Confidence: 60 %.')
const breaksOff: Answer = (_request, response) => {
  streams(response)
  response.write(piece('Diagnosis: '))
  setTimeout(() => response.socket?.destroy(), 50)
}

/** Every byte the app has written, as text. */
const written = (): string =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'latin1'))
    .join('\n')

test.beforeAll(async () => {
  server = await serveCompletions((request, response) => {
    // Alone it answers what nobody else will say; in the round after that it breaks off.
    if (server.received.length === 1) alone(request, response)
    else breaksOff(request, response)
  })
  launched = await launchApp({ userDataDir: folder })
  await page().setViewportSize({ width: 1280, height: 800 })
})
test.afterAll(async () => {
  await launched.app.close()
  server.close()
  rmSync(folder, { recursive: true, force: true })
})

test('a server is named with its key, and nothing is sent to it', async () => {
  await createVault(page())
  await goHome(page())
  await openSample(page())
  await openPanel()
  await expect(seat()).toHaveCount(0)
  await page().getByRole('button', { name: 'Named servers' }).click()
  const sheet = page().getByRole('dialog', { name: 'Named servers' })
  await sheet.getByLabel('Name', { exact: true }).fill(name)
  await sheet.getByLabel('Address', { exact: true }).fill(server.url)
  await sheet.getByLabel('Model', { exact: true }).fill('ward-model')
  await sheet.getByLabel('Key', { exact: true }).fill(key)
  await sheet.getByRole('button', { name: 'Add', exact: true }).click()
  await expect(sheet.getByText('ward-model, key kept encrypted')).toBeVisible()
  await expectAccessible(page())
  await page().keyboard.press('Escape')
  await expect(sheet).toBeHidden()
  expect(server.received).toEqual([])
})

test('it is not seated unasked, also after a restart, and its key is nowhere in the files', async () => {
  await expect(seat()).not.toBeChecked()
  await launched.app.close()
  expect(written()).not.toContain(key)
  launched = await launchApp({ userDataDir: folder })
  await page().setViewportSize({ width: 1280, height: 800 })
  await unlock(page())
  await openArea(page(), 'Library')
  await page().getByRole('region', { name: 'All sessions' }).getByRole('button').first().click()
  await expect(composer(page())).toBeVisible()
  await openPanel()
  await expect(seat()).toBeVisible()
  await expect(seat()).not.toBeChecked()
  await expect(page().getByText('Nothing. Every member runs here.')).toBeVisible()
})

test('what would leave is shown word for word, and has to be agreed to', async () => {
  for (const box of await page().getByRole('region', { name: 'Who is asked' }).getByRole('checkbox').all())
    if ((await box.getAttribute('aria-checked')) === 'true') await box.click()
  for (const member of [...here, name])
    await page().getByRole('checkbox', { name: member, exact: true }).click()
  await page().getByLabel('Rounds at most').selectOption('2')
  await expect(page().getByText(`To ${server.url}/chat/completions, model ward-model:`)).toBeVisible()
  await expect(leaving()).toContainText('What is the most likely diagnosis?')
  await expect(leaving()).not.toContainText('Okafor')
  await expect(page().getByText(`Agree to what goes to ${name}, or take it out.`)).toBeVisible()
  await expect(ask()).toHaveAttribute('aria-disabled', 'true')
  await expectAccessible(page())
  expect(server.received).toEqual([])
  await page()
    .getByRole('checkbox', { name: `Send this to ${name}` })
    .click()
  await expect(ask()).not.toHaveAttribute('aria-disabled', 'true')
})

test('it is asked with those words; when it fails it is absent and the others go on', async () => {
  const shown = await leaving().locator('.words').allInnerTexts()
  await ask().click()
  // What the others said is new text: it waits again.
  await expect(page().getByText('Waits for you', { exact: true })).toBeVisible({ timeout: answeringMs })
  expect(server.received.map(({ authorization }) => authorization)).toEqual([`Bearer ${key}`])
  const sent = JSON.parse(server.received[0]!.body) as { model: string; messages: { content: string }[] }
  expect(sent.model).toBe('ward-model')
  expect(sent.messages.map(({ content }) => content)).toEqual(shown)
  await expect(leaving()).toContainText('Others answered the same question.')
  await expectAccessible(page())
  await page().getByRole('button', { name: 'Send this', exact: true }).click()
  await expect(result().getByRole('heading', { name: 'Check it yourself' })).toBeVisible({
    timeout: answeringMs,
  })
  expect(server.received).toHaveLength(2)
  const last = page().getByRole('row', { name: /^Round 1/ })
  await expect(last.getByText('Absent: failed')).toHaveCount(1)
  await expect(last.getByRole('button', { name: /^Whole answer of / })).toHaveCount(here.length)
  await expect(
    page()
      .getByRole('row', { name: /^Round 0/ })
      .getByText('Gout')
      .last(),
  ).toBeVisible()
  await expectAccessible(page())
})

test('it is kept with the absence, and the trail says how often text left', async () => {
  await page().getByRole('button', { name: 'Back to the consultation' }).click()
  await page()
    .getByRole('button', { name: /^Second opinion: / })
    .click()
  await expect(
    page()
      .getByRole('row', { name: /^Round 1/ })
      .getByText('Absent: failed'),
  ).toHaveCount(1)
  await openArea(page(), 'Settings')
  await page().getByRole('button', { name: 'Audit log' }).click()
  await expect(page().getByText('Prompt sent to a named server')).toHaveCount(server.received.length)
})
