/** The face and voice networks of the inference child, which is shown one camera and one microphone in order. */
import type { RgbaImage } from '../../models/emotion/face/image.ts'
import type { ModalityReading } from '../../models/emotion/reading.ts'
import { ActivityMemory } from './activity-memory.ts'
import { CameraMemory, FaceReader, faceReaderFiles } from './face-reader.ts'
import type { FaceInPicture } from './protocol.ts'
import { ShippedNetwork } from './shipped-network.ts'
import type { VerifiedFiles } from './verified-files.ts'
import { VoiceReader, voiceReaderFiles } from './voice-reader.ts'

export class SensorNetworks {
  readonly #face: ShippedNetwork<FaceReader>
  readonly #voice: ShippedNetwork<VoiceReader>
  readonly #camera = new CameraMemory()
  readonly #activity = new ActivityMemory()

  /** @param resources the product's resources folder */
  constructor(resources: string, verified: VerifiedFiles) {
    this.#face = new ShippedNetwork(resources, faceReaderFiles, verified, (from) => FaceReader.open(from))
    this.#voice = new ShippedNetwork(resources, voiceReaderFiles, verified, (from) => VoiceReader.open(from))
  }

  async readFace(image: RgbaImage): Promise<readonly FaceInPicture[]> {
    return (await this.#face.get()).read(image, this.#camera)
  }

  async readVoice(samples: Float32Array): Promise<ModalityReading> {
    return (await (await this.#voice.get()).read(samples, this.#activity)).reading
  }
}
