/**
 * The guided tour: opens everything that exists on the bundled sample, and leaves screenshots and an
 * export in out/tour. `npm start` takes it on a machine without a display.
 */
import { cpSync, existsSync, mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { expect, type Page } from '@playwright/test'
import { launchApp, makeAppFolder } from '../support/launch.ts'
import {
  addTurn,
  createVault,
  goHome,
  openArea,
  openSample,
  prepareModel,
  seatMembers,
} from '../support/window.ts'

const out = join(import.meta.dirname, '../../out/tour')
const writingMs = 120_000

interface Stop {
  readonly name: string
  readonly visit: (page: Page) => Promise<unknown>
}

const stops: readonly Stop[] = [
  {
    name: 'first-run',
    visit: async (page) => {
      await expect(page.getByRole('heading', { name: 'Who uses Consilium here?' })).toBeVisible()
    },
  },
  { name: 'encrypted', visit: (page) => createVault(page, 'Dr Tour') },
  { name: 'model-prepared', visit: prepareModel },
  { name: 'home', visit: goHome },
  { name: 'sample', visit: openSample },
  {
    name: 'suggested-question',
    visit: async (page) => {
      await page.getByRole('button', { name: /^Ask the model\b/ }).click()
      // Whether the model has a question here is its own affair; that something is said of it is not.
      const question = page.getByRole('article', { name: 'Suggested question' })
      const none = page.getByText('The model has nothing to ask now')
      await expect(question.or(none).first()).toBeVisible({ timeout: writingMs })
    },
  },
  {
    name: 'chat',
    visit: async (page) => {
      await page
        .getByRole('textbox', { name: 'Question about this case' })
        .fill('What should not be missed here?')
      await page.keyboard.press('Control+Enter')
      await expect(page.getByRole('article', { name: /^Answer by the model/ })).toBeVisible({
        timeout: writingMs,
      })
    },
  },
  {
    name: 'note-draft',
    visit: async (page) => {
      await page.getByRole('button', { name: /^(Draft the note|Draft all)$/ }).click()
      await expect(page.getByRole('button', { name: /^Accept / }).first()).toBeVisible({ timeout: writingMs })
      await expect(page.getByText('stops', { exact: false }).filter({ hasText: 'Esc' })).toHaveCount(0, {
        timeout: writingMs,
      })
    },
  },
  {
    name: 'differential',
    visit: async (page) => {
      const differential = page.getByRole('region', { name: 'Differential' })
      await expect(differential.getByText('From the knowledge base')).toBeVisible()
      await differential.evaluate((region) => region.scrollIntoView({ block: 'start' }))
    },
  },
  {
    name: 'second-opinion',
    visit: async (page) => {
      await page.getByRole('button', { name: /^Second opinion/ }).click()
      await seatMembers(page, ['Knowledge engine', 'Solved cases', 'Guided doctor'])
    },
  },
  {
    name: 'second-opinion-result',
    visit: async (page) => {
      await page.getByRole('button', { name: 'Ask the panel' }).click()
      await expect(page.getByRole('heading', { name: 'Check it yourself' })).toBeVisible({
        timeout: writingMs,
      })
    },
  },
  {
    name: 'export',
    visit: async (page) => {
      await openSample(page)
      await page.getByRole('button', { name: 'Export', exact: true }).click()
      await expect(page.getByRole('region', { name: 'Preview' })).toBeVisible()
    },
  },
  {
    name: 'exported',
    visit: async (page) => {
      await page
        .getByRole('button', { name: /^Export( redacted)?$/ })
        .last()
        .click()
      await expect(page.getByRole('region', { name: 'Preview' })).toHaveCount(0)
    },
  },
  {
    name: 'expression',
    visit: async (page) => {
      const strip = page.getByRole('region', { name: 'Visible expression' })
      await strip.getByRole('button', { name: 'Set up visible expression' }).click()
      const words = strip.getByRole('group', { name: 'Words', exact: true })
      await words.getByRole('button', { name: 'Ask for consent' }).click()
      await page.getByRole('dialog').getByRole('button', { name: 'The person agrees' }).last().click()
      await page.keyboard.press('Escape')
      await expect(page.getByRole('dialog')).toBeHidden()
      await page.keyboard.press('Alt+Digit1')
      await addTurn(page, 'I am so frightened that it will come back.')
      await expect(words).toContainText('worried', { timeout: writingMs })
    },
  },
  {
    name: 'palette',
    visit: async (page) => {
      await page.keyboard.press('Control+KeyK')
      await expect(page.getByPlaceholder('Find an action, a session or words in it')).toBeVisible()
    },
  },
  {
    name: 'practice',
    visit: async (page) => {
      await page.keyboard.press('Escape')
      await openArea(page, 'Practice')
    },
  },
  {
    name: 'practice-station',
    visit: async (page) => {
      await page.getByRole('searchbox', { name: 'Find a case' }).fill('belly')
      await page.getByRole('list').getByRole('button').first().click()
      await sayInPractice(page, 'When did it start?')
      await page.getByRole('textbox', { name: 'What to examine' }).fill('abdomen')
      await page.getByRole('button', { name: 'Examine', exact: true }).click()
      const results = page.getByRole('list', { name: 'Results' })
      await expect(results.getByRole('listitem').first()).toBeVisible()
    },
  },
  {
    name: 'practice-debrief',
    visit: async (page) => {
      await sayInPractice(page, 'The most likely diagnosis is acute appendicitis.')
      await expect(page.getByText('The case is about:')).toBeVisible({ timeout: writingMs })
    },
  },
  { name: 'library', visit: (page) => openArea(page, 'Library') },
  {
    name: 'search',
    visit: async (page) => {
      await page.getByRole('searchbox').fill('rusty')
      await expect(page.locator('mark').first()).toBeVisible()
    },
  },
  { name: 'models', visit: (page) => openArea(page, 'Models') },
  { name: 'settings', visit: (page) => openArea(page, 'Settings') },
  { name: 'help', visit: (page) => openArea(page, 'Help') },
  {
    name: 'dark',
    visit: async (page) => {
      await page.emulateMedia({ colorScheme: 'dark' })
      await openSample(page)
    },
  },
  {
    name: 'locked',
    visit: async (page) => {
      await page.keyboard.press('Control+KeyL')
      await expect(page.getByRole('button', { name: 'Unlock' })).toBeVisible()
    },
  },
]

async function sayInPractice(page: Page, text: string): Promise<void> {
  const field = page.getByRole('textbox', { name: 'What you say' })
  await field.fill(text)
  await field.press('Enter')
  await expect(field).toHaveValue('')
}

const say = (line: string): void => void process.stdout.write(`${line}\n`)

rmSync(out, { recursive: true, force: true })
mkdirSync(out, { recursive: true })
const { app, page, note, userDataDir, close } = await launchApp()
const exports = makeAppFolder('consilium-exports-')
say(`The tour runs ${note}.`)
try {
  // The system's file dialog cannot be seen on a virtual display; the file goes where it would have pointed.
  await app.evaluate(({ dialog }, folder) => {
    dialog.showSaveDialog = (...args: unknown[]) => {
      const { defaultPath } = args.at(-1) as { defaultPath: string }
      return Promise.resolve({ canceled: false, filePath: `${folder}/${defaultPath.split('/').at(-1)}` })
    }
  }, exports)
  await page.setViewportSize({ width: 1440, height: 900 })
  process.exitCode = (await visitAll()) ? 0 : 1
  keep(exports, 'exports')
} finally {
  await close()
  rmSync(exports, { recursive: true, force: true })
}

/** Visits the stops in order; at the first that fails, leaves what shows why. */
async function visitAll(): Promise<boolean> {
  for (const [index, { name, visit }] of stops.entries()) {
    const start = performance.now()
    const file = `${String(index + 1).padStart(2, '0')}-${name}.png`
    try {
      await visit(page)
    } catch (error) {
      await page.screenshot({ path: join(out, `failed-${file}`) })
      keep(join(userDataDir, 'logs'), 'logs')
      say(
        `The tour stopped at “${name}”: out/tour/failed-${file} shows where, out/tour/logs what was logged.`,
      )
      say(error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error))
      return false
    }
    await page.evaluate(() => document.fonts.ready.then(() => undefined))
    await page.screenshot({ path: join(out, file), animations: 'disabled' })
    say(`${name.padEnd(22)} out/tour/${file.padEnd(34)} ${((performance.now() - start) / 1000).toFixed(1)} s`)
  }
  say('The tour is done: its screenshots are in out/tour and what it exported is in out/tour/exports.')
  return true
}

/** Copies what the app's user wrote, so that it belongs to whoever runs the tour. */
function keep(folder: string, name: string): void {
  if (existsSync(folder)) cpSync(folder, join(out, name), { recursive: true })
}
