import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { CaptureState, type CaptureTarget } from '../../../renderer/state/capture.svelte.ts'
import { Requests } from '../../../renderer/state/requests.ts'
import type { Modality, Turn } from '../../../models/session/session.ts'
import { FakeBridge, nothingRead } from '../../support/fake-bridge.ts'
import { FakeDevices } from '../../support/fake-devices.ts'
import { clearly } from '../../support/scripted-readers.ts'
import { sessionRecord } from '../../support/session-records.ts'

let bridge: FakeBridge
let devices: FakeDevices
let capture: CaptureState
let target: CaptureTarget
let now: number
let patientSpeaks: boolean

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'setTimeout', 'clearTimeout'] })
  const record = sessionRecord({}, [['patient', 'It hurts.']])
  bridge = new FakeBridge({ records: [record] })
  devices = new FakeDevices()
  now = 0
  patientSpeaks = true
  capture = new CaptureState(new Requests(bridge, () => undefined), devices, () => now)
  target = { session: record.session.id, clock: () => now, patientSpeaks: () => patientSpeaks }
  devices.picture = { width: 16, height: 16, pixels: new Uint8Array(1024), takenAt: 0 }
})
afterEach(() => {
  capture.clear()
  vi.useRealTimers()
})

const agree = (...modalities: readonly Modality[]) =>
  Promise.all(
    modalities.map((modality) =>
      bridge.call('consent.set', { session: target.session, modality, granted: true }),
    ),
  )
/** Lets time pass in steps of 50 ms. */
async function pass(ms: number): Promise<void> {
  for (let step = 0; step < ms; step += 50) {
    now += 50
    await vi.advanceTimersByTimeAsync(50)
  }
}
const pictures = () => bridge.requestsOf('emotion.picture').length
const sounds = () => bridge.requestsOf('emotion.sound')

describe('turning on', () => {
  it('opens no device without consent, and says so', async () => {
    expect(await capture.start('camera', target)).toMatchObject({ code: 'consent-missing' })
    expect([devices.opened, capture.camera.kind, capture.active]).toEqual([0, 'off', false])
  })

  it('reads five pictures a second and shows what came of them', async () => {
    await agree('camera')
    bridge.estimate = { ...nothingRead, face: clearly('face', 'worried') }
    expect(await capture.start('camera', target)).toBeNull()
    expect(capture.camera).toEqual({ kind: 'on', label: 'Fake camera' })
    await pass(2000)
    expect(pictures()).toBe(10)
    expect(capture.estimate?.face).toEqual(clearly('face', 'worried'))
    expect(capture.moments.map(({ face }) => face?.label)).toEqual(['worried', 'worried'])
    expect(capture.pace.pictures).toBe(10)
  })

  it('shows numbers that change at most every 400 ms, and other words at once', async () => {
    await agree('camera')
    const seen = new Set<number>()
    bridge.estimate = { ...nothingRead, face: clearly('face', 'sad', 0.9) }
    await capture.start('camera', target)
    for (let picture = 0; picture < 10; picture++) {
      bridge.estimate = { ...nothingRead, face: clearly('face', 'sad', 0.9 + picture / 1000) }
      await pass(200)
      if (capture.estimate?.face.kind === 'reading') seen.add(capture.estimate.face.scores.sad)
    }
    expect(seen.size).toBe(5)
    bridge.estimate = { ...nothingRead, face: clearly('face', 'happy') }
    await pass(200)
    expect(capture.estimate?.face).toEqual(clearly('face', 'happy'))
    bridge.estimate = nothingRead
    await pass(200)
    expect(capture.estimate?.face.kind).toBe('missing')
    expect(capture.pace.pictures).toBe(12)
  })

  it('says what to do when the device does not open, and ends the permission', async () => {
    await agree('camera')
    devices.opening = () => Promise.reject(new DOMException('gone', 'NotFoundError'))
    expect(await capture.start('camera', target)).toBeNull()
    expect(capture.camera).toEqual({
      kind: 'stopped',
      message: 'No camera was found. Plug one in, then turn it on again.',
    })
    expect(bridge.requestsOf('emotion.end')).toHaveLength(1)
  })

  it('closes a device that opens after it was turned off again', async () => {
    await agree('camera')
    let open = (): void => undefined
    devices.opening = () => new Promise((resolve) => (open = resolve))
    const starting = capture.start('camera', target)
    await vi.waitFor(() => expect(capture.camera.kind).toBe('starting'))
    await pass(50)
    await capture.stop('camera')
    open()
    await starting
    expect([...devices.on]).toEqual([])
    expect(capture.camera.kind).toBe('off')
  })
})

