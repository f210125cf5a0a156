import { spawn } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@playwright/test'
import { launchPlace } from '../../electron/setup/account.mjs'
import { installedElectron } from '../../electron/setup/electron-binary.mjs'
import type { Pushes } from '../../models/contract/operations.ts'
import type { Bridge } from '../../renderer/bridge.ts'
import { launchApp, sandboxSwitches, type LaunchedApp } from '../support/launch.ts'
import { testPassphrase } from '../support/window.ts'

/** Words that must never be found outside the database. */
const marker = 'Quillfeather'

let launched: LaunchedApp

/** Calls the bridge as the window does. The reply is typed by the contract. */
const call: Bridge['call'] = (operation, request) =>
  launched.page.evaluate(([name, value]) => window.consilium.call(name, value), [operation, request] as const)

const value = async <T>(
  reply: Promise<{ ok: true; value: T } | { ok: false; failure: unknown }>,
): Promise<T> => {
  const result = await reply
  if (!result.ok) throw new Error(JSON.stringify(result.failure))
  return result.value
}

const rendererPid = (): Promise<number> =>
  launched.app.evaluate(
    ({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.webContents.getOSProcessId() ?? 0,
  )

test.describe.configure({ mode: 'serial' })

test.beforeAll(async () => {
  launched = await launchApp()
  await value(
    call('vault.create', {
      passphrase: testPassphrase,
      useKeyring: false,
      userName: 'Dr Test',
      role: 'clinician',
    }),
  )
})
test.afterAll(() => launched.close())

test('the page may use no device, no place, no notice and read no clipboard', async () => {
  const outcome = await launched.page.evaluate(async () => {
    const attempts: Record<string, () => Promise<unknown>> = {
      microphone: () => navigator.mediaDevices.getUserMedia({ audio: true }),
      camera: () => navigator.mediaDevices.getUserMedia({ video: true }),
      both: () => navigator.mediaDevices.getUserMedia({ audio: true, video: true }),
      screen: () => navigator.mediaDevices.getDisplayMedia({ video: true }),
      place: () =>
        new Promise((resolve, reject) => navigator.geolocation.getCurrentPosition(resolve, reject)),
      notice: async () => {
        if ((await Notification.requestPermission()) !== 'granted') throw new Error('denied')
      },
      clipboard: () => navigator.clipboard.readText(),
      midi: () => navigator.requestMIDIAccess({ sysex: true }),
    }
    const granted: string[] = []
    for (const [name, attempt] of Object.entries(attempts))
      await attempt().then(
        () => granted.push(name),
        () => undefined,
      )
    const labels = (await navigator.mediaDevices.enumerateDevices()).map(({ label }) => label)
    return { granted, labels: labels.filter((label) => label !== '') }
  })
  expect(outcome).toEqual({ granted: [], labels: [] })
})

test('the page goes nowhere and opens nothing, whatever the address', async () => {
  const hostile = [
    'https://example.com/',
    'http://127.0.0.1/',
    'file:///etc/passwd',
    'javascript:document.title="gone"',
    'data:text/html,<title>gone</title>',
    'blob:https://example.com/1',
    'chrome://version/',
    'chrome://gpu/',
    'devtools://devtools/bundled/inspector.html',
    'view-source:app://consilium/index.html',
    'filesystem:app://consilium/temporary/x',
    'app://consilium.example/index.html',
    'app://other/index.html',
    'app://user@consilium/index.html',
    'app://consilium:8080/index.html',
    'app://consilium/policy-report',
    'app://consilium/../../main/main.js',
    'app://consilium/%2e%2e/%2e%2e/package.json',
    'ws://example.com/',
    'wss://example.com/',
    'ftp://example.com/',
    'mailto:someone@example.com',
    'tel:112',
    'smb://server/share',
    'ms-settings:privacy',
    'search-ms:query=x',
    'x-apple.systempreferences:',
    'vscode://file/etc/passwd',
    'intent://scan/#Intent;end',
    '//example.com/',
    '\\\\server\\share',
  ]
  for (const address of hostile) {
    const opened = await launched.page.evaluate((target) => {
      const link = (name: string): void => {
        const anchor = document.createElement('a')
        anchor.href = target
        anchor.target = name
        document.body.append(anchor)
        anchor.click()
        anchor.remove()
      }
      link('_self')
      link('_blank')
      link('_top')
      try {
        location.href = target
      } catch {
        // An address that cannot be read goes nowhere either.
      }
      try {
        return window.open(target) !== null
      } catch {
        return false
      }
    }, address)
    expect(opened, address).toBe(false)
  }
  await launched.page.waitForTimeout(200)
  expect(launched.page.url()).toBe('app://consilium/index.html')
  // Not through a waiting matcher: Playwright waits for navigations that were refused.
  expect(await launched.page.evaluate(() => document.title)).toBe('Consilium')
  expect(await launched.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().length)).toBe(1)
})

test('a page that blanks itself is brought back', async () => {
  for (const address of ['about:blank', 'about:srcdoc']) {
    await launched.page.evaluate((target) => {
      setTimeout(() => (location.href = target), 0)
    }, address)
    await launched.page.waitForEvent('framenavigated')
    await expect.poll(() => launched.page.url()).toBe('app://consilium/index.html')
    await expect(launched.page).toHaveTitle('Consilium')
  }
})

test('what any session of the browser asks of the network is stopped and shown', async () => {
  const outcomes = await launched.app.evaluate(async ({ session }) => {
    const sessions = [
      session.defaultSession,
      session.fromPartition('consilium'),
      session.fromPartition('fresh'),
    ]
    return Promise.all(
      sessions.map((each) =>
        each.fetch('https://example.org/leak?name=secret').then(
          () => 'answered',
          (error: unknown) => String(error),
        ),
      ),
    )
  })
  for (const outcome of outcomes) expect(outcome).toContain('ERR_BLOCKED_BY_CLIENT')
  await launched.page.evaluate(() => fetch('https://example.com/leak?name=secret').catch(() => undefined))
  await expect
    .poll(async () =>
      (await value(call('app.status', {}))).blockedRequests
        .map(({ url }) => url)
        .filter((url) => url.endsWith('example.com/') || url.endsWith('example.org/')),
    )
    .toEqual(expect.arrayContaining(['https://example.org/', 'https://example.com/']))
})

test('a window that is not the app’s own is refused, and the refusal is audited', async () => {
  const reply = await launched.app.evaluate(async ({ app, BrowserWindow }) => {
    const foreign = new BrowserWindow({
      show: false,
      webPreferences: {
        partition: 'consilium',
        preload: `${app.getAppPath()}/out/app/preload/preload.cjs`,
        sandbox: true,
        contextIsolation: true,
      },
    })
    try {
      await foreign.loadURL('app://consilium/index.html')
      return (await foreign.webContents.executeJavaScript(
        `window.consilium.call('session.tags', {})`,
      )) as unknown
    } finally {
      foreign.destroy()
    }
  })
  expect(reply).toMatchObject({ ok: false, failure: { code: 'refused' } })
  const trail = await value(call('audit.list', { before: null, limit: 20 }))
  expect(trail.some(({ action, outcome }) => action === 'sender.refused' && outcome === 'refused')).toBe(true)
})

test('10,000 arbitrary requests change nothing and leave the app well', async () => {
  const before = await value(call('session.list', { trashed: false, tag: null, kind: null }))
  const outcome = await launched.page.evaluate(async () => {
    // A small generator of its own: the page has no modules but the app's.
    let state = 20_261_125
    const below = (bound: number): number => {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
      return Math.floor((state / 2 ** 32) * bound)
    }
    const names = [
      'app.status app.openFolder vault.create vault.unlock vault.changePassphrase vault.setKeyring vault.backup',
      'vault.restore session.create session.openSample session.open session.update session.list session.search',
      'session.trash session.restore session.destroy session.export session.exportPreview consent.set turn.add',
      'turn.edit turn.remove turn.restore suggestion.state note.save consult.chat consult.suggest',
      'consult.draftNote models.prepare models.remove job.cancel settings.change audit.list nothing.real __proto__',
    ]
      .join(' ')
      .split(' ')
    const keys = ['session', 'turn', 'text', 'by', 'sections', 'limit', 'before', '__proto__', 'constructor']
    const arbitrary = (depth: number): unknown => {
      const choices: (() => unknown)[] = [
        () => null,
        () => undefined,
        () => below(2 ** 32) - 2 ** 31,
        () => NaN,
        () => 2n ** 70n,
        () => 'x'.repeat(below(300)),
        () => '\u0000\u202e<img src=x onerror=alert(1)>',
        () => new Date(0),
        () => new Map([[1, 2]]),
        () => new Uint8Array(below(64)),
        () => /x/,
        (): unknown[] => Array.from({ length: below(5) }, () => (depth > 3 ? 0 : arbitrary(depth + 1))),
        (): unknown =>
          Object.fromEntries(
            Array.from({ length: 1 + below(4) }, () => [
              keys[below(keys.length)],
              depth > 3 ? 0 : arbitrary(depth + 1),
            ]),
          ),
      ]
      return choices[below(choices.length)]?.()
    }
    const counts: Record<string, number> = {}
    for (let round = 0; round < 100; round += 1)
      await Promise.all(
        Array.from({ length: 100 }, async () => {
          const name = names[below(names.length)] as 'app.status'
          const reply = await window.consilium.call(name, arbitrary(0) as Record<string, never>)
          const kind = reply.ok ? `ok ${name}` : reply.failure.code
          counts[kind] = (counts[kind] ?? 0) + 1
        }),
      )
    return counts
  })
  expect(Object.values(outcome).reduce((sum, count) => sum + count)).toBe(10_000)
  // The bridge turns what it cannot copy into an empty object, which two operations rightly accept.
  const accepted = Object.keys(outcome).filter((kind) => kind !== 'invalid-request')
  expect(['ok app.status', 'ok settings.change']).toEqual(expect.arrayContaining(accepted))
  expect(await value(call('session.list', { trashed: false, tag: null, kind: null }))).toEqual(before)
})

test('no process of the app may leave a core file', async () => {
  test.skip(process.platform !== 'linux', 'limits are looked up in /proc')
  const processes = await launched.app.evaluate(({ app }) => app.getAppMetrics().map(({ pid }) => pid))
  expect(processes.length).toBeGreaterThan(1)
  for (const pid of processes)
    expect(readFileSync(`/proc/${pid}/limits`, 'utf8')).toMatch(/^Max core file size +0 +0 /m)
})

test('a second start leaves at once and the first window stays', async () => {
  const place = launchPlace(installedElectron()?.executable ?? '')
  try {
    const second = spawn(
      place.executable,
      [...sandboxSwitches(place), `--user-data-dir=${launched.userDataDir}`, place.appFolder],
      {
        cwd: place.appFolder,
        env: { ...process.env, ...place.env },
        stdio: ['ignore', 'ignore', 'pipe'],
      },
    )
    let said = ''
    second.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()))
    expect(await new Promise((resolve) => second.once('exit', resolve))).toBe(0)
    expect(said).toContain('Consilium is running already')
  } finally {
    place.close()
  }
  expect(launched.page.url()).toBe('app://consilium/index.html')
  expect(await launched.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().length)).toBe(1)
})

