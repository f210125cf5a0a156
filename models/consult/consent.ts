/** The wording a person agrees to, per modality. A change of wording is a new version. */
export const consentWording = {
  version: 'text-1',
  text: 'What we say will be typed into this computer and kept encrypted on it. A language model on this computer may read it to suggest questions and draft the note. Nothing is sent anywhere. You can withdraw at any time; nothing further is written or read from then on.',
} as const
