/** Camera and microphone in the real app: nothing before consent, alive with it, off at once without it. */
import { expect, test, type Locator, type Page } from '@playwright/test'
import type { Bridge } from '../../renderer/bridge.ts'
import { expectAccessible } from '../support/accessibility.ts'
import { launchApp, type LaunchedApp } from '../support/launch.ts'
import { addTurn, createVault, goHome, openArea, startConsultation } from '../support/window.ts'

test.describe.configure({ mode: 'serial' })
test.setTimeout(300_000)

/** Longest wait for a reading: the first of its kind opens a network, on a machine that may be busy. */
const reading = { timeout: 90_000 }

let launched: LaunchedApp
const page = (): Page => launched.page
const call: Bridge['call'] = (operation, request) =>
  page().evaluate(([name, value]) => window.consilium.call(name, value), [operation, request] as const)

const strip = (): Locator => page().getByRole('region', { name: 'Visible expression' })
const row = (name: string): Locator => strip().getByRole('group', { name, exact: true })
const bar = (): Locator => page().getByRole('banner').locator('.capture')
const scope = (name: RegExp): Locator => page().getByRole('dialog').getByRole('region', { name })

/** What the window is given when it asks the system for a device by itself. */
const ask = (wish: MediaStreamConstraints): Promise<string> =>
  page().evaluate(
    (constraints) =>
      navigator.mediaDevices.getUserMedia(constraints).then(
        (stream) => {
          for (const track of stream.getTracks()) track.stop()
          return 'given'
        },
        (error: unknown) => (error as DOMException).name,
      ),
    wish,
  )
/** The states of every track that the app was ever given. */
const tracks = (): Promise<string[]> =>
  page().evaluate(() =>
    (window as unknown as { given: MediaStreamTrack[] }).given.map(
      ({ kind, readyState }) => `${kind} ${readyState}`,
    ),
  )
const picturesRead = async (): Promise<number> => {
  const text = await page()
    .getByText(/pictures? read/)
    .innerText()
  return Number(text.match(/^([\d,]+) pictures? read/)?.[1]?.replaceAll(',', '') ?? 0)
}

test.beforeAll(async () => {
  launched = await launchApp()
  await page().setViewportSize({ width: 1280, height: 800 })
  await page().evaluate(() => {
    const given: MediaStreamTrack[] = []
    Object.assign(window, { given })
    const original = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices)
    navigator.mediaDevices.getUserMedia = async (wish) => {
      const stream = await original(wish)
      given.push(...stream.getTracks())
      return stream
    }
  })
  await createVault(page())
  await goHome(page())
  await startConsultation(page(), { person: 'Nora Blix', reason: 'Chest tightness' })
})
test.afterAll(() => launched.close())

test('without consent nothing is captured and every request for a device is refused', async () => {
  await expect(strip()).toContainText('off. Nothing is read of face, voice or words.')
  for (const wish of [{ video: true }, { audio: true }, { audio: true, video: true }])
    expect(await ask(wish)).toBe('NotAllowedError')
  const list = await call('session.list', { trashed: false, tag: null, kind: null })
  const session = list.ok ? list.value[0]!.session.id : ''
  const pixels = await page().evaluate(
    async (id) =>
      window.consilium.call('emotion.picture', {
        session: id,
        atMs: 0,
        width: 16,
        height: 16,
        pixels: new Uint8Array(1024),
      }),
    session,
  )
  expect(pixels).toMatchObject({ ok: false, failure: { code: 'refused' } })
  await expect(bar()).toHaveCount(0)
})

test('with consent the strip is alive: no face in the test picture is a gap with its reason', async () => {
  await strip().getByRole('button', { name: 'Set up visible expression' }).click()
  await row('Face').getByRole('button', { name: 'Ask for consent' }).click()
  await scope(/^Camera/)
    .getByRole('button', { name: 'The person agrees: turn on the camera' })
    .click()
  await expect(bar()).toContainText('Camera on')
  await expect(row('Face')).toContainText('no face in view', reading)
  await expect(row('Together')).toContainText('no face in view', reading)
  expect(await tracks()).toEqual(['video live'])
  expect(await ask({ audio: true })).toBe('NotAllowedError')

  await row('Voice').getByRole('button', { name: 'Ask for consent' }).click()
  await scope(/^Microphone/)
    .getByRole('button', { name: 'The person agrees: turn on the microphone' })
    .click()
  await expect(bar()).toContainText('Camera and microphone on')
  await page().keyboard.press('Alt+Digit1')
  // The fake device beeps; nobody speaks.
  await expect(row('Voice')).toContainText('nobody speaks', reading)
  await page().keyboard.press('Alt+Digit2')
  await expect(row('Voice')).toContainText('not listening, not their turn')
  await expectAccessible(page())
})

