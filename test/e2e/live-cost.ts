/**
 * What reading expression costs the whole app: processor time of each of its processes with the strip's
 * camera (and microphone) on, less the time without, in the real window with Chromium's fake devices. Prints
 * JSON. `xvfb-run -a node test/e2e/live-cost.ts [--seconds 20] [--rounds 3] [--device-rate 30] [--sound FILE.wav] [--nice=-15]`
 */
import { chmodSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { expect, type Page } from '@playwright/test'
import { machineRecord } from '../../electron/cli/bench/machine-record.ts'
import { spread, type Spread } from '../../electron/cli/bench/measurements.ts'
import { processorSeconds } from '../../electron/inference/machine.ts'
import { drawnVideo } from '../support/drawn-video.ts'
import { launchApp, makeAppFolder, type LaunchedApp } from '../support/launch.ts'
import { createVault, goHome, startConsultation } from '../support/window.ts'

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '20' },
    rounds: { type: 'string', default: '3' },
    /** Pictures that the camera itself gives per second. */
    'device-rate': { type: 'string', default: '30' },
    /** Without it the fake microphone beeps. */
    sound: { type: 'string' },
    /** Of the app's session, such as -15, so that a busy machine does not starve it; takes root's rights and Linux. */
    nice: { type: 'string' },
  },
})
const seconds = Number(values.seconds)
const rounds = Number(values.rounds)
const deviceRate = Number(values['device-rate'])

/** Shares of one core by process. */
type Shares = Readonly<Record<string, number>>
type Phase = 'off' | 'camera' | 'camera and microphone'

interface Window {
  readonly shares: Shares
  /** Read and left out in the window, and the median from camera to screen of the latest minute, in ms. */
  readonly pictures: { readonly read: number; readonly leftOut: number; readonly delayMs: number } | null
}

interface Sample {
  readonly name: string
  readonly pid: number
  readonly used: number
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))
const log = (line: string): void => void process.stderr.write(`${line}\n`)

async function processes({ app }: LaunchedApp): Promise<readonly Sample[]> {
  const all = await app.evaluate(({ app: main }) =>
    main.getAppMetrics().map(({ pid, type, name, serviceName }) => ({
      pid,
      name: type === 'Browser' ? 'main' : type === 'Tab' ? 'renderer' : (name ?? serviceName ?? type),
    })),
  )
  return all.map(({ name, pid }) => ({ name, pid, used: processorSeconds(pid) ?? 0 }))
}

/** What each process used between two samples; one that began in between is counted from its beginning. */
function sharesOf(before: readonly Sample[], after: readonly Sample[], wall: number): Shares {
  const shares: Record<string, number> = {}
  for (const { name, pid, used } of after) {
    const earlier = before.find((sample) => sample.pid === pid)?.used ?? 0
    shares[name] = (shares[name] ?? 0) + (used - earlier) / wall
  }
  return shares
}

async function figures(page: Page): Promise<{ read: number; leftOut: number; delayMs: number }> {
  await page.getByRole('button', { name: 'Figures and limits' }).click()
  const text = await page.getByText(/pictures? read/).innerText()
  await page.keyboard.press('Escape')
  await expect(page.getByRole('dialog')).toBeHidden()
  const number = (pattern: RegExp): number => Number(text.match(pattern)?.[1]?.replaceAll(',', '') ?? 0)
  return {
    read: number(/([\d,]+) pictures? read/),
    leftOut: number(/([\d,]+) left out/),
    delayMs: number(/([\d,]+) ms from/),
  }
}

async function measure(launched: LaunchedApp, phase: Phase): Promise<Window> {
  const { page } = launched
  const first = phase === 'off' ? null : await figures(page)
  // What the phase before and this one's beginning left to do is over by then.
  await pause(5000)
  const earlier = phase === 'off' ? null : await figures(page)
  await pause(1000)
  const before = await processes(launched)
  const started = performance.now()
  await pause(1000 * seconds)
  const after = await processes(launched)
  const wall = (performance.now() - started) / 1000
  const later = first && (await figures(page))
  return {
    shares: sharesOf(before, after, wall),
    pictures:
      later && earlier
        ? {
            read: later.read - earlier.read,
            leftOut: later.leftOut - earlier.leftOut,
            delayMs: later.delayMs,
          }
        : null,
  }
}

async function agree(page: Page, row: string, scope: RegExp, button: string): Promise<void> {
  await page
    .getByRole('group', { name: row, exact: true })
    .getByRole('button', { name: 'Ask for consent' })
    .click()
  await page
    .getByRole('dialog')
    .getByRole('region', { name: scope })
    .getByRole('button', { name: button })
    .click()
}

