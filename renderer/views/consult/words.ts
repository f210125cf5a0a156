/** How a consultation's particulars are written: speakers, and where a model's text came from. */
import type { Provenance, Speaker } from '../../../models/session/session.ts'
import type { Progress } from '../../../models/core/progress.ts'
import { count, percent, plural, secondsLeft } from '../../parts/words.ts'

export const speakerNames: Readonly<Record<Speaker, string>> = {
  patient: 'Patient',
  clinician: 'You',
  other: 'Someone else',
}
export const speakers = Object.keys(speakerNames) as readonly Speaker[]

const longestName = 28

/** The person as a turn's heading: "Sample: M. Okafor, 58" is "M. Okafor". */
export function shortName(person: string): string {
  const name =
    person
      .replace(/^sample:\s*/i, '')
      .split(',')[0]
      ?.trim() ?? ''
  return name === '' || name.length > longestName ? speakerNames.patient : name
}

export function speakerName(speaker: Speaker, person: string): string {
  return speaker === 'patient' ? shortName(person) : speakerNames[speaker]
}

/** A weight of the differential, 0..1: "46 %", "under 1 %". */
export const share = (probability: number): string =>
  probability > 0 && probability < 0.01 ? 'under 1 %' : percent(probability)

const precisionNames: Readonly<Record<string, string>> = { row8: 'int8', q4: '4-bit', f32: 'f32' }

/** Which model wrote it and how to get it again: "SmolLM2-135M-Instruct, int8, seed 7". */
export function origin(provenance: Provenance): string {
  const precision = precisionNames[provenance.precision] ?? provenance.precision
  return `${provenance.modelName}, ${precision}, seed ${provenance.seed}`
}

/** "41 tok/s", or null where too little was written to tell. */
export function speed(provenance: Provenance): string | null {
  return provenance.msPerToken > 0 && provenance.tokens > 1
    ? `${count(1000 / provenance.msPerToken)} tok/s`
    : null
}

/** What the model did not get to read, or null. */
export function leftOut({ dropped }: Provenance): string | null {
  return dropped && dropped.messages > 0
    ? `The oldest ${plural(dropped.messages, 'turn or message', 'turns and messages')} (${plural(dropped.tokens, 'token')}) no longer fit and ${dropped.messages === 1 ? 'was' : 'were'} not read. The record keeps ${dropped.messages === 1 ? 'it' : 'them'}.`
    : null
}

/** As much of a reason as fits into a field. */
export function firstSentence(text: string): string {
  return text.match(/^.*?\.(?= |$)/)?.[0] ?? text
}

/** "Reading weights, 40 %, about 8 s left". */
export function stage(progress: Progress): string {
  return [
    progress.stage,
    progress.fraction === null ? null : percent(progress.fraction),
    progress.secondsLeft === null ? null : secondsLeft(progress.secondsLeft),
  ]
    .filter((part) => part !== null)
    .join(', ')
}
