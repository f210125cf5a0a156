/** How numbers, sizes and times are written everywhere: units after a space, rounded to what they support. */

/** `0.615` as `62 %`. */
export function percent(share: number): string {
  return `${Math.round(share * 100)} %`
}

/** Whole number with thousands separated: `3,110`. */
export function count(value: number): string {
  return Math.round(value).toLocaleString('en')
}

/** `1 turn`, `2 turns`. */
export function plural(value: number, one: string, many = `${one}s`): string {
  return `${count(value)} ${value === 1 ? one : many}`
}

/** Bytes in decimal units: `271 MB`. */
export function bytes(value: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB']
  let size = value
  let unit = 0
  while (size >= 1000 && unit < units.length - 1) {
    size /= 1000
    unit++
  }
  return `${size >= 100 || unit === 0 ? Math.round(size) : Number(size.toPrecision(2))} ${units[unit] ?? ''}`
}

/** A model's parameters: `135M`, `1.2B`. */
export function parameters(value: number): string {
  if (value >= 1e9) return `${Number((value / 1e9).toPrecision(2))}B`
  return `${Math.round(value / 1e6)}M`
}

/** `about 20 s left`, `about 3 min left`. */
export function secondsLeft(seconds: number): string {
  if (seconds < 1) return 'almost done'
  return seconds < 90 ? `about ${Math.ceil(seconds)} s left` : `about ${Math.round(seconds / 60)} min left`
}

/** A wait, for a countdown: `45 s`, `2 min 05 s`. */
export function wait(seconds: number): string {
  if (seconds < 60) return `${seconds} s`
  return `${Math.floor(seconds / 60)} min ${String(seconds % 60).padStart(2, '0')} s`
}

/** A position on a session's clock: `04:31`, `1:04:31`. */
export function clock(milliseconds: number): string {
  const seconds = Math.floor(milliseconds / 1000)
  const pad = (value: number) => String(value).padStart(2, '0')
  const minutes = Math.floor(seconds / 60)
  return minutes < 60
    ? `${pad(minutes)}:${pad(seconds % 60)}`
    : `${Math.floor(minutes / 60)}:${pad(minutes % 60)}:${pad(seconds % 60)}`
}

/** Time of day: `11:41`. */
export function timeOfDay(date: Date): string {
  return date.toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit' })
}

/** A day as one says it: `today, 11:41`, `yesterday, 09:02`, `12 Nov`, `12 Nov 2024`. */
export function when(timestamp: string, now: Date): string {
  const date = new Date(timestamp)
  const days = Math.round((startOfDay(now) - startOfDay(date)) / 86_400_000)
  if (days === 0) return `today, ${timeOfDay(date)}`
  if (days === 1) return `yesterday, ${timeOfDay(date)}`
  const year: Intl.DateTimeFormatOptions = date.getFullYear() === now.getFullYear() ? {} : { year: 'numeric' }
  return date.toLocaleDateString('en-GB', { day: 'numeric', month: 'short', ...year })
}

/** Exact: `25 Nov 2026, 18:20:04`. */
export function exactly(timestamp: string): string {
  return new Date(timestamp).toLocaleString('en-GB', {
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  })
}

function startOfDay(date: Date): number {
  return new Date(date.getFullYear(), date.getMonth(), date.getDate()).getTime()
}
