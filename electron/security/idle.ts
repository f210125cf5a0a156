/** When an unattended vault must lock. */

/**
 * @param idleSeconds seconds without input
 * @param lockAfterMinutes 0 never
 */
export const hasIdledOut = (idleSeconds: number, lockAfterMinutes: number): boolean =>
  lockAfterMinutes > 0 && idleSeconds >= lockAfterMinutes * 60

/**
 * Seconds without input. Where the system cannot tell (a negative figure, or Wayland, which always
 * answers 0), the window's own last input counts.
 */
export function idleSeconds(source: {
  readonly system: number
  readonly systemKnows: boolean
  readonly lastInputAt: number
  readonly now: number
}): number {
  if (source.systemKnows && source.system >= 0) return source.system
  return Math.max(0, (source.now - source.lastInputAt) / 1000)
}
