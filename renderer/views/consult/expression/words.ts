/** How an estimate of expression is put into words: never a feeling, always with what it rests on. */
import type { FaceFlaw } from '../../../../models/emotion/face/quality.ts'
import type { Emotion, Modality } from '../../../../models/emotion/reading.ts'
import type { TextFlaw } from '../../../../models/emotion/text/text-quality.ts'
import type { VoiceFlaw } from '../../../../models/emotion/voice/voice-reading.ts'
import type { ReadingSource } from '../../../../models/session/kept-reading.ts'

export const sourceNames: Readonly<Record<ReadingSource, string>> = {
  face: 'Face',
  voice: 'Voice',
  text: 'Words',
  fused: 'Together',
}

export const emotionNames: Readonly<Record<Emotion, string>> = {
  neutral: 'neutral',
  angry: 'angry',
  happy: 'happy',
  sad: 'sad',
  worried: 'worried',
  surprise: 'surprised',
}

type Situation =
  'no-face' | 'several-faces' | 'reader-stopped' | 'stale' | 'not-given' | FaceFlaw | VoiceFlaw | TextFlaw

const reasons: Readonly<Record<Situation, string>> = {
  'no-face': 'no face in view',
  'several-faces': 'several faces in view',
  'reader-stopped': 'could not be read',
  stale: 'nothing new',
  'not-given': 'nothing yet',
  small: 'too far away',
  dark: 'too dark',
  bright: 'too bright',
  blurred: 'blurred',
  turned: 'turned away',
  tilted: 'head tilted',
  'upside-down': 'upside down',
  'cut-off': 'partly out of view',
  uncertain: 'hardly a face',
  'no-speech': 'nobody speaks',
  'little-speech': 'too little speech',
  noisy: 'too noisy',
  clipped: 'too loud, clipped',
  'narrow-band': 'muffled sound',
  'several-voices': 'two voices at once',
  empty: 'no words',
  'emoji-only': 'no words',
  'no-words': 'no words',
  'few-words': 'few words',
  'other-language': 'not English',
  'unsure-language': 'perhaps not English',
  'not-prose': 'no sentences',
  long: 'very long',
}

const isSituation = (reason: string): reason is Situation => Object.hasOwn(reasons, reason)

/** "too dark, blurred"; a reason of a joint estimate ("face: dark") loses its source, which is beside it. */
export function reasonWords(given: readonly string[]): string {
  const words = given.map((reason) => {
    const plain = reason.replace(/^(face|voice|text): /, '')
    return isSituation(plain) ? reasons[plain] : plain.replaceAll('-', ' ')
  })
  return [...new Set(words)].join(', ')
}

export const consentTitles = {
  camera: 'Camera: how the face looks',
  microphone: 'Microphone: how the voice sounds',
  words: 'Typed words: what they express',
} as const

export type ExpressionScope = keyof typeof consentTitles
export const scopes = Object.keys(consentTitles) as readonly ExpressionScope[]

/** What each scope lets be read. */
export const sourceOf = { camera: 'face', microphone: 'voice', words: 'text' } as const satisfies Record<
  ExpressionScope,
  Modality
>
