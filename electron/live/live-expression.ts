/**
 * Reading a person's expression during a consultation: asks the gate, has pictures, sound and words read,
 * follows the readings over time and keeps some of them on the session's timeline. Nothing else in the
 * product asks it anything.
 */
import type { CaptureModality, LiveEstimate } from '../../models/contract/emotion.ts'
import type { Pushes, PushName } from '../../models/contract/operations.ts'
import { fail, FailureError, type FailureCode } from '../../models/core/failure.ts'
import { FaceTracker } from '../../models/emotion/face/tracking.ts'
import type { RgbaImage } from '../../models/emotion/face/image.ts'
import { Following, trainedFusion, type Fusion } from '../../models/emotion/fusion/index.ts'
import type { ModalityReading } from '../../models/emotion/reading.ts'
import type { KeptReading, ReadingSource } from '../../models/session/kept-reading.ts'
import type { Id, Modality } from '../../models/session/session.ts'
import type { SessionStore } from '../../models/session/store.ts'
import { requireConsent } from '../handlers/consent-gate.ts'
import type { FaceInPicture } from '../inference/protocol.ts'
import type { Readers } from '../inference/live-readers.ts'
import { CaptureGate } from './capture-gate.ts'
import { keptEstimate, keptReading, KeptTimeline } from './kept-timeline.ts'
import { SoundWindow } from './sound-window.ts'

export interface LiveExpressionOptions {
  readonly readers: Readers
  /** Fails while the vault is not open. */
  readonly store: () => SessionStore
  readonly push: <K extends PushName>(name: K, payload: Pushes[K]) => void
  /** Seconds on a clock that never stands still. */
  readonly now: () => number
  readonly fusion?: Fusion
}

/** Failures that may be the fault of what was read. */
const endedByIt: ReadonlySet<FailureCode> = new Set(['engine-crashed', 'timeout', 'quarantined'])

/** What a withdrawn consent had allowed to be read. */
const sourceOf = { camera: 'face', microphone: 'voice', words: 'text' } as const

interface Running {
  readonly session: Id
  readonly tracker: FaceTracker
  readonly sound: SoundWindow
  readonly timeline: KeptTimeline
  /** The face that is followed; null before the first. */
  track: number | null
}

export class LiveExpression {
  readonly gate: CaptureGate
  readonly #options: LiveExpressionOptions
  readonly #fusion: Fusion
  #following: Following
  #running: Running | null = null

  constructor(options: LiveExpressionOptions) {
    this.#options = options
    this.#fusion = options.fusion ?? trainedFusion
    this.#following = new Following(this.#fusion)
    this.gate = new CaptureGate(options)
  }

  begin(session: Id, modality: CaptureModality): void {
    this.gate.begin(session, modality)
    this.#run(session)
  }

