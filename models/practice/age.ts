/** A case's age in years. */
import type { PracticeCase } from './case.ts'

const perYear = { years: 1, months: 12, weeks: 52.18, days: 365.25 } as const

export const ageInYears = ({ patient }: Pick<PracticeCase, 'patient'>): number =>
  patient.age / perYear[patient.ageUnit]