test('typed words of the patient are read once they agreed, and only theirs', async () => {
  await row('Words').getByRole('button', { name: 'Ask for consent' }).click()
  await scope(/^Typed words/)
    .getByRole('button', { name: 'The person agrees' })
    .click()
  await expect(row('Words')).toContainText('nothing yet')
  await page().keyboard.press('Escape')
  await expect(page().getByRole('dialog')).toBeHidden()
  await page().keyboard.press('Alt+Digit1')
  await expect(row('Voice')).not.toContainText('not their turn')
  await addTurn(page(), 'I am so happy and grateful that it is over, thank you!')
  await expect(row('Words')).toContainText('happy', reading)
  await expect(row('Together')).toContainText('happy', reading)
})

test('a reader that is killed is replaced, and reading goes on', async () => {
  await strip().getByRole('button', { name: 'Figures and limits' }).click()
  await expect.poll(picturesRead, reading).toBeGreaterThan(3)
  const child = (): Promise<number> =>
    launched.app.evaluate(
      ({ app }) => app.getAppMetrics().find(({ name }) => name === 'Consilium live reading')?.pid ?? 0,
    )
  const before = await child()
  expect(before).toBeGreaterThan(0)
  process.kill(before, 'SIGKILL')
  const seen = await picturesRead()
  await expect.poll(picturesRead, { timeout: 60_000 }).toBeGreaterThan(seen + 5)
  expect(await child()).not.toBe(before)
  expect(await tracks()).toEqual(['video live', 'audio live'])
})

test('withdrawing turns the camera off at once and deletes what was read, if that is chosen', async () => {
  await scope(/^Camera/)
    .getByRole('button', { name: 'Withdraw and delete them' })
    .click()
  await expect.poll(tracks, { intervals: [50] }).toEqual(['video ended', 'audio live'])
  await expect(bar()).toContainText('Microphone on')
  expect(await ask({ video: true })).toBe('NotAllowedError')
  await page().keyboard.press('Escape')
  await expect(row('Face')).toContainText('camera off, no consent given')
  const list = await call('session.list', { trashed: false, tag: null, kind: null })
  const session = list.ok ? list.value[0]!.session.id : ''
  const kept = await call('emotion.kept', { session })
  const sources = kept.ok ? new Set(kept.value.map(({ source }) => source)) : new Set()
  expect(sources.has('voice')).toBe(true)
  expect(sources.has('face')).toBe(false)
  const audit = await call('audit.list', { before: null, limit: 50 })
  expect(audit.ok && audit.value.map(({ action }) => action)).toEqual(
    expect.arrayContaining(['consent.withdraw', 'capture.stop', 'reading.remove']),
  )
})

test('leaving the consultation turns everything off, and nothing comes back by itself', async () => {
  await openArea(page(), 'Library')
  await expect.poll(tracks, { intervals: [50] }).toEqual(['video ended', 'audio ended'])
  await expect(bar()).toHaveCount(0)
  await openArea(page(), 'Consult')
  await expect(row('Voice')).toContainText('microphone off')
  expect(await ask({ audio: true })).toBe('NotAllowedError')
})

test('one click on the capture bar turns everything off, over an open sheet too', async () => {
  await row('Voice').getByRole('button', { name: 'Turn on' }).click()
  await expect(bar()).toContainText('Microphone on')
  await strip().getByRole('button', { name: 'Figures and limits' }).click()
  await expect(page().getByRole('dialog')).toBeVisible()
  await bar().getByRole('button', { name: 'Turn off' }).click()
  await expect(bar()).toHaveCount(0)
  expect((await tracks()).filter((state) => state.endsWith('live'))).toEqual([])
  await page().keyboard.press('Escape')
})

test('what is and is not known of the estimates is in Settings too', async () => {
  await openArea(page(), 'Settings')
  await page().getByRole('button', { name: 'Expression estimates' }).click()
  await expect(page().getByText('Not measured on people.').first()).toBeVisible()
  await expect(page().getByText('65.5 % (62.0 to 68.7)')).toBeVisible()
})
