/** Strict scoring of one visit against its case's checklist. */
import type { ReadCondition } from '../../dialogue/conditions/index.ts'
import type { PracticeCase } from '../case.ts'
import { orderWords } from '../orders/order-names.ts'
import { Orders } from '../orders/orders.ts'
import { readDoctorTurn } from '../../dialogue/turns.ts'
import type { VisitRecord } from './visit.ts'

export interface VisitScore {
  /** Whether the leading diagnosis is a required one. */
  readonly diagnosis: boolean
  /** Whether a required one is among the first three. */
  readonly top3: boolean
  /** Conditions that the closing names, as ids or `unreadable`, in order. */
  readonly named: readonly string[]
  /** Share of inquiry items for which a question brought out a fact of one of their topics, 0..1. */
  readonly inquiry: number
  readonly missedInquiry: readonly string[]
  /**
   * Share of test items ordered by name or alias, or in words that brought the case's own result of them ("MRI of the
   * brain" for "MRI brain"), 0..1; null when the case asks for none.
   */
  readonly tests: number | null
  readonly missedTests: readonly string[]
  /** Whether a diagnosis was made with less than half of the inquiry items and nothing examined or tested. */
  readonly premature: boolean
}

const whole = (text: string, part: string): boolean => part !== '' && ` ${text} `.includes(` ${part} `)

/** @param readCondition resolves a diagnosis in free words to a condition's id */
export function scoreVisit(
  practice: PracticeCase,
  visit: VisitRecord,
  readCondition: ReadCondition,
): VisitScore {
  const released = new Set(visit.turns.flatMap((turn) => turn.released ?? []))
  const missedInquiry = practice.checklist.inquiry
    .filter(({ topics }) => !topics.some((topic) => released.has(topic)))
    .map(({ item }) => item)
  const ordered = visit.orders.map(orderWords)
  const orders = new Orders(practice)
  const brought = new Set(
    visit.orders.flatMap((order) =>
      orders.result(order).flatMap(({ name, fromCase }) => (fromCase ? [name] : [])),
    ),
  )
  const missedTests = practice.checklist.tests
    .map(({ name }) => name)
    .filter((name) => {
      const names = [name, ...(practice.tests.find((test) => test.name === name)?.aliases ?? [])].map(
        orderWords,
      )
      return !brought.has(name) && !names.some((known) => ordered.some((order) => whole(order, known)))
    })
  const required = new Set(
    practice.checklist.diagnosis.flatMap(({ condition, required: needed }) => (needed ? [condition] : [])),
  )
  const named = visit.diagnoses.slice(0, 3).map(readCondition)
  const inquiryItems = practice.checklist.inquiry.length
  const testItems = practice.checklist.tests.length
  const inquiry = 1 - missedInquiry.length / inquiryItems
  return {
    diagnosis: named[0] !== undefined && required.has(named[0]),
    top3: named.some((id) => required.has(id)),
    named,
    inquiry,
    missedInquiry,
    tests: testItems === 0 ? null : 1 - missedTests.length / testItems,
    missedTests,
    premature:
      visit.diagnoses.length > 0 &&
      inquiry < 0.5 &&
      !visit.turns.some(
        ({ speaker, text }) => speaker === 'doctor' && readDoctorTurn(text).orders.length > 0,
      ),
  }
}
