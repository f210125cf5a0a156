import { readFileSync, readlinkSync } from 'node:fs'
import { expect, test as base } from '@playwright/test'
import { expectAccessible } from '../support/accessibility.ts'
import { launchApp, type LaunchedApp } from '../support/launch.ts'
import { createVault, goHome, openArea, openSample } from '../support/window.ts'
import { connectionsDuring } from '../support/zero-network.ts'

const test = base.extend<{ launched: LaunchedApp }>({
  launched: async ({}, use) => {
    const launched = await launchApp()
    await use(launched)
    await launched.close()
  },
})

test('opens one titled window with isolation and a sandboxed page', async ({ launched: { app, page } }) => {
  await expect(page).toHaveTitle('Consilium')
  const windows = await app.evaluate(({ BrowserWindow }) =>
    BrowserWindow.getAllWindows().map((window) => {
      // Electron has it and does not describe it.
      const contents = window.webContents as typeof window.webContents & {
        getLastWebPreferences: () => Record<'sandbox' | 'contextIsolation' | 'nodeIntegration', boolean>
      }
      const { sandbox, contextIsolation, nodeIntegration } = contents.getLastWebPreferences()
      return { sandbox, contextIsolation, nodeIntegration, pid: window.webContents.getOSProcessId() }
    }),
  )
  expect(windows).toMatchObject([{ sandbox: true, contextIsolation: true, nodeIntegration: false }])
  expect(
    await page.evaluate(() => ({
      secure: isSecureContext,
      globals: ['require', 'process', 'module', 'Buffer'].filter((name) => name in globalThis),
    })),
  ).toEqual({ secure: true, globals: [] })

  // Only Linux shows from outside what holds a process.
  if (process.platform !== 'linux') return
  const pid = windows[0]?.pid ?? 0
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  expect(status).toMatch(/^Seccomp:\s*2$/m)
  expect(status).not.toMatch(/^Uid:\s*0\b/m)
})

test('gives the page namespaces of its own where the kernel allows them', async ({ launched }) => {
  test.skip(process.platform !== 'linux' || launched.note.includes('not available'), launched.note)
  const pid = await launched.app.evaluate(
    ({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.webContents.getOSProcessId() ?? 0,
  )
  for (const kind of ['user', 'pid', 'net'])
    expect(readlinkSync(`/proc/${pid}/ns/${kind}`)).not.toBe(readlinkSync(`/proc/self/ns/${kind}`))
})

test('runs no script that is not its own and loads nothing from elsewhere', async ({
  launched: { page },
}) => {
  const outcome = await page.evaluate(async () => {
    const violations: string[] = []
    document.addEventListener('securitypolicyviolation', (event) => violations.push(event.effectiveDirective))
    const inline = document.createElement('script')
    try {
      inline.textContent = 'globalThis.inlineRan = true'
    } catch {
      // Trusted types refuse the text before the policy has to refuse the script.
      violations.push('script-src-elem')
    }
    document.head.append(inline)
    const remote = await fetch('https://example.com/').then(
      () => 'answered',
      () => 'refused',
    )
    const outside = await fetch('app://consilium/..%2f..%2fpackage.json').then(
      (response) => response.status,
      () => 0,
    )
    const opened = window.open('https://example.com/')
    await new Promise((resolve) => setTimeout(resolve, 100))
    return {
      ran: 'inlineRan' in globalThis,
      remote,
      outside,
      opened: opened !== null,
      directives: [
        ...new Set(
          violations.map((directive) => directive.replace('require-trusted-types-for', 'script-src-elem')),
        ),
      ].sort(),
    }
  })
  expect(outcome).toEqual({
    ran: false,
    remote: 'refused',
    outside: 404,
    opened: false,
    directives: ['connect-src', 'script-src-elem'],
  })
})

test('never scrolls the whole frame, whatever hangs out of a pane', async ({ launched: { page } }) => {
  await createVault(page)
  await goHome(page)
  await openSample(page)
  const scrolled = await page.evaluate(() => {
    document.querySelector('main')?.scrollIntoView({ block: 'end' })
    document.scrollingElement?.scrollTo(0, 500)
    return document.scrollingElement?.scrollTop
  })
  expect(scrolled).toBe(0)
})

test('has no serious accessibility violation, in both themes, and opens no connection', async ({
  launched: { app, page },
}) => {
  const visitAll = async (): Promise<void> => {
    await expect(page.getByRole('heading', { name: 'Who uses Consilium here?' })).toBeVisible()
    await expectAccessible(page)
    await createVault(page)
    await expectAccessible(page)
    await goHome(page)
    await expectAccessible(page)
    for (const area of ['Library', 'Models', 'Help', 'Settings']) {
      await openArea(page, area)
      await expectAccessible(page)
    }
    await openSample(page)
    await expectAccessible(page)
  }
  if (process.platform !== 'linux') return visitAll()

  const seen = await connectionsDuring(app.process().pid ?? 0, visitAll)
  const inspector = await app.evaluate(() => process.debugPort)
  const port = inspector.toString(16).toUpperCase().padStart(4, '0')
  const foreign = [...seen].filter((line) => !line.includes(`:${port} `) && !line.endsWith(`:${port}`))
  // Only the test's own debugger is connected, over the loopback.
  for (const line of foreign) expect(line).toMatch(/ 0100007F:[0-9A-F]{4} (0100007F|00000000):/)
})
