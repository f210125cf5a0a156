/** The latest of several ISO 8601 times in UTC; those that are null or empty do not count. */
import type { Timestamp } from '../../../models/session/session.ts'

export function latest(times: readonly (Timestamp | null | undefined)[]): Date {
  const known = times.filter((time) => typeof time === 'string')
  return new Date(known.reduce((max, time) => (time > max ? time : max), ''))
}