const total = (shares: Shares): number => Object.values(shares).reduce((sum, share) => sum + share, 0)

function summary(windows: readonly Window[]): { total: Spread; byProcess: Record<string, Spread> } {
  const names = [...new Set(windows.flatMap(({ shares }) => Object.keys(shares)))]
  return {
    total: spread(windows.map(({ shares }) => total(shares))),
    byProcess: Object.fromEntries(
      names.map((name) => [name, spread(windows.map(({ shares }) => shares[name] ?? 0))]),
    ),
  }
}

/** Each window less the one without before it. */
function less(windows: readonly Window[], without: readonly Window[]): readonly Window[] {
  return windows.map(({ shares, pictures }, index) => ({
    pictures,
    shares: Object.fromEntries(
      [...new Set([...Object.keys(shares), ...Object.keys(without[index]!.shares)])].map((name) => [
        name,
        (shares[name] ?? 0) - (without[index]!.shares[name] ?? 0),
      ]),
    ),
  }))
}

const folder = makeAppFolder('consilium-camera-')
try {
  const clip = join(folder, 'person.y4m')
  const size = { width: 640, height: 480, framesPerSecond: deviceRate, frames: 2 * deviceRate }
  writeFileSync(clip, drawnVideo({ ...size, faceSide: 320 }))
  chmodSync(clip, 0o644)
  const launched = await launchApp({
    args: [
      `--use-file-for-fake-video-capture=${clip}`,
      ...(values.sound === undefined ? [] : [`--use-file-for-fake-audio-capture=${values.sound}`]),
    ],
  })
  try {
    const { app, page } = launched
    // Linux weighs sessions, not processes: Playwright starts the app in one of its own.
    if (values.nice !== undefined) writeFileSync(`/proc/${app.process().pid}/autogroup`, values.nice)
    const strip = page.getByRole('region', { name: 'Visible expression' })
    const row = (name: string) => strip.getByRole('group', { name, exact: true })
    const turnOn = (name: string) => row(name).getByRole('button', { name: 'Turn on' }).click()
    const turnOff = (): Promise<void> =>
      page.getByRole('banner').locator('.capture').getByRole('button', { name: 'Turn off' }).click()
    await createVault(page)
    await goHome(page)
    await startConsultation(page, { person: 'Nora Blix', reason: 'Chest tightness' })
    await strip.getByRole('button', { name: 'Set up visible expression' }).click()
    await agree(page, 'Face', /^Camera/, 'The person agrees: turn on the camera')
    // A face is read, whatever of it: the drawn one is nobody's.
    await expect(row('Face')).toContainText(/neutral|angry|happy|sad|worried|surprised/, { timeout: 90_000 })
    await agree(page, 'Voice', /^Microphone/, 'The person agrees: turn on the microphone')
    await page.keyboard.press('Alt+Digit1')
    await expect(row('Voice')).not.toContainText('nothing yet', { timeout: 90_000 })
    await turnOff()
    const windows: Record<Phase, Window[]> = { off: [], camera: [], 'camera and microphone': [] }
    for (let round = 1; round <= rounds; round++) {
      windows.off.push(await measure(launched, 'off'))
      await turnOn('Face')
      windows.camera.push(await measure(launched, 'camera'))
      await turnOn('Voice')
      windows['camera and microphone'].push(await measure(launched, 'camera and microphone'))
      const said = { face: await row('Face').innerText(), voice: await row('Voice').innerText() }
      await turnOff()
      const last = (phase: Phase): string => `${(100 * total(windows[phase].at(-1)!.shares)).toFixed(1)} %`
      log(
        `round ${round}: off ${last('off')}, camera ${last('camera')}, both ${last('camera and microphone')} ${JSON.stringify(said)}`,
      )
    }
    const feature = (phase: Phase) => ({
      cost: summary(less(windows[phase], windows.off)),
      pictures: windows[phase].map(({ pictures }) => pictures),
    })
    process.stdout.write(
      `${JSON.stringify(
        {
          machine: await machineRecord(),
          seconds,
          rounds,
          deviceRate,
          sound: values.sound ?? 'beeps',
          off: summary(windows.off),
          camera: feature('camera'),
          cameraAndMicrophone: feature('camera and microphone'),
        },
        null,
        1,
      )}\n`,
    )
  } finally {
    await launched.close()
  }
} finally {
  rmSync(folder, { recursive: true, force: true })
}
