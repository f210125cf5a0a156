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
  const detail = await work()
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
    if (error instanceof SetupFailure) {
      say(`\nFailed: ${error.message}\nWhat to do: ${error.advice}`)
      if (error.cause instanceof Error) say(`\n${error.cause.message}`)
    } else {
      say(
        `\nThe bootstrap met an error of its own:\n${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
      )
    }
  }
}
