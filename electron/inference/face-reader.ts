/** Reads the faces of an image: BlazeFace, the mesh's face probability, and two expression networks. */
import { join } from 'node:path'
import { fail } from '../../models/core/failure.ts'
import {
  decodeFaces,
  detectorSize,
  faceSquare,
  wholeImage,
  type DetectedFace,
} from '../../models/emotion/face/detection.ts'
import { faceReading, reach, type ReadFace } from '../../models/emotion/face/face-reading.ts'
import {
  luma,
  sampleSquare,
  scaled,
  turnedAround,
  type RgbaImage,
  type Square,
} from '../../models/emotion/face/image.ts'
import { DetectionMemory } from '../../models/emotion/face/detection-memory.ts'
import { PresenceMemory } from '../../models/emotion/face/presence-memory.ts'
import { faceQuality, surelyStands, type FacePresence } from '../../models/emotion/face/quality.ts'
import { OnnxSession, tensor } from './onnx.ts'

/** What a face reader reads, relative to the resources folder. */
export const faceReaderFiles = ['blazeface', 'facemesh', 'emotion', 'expression'].map(
  (name) => `models/face/${name}.onnx`,
)

const meshSize = 192
const greySize = 64
const colourSize = 112

const floats = (answers: Awaited<ReturnType<OnnxSession['run']>>, name: string): Float32Array => {
  const data = answers[name]?.data
  if (!(data instanceof Float32Array)) throw new TypeError(`The face network gave no ${name}.`)
  return data
}

/** What the pictures before have answered, for those of one camera in order. */
export class CameraMemory {
  readonly detections = new DetectionMemory()
  readonly presence = new PresenceMemory()
}

export class FaceReader {
  readonly #detector: OnnxSession
  readonly #mesh: OnnxSession
  readonly #grey: OnnxSession
  readonly #colour: OnnxSession

  private constructor(detector: OnnxSession, mesh: OnnxSession, grey: OnnxSession, colour: OnnxSession) {
    this.#detector = detector
    this.#mesh = mesh
    this.#grey = grey
    this.#colour = colour
  }

  /** @param resources the product's resources folder */
  static async open(resources: string): Promise<FaceReader> {
    const session = (name: string): Promise<OnnxSession> =>
      OnnxSession.open(join(resources, 'models/face', `${name}.onnx`), { threads: 1, prepacked: false })
    const [detector, mesh, grey, colour] = await Promise.all([
      session('blazeface'),
      session('facemesh'),
      session('emotion'),
      session('expression'),
    ])
    return new FaceReader(detector, mesh, grey, colour)
  }

  /**
   * Faces of the image, most certain first; an empty list when there is none. Fails with `invalid-request`
   * when the pixels do not make up an image of that size.
   *
   * @param memory of the pictures before, where they are of one camera
   */
  async read(image: RgbaImage, memory: CameraMemory | null = null): Promise<readonly ReadFace[]> {
    const { data, width, height } = image
    if (!(width > 0 && height > 0) || data.length !== 4 * width * height)
      fail('invalid-request', 'A picture has not as many pixels as it says. Take it again.', {
        width,
        height,
      })
    const now = performance.now() / 1000
    memory?.presence.nextPicture(now)
    const detect = (): Promise<readonly DetectedFace[]> => this.#detect(image)
    const faces = await (memory?.detections.of(image, now, detect) ?? detect())
    const read: ReadFace[] = []
    for (const face of faces) {
      const presence = await this.#presence(image, face, memory?.presence ?? null)
      const square = faceSquare(face, reach.expression)
      const grey = luma(sampleSquare(image, square, greySize))
      const quality = faceQuality(face, image, grey, greySize, presence)
      const greyAnswer = await this.#grey.run(
        {
          input_1: tensor(
            grey.map((value) => (value / 255 - 0.5) * 2),
            [1, greySize, greySize, 1],
          ),
        },
        ['probabilities'],
      )
      const colourAnswer = await this.#colour.run(
        { input: tensor(sampleSquare(image, square, colourSize), [1, colourSize, colourSize, 3]) },
        ['probabilities'],
      )
      const reading = faceReading(
        floats(greyAnswer, 'probabilities'),
        floats(colourAnswer, 'probabilities'),
        quality,
      )
      read.push({ face, quality, reading })
    }
    return read
  }

  /** Faces of the image, most certain first. */
  async #detect(image: RgbaImage): Promise<readonly DetectedFace[]> {
    const pixels = scaled(sampleSquare(image, wholeImage(image), detectorSize), 1 / 127.5, -1)
    const found = await this.#detector.run({ input: tensor(pixels, [1, detectorSize, detectorSize, 3]) }, [
      'scores_far',
      'scores_near',
      'boxes_far',
      'boxes_near',
    ])
    return decodeFaces(
      {
        scoresFar: floats(found, 'scores_far'),
        scoresNear: floats(found, 'scores_near'),
        boxesFar: floats(found, 'boxes_far'),
        boxesNear: floats(found, 'boxes_near'),
      },
      image,
    )
  }

  async #presence(
    image: RgbaImage,
    face: DetectedFace,
    memory: PresenceMemory | null,
  ): Promise<FacePresence> {
    const square = faceSquare(face, reach.mesh)
    const ask = (view: keyof FacePresence): Promise<number> =>
      this.#present(image, view === 'asItStands' ? square : turnedAround(square))
    if (memory) return memory.of(face, ask)
    const asItStands = await ask('asItStands')
    return { asItStands, turnedAround: surelyStands(asItStands) ? 0 : await ask('turnedAround') }
  }

  /** Probability of the mesh network that the square holds a face, 0..1. */
  async #present(image: RgbaImage, square: Square): Promise<number> {
    // Nothing else is asked of the mesh: fine detail does not matter to that.
    const crop = scaled(sampleSquare(image, square, meshSize, false), 1 / 255, 0)
    const mesh = await this.#mesh.run({ input_1: tensor(crop, [1, meshSize, meshSize, 3]) }, [
      'output_faceflag',
    ])
    return floats(mesh, 'output_faceflag')[0]!
  }

  async dispose(): Promise<void> {
    await Promise.all(
      [this.#detector, this.#mesh, this.#grey, this.#colour].map((session) => session.dispose()),
    )
  }
}
