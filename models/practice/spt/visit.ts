/** One visit of a tested doctor to one case's patient, within a budget of turns. */
import { readDoctorTurn } from '../../dialogue/turns.ts'
import type { DialogueTurn } from '../../dialogue/dialogue.ts'
import { byWordsAlone, type Understanding } from '../../dialogue/topics/index.ts'
import { ageInYears } from '../age.ts'
import type { PracticeCase } from '../case.ts'
import { resultTurn, SimulatedPatient } from '../patient.ts'
import type { TestedDoctor } from './doctor.ts'

export interface VisitTurn extends DialogueTurn {
  /** Topics of the facts that this turn of the patient told. */
  readonly released?: readonly string[]
}

export interface VisitRecord {
  readonly turns: readonly VisitTurn[]
  /** Orders in the doctor's words. */
  readonly orders: readonly string[]
  /** From the closing turn, the leading one first; empty when nothing was committed to. */
  readonly diagnoses: readonly string[]
  readonly doctorTurns: number
  /** Facts told that no question of the doctor's turn before asked for. */
  readonly leaks: number
}

/** What a patient understands a turn to ask about, beyond its words. */
export type Listen = (turn: string) => Promise<Understanding>

/** @param seed decides the words of the patient, not the facts */
export async function holdVisit(
  practice: PracticeCase,
  doctor: TestedDoctor,
  budget: number,
  seed: number,
  listen: Listen = () => Promise.resolve(byWordsAlone),
): Promise<VisitRecord> {
  const patient = new SimulatedPatient(practice, { seed })
  const tested =
    doctor.knowing?.(practice) ??
    doctor.meet({
      person: { age: ageInYears(practice), sex: practice.patient.sex },
      budget,
    })
  const turns: VisitTurn[] = [{ speaker: 'patient', text: patient.complaint }]
  const orders: string[] = []
  let diagnoses: readonly string[] = []
  let leaks = 0
  let taken = 0
  while (taken < budget && diagnoses.length === 0) {
    const text = (await tested.next(turns)).trim()
    taken++
    turns.push({ speaker: 'doctor', text: text === '' ? '…' : text })
    const read = readDoctorTurn(text)
    orders.push(...read.orders)
    diagnoses = read.diagnoses
    const reply = patient.reply(text, await listen(text))
    if (reply.results.length > 0) turns.push({ speaker: 'result', text: resultTurn(reply.results) })
    if (reply.text !== '') turns.push({ speaker: 'patient', text: reply.text, released: reply.released })
    if (reply.text !== '') leaks += unaskedFacts(practice, reply.text, reply.released)
  }
  return { turns, orders, diagnoses, doctorTurns: taken, leaks }
}

/** Facts whose whole answer stands in the patient's words although the reply does not count it as told. */
function unaskedFacts(practice: PracticeCase, said: string, released: readonly string[]): number {
  const told = new Set(
    practice.facts.flatMap(({ topic, answer }) => (released.includes(topic) ? [answer] : [])),
  )
  return practice.facts.filter(
    ({ topic, answer }) =>
      answer.length > 24 && !released.includes(topic) && !told.has(answer) && said.includes(answer),
  ).length
}
