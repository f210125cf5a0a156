/** A recording of one person as readings of each modality and what they say together, passage by passage. */
import { trainedFusion, readingsOf, type FusedEstimate } from '../../models/emotion/fusion/index.ts'
import { personFace } from '../../models/emotion/face/person-face.ts'
import { passageReading } from '../../models/emotion/passage.ts'
import { emotions, strongest, type ModalityReading } from '../../models/emotion/reading.ts'
import { voiceFrontEnd } from '../../models/emotion/voice/log-mel.ts'
import { voiceWindow } from '../../models/emotion/voice/voice-reading.ts'
import type { OnProgress } from '../../models/core/progress.ts'
import type { Caption } from '../../models/emotion/text/captions.ts'
import { FaceReader } from '../inference/face-reader.ts'
import { VoiceReader } from '../inference/voice-reader.ts'
import { readSound } from '../media/sound-file.ts'
import { readVideo, type DecodedVideo } from '../media/video-file.ts'
import { readWords, wordsBetween, type ReadCaption } from './analyze-words.ts'

export interface Passage {
  /** Seconds from the start. */
  readonly from: number
  readonly to: number
  /** Of face, voice and text, in that order; a recording without captions gives no text. */
  readonly readings: readonly ModalityReading[]
  readonly fused: FusedEstimate
}

export interface VideoAnalysis {
  readonly seconds: number
  readonly framesRead: number
  readonly passages: readonly Passage[]
  /** Each caption with its own reading; null without captions. */
  readonly captions: readonly ReadCaption[] | null
}

export interface RecordingToAnalyze {
  readonly path: string
  /** What the person says; null where nobody wrote it down. */
  readonly captions: readonly Caption[] | null
  readonly framesPerSecond: number
}

/**
 * Passages are as long as the voice's window. A WAV file gives the voice alone, and words with captions. Fails as
 * `readVideo`, `readSound` and `readWords`.
 */
export async function analyzeVideo(
  { path, captions, framesPerSecond }: RecordingToAnalyze,
  resources: string,
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
    const words = captions && (await readWords(captions, decoded.seconds, resources, onProgress, signal))
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
        ...(words ? [wordsBetween(words, from, to)] : []),
      ])
      passages.push({
        from,
        to,
        readings: [faceNow, voiceNow, text],
        fused: trainedFusion({ face: faceNow, voice: voiceNow, text }),
      })
      onProgress({ stage: 'Reading the voice', fraction: (index + 1) / count, secondsLeft: null })
    }
    return { seconds: decoded.seconds, framesRead: faces.length, passages, captions: words }
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

/**
 * One row for each modality of each passage and one for all together, then one for each caption; what is missing
 * has no label.
 */
export function analysisCsv({ passages, captions }: VideoAnalysis): string {
  const head = ['from', 'to', 'modality', 'label', ...emotions, 'quality', 'reasons', 'uncertainty']
  const rows = [
    ...passages.flatMap(({ from, to, readings, fused }) =>
      [...readings, { ...fused, modality: 'fused' }].map((said) => row(from, to, said.modality, said)),
    ),
    ...(captions ?? []).map(({ from, to, reading }) => row(from, to, 'caption', reading)),
  ]
  return `${[head, ...rows].map((cells) => cells.join(',')).join('\n')}\n`
}

function row(
  from: number,
  to: number,
  name: string,
  said: ModalityReading | FusedEstimate,
): readonly string[] {
  const read = said.kind !== 'missing'
  return [
    from.toFixed(2),
    to.toFixed(2),
    name,
    read ? strongest(said.scores) : 'missing',
    ...emotions.map((emotion) => (read ? said.scores[emotion].toFixed(4) : '')),
    read ? said.quality.score.toFixed(3) : '',
    `"${(read ? said.quality.reasons : said.reasons).join('; ')}"`,
    'uncertainty' in said ? said.uncertainty.toFixed(3) : '',
  ]
}
