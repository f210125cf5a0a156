/**
 * Camera and microphone while a person is consulted: what is on, what was read last, and how the reading
 * keeps up. One consultation at a time; nothing starts by itself, and everything stops with one call.
 */
import { picturesPerSecond, type CaptureModality, type LiveEstimate } from '../../models/contract/emotion.ts'
import type { Failure, Result } from '../../models/core/failure.ts'
import type { Id, Turn } from '../../models/session/session.ts'
import type { Camera, Devices, Microphone } from '../capture/devices.ts'
import type { Requests } from './requests.ts'
import { deviceTrouble } from './capture/device-trouble.ts'
import { momentOf, recent, saysTheSame, type Moment } from './capture/moments.ts'
import { noPace, type Pace } from './capture/pace.ts'

export type SensorState =
  | { readonly kind: 'off' }
  | { readonly kind: 'starting' }
  | { readonly kind: 'on'; readonly label: string }
  /** It stopped or would not start: why, and what to do. */
  | { readonly kind: 'stopped'; readonly message: string }

export interface CaptureTarget {
  readonly session: Id
  /** Position on the session's clock, in ms. */
  readonly clock: () => number
  /** Whether the patient is speaking: at other times the microphone is not listened to. */
  readonly patientSpeaks: () => boolean
}

const off: SensorState = { kind: 'off' }
const pictureMs = 1000 / picturesPerSecond
const soundMs = 250
const momentMs = 1000
/**
 * Shortest time between two estimates on the screen while they say the same, in ms: numbers that change more
 * often cannot be read, and each change is painted.
 */
const shownMs = 400
/** Longest piece of sound sent at once, in seconds. */
const longestPiece = 10
/** How long a turn's reading stands when no sensor goes on, in ms: as long as it would beside one. */
const wordsMs = 15_000

export class CaptureState {
  /** The consultation that is read; null while none is. */
  session = $state.raw<Id | null>(null)
  camera = $state.raw<SensorState>(off)
  microphone = $state.raw<SensorState>(off)
  estimate = $state.raw<LiveEstimate | null>(null)
  /** The last minute and a half, one moment a second, oldest first. */
  moments = $state.raw<readonly Moment[]>([])
  pace = $state.raw<Pace>(noPace)
  /** How loud it is, 0..1. */
  level = $state(0)
  /** Whether the microphone is listened to now. */
  listening = $state(false)
  /** Why the latest picture, sound or turn could not be read; null once one could. */
  trouble = $state.raw<Failure | null>(null)
  /** Number of the turn whose words were read last. */
  turn = $state<number | null>(null)
  /** Whether the strip is folded away; what is on stays on. */
  hidden = $state(false)
  readonly active = $derived(this.camera.kind === 'on' || this.microphone.kind === 'on')
  readonly #requests: Requests
  readonly #devices: Devices
  readonly #now: () => number
  #target: CaptureTarget | null = null
  #camera: Camera | null = null
  #microphone: Microphone | null = null
  #timers: readonly number[] = []
  #wordsTimer: number | null = null
  #looking = false
  #hearing = false
  #follows = false
  #momentAt = -Infinity
  #shownAt = -Infinity
  /** Counts starts and stops, so that a device that opens late is recognised. */
  readonly #attempts = { camera: 0, microphone: 0 }

  constructor(requests: Requests, devices: Devices, now: () => number = () => performance.now()) {
    this.#requests = requests
    this.#devices = devices
    this.#now = now
    requests.bridge.on('capture.ended', ({ session, modality }) => {
      if (session === this.session) void this.stop(modality)
    })
  }

