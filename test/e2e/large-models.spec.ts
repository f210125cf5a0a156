/** Models too large for Electron's own processes, tried with the bundled one under a lowered ceiling. */
import { readFileSync, readlinkSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test, type Page } from '@playwright/test'
import { launchApp, type LaunchedApp } from '../support/launch.ts'
import { createVault, goHome, openArea, prepareModel } from '../support/window.ts'

let launched: LaunchedApp
const page = (): Page => launched.page

test.describe.configure({ mode: 'serial' })
test.beforeAll(async () => {
  launched = await launchApp({ args: ['--tensor-ceiling=50000000'] })
  await createVault(page())
})
test.afterAll(() => launched.close())

test('a model above the ceiling is prepared and answers in a plain Node process, and the window says so', async () => {
  await prepareModel(page())
  await goHome(page())
  await openArea(page(), 'Models')
  // The dialogue model and the base that it stands on are both above it.
  await expect(
    page()
      .getByText(
        'A separate Node process: its largest table takes 108 MB in one piece, and the app’s own processes hold at most 48 MB.',
      )
      .first(),
  ).toBeVisible()
  const engine = page().getByRole('region', { name: 'Engine' })
  await expect(engine.getByText('a separate Node process', { exact: true })).toBeVisible()
  await openArea(page(), 'Home')
  await page().getByRole('button', { name: 'Open the sample' }).click()
  await page().getByRole('textbox', { name: 'Question about this case' }).fill('What should be asked next?')
  await page().keyboard.press('Control+Enter')
  await expect(page().getByRole('article', { name: /^Answer by the model/ })).toBeVisible({ timeout: 90_000 })
})

test('that process is Node itself, and when it dies its end is in the log without a word of the case', async () => {
  test.skip(process.platform !== 'linux', 'processes are looked up in /proc')
  const pid = hostProcess()
  expect(readlinkSync(`/proc/${pid}/exe`)).toMatch(/\/node$/)
  process.kill(pid, 'SIGKILL')
  const logged = (): string => readFileSync(join(launched.userDataDir, 'logs', 'app.log'), 'utf8')
  await expect.poll(logged).toContain('"event":"engine.ended","process":"node"')
  expect(logged()).not.toContain('asked next')
})

/** The one child of the app that runs the built host under Node. */
function hostProcess(): number {
  const parent = launched.app.process().pid!
  const children = (of: number): number[] =>
    readFileSync(`/proc/${of}/task/${of}/children`, 'utf8').trim().split(' ').filter(Boolean).map(Number)
  const all = (of: number): number[] => children(of).flatMap((child) => [child, ...all(child)])
  const found = all(parent).filter((pid) =>
    readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0')[1]?.endsWith('host.js'),
  )
  expect(found).toHaveLength(1)
  return found[0]!
}
