/**
 * How commands answer: with `--json` one object on standard output and nothing else, otherwise text for
 * people; progress on standard error; a failure ends with status 1 and, with `--json`, as an object.
 */
import { inspect } from 'node:util'
import { failureOf } from '../../models/core/failure.ts'
import type { OnProgress } from '../../models/core/progress.ts'

export interface OutputOptions {
  readonly json?: boolean
}

/** Runs a command and writes its result. */
export async function answer<T>(
  options: OutputOptions,
  command: () => Promise<T>,
  asText: (result: T) => string,
): Promise<void> {
  try {
    const result = await command()
    process.stdout.write(options.json ? `${JSON.stringify(result)}\n` : `${asText(result)}\n`)
  } catch (error) {
    const failure = failureOf(error)
    if (failure.code === 'internal') process.stderr.write(`${inspect(error)}\n`)
    if (options.json) {
      const { code, message, details } = failure
      process.stdout.write(
        `${JSON.stringify({ failure: { code, message, ...(details ? { details } : {}) } })}\n`,
      )
    } else process.stderr.write(`${failure.message}\n`)
    process.exitCode = 1
  }
}

/** Progress as lines on standard error: one per stage and tenth. */
export function progressLines(): OnProgress {
  let last = ''
  return ({ stage, fraction }) => {
    const line = fraction === null ? stage : `${stage} ${Math.floor(fraction * 10) * 10} %`
    if (line !== last) process.stderr.write(`${line}\n`)
    last = line
  }
}

/** Rows as columns of text; the first row is the head. */
export function table(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column]!))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}
