/** How long a trashed session is kept before it is destroyed. */
export const retentionDays = 30

/** Whole days until a session trashed at `trashedAt` is destroyed; never below 0. */
export function daysLeft(trashedAt: string, now: Date): number {
  const gone = new Date(trashedAt).getTime() + retentionDays * 86_400_000
  return Math.max(0, Math.ceil((gone - now.getTime()) / 86_400_000))
}