  end(session: Id, modality: CaptureModality): void {
    this.gate.end(session, modality)
    this.#following.forgetModality(session, sourceOf[modality])
    if (this.#running?.session !== session) return
    if (modality === 'microphone') this.#running.sound.clear()
    else this.#running.track = null
  }

  /** @returns what is known after this picture, when consent still stands by then */
  async picture(session: Id, image: RgbaImage, atMs: number): Promise<LiveEstimate> {
    this.gate.require(session, 'camera')
    const faces = await this.#options.readers.readFace(image)
    this.gate.require(session, 'camera')
    const running = this.#run(session)
    const now = this.#options.now()
    this.#following.push(session, this.#faceOf(running, faces, now), now)
    return this.#moment(running, atMs)
  }

  async sound(session: Id, samples: Float32Array, follows: boolean, atMs: number): Promise<LiveEstimate> {
    this.gate.require(session, 'microphone')
    const running = this.#run(session)
    running.sound.push(samples, follows)
    for (let window = running.sound.next(); window; window = running.sound.next()) {
      const reading = await this.#readVoice(window)
      this.gate.require(session, 'microphone')
      running.sound.done()
      this.#following.push(session, reading, this.#options.now())
    }
    return this.#moment(running, atMs)
  }

  /** Reads a turn of the patient. It is kept once, however often it is read. */
  async words(session: Id, turn: Id): Promise<LiveEstimate> {
    const store = this.#consentedToWords(session)
    const found = store.readSession(session).turns.find(({ id }) => id === turn)
    if (!found) fail('not-found', 'This turn is no longer there. Open the consultation again.')
    if (found.speaker !== 'patient')
      fail('refused', 'Only what the patient says is read.', { speaker: found.speaker })
    const reading = await this.#options.readers.readText(found.text)
    const now = this.#options.now()
    const known = this.#consentedToWords(session)
      .readings(session)
      .some(({ source, turn: number }) => source === 'text' && number === found.number)
    const running = this.#run(session)
    this.#following.push(session, reading, now)
    if (!known) this.#write(session, [keptReading(reading, found.atMs, found.number)])
    return this.#moment(running, found.atMs)
  }

  kept(session: Id): readonly KeptReading[] {
    return this.#options.store().readings(session)
  }

  /** Deletes what was kept of the sources, and every joint estimate, since it was made from them. */
  forget(session: Id, sources: readonly ReadingSource[]): number {
    const all = [...new Set<ReadingSource>([...sources, 'fused'])]
    return this.#options.store().removeReadings(session, all)
  }

  /**
   * After a withdrawal was stored: the sensor's gate closes, the window is told to turn it off, and what was
   * read is kept or deleted.
   */
  withdrawn(session: Id, modality: Modality, forget: boolean): void {
    if (modality === 'text') return
    if (forget) this.forget(session, [sourceOf[modality]])
    this.#following.forgetModality(session, sourceOf[modality])
    if (modality === 'words') return
    this.end(session, modality)
    this.#options.push('capture.ended', { session, modality })
  }

  /** Closes every sensor and forgets what is not stored, as before the vault locks. */
  clear(): void {
    this.#running = null
    this.#following = new Following(this.#fusion)
    this.gate.clear()
  }

  #run(session: Id): Running {
    if (this.#running?.session !== session) {
      if (this.#running) this.#following.forget(this.#running.session)
      this.#running = {
        session,
        tracker: new FaceTracker(),
        sound: new SoundWindow(),
        timeline: new KeptTimeline(),
        track: null,
      }
    }
    return this.#running
  }

  #consentedToWords(session: Id): SessionStore {
    const store = this.#options.store()
    if (store.head(session).kind !== 'consult')
      fail('refused', 'Only a person who is consulted may be read, never someone who practises.')
    requireConsent(store, session, 'text')
    requireConsent(store, session, 'words')
    return store
  }

  /** Never a guess about whose face counts: with several in view there is no reading. */
  #faceOf(running: Running, faces: readonly FaceInPicture[], now: number): ModalityReading {
    const tracked = running.tracker.update(
      faces.map(({ face }) => face),
      now,
    )
    const [only] = tracked
    if (!only) return { kind: 'missing', modality: 'face', reasons: ['no-face'] }
    if (tracked.length > 1) return { kind: 'missing', modality: 'face', reasons: ['several-faces'] }
    if (running.track !== null && running.track !== only.id)
      this.#following.forgetModality(running.session, 'face')
    running.track = only.id
    return faces[0]!.reading
  }

  /**
   * Sound is never dropped: a window whose reader died is read again by the next one. Only a window that
   * ends every reader is passed over, as a gap.
   */
  async #readVoice(window: Float32Array, again = true): Promise<ModalityReading> {
    try {
      return await this.#options.readers.readVoice(window)
    } catch (error) {
      if (!(error instanceof FailureError) || !endedByIt.has(error.failure.code)) throw error
      if (again) return this.#readVoice(window, false)
      return { kind: 'missing', modality: 'voice', reasons: ['reader-stopped'] }
    }
  }

  #moment(running: Running, atMs: number): LiveEstimate {
    const now = this.#options.now()
    const { readings, fused } = this.#following.at(running.session, now)
    const { session: captured, modalities: open } = this.gate.open
    const modalities = captured === running.session ? open : []
    if (modalities.length > 0 && running.timeline.isDue(now))
      this.#write(running.session, [
        ...(modalities.includes('camera') ? [keptReading(readings.face, atMs, null)] : []),
        ...(modalities.includes('microphone') ? [keptReading(readings.voice, atMs, null)] : []),
        keptEstimate(fused, atMs),
      ])
    return { ...readings, fused }
  }

  /** A session that has gone to the trash meanwhile takes nothing more. */
  #write(session: Id, rows: readonly KeptReading[]): void {
    const store = this.#options.store()
    if (store.head(session).trashedAt === null) store.addReadings(session, rows)
  }
}
