/** A recording of one person as readings of each modality and what they say together, passage by passage. */
import { trainedFusion, readingsOf, type FusedEstimate } from '../../models/emotion/fusion/index.ts'
import { personFace } from '../../models/emotion/face/person-face.ts'
import { passageReading } from '../../models/emotion/passage.ts'
import { emotions, strongest, type ModalityReading } from '../../models/emotion/reading.ts'
import { voiceFrontEnd } from '../../models/emotion/voice/log-mel.ts'
import { voiceWindow } from '../../models/emotion/voice/voice-reading.ts'
import type { OnProgress } from '../../models/core/progress.ts'
import { FaceReader } from '../inference/face-reader.ts'
import { VoiceReader } from '../inference/voice-reader.ts'
import { readSound } from '../media/sound-file.ts'
import { readVideo, type DecodedVideo } from '../media/video-file.ts'

export interface Passage {
  /** Seconds from the start. */
  readonly from: number
  readonly to: number
  /** Of face, voice and text, in that order; text is not given by a recording. */
  readonly readings: readonly ModalityReading[]
  readonly fused: FusedEstimate
}

export interface VideoAnalysis {
  readonly seconds: number
  readonly framesRead: number
  readonly passages: readonly Passage[]
}

/** Passages are as long as the voice's window. A WAV file gives the voice alone. Fails as `readVideo` and `readSound`. */
export async function analyzeVideo(
  path: string,
  resources: string,
  framesPerSecond: number,
  onProgress: OnProgress,
  signal: AbortSignal,
): Promise<VideoAnalysis> {
  const [face, voice] = await Promise.all([FaceReader.open(resources), VoiceReader.open(resources)])
  try {
    const faces: { readonly at: number; readonly reading: ModalityReading }[] = []
    const decoded = /\.wav$/i.test(path)
      ? await soundAlone(path)
      : await readVideo(path, {
          framesPerSecond,
          onFrame: async (image, at) => void faces.push({ at, reading: personFace(await face.read(image)) }),
          onProgress,
          signal,
        })
    const passages: Passage[] = []
    const count = Math.max(1, Math.ceil(decoded.seconds / voiceWindow))
    for (let index = 0; index < count; index++) {
      signal.throwIfAborted()
      const from = index * voiceWindow
      const to = Math.min(decoded.seconds, from + voiceWindow)
      const inside = faces.filter(({ at }) => at >= from && at < from + voiceWindow)
      const {
        face: faceNow,
        voice: voiceNow,
        text,
      } = readingsOf([
        passageReading(
          'face',
          inside.map(({ reading }) => reading),
        ),
        await voiceReading(voice, decoded, from),
      ])
      passages.push({
        from,
        to,
        readings: [faceNow, voiceNow, text],
        fused: trainedFusion({ face: faceNow, voice: voiceNow, text }),
      })
      onProgress({ stage: 'Reading the voice', fraction: (index + 1) / count, secondsLeft: null })
    }
    return { seconds: decoded.seconds, framesRead: faces.length, passages }
  } finally {
    await Promise.all([face.dispose(), voice.dispose()])
  }
}

async function soundAlone(path: string): Promise<DecodedVideo> {
  const sound = await readSound(path)
  return { sound, hasPicture: false, seconds: sound.length / voiceFrontEnd.sampleRate }
}

async function voiceReading(
  voice: VoiceReader,
  { sound }: DecodedVideo,
  from: number,
): Promise<ModalityReading> {
  const rate = voiceFrontEnd.sampleRate
  const piece = sound?.subarray(from * rate, (from + voiceWindow) * rate)
  return piece && piece.length > 0 ? (await voice.read(piece)).reading : passageReading('voice', [])
}

/** One row for each modality of each passage and one for all together; what is missing has no label. */
export function analysisCsv({ passages }: VideoAnalysis): string {
  const head = ['from', 'to', 'modality', 'label', ...emotions, 'quality', 'reasons', 'uncertainty']
  const rows = passages.flatMap(({ from, to, readings, fused }) =>
    [...readings, { ...fused, modality: 'fused' }].map((said) => {
      const read = said.kind !== 'missing'
      return [
        from.toFixed(2),
        to.toFixed(2),
        said.modality,
        read ? strongest(said.scores) : 'missing',
        ...emotions.map((emotion) => (read ? said.scores[emotion].toFixed(4) : '')),
        read ? said.quality.score.toFixed(3) : '',
        `"${(read ? said.quality.reasons : said.reasons).join('; ')}"`,
        'uncertainty' in said ? said.uncertainty.toFixed(3) : '',
      ]
    }),
  )
  return `${[head, ...rows].map((row) => row.join(',')).join('\n')}\n`
}
