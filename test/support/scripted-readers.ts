/** Readers that answer what a test tells them, on a clock that the test moves. */
import type { Readers } from '../../electron/inference/live-readers.ts'
import type { FaceInPicture } from '../../electron/inference/protocol.ts'
import { distribution, type Emotion, type ModalityReading } from '../../models/emotion/reading.ts'

/** A clear reading of one label. */
export const clearly = (modality: ModalityReading['modality'], label: Emotion, p = 0.9): ModalityReading => ({
  kind: 'reading',
  modality,
  scores: distribution((emotion) => (emotion === label ? p : (1 - p) / 5)),
  quality: { score: 1, reasons: [] },
  blind: [],
})

export const faceAt = (left: number, reading: ModalityReading): FaceInPicture => ({
  face: { score: 0.95, box: { left, top: 50, right: left + 100, bottom: 150 }, points: [] },
  reading,
})

export class ScriptedReaders implements Readers {
  /** The clock of live reading. */
  seconds = 100
  face: () => readonly FaceInPicture[] = () => []
  voice: () => ModalityReading = () => ({ kind: 'missing', modality: 'voice', reasons: ['no-speech'] })
  text: (text: string) => ModalityReading = () => clearly('text', 'neutral')
  readonly windows: Float32Array[] = []
  /** Resolves before a picture is answered, so that a test can act while one is being read. */
  before: Promise<void> = Promise.resolve()

  async readFace(): Promise<readonly FaceInPicture[]> {
    await this.before
    return this.face()
  }

  async readVoice(samples: Float32Array): Promise<ModalityReading> {
    await this.before
    this.windows.push(samples)
    return this.voice()
  }

  async readText(text: string): Promise<ModalityReading> {
    await this.before
    return this.text(text)
  }
}
