/** Reads a stretch of sound: voice activity, then on its latest speech the voice network, and whether one person speaks. */
import { join } from 'node:path'
import { fail } from '../../models/core/failure.ts'
import { activityChunk } from '../../models/emotion/voice/speech.ts'
import { voiceFrontEnd } from '../../models/emotion/voice/log-mel.ts'
import {
  voiceLabels,
  voicePassage,
  voiceReadableFrom,
  voiceReading,
  withSeveralVoices,
  type VoicePassage,
} from '../../models/emotion/voice/voice-reading.ts'
import type { ModalityReading } from '../../models/emotion/reading.ts'
import type { ActivityMemory } from './activity-memory.ts'
import { OnnxSession, tensor } from './onnx.ts'

/** What a voice reader reads, relative to the resources folder. */
export const voiceReaderFiles = ['voice-activity', 'voice-emotion', 'voice-overlap'].map(
  (name) => `models/voice/${name}.onnx`,
)

/** Fitted on the selection actors by models/training/voice_emotion/finish.py. */
const temperature = 0.99

/** State of the voice-activity network: two layers of 128. */
const stateSize = 2 * 128

export interface ReadVoice {
  readonly reading: ModalityReading
  readonly passage: VoicePassage | null
  /** The network's calibrated probabilities over `voiceLabels`; null without speech. */
  readonly probabilities: Float32Array | null
}

export class VoiceReader {
  readonly #activity: OnnxSession
  readonly #network: OnnxSession
  readonly #overlap: OnnxSession

  private constructor(activity: OnnxSession, network: OnnxSession, overlap: OnnxSession) {
    this.#activity = activity
    this.#network = network
    this.#overlap = overlap
  }

  /** @param resources the product's resources folder */
  static async open(resources: string): Promise<VoiceReader> {
    const session = (name: string): Promise<OnnxSession> =>
      OnnxSession.open(join(resources, 'models/voice', `${name}.onnx`), { threads: 1, prepacked: false })
    return new VoiceReader(
      ...(await Promise.all([session('voice-activity'), session('voice-emotion'), session('voice-overlap')])),
    )
  }

  /**
   * Probability of speech per `activityChunk` samples of mono sound at 16 kHz.
   *
   * @param memory of the windows before, where this one goes on from them: the network then goes on too
   */
  async activity(samples: Float32Array, memory: ActivityMemory | null = null): Promise<Float32Array> {
    const out = new Float32Array(Math.ceil(samples.length / activityChunk))
    const whole = Math.floor(samples.length / activityChunk)
    const known = memory?.known(samples)
    const states = [...(known?.states ?? [])]
    out.set(known?.probabilities ?? [])
    for (let chunk = states.length; chunk < out.length; chunk++) {
      const input = new Float32Array(activityChunk)
      input.set(samples.subarray(chunk * activityChunk, (chunk + 1) * activityChunk))
      const state = states.at(-1) ?? new Float32Array(stateSize)
      const answers = await this.#activity.run(
        {
          input: tensor(input, [1, activityChunk]),
          state: tensor(state, [2, 1, 128]),
          sr: tensor(BigInt64Array.of(BigInt(voiceFrontEnd.sampleRate)), []),
        },
        ['output', 'stateN'],
      )
      out[chunk] = (answers['output']!.data as Float32Array)[0]!
      if (chunk < whole) states.push(Float32Array.from(answers['stateN']!.data as Float32Array))
    }
    memory?.keep(samples, out, states)
    return out
  }

  /**
   * Fails with `invalid-request` when a sample is no number.
   *
   * @param samples mono at 16 kHz, -1..1
   * @param memory of the windows before, where this one goes on from them
   */
  async read(samples: Float32Array, memory: ActivityMemory | null = null): Promise<ReadVoice> {
    if (!samples.every(Number.isFinite))
      fail('invalid-request', 'A sound holds samples that are no numbers. Record it again.')
    const heard = voicePassage(samples, await this.activity(samples, memory))
    if (!heard)
      return {
        reading: { kind: 'missing', modality: 'voice', reasons: ['no-speech'] },
        passage: null,
        probabilities: null,
      }
    const passage = (await this.hearsSeveral(heard)) ? withSeveralVoices(heard) : heard
    const probabilities = await this.classify(passage.spectrogram, passage.frames)
    return { reading: voiceReading(probabilities, passage), passage, probabilities }
  }

  /**
   * Calibrated probabilities over `voiceLabels`.
   *
   * @param spectrogram [bands, frames], 0..1, as `logMel` gives it
   */
  async classify(spectrogram: Float32Array, frames: number): Promise<Float32Array> {
    const answers = await this.#network.run(
      { spectrogram: tensor(spectrogram, [1, 1, voiceFrontEnd.bands, frames]) },
      ['logits'],
    )
    const logits = (answers['logits']!.data as Float32Array).map((logit) => logit / temperature)
    const highest = Math.max(...logits)
    const weights = logits.map((logit) => Math.exp(logit - highest))
    const total = weights.reduce((sum, weight) => sum + weight, 0)
    if (weights.length !== voiceLabels.length) throw new TypeError('The voice network has other labels.')
    return weights.map((weight) => weight / total)
  }

  /** Whether two people speak at once in a passage; of one too poor to be read it is not asked. */
  async hearsSeveral({ spectrogram, frames, quality }: VoicePassage): Promise<boolean> {
    if (quality.score < voiceReadableFrom) return false
    const answers = await this.#overlap.run(
      { spectrogram: tensor(spectrogram, [1, 1, voiceFrontEnd.bands, frames]) },
      ['logit'],
    )
    // The file's threshold is part of its last layer: above zero it says two.
    return (answers['logit']!.data as Float32Array)[0]! > 0
  }

  async dispose(): Promise<void> {
    await Promise.all([this.#activity.dispose(), this.#network.dispose(), this.#overlap.dispose()])
  }
}
