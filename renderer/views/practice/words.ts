/** How a practice case is written about. */
import type { CaseSummary } from '../../../models/contract/practice.ts'

const spelled: Readonly<Record<string, string>> = {
  ent: 'ear, nose and throat',
  'obstetrics-gynaecology': 'obstetrics and gynaecology',
}

export const specialtyName = (specialty: string): string =>
  spelled[specialty] ?? specialty.replaceAll('-', ' ')

export const capitalised = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)

/** "Ana Petrescu, 31, female, pastry cook" */
export function personLine({ name, age, ageUnit, sex, occupation }: CaseSummary['patient']): string {
  const years = ageUnit === 'years' ? String(age) : `${age} ${age === 1 ? ageUnit.slice(0, -1) : ageUnit}`
  return [name, years, sex, occupation].join(', ')
}

/** Who answers the questions. */
export const answeredBy = ({ speaker, name }: CaseSummary['patient']): string =>
  speaker === 'patient' ? name : `${name}’s ${speaker.replaceAll('-', ' ')}`
