/** What a person should know before relying on it; each statement holds for what exists now. */
export const limits = [
  {
    title: 'Not a medical device',
    text: 'Consilium drafts and suggests. A clinician decides, checks every sentence and keeps or discards it. Nothing here has been approved for diagnosis or treatment.',
  },
  {
    title: 'The bundled model is small',
    text: 'It runs on any computer, and it makes mistakes: it can leave out what was said, mix people up, or write something nobody said. A larger model can be imported under Models if this computer holds it.',
  },
  {
    title: 'Three voices',
    text: 'What was said stands in plain ink. What a model proposes lies on a tinted ground with a rule at its side, and names the model, its seed and the time. What you accept or change becomes plain again.',
  },
  {
    title: 'The same question, the same words',
    text: 'With a fixed seed and the same model, the same session gives the same text again. With a fresh seed it differs each time, and the seed is kept beside the text.',
  },
  {
    title: 'The context is limited',
    text: 'A model reads a limited number of tokens at once. The meter at the foot shows how many are used. When a session no longer fits, the oldest turns are left out first and you are told how many; the session itself keeps them.',
  },
  {
    title: 'Nothing leaves this computer',
    text: 'There is no account, no telemetry and no update check. Requests to the network are blocked and listed under “Network: none”. What you export goes to the file you choose, and only there.',
  },
  {
    title: 'Encryption and loss',
    text: 'The database is encrypted under a random key, which the passphrase, the recovery code and, if you allow it, the keyring can open. If all of these are lost, nobody can read it. Write a backup now and then, under Settings, Security.',
  },
  {
    title: 'Consent',
    text: 'Consent is asked for each person and each kind of recording, stored with its wording, and can be withdrawn. It is never filled in for you. Camera and microphone are off until the person has agreed to each, and turn off at once when consent is withdrawn.',
  },
  {
    title: 'Visible expression is an estimate',
    text: 'With consent, a face, a voice and typed words can be read as neutral, angry, happy, sad, worried or surprised. It is often wrong, says what shows and not what is felt, and takes no part in the differential, the note or a score. What was and was not tested is under Settings, Expression estimates.',
  },
] as const
