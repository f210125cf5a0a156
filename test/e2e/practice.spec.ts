/** One practice case from the list to its debrief and a second opinion on it, in the real app, with restarts in between. */
import { rmSync } from 'node:fs'
import { expect, test, type Locator, type Page } from '@playwright/test'
import { expectAccessible } from '../support/accessibility.ts'
import { launchApp, makeAppFolder, type LaunchedApp } from '../support/launch.ts'
import { createVault, goHome, openArea, seatMembers, unlock } from '../support/window.ts'

test.describe.configure({ mode: 'serial' })
test.setTimeout(300_000)

const members = ['Knowledge engine', 'Solved cases', 'Guided doctor'] as const
const folder = makeAppFolder('practice')
let launched: LaunchedApp
const page = (): Page => launched.page
const say = async (text: string): Promise<void> => {
  const field = page().getByRole('textbox', { name: 'What you say' })
  await field.fill(text)
  await field.press('Enter')
  await expect(field).toHaveValue('')
}

test.beforeAll(async () => {
  launched = await launchApp({ userDataDir: folder })
})
test.afterAll(async () => {
  await launched.app.close()
  rmSync(folder, { recursive: true, force: true })
})

test('a case is chosen, the patient answers, and an examination brings a result', async () => {
  await createVault(page())
  await goHome(page())
  await openArea(page(), 'Practice')
  await expect(page().getByRole('heading', { name: 'Choose a patient' })).toBeVisible()
  await expectAccessible(page())
  await page().getByRole('searchbox', { name: 'Find a case' }).fill('belly')
  await page().getByRole('list').getByRole('button').first().click()
  await expect(page().getByText('simulated patient')).toBeVisible()
  await say('When did it start?')
  await page().getByRole('textbox', { name: 'What to examine' }).fill('abdomen')
  await page().getByRole('button', { name: 'Examine', exact: true }).click()
  await expect(page().getByRole('list', { name: 'Results' }).getByRole('listitem').first()).toBeVisible()
  await expectAccessible(page())
})

test('after a restart it goes on where it stopped, and ends with a debrief', async () => {
  const before = await page().getByRole('article').count()
  await launched.app.close()
  launched = await launchApp({ userDataDir: folder })
  await unlock(page())
  await openArea(page(), 'Library')
  await page().getByRole('region', { name: 'All sessions' }).getByRole('button').first().click()
  await expect(page().getByText('simulated patient')).toBeVisible()
  await expect(page().getByRole('article')).toHaveCount(before)
  await say('The most likely diagnosis is acute appendicitis.')
  await expect(page().getByRole('region', { name: 'Debrief' })).toBeVisible()
  await expect(page().getByText('The case is about:')).toBeVisible()
  await expectAccessible(page())
})

const marker = (): Locator =>
  page()
    .getByRole('log', { name: 'Conversation' })
    .getByRole('button', { name: /^Second opinion: / })
const result = (): Locator => page().getByRole('region', { name: 'Result', exact: true }).first()

test('a second opinion is asked for from the debrief', async () => {
  await page()
    .getByRole('button', { name: /^Second opinion/ })
    .click()
  await seatMembers(page(), members)
  await page().getByRole('button', { name: 'Ask the panel' }).click()
  await expect(result().getByRole('heading', { name: 'Check it yourself' })).toBeVisible({ timeout: 200_000 })
  await expectAccessible(page())
})

test('it stands on the timeline after the last turn, and is there again after a restart', async () => {
  await page().getByRole('button', { name: 'Back to the encounter' }).click()
  await expect(page().getByRole('region', { name: 'Debrief' })).toBeVisible()
  await expect(marker()).toHaveCount(1)
  await expectAccessible(page())
  await launched.app.close()
  launched = await launchApp({ userDataDir: folder })
  await unlock(page())
  await openArea(page(), 'Library')
  await page().getByRole('region', { name: 'All sessions' }).getByRole('button').first().click()
  await expect(page().getByText('The case is about:')).toBeVisible()
  await marker().click()
  await expect(result().getByRole('heading', { name: 'Check it yourself' })).toBeVisible()
})
