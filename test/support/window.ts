/** What a person does in the window, by the names they read there. */
import { expect, type Locator, type Page } from '@playwright/test'
import { longestEditable } from '../../renderer/views/consult/long-text.ts'

/** The passphrase of databases that tests make and throw away. */
export const testPassphrase = 'violet harbour lantern 42'

/** First run up to the model step: name, passphrase, recovery code. Returns the recovery code. */
export async function createVault(page: Page, name = 'Dr Test'): Promise<string> {
  await page.getByLabel('Name', { exact: true }).fill(name)
  await page.getByRole('button', { name: 'Continue' }).click()
  await page.getByLabel('Passphrase', { exact: true }).fill(testPassphrase)
  await page.getByLabel('Passphrase again', { exact: true }).fill(testPassphrase)
  await page.getByRole('button', { name: 'Create the encrypted database' }).click()
  const code = page.getByLabel('Recovery code', { exact: true })
  await expect(code).not.toBeEmpty()
  const shown = await code.innerText()
  await page.getByLabel('I have kept the code somewhere safe').click()
  await page.getByRole('button', { name: 'Continue' }).click()
  await expect(page.getByRole('heading', { name: 'Prepare the model' })).toBeVisible()
  return shown
}

/** Leaves the model step for Home, whether the model is prepared or not. */
export async function goHome(page: Page): Promise<void> {
  await page.getByRole('button', { name: /^(Go to Home|Leave it for later)/ }).click()
  await expect(page.getByRole('button', { name: 'Open the sample' })).toBeVisible()
}

/** On the first run's last step: prepares the bundled model unless it is, and waits until it is ready. */
export async function prepareModel(page: Page): Promise<void> {
  const prepare = page.getByRole('button', { name: 'Prepare the model' })
  const ready = page.getByText('ready', { exact: true })
  await expect(prepare.or(ready)).toBeVisible()
  if (await prepare.isVisible()) await prepare.click()
  await expect(ready).toBeVisible({ timeout: 180_000 })
}

export async function openArea(page: Page, title: string): Promise<void> {
  await page.getByRole('navigation', { name: 'Areas' }).getByRole('link', { name: title }).click()
}

export async function openSample(page: Page): Promise<void> {
  await openArea(page, 'Home')
  await page.getByRole('button', { name: 'Open the sample' }).click()
  await expect(page.getByRole('form', { name: 'New turn' })).toBeVisible()
}

/** A new consultation with consent for text, ready for its first turn. */
export async function startConsultation(
  page: Page,
  { person, reason, tags = [] }: { person: string; reason: string; tags?: readonly string[] },
): Promise<void> {
  await page.keyboard.press('Control+KeyN')
  await page.getByLabel('Who', { exact: true }).fill(person)
  await page.getByLabel('Reason for the visit').fill(reason)
  await addTags(page, tags)
  await page.getByRole('radio', { name: 'Agrees', exact: true }).click()
  await page.getByRole('button', { name: 'Start consultation' }).click()
  await expect(page.getByRole('form', { name: 'New turn' })).toBeVisible()
}

export async function addTags(page: Page, tags: readonly string[]): Promise<void> {
  const field = page.getByLabel('Add a tag')
  for (const tag of tags) {
    await field.fill(tag)
    await field.press('Enter')
    await expect(page.getByRole('button', { name: `Remove tag ${tag}`, exact: true })).toBeVisible()
  }
}

/** The field for the next turn, whoever speaks. */
export const composer = (page: Page): Locator =>
  page.getByRole('form', { name: 'New turn' }).getByRole('textbox')

/** Puts a text into the composer; a long one arrives as it would from the clipboard. */
export async function compose(page: Page, text: string): Promise<void> {
  if (text.length <= longestEditable) return composer(page).fill(text)
  await composer(page).evaluate((field, value) => {
    const clipboardData = new DataTransfer()
    clipboardData.setData('text/plain', value)
    field.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }))
  }, text)
}

/** Adds a turn by key and waits until it is acknowledged, which is when it is on disk. */
export async function addTurn(page: Page, text: string): Promise<void> {
  await compose(page, text)
  await composer(page).press('Control+Enter')
  await expect(composer(page)).toHaveValue('', { timeout: 60_000 })
}

/** The words of a turn exactly as they stand in the page. */
export const wordsOfTurn = async (page: Page, number: number): Promise<string | null> =>
  page
    .getByRole('article', { name: new RegExp(`^Turn ${number}\\b`) })
    .locator('p')
    .first()
    .textContent()

/** On the way to a second opinion: seats exactly these members and lets them exchange at most two rounds. */
export async function seatMembers(page: Page, members: readonly string[]): Promise<void> {
  const seats = page.getByRole('region', { name: 'Who is asked' })
  await expect(seats.getByRole('checkbox').first()).toBeVisible()
  for (const box of await seats.getByRole('checkbox').all())
    if ((await box.getAttribute('aria-checked')) === 'true') await box.click()
  for (const name of members) await page.getByRole('checkbox', { name, exact: true }).click()
  await page.getByLabel('Rounds at most').selectOption('2')
  await expect(page.getByText('Nothing. Every member runs here.')).toBeVisible()
}

/** Locks by keyboard and waits for the fresh page: the page that was open shows the lock too, and then it is left. */
export async function lock(page: Page): Promise<void> {
  await page.evaluate(() => document.documentElement.setAttribute('data-left', ''))
  await page.keyboard.press('Control+KeyL')
  const fresh = page.locator('html:not([data-left])')
  await expect(fresh.getByRole('heading', { name: 'Locked' })).toBeVisible()
}

export async function unlock(page: Page, passphrase = testPassphrase): Promise<void> {
  await page.getByLabel('Passphrase', { exact: true }).fill(passphrase)
  await page.keyboard.press('Enter')
}