test('the inference child may be killed while it writes, and the next answer comes', async () => {
  test.setTimeout(400_000)
  const record = await value(call('session.openSample', { sample: 'palpitations' }))
  const session = record.session.id
  await value(call('session.update', { session, person: `${marker} Test` }))

  await launched.page.evaluate(() => {
    const heard: unknown[] = []
    Object.assign(window, { heard })
    for (const name of ['job.ended', 'job.delta'] as const)
      window.consilium.on(name, (payload) => heard.push([name, payload]))
  })
  const heard = <K extends 'job.ended' | 'job.delta'>(name: K, job: string): Promise<Pushes[K][]> =>
    launched.page.evaluate(
      ([wanted, id]) =>
        (window as unknown as { heard: [string, { job: string }][] }).heard
          .filter(([push, payload]) => push === wanted && payload.job === id)
          .map(([, payload]) => payload),
      [name, job] as const,
    ) as Promise<Pushes[K][]>
  const ended = async (job: string): Promise<Pushes['job.ended']> => {
    await expect.poll(async () => (await heard('job.ended', job)).length, { timeout: 200_000 }).toBe(1)
    return (await heard('job.ended', job))[0]!
  }

  await value(call('settings.change', { maxTokens: 64 }))
  const prepare = await value(call('models.prepare', { model: 'default' }))
  expect(await ended(prepare.job)).toMatchObject({ ok: true })

  const kill = async (): Promise<void> => {
    const child = await launched.app.evaluate(
      ({ app }) => app.getAppMetrics().find((each) => each.name === 'Consilium inference')?.pid ?? 0,
    )
    // Process 0 would be this test's own group.
    expect(child).toBeGreaterThan(0)
    process.kill(child, 'SIGKILL')
  }
  const crashed = { ok: false, failure: { code: 'engine-crashed' } }

  // A whole note is written for seconds; a chat answer may be over before the kill arrives.
  const sections = ['subjective', 'objective', 'assessment', 'plan'] as const
  const note = await value(call('consult.draftNote', { session, sections }))
  await expect
    .poll(async () => (await heard('job.delta', note.job)).length, { timeout: 60_000, intervals: [20] })
    .toBeGreaterThan(1)
  await kill()
  expect(await ended(note.job)).toMatchObject(crashed)

  // The question is on disk although its answer never came: the child has not even read it yet.
  const restart = await value(call('models.prepare', { model: 'default' }))
  expect(await ended(restart.job)).toMatchObject({ ok: true })
  const first = await value(call('consult.chat', { session, text: `What should ${marker} be asked?` }))
  await kill()
  expect(await ended(first.job)).toMatchObject(crashed)

  const second = await value(call('consult.chat', { session, text: 'And what else?' }))
  expect(await ended(second.job)).toMatchObject({ ok: true, outcome: { kind: 'chat' } })
  const { chat } = await value(call('session.open', { session }))
  expect(chat.map(({ author }) => author)).toEqual(['clinician', 'clinician', 'model'])
})

