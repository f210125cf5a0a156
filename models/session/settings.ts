/** Preferences kept inside the encrypted database. */
export const themes = ['system', 'light', 'dark'] as const
export type Theme = (typeof themes)[number]

export const roles = ['clinician', 'trainee', 'researcher'] as const
export type Role = (typeof roles)[number]

export interface Settings {
  /** How the audit trail and provenance name the user. */
  readonly userName: string
  readonly role: Role
  readonly theme: Theme
  /** Minutes without input before the vault locks; 0 never. */
  readonly lockAfterMinutes: number
  readonly temperature: number
  readonly topP: number
  readonly maxTokens: number
  /** Seed for the next reply; null draws a fresh one each time, which is then recorded. */
  readonly seed: number | null
  readonly showFirstRun: boolean
}

export const defaultSettings: Settings = {
  userName: 'Clinician',
  role: 'clinician',
  theme: 'system',
  lockAfterMinutes: 15,
  temperature: 0,
  topP: 0.95,
  maxTokens: 320,
  seed: null,
  showFirstRun: true,
}
