/** The wording a person agrees to, per modality. A change of wording is a new version. */
import type { Modality } from '../session/session.ts'

export interface ConsentWording {
  readonly version: string
  readonly text: string
}

export const consentWordings: Readonly<Record<Modality, ConsentWording>> = {
  text: {
    version: 'text-1',
    text: 'What we say will be typed into this computer and kept encrypted on it. A language model on this computer may read it to suggest questions and draft the note. Nothing is sent anywhere. You can withdraw at any time; nothing further is written or read from then on.',
  },
  camera: {
    version: 'camera-1',
    text: 'A program on this computer looks at your face through the camera and estimates, from moment to moment, whether it looks neutral, angry, happy, sad, worried or surprised. The estimate is often wrong and says how a face looks, not what you feel. No picture is kept or sent anywhere; only the estimates are kept, encrypted, with this conversation. They take no part in any diagnosis or score. You can withdraw at any time: the camera then turns off at once, and you choose whether the estimates are deleted.',
  },
  microphone: {
    version: 'microphone-1',
    text: 'A program on this computer listens to your voice while it is your turn to speak and estimates whether it sounds neutral, angry, happy, sad or worried. The estimate is often wrong and says how a voice sounds, not what you feel. No sound is kept or sent anywhere; only the estimates are kept, encrypted, with this conversation. They take no part in any diagnosis or score. You can withdraw at any time: the microphone then turns off at once, and you choose whether the estimates are deleted.',
  },
  words: {
    version: 'words-1',
    text: 'A program on this computer estimates from your typed words whether they express something neutral, angry, happy, sad, worried or surprised. The estimate is often wrong and says what words express, not what you feel. Nothing is sent anywhere; the estimates are kept, encrypted, with this conversation. They take no part in any diagnosis or score. You can withdraw at any time, and you choose whether the estimates are deleted.',
  },
}

/** The wording about the written record. */
export const consentWording = consentWordings.text

/** Whether an answer still speaks for the person whom the session names now. */
export const speaksFor = (
  consent: { readonly person: string },
  session: { readonly person: string },
): boolean => consent.person.trim() === session.person.trim()
