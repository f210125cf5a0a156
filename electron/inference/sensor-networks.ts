/** The face and voice networks of the inference child: opened when first asked for, and kept. */
import type { RgbaImage } from '../../models/emotion/face/image.ts'
import type { ModalityReading } from '../../models/emotion/reading.ts'
import { FaceReader } from './face-reader.ts'
import type { FaceInPicture } from './protocol.ts'
import { VoiceReader } from './voice-reader.ts'

export class SensorNetworks {
  readonly #resources: string
  #face: Promise<FaceReader> | null = null
  #voice: Promise<VoiceReader> | null = null

  /** @param resources the product's resources folder */
  constructor(resources: string) {
    this.#resources = resources
  }

  async readFace(image: RgbaImage): Promise<readonly FaceInPicture[]> {
    this.#face ??= FaceReader.open(this.#resources)
    return (await this.#face).read(image)
  }

  async readVoice(samples: Float32Array): Promise<ModalityReading> {
    this.#voice ??= VoiceReader.open(this.#resources)
    return (await (await this.#voice).read(samples)).reading
  }
}
