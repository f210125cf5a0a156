/** One line per step with its time; a step that fails says what to do and ends the run. */

/** Expected trouble in the bootstrap: what happened, then what to do. */
export class SetupFailure extends Error {
  /** The failure's code where a command answers in JSON. */
  code = 'tool-missing'

  /**
   * @param {string} message what happened
   * @param {string} advice what to do next
   * @param {unknown} [cause]
   */
  constructor(message, advice, cause) {
    super(message, { cause })
    this.name = 'SetupFailure'
    this.advice = advice
  }
}

const noRoom = { code: 'disk-full', advice: 'Free some space on the disk and start again.' }
const notWritable = {
  code: 'read-only',
  advice: 'Start as the user who owns this folder, or let this user write to it, and start again.',
}
/** @type {Readonly<Record<string, { code: string, advice: string }>>} */
const refusals = {
  ENOSPC: noRoom,
  EDQUOT: noRoom,
  EACCES: notWritable,
  EPERM: notWritable,
  EROFS: notWritable,
}

/**
 * Any error as one that says what to do; one of the bootstrap's own keeps its stack for the report.
 *
 * @param {unknown} error
 * @param {string} [what] that was being done
 * @returns {SetupFailure}
 */
export function setupFailure(error, what = 'The bootstrap') {
  if (error instanceof SetupFailure) return error
  const refusal = refusals[/** @type {NodeJS.ErrnoException} */ (error)?.code ?? '']
  const failure = refusal
    ? new SetupFailure(`${what} failed: ${/** @type {Error} */ (error).message}.`, refusal.advice)
    : new SetupFailure(
        `${what} met an error of its own.`,
        'Start again; if it returns, report it with the lines below.',
        new Error(error instanceof Error ? (error.stack ?? error.message) : String(error)),
      )
  failure.code = refusal?.code ?? 'internal'
  return failure
}

/** @type {NodeJS.WritableStream} */
let output = process.stdout

/** Sends the lines to standard error, for commands whose standard output is data. */
export function reportToStderr() {
  output = process.stderr
}

/** @param {string} line */
export function say(line) {
  output.write(`${line}\n`)
}

/**
 * Runs one step. Its text, or the text that `work` returns, stands beside the time it took.
 *
 * @param {string} name
 * @param {() => Promise<string> | string} work
 * @param {{ quietUnderMs?: number }} [options] print nothing when it took less
 */
export async function step(name, work, options = {}) {
  const start = performance.now()
  let detail
  try {
    detail = await work()
  } catch (error) {
    throw setupFailure(error, `The step ${name}`)
  }
  const tookMs = performance.now() - start
  if (tookMs < (options.quietUnderMs ?? 0)) return
  say(`${name.padEnd(18)} ${detail.padEnd(64)} ${(tookMs / 1000).toFixed(2)} s`)
}

/**
 * Runs a command's whole body and turns what it throws into the exit status.
 *
 * @param {() => Promise<number>} body returns the exit status
 */
export async function runCommand(body) {
  try {
    process.exitCode = await body()
  } catch (error) {
    process.exitCode = 1
    const { message, advice, cause } = setupFailure(error)
    say(`\nFailed: ${message}\nWhat to do: ${advice}`)
    if (cause instanceof Error) say(`\n${cause.message}`)
  }
}
