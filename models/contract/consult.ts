/** What the window shares with the consultation's own rules: the consent wording and how text is split. */
export { consentWording, consentWordings, speaksFor } from '../consult/consent.ts'
export { sentences } from '../consult/sentences.ts'
