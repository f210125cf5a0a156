/** What a person does in the window, by the names they read there. */
import { expect, type Page } from '@playwright/test'

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
