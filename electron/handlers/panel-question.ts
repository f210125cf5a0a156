/** A session as a panel's question, whole or without what names persons. */
import { setImmediate } from 'node:timers/promises'
import { redact } from '../../models/consult/index.ts'
import { statedPerson } from '../../models/consult/guidance.ts'
import { fail } from '../../models/core/failure.ts'
import { ageInYears } from '../../models/practice/age.ts'
import {
  diagnosisQuestion,
  kindOfQuestion,
  type PanelPatient,
  type PanelQuestion,
} from '../../models/panel/question.ts'
import type { SessionRecord, Turn } from '../../models/session/session.ts'
import type { Ports } from './ports.ts'
import { readable } from './readable.ts'

const speakers = { patient: 'patient', clinician: 'doctor', other: 'result' } as const

function patientOf(ports: Ports, record: SessionRecord): PanelPatient {
  const { kind, sample } = record.session
  if (kind !== 'practice' || sample === null) return statedPerson(record)
  const practice = ports.cases.read(sample)
  return { age: ageInYears(practice), sex: practice.patient.sex }
}

const turnOf = ({ number, speaker, text }: Turn): PanelQuestion['turns'][number] => ({
  number,
  speaker: speakers[speaker],
  text,
})

/** Fails with `invalid-request` while nothing was said. */
export function questionOfSession(ports: Ports, record: SessionRecord, text: string | null): PanelQuestion {
  const { session, turns } = readable(record)
  if (turns.length === 0)
    fail('invalid-request', 'Nothing was said in this session yet. Add what the patient says, then ask.')
  return {
    id: session.id,
    text: text ?? diagnosisQuestion,
    kind: kindOfQuestion(text ?? diagnosisQuestion),
    choices: [],
    patient: patientOf(ports, record),
    turns: turns.map(turnOf),
  }
}

export interface Redacted {
  readonly question: PanelQuestion
  readonly redactions: number
  /** Takes the same out of what others say of the record. */
  readonly hide: (text: string) => Promise<string>
}

/** The same question with names, dates, addresses and numbers taken out of record and question. */
export async function withoutNames(
  { session }: Pick<SessionRecord, 'session'>,
  question: PanelQuestion,
): Promise<Redacted> {
  let redactions = 0
  const hide = async (text: string): Promise<string> => {
    const hidden = await redact(text, [session.person], () => setImmediate())
    redactions += hidden.count
    return hidden.text
  }
  const turns: PanelQuestion['turns'][number][] = []
  for (const turn of question.turns) turns.push({ ...turn, text: await hide(turn.text) })
  const hidden = { ...question, text: await hide(question.text), turns }
  return { question: hidden, redactions, hide }
}
