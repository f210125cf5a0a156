/** A second opinion on the bundled sample, asked of real members, read again after a restart and replayed. */
import { readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test, type Locator, type Page } from '@playwright/test'
import { expectAccessible } from '../support/accessibility.ts'
import { launchApp, makeAppFolder, type LaunchedApp } from '../support/launch.ts'
import { composer, createVault, goHome, openArea, openSample, unlock } from '../support/window.ts'

test.describe.configure({ mode: 'serial' })
test.setTimeout(600_000)

const members = ['Knowledge engine', 'Solved cases', 'Guided doctor'] as const
const answeringMs = 300_000
const folder = makeAppFolder('panel')
let launched: LaunchedApp
let exports: string
const page = (): Page => launched.page
const result = (): Locator => page().getByRole('region', { name: 'Result', exact: true }).first()
const marker = (): Locator => page().getByRole('button', { name: /^Second opinion: / })

/** The system's file dialog cannot be seen on a virtual display; the file goes where it would have pointed. */
async function answerFileDialogs(): Promise<void> {
  await launched.app.evaluate(({ dialog }, into) => {
    dialog.showSaveDialog = (...args: unknown[]) => {
      const { defaultPath } = args.at(-1) as { defaultPath: string }
      return Promise.resolve({ canceled: false, filePath: `${into}/${defaultPath.split(/[/\\]/).at(-1)}` })
    }
  }, exports)
}

test.beforeAll(async () => {
  exports = makeAppFolder('consilium-exports-')
  launched = await launchApp({ userDataDir: folder })
  await page().setViewportSize({ width: 1280, height: 800 })
})
test.afterAll(async () => {
  await launched.app.close()
  rmSync(folder, { recursive: true, force: true })
  rmSync(exports, { recursive: true, force: true })
})

test('members are chosen, and what it may cost and send is shown before it starts', async () => {
  await createVault(page())
  await goHome(page())
  await openSample(page())
  await page()
    .getByRole('button', { name: /^Second opinion/ })
    .click()
  await expect(page().getByRole('checkbox', { name: members[0], exact: true })).toBeVisible()
  for (const box of await page().getByRole('region', { name: 'Who is asked' }).getByRole('checkbox').all())
    if ((await box.getAttribute('aria-checked')) === 'true') await box.click()
  await expect(page().getByText('Choose at least two members who vote.')).toBeVisible()
  for (const name of members) await page().getByRole('checkbox', { name, exact: true }).click()
  await page().getByLabel('Rounds at most').selectOption('2')
  await expect(page().getByText(/^At most .* tokens in all/)).toBeVisible()
  await expect(page().getByText('Nothing. Every member runs here.')).toBeVisible()
  await expectAccessible(page())
})

test('the panel answers by round, and its result says how it was decided', async () => {
  await page().getByRole('button', { name: 'Ask the panel' }).click()
  await expect(page().getByRole('columnheader', { name: members[0] })).toBeVisible()
  await expect(result().getByRole('heading', { name: 'Check it yourself' })).toBeVisible({
    timeout: answeringMs,
  })
  const alone = page().getByRole('row', { name: /^Round 0/ })
  await expect(alone.getByRole('cell')).toHaveCount(members.length)
  await expect(alone.getByText(/Whole answer|Absent: /)).not.toHaveCount(0)
  await expect(result().getByText(/members who voted say$/)).toBeVisible()
  await expect(page().getByRole('region', { name: 'Dissent' })).toBeVisible()
  await expectAccessible(page())
  await alone.getByRole('button', { name: `Whole answer of ${members[0]}` }).click()
  await expect(page().getByRole('dialog').getByRole('heading', { name: 'Reasons' })).toBeVisible()
  await expectAccessible(page())
  await page().keyboard.press('Escape')
})

test('it leaves as Markdown without the person’s name', async () => {
  await answerFileDialogs()
  await page().getByRole('button', { name: 'Export' }).click()
  await page().getByRole('button', { name: 'Export redacted' }).click()
  await expect(page().getByText(/^Exported as /)).toBeVisible()
  const [file = ''] = readdirSync(exports).filter((name) => name.endsWith('.md'))
  const text = readFileSync(join(exports, file), 'utf8')
  expect(text).toContain(members[0])
  expect(text).not.toContain('Okafor')
})

test('after a restart it stands on the timeline, opens, and comes out the same again', async () => {
  await launched.app.close()
  launched = await launchApp({ userDataDir: folder })
  await unlock(page())
  await openArea(page(), 'Library')
  await page().getByRole('region', { name: 'All sessions' }).getByRole('button').first().click()
  await expect(composer(page())).toBeVisible()
  await marker().click()
  await expect(result().getByRole('heading', { name: 'Check it yourself' })).toBeVisible()
  await page().getByRole('button', { name: 'Replay' }).click()
  await expect(result().getByText('the same again')).toBeVisible({ timeout: answeringMs })
})

test('what to ask next goes into the conversation', async () => {
  const next = page().getByRole('list', { name: 'Ask next' }).getByRole('listitem').first()
  const words = (await next.locator('p').first().innerText()).trim()
  await next.getByRole('button', { name: /^Reword/ }).click()
  await expect(composer(page())).toHaveValue(words)
})
