/**
 * The last lines a child wrote to its error output, for finding out why it ended. Nothing in them may be
 * a patient's: the host writes no messages of unknown errors there, and a line of a library that shares a
 * stretch with the text of the running job is replaced.
 */
const keptLines = 12
/** Longest part of a line that is kept, in UTF-16 units. */
const longestLine = 240
/** Stretches this long, at every fourth place of a line, are looked for in the job's text. */
const stretch = 8
const step = 4
const withheld = '(a line that quotes the request was left out)'

export class ErrorLines {
  #lines: string[] = []
  #rest = ''

  /** Takes the next piece of output, which may end inside a line. */
  push(chunk: string): void {
    const parts = (this.#rest + chunk).split(/\r?\n/)
    this.#rest = (parts.pop() ?? '').slice(-longestLine)
    this.#lines = [...this.#lines, ...parts.map(plain).filter((line) => line !== '')].slice(-keptLines)
  }

  /**
   * Oldest first.
   * @param secrets texts that must not show
   */
  last(secrets: readonly string[]): readonly string[] {
    const rest = plain(this.#rest)
    return (rest === '' ? this.#lines : [...this.#lines, rest]).map((line) =>
      secrets.some((secret) => shares(line, secret)) ? withheld : line,
    )
  }
}

/** The line that most likely says why: the last one that is no frame of a stack. */
export function tellingLine(lines: readonly string[]): string | null {
  return lines.findLast((line) => line !== withheld && !line.startsWith('at ')) ?? null
}

function plain(line: string): string {
  // Colours and other controls would end up in the log and on screen.
  return line
    .replace(/\u001B\[[0-9;]*[A-Za-z]|[\u0000-\u001F\u007F]/g, ' ')
    .trim()
    .slice(0, longestLine)
}

function shares(line: string, secret: string): boolean {
  const text = secret.trim()
  if (text === '') return false
  // A short text, such as a name, is looked for as a whole.
  if (text.length < stretch + step) return line.includes(text)
  for (let at = 0; at + stretch <= line.length; at += step)
    if (text.includes(line.slice(at, at + stretch))) return true
  return false
}
