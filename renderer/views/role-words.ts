/** Roles as the person sees them. */
import type { Role } from '../../models/session/settings.ts'

export const roleOptions: readonly { readonly value: Role; readonly label: string }[] = [
  { value: 'clinician', label: 'Clinician' },
  { value: 'trainee', label: 'Trainee' },
  { value: 'researcher', label: 'Researcher' },
]

export const roleHints: { readonly [K in Role]: string } = {
  clinician: 'Consultations with patients: transcript, questions to ask, note.',
  trainee: 'The same tools for learning. Expression is never read from a learner’s face or voice.',
  researcher: 'The same tools for recorded material you may analyse.',
}

export function roleTitle(role: Role): string {
  return roleOptions.find(({ value }) => value === role)?.label ?? role
}