test('locking ends the page’s process and everything in it, and no word is left on disk', async () => {
  const before = await rendererPid()
  const text = `${marker} was here.`
  await launched.page.evaluate((words) => {
    document.title = words
  }, text)
  await value(call('vault.lock', {}))
  await expect.poll(rendererPid).not.toBe(before)
  await expect(launched.page.getByRole('button', { name: 'Unlock' })).toBeVisible()
  if (process.platform === 'linux') await expect.poll(() => existsSync(`/proc/${before}`)).toBe(false)
  await expect(launched.page).toHaveTitle('Consilium')
  expect(await launched.page.evaluate(() => history.length)).toBe(1)
  expect(await call('session.list', { trashed: false, tag: null, kind: null })).toMatchObject({
    ok: false,
    failure: { code: 'vault-locked' },
  })

  const folder = launched.userDataDir
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
    statSync(join(folder, name), { throwIfNoEntry: false })?.isFile(),
  )
  expect(files).toContain(join('vault', 'consilium.db'))
  const readable = files.filter((name) => {
    const bytes = readFileSync(join(folder, name))
    return bytes.includes(marker) || bytes.includes(Buffer.from(marker, 'utf16le'))
  })
  expect(readable).toEqual([])
})

test('what was saved is there again after unlocking', async () => {
  await value(call('vault.unlock', { by: 'passphrase', passphrase: testPassphrase }))
  const hits = await value(call('session.search', { text: marker, limit: 5 }))
  expect(hits.length).toBeGreaterThan(0)
  expect(await value(call('audit.verify', {}))).toMatchObject({ intact: true })
})

test('a machine that goes to sleep locks at once', async () => {
  expect((await value(call('app.status', {}))).vault.state).toBe('open')
  const before = await rendererPid()
  await launched.app.evaluate(({ powerMonitor }) => void powerMonitor.emit('suspend'))
  await expect.poll(rendererPid).not.toBe(before)
  await expect(launched.page.getByRole('button', { name: 'Unlock' })).toBeVisible()
})
