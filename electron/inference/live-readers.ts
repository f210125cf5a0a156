/**
 * Reads faces, voices and words while someone is being talked to, in a supervised child of its own: a
 * reading must not wait for a note that is being written, nor the note for a reading. The first reading
 * starts the child; some time without any ends it, and its memory goes back.
 */
import type { RgbaImage } from '../../models/emotion/face/image.ts'
import type { ModalityReading } from '../../models/emotion/reading.ts'
import type { Launch } from './engine-process.ts'
import type { EnginePaths, FaceInPicture } from './protocol.ts'
import {
  defaultLimits,
  EngineSupervisor,
  type Crash,
  type JobOptions,
  type SupervisorLimits,
} from './supervise.ts'

/** What live reading needs of the networks. Every call rejects with a FailureError. */
export interface Readers {
  /** Faces of the picture, most certain first. */
  readFace(image: RgbaImage): Promise<readonly FaceInPicture[]>
  /** @param samples mono at 16 kHz, -1..1 */
  readVoice(samples: Float32Array): Promise<ModalityReading>
  readText(text: string): Promise<ModalityReading>
}

export interface LiveReadersOptions {
  readonly paths: EnginePaths
  readonly launch: Launch
  readonly onCrash?: (crash: Crash) => void
  readonly limits?: SupervisorLimits
  /** Time without a reading after which the child is ended, in ms. */
  readonly idleMs?: number
}

const defaultIdleMs = 60_000

/** Live reading is worth nothing late: a child that ended is replaced at once. */
const liveLimits: SupervisorLimits = { ...defaultLimits, firstPauseMs: 100, longestPauseMs: 5_000 }

const options: JobOptions = {
  signal: new AbortController().signal,
  onProgress: () => undefined,
  onDelta: () => undefined,
}

export class LiveReaders implements Readers {
  readonly #supervisor: EngineSupervisor
  readonly #idleMs: number
  #idle: NodeJS.Timeout | null = null

  constructor({ paths, launch, onCrash, limits = liveLimits, idleMs = defaultIdleMs }: LiveReadersOptions) {
    this.#idleMs = idleMs
    // One thread: three small networks leave the other cores to the conversation.
    this.#supervisor = new EngineSupervisor(
      launch,
      { paths, threads: 1, conversationBytes: 0 },
      limits,
      onCrash,
    )
  }

  /** The child's process; null while there is none. */
  get pid(): number | null {
    return this.#supervisor.state.pid
  }

  readFace(image: RgbaImage): Promise<readonly FaceInPicture[]> {
    return this.#read(this.#supervisor.run({ kind: 'read-face', image }, options))
  }

  readVoice(samples: Float32Array): Promise<ModalityReading> {
    return this.#read(this.#supervisor.run({ kind: 'read-voice', samples }, options))
  }

  async readText(text: string): Promise<ModalityReading> {
    const [reading] = await this.#read(this.#supervisor.run({ kind: 'read-texts', texts: [text] }, options))
    return reading ?? { kind: 'missing', modality: 'text', reasons: ['empty'] }
  }

  dispose(): Promise<void> {
    if (this.#idle) clearTimeout(this.#idle)
    return this.#supervisor.dispose()
  }

  async #read<T>(reading: Promise<T>): Promise<T> {
    if (this.#idle) clearTimeout(this.#idle)
    try {
      return await reading
    } finally {
      if (this.#idle) clearTimeout(this.#idle)
      this.#idle = setTimeout(() => void this.#supervisor.recycle(), this.#idleMs).unref()
    }
  }
}