  /** Turns a sensor on. Without consent nothing is opened and the failure says so. */
  async start(modality: CaptureModality, target: CaptureTarget): Promise<Failure | null> {
    this.#aim(target)
    if (this[modality].kind === 'on' || this[modality].kind === 'starting') return null
    this[modality] = { kind: 'starting' }
    const attempt = ++this.#attempts[modality]
    const begun = await this.#requests.try('emotion.begin', { session: target.session, modality })
    if (attempt !== this.#attempts[modality]) return null
    if (!begun.ok) {
      this[modality] = off
      return begun.failure
    }
    try {
      const lost = (): void =>
        void this.stop(modality, `${nameOf(modality)} went away. Plug it in again, then turn it on.`)
      const device = await (modality === 'camera'
        ? this.#devices.openCamera(lost)
        : this.#devices.openMicrophone(lost))
      // It may have been turned off, or the consultation left, while the device opened.
      if (attempt !== this.#attempts[modality]) {
        device.stop()
        return null
      }
      if (modality === 'camera') this.#camera = device as Camera
      else this.#microphone = device as Microphone
      this[modality] = { kind: 'on', label: device.label }
      this.#keepTime()
      return null
    } catch (error) {
      if (attempt === this.#attempts[modality]) await this.stop(modality, deviceTrouble(modality, error))
      return null
    }
  }

  /** Turns a sensor off at once; the record of it follows. */
  async stop(modality: CaptureModality, why: string | null = null): Promise<void> {
    this.#attempts[modality] += 1
    const wasOff = this[modality].kind === 'off' || this[modality].kind === 'stopped'
    const device = modality === 'camera' ? this.#camera : this.#microphone
    if (modality === 'camera') this.#camera = null
    else this.#microphone = null
    device?.stop()
    this[modality] = why === null ? off : { kind: 'stopped', message: why }
    if (modality === 'microphone') {
      this.level = 0
      this.listening = false
      this.#follows = false
    }
    this.#keepTime()
    if (this.estimate) this.estimate = without(this.estimate, modality)
    const { session } = this
    if (wasOff || session === null) return
    await this.#requests.try('emotion.end', { session, modality })
  }

  async stopAll(): Promise<void> {
    await Promise.all([this.stop('camera'), this.stop('microphone')])
  }

  /** Reads what a turn of the patient expresses. */
  async read(turn: Turn, target: CaptureTarget): Promise<void> {
    this.#aim(target)
    const result = await this.#requests.try('emotion.words', { session: target.session, turn: turn.id })
    if (this.session !== target.session) return
    this.#take(result)
    if (!result.ok) return
    this.turn = turn.number
    if (this.#wordsTimer !== null) window.clearTimeout(this.#wordsTimer)
    this.#wordsTimer = window.setTimeout(() => {
      if (!this.active) this.estimate = null
    }, wordsMs)
  }

  /** Turns everything off and forgets what was read. */
  clear(): void {
    void this.stopAll()
    this.session = null
    this.#target = null
    this.estimate = null
    this.moments = []
    this.pace = noPace
    this.trouble = null
    this.turn = null
    if (this.#wordsTimer !== null) window.clearTimeout(this.#wordsTimer)
    this.#wordsTimer = null
  }

  #aim(target: CaptureTarget): void {
    if (this.session !== target.session) this.clear()
    this.session = target.session
    this.#target = target
  }

  #keepTime(): void {
    for (const timer of this.#timers) window.clearInterval(timer)
    this.#timers = [
      ...(this.#camera ? [window.setInterval(() => void this.#look(), pictureMs)] : []),
      ...(this.#microphone ? [window.setInterval(() => void this.#listen(), soundMs)] : []),
    ]
  }

  /** The newest picture only: one that comes while another is being read is left out and counted. */
  async #look(): Promise<void> {
    const camera = this.#camera
    const target = this.#target
    if (!camera || !target) return
    if (this.#looking) {
      this.pace = this.pace.leftOut()
      return
    }
    const picture = camera.take()
    if (!picture) return
    this.#looking = true
    const { width, height, pixels, takenAt } = picture
    const atMs = Math.round(target.clock())
    const result = await this.#requests.try('emotion.picture', {
      session: target.session,
      atMs,
      width,
      height,
      pixels,
    })
    this.#looking = false
    if (this.#camera !== camera) return
    this.#take(result)
    if (result.ok) this.pace = this.pace.read(this.#now() - takenAt)
  }

  /** All the sound there is; what comes while some is being read waits for its turn. */
  async #listen(): Promise<void> {
    const microphone = this.#microphone
    const target = this.#target
    if (!microphone || !target) return
    this.level = microphone.level
    this.listening = target.patientSpeaks()
    if (!this.listening) {
      microphone.take(Infinity)
      this.#follows = false
      return
    }
    this.pace = this.pace.waiting(microphone.waiting)
    if (this.#hearing) return
    const sound = microphone.take(longestPiece)
    if (!sound) return
    this.#hearing = true
    const result = await this.#requests.try('emotion.sound', {
      session: target.session,
      atMs: Math.round(target.clock()),
      samples: sound.samples,
      follows: this.#follows,
    })
    this.#hearing = false
    if (this.#microphone !== microphone) return
    this.#follows = true
    this.#take(result)
  }

  #take(result: Result<LiveEstimate>): void {
    if (!result.ok) {
      this.trouble = result.failure
      const { code } = result.failure
      if (code === 'consent-missing' || code === 'refused' || code === 'vault-locked') void this.stopAll()
      return
    }
    this.trouble = null
    const now = this.#now()
    if (!this.estimate || now - this.#shownAt >= shownMs || !saysTheSame(this.estimate, result.value)) {
      this.estimate = result.value
      this.#shownAt = now
    }
    if (now - this.#momentAt < momentMs) return
    this.#momentAt = now
    this.moments = recent([...this.moments, momentOf(result.value, now)], now)
  }
}

const nameOf = (modality: CaptureModality): string =>
  modality === 'camera' ? 'The camera' : 'The microphone'

/** The estimate as it stands once a sensor is off: nothing of it goes on being shown. */
function without(estimate: LiveEstimate, modality: CaptureModality): LiveEstimate {
  const gone = modality === 'camera' ? 'face' : 'voice'
  return {
    ...estimate,
    [gone]: { kind: 'missing', modality: gone, reasons: ['not-given'] },
    fused: { kind: 'missing', missing: ['face', 'voice', 'text'], reasons: [] },
  }
}