describe('turning off', () => {
  it('stops the devices at once and reads nothing more', async () => {
    await agree('camera', 'microphone')
    await capture.start('camera', target)
    await capture.start('microphone', target)
    devices.sound.push(new Float32Array(8000))
    await pass(500)
    const stopping = capture.stopAll()
    expect([...devices.on]).toEqual([])
    await stopping
    const before = [pictures(), sounds().length]
    devices.sound.push(new Float32Array(8000))
    await pass(1000)
    expect([pictures(), sounds().length]).toEqual(before)
    expect(bridge.requestsOf('emotion.end').map(({ modality }) => modality)).toEqual(['camera', 'microphone'])
    expect(capture.estimate?.face.kind).toBe('missing')
  })

  it('happens when consent is withdrawn anywhere', async () => {
    await agree('camera')
    await capture.start('camera', target)
    bridge.push('capture.ended', { session: target.session, modality: 'camera' })
    expect([...devices.on]).toEqual([])
    expect(capture.active).toBe(false)
  })

  it('happens when a reading is refused, whatever the window believed', async () => {
    await agree('camera')
    await capture.start('camera', target)
    await bridge.call('consent.set', { session: target.session, modality: 'camera', granted: false })
    await pass(300)
    expect([...devices.on]).toEqual([])
    expect(capture.trouble?.code).toBe('consent-missing')
  })

  it('happens when another consultation is read, which begins with nothing of the first', async () => {
    await agree('camera')
    await capture.start('camera', target)
    await pass(500)
    expect(capture.estimate).not.toBeNull()
    const other = sessionRecord()
    bridge.records.push(other)
    const failure = await capture.start('camera', { ...target, session: other.session.id })
    expect(failure).toMatchObject({ code: 'consent-missing' })
    expect([...devices.on]).toEqual([])
    expect([capture.estimate, capture.moments]).toEqual([null, []])
  })

  it('is explained when the device went away', async () => {
    await agree('microphone')
    await capture.start('microphone', target)
    devices.unplug.microphone?.()
    expect(capture.microphone).toEqual({
      kind: 'stopped',
      message: 'The microphone went away. Plug it in again, then turn it on.',
    })
  })
})

describe('when reading is slow', () => {
  /** Answers of one operation wait until they are let go. */
  function hold(operation: 'emotion.picture' | 'emotion.sound'): () => void {
    const call = bridge.call.bind(bridge)
    let go = (): void => undefined
    const until = new Promise<void>((resolve) => (go = resolve))
    bridge.call = async (name, request) => {
      const answer = await call(name, request)
      if (name === operation) await until
      return answer
    }
    return go
  }

  it('only the newest picture is read; those in between are counted', async () => {
    await agree('camera')
    const go = hold('emotion.picture')
    await capture.start('camera', target)
    await pass(1000)
    expect([pictures(), capture.pace.dropped]).toEqual([1, 4])
    go()
    await pass(200)
    expect(pictures()).toBe(2)
    expect(capture.pace.delay(0.5)).toBeGreaterThan(900)
  })

  it('no sound is dropped: it waits, visibly, and arrives whole and in order', async () => {
    await agree('microphone')
    const go = hold('emotion.sound')
    await capture.start('microphone', target)
    let next = 0
    for (let second = 0; second < 4; second++) {
      devices.sound.push(Float32Array.from({ length: 16_000 }, () => next++ / 1e6))
      await pass(1000)
    }
    expect(sounds()).toHaveLength(1)
    expect(capture.pace.soundWaiting).toBeGreaterThan(2)
    go()
    await pass(500)
    const heard = sounds().flatMap(({ samples }) => [...samples])
    expect(Float32Array.from(heard)).toEqual(Float32Array.from({ length: next }, (_, at) => at / 1e6))
    expect(sounds().map(({ follows }) => follows)).toEqual([false, true])
    expect(capture.pace.soundWaiting).toBe(0)
  })
})

describe('the microphone', () => {
  it('is not listened to while the clinician speaks', async () => {
    await agree('microphone')
    await capture.start('microphone', target)
    devices.sound.push(new Float32Array(16_000).fill(0.1))
    await pass(500)
    patientSpeaks = false
    devices.sound.push(new Float32Array(16_000).fill(0.9))
    await pass(500)
    expect(capture.listening).toBe(false)
    patientSpeaks = true
    devices.sound.push(new Float32Array(16_000).fill(0.2))
    await pass(500)
    expect(sounds().map(({ samples, follows }) => [Math.fround(samples[0]!), follows])).toEqual([
      [Math.fround(0.1), false],
      [Math.fround(0.2), false],
    ])
  })
})

describe('words', () => {
  it('are read of a turn and shown for a while', async () => {
    await agree('words')
    bridge.estimate = { ...nothingRead, text: clearly('text', 'sad') }
    await capture.read(bridge.record(target.session).turns[0] as Turn, target)
    expect(capture.estimate?.text).toEqual(clearly('text', 'sad'))
    expect(capture.turn).toBe(1)
    await pass(16_000)
    expect(capture.estimate).toBeNull()
  })
})
