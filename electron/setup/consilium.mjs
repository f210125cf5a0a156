/**
 * `npm run -s consilium -- ...`: the operations without a window. Standard output belongs to the
 * command; what the bootstrap says goes to standard error.
 */
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { prepareCommandLine } from './bootstrap.mjs'
import { root } from './paths.mjs'
import { projectEnvironment, projectNode } from './project-node.mjs'
import { reportToStderr, runCommand, setupFailure } from './step.mjs'

reportToStderr()
await runCommand(() => command().catch(answerInJson))

/** @returns {Promise<number>} the command's exit status */
async function command() {
  await prepareCommandLine()
  const child = spawn(projectNode(), [join(root, 'electron/cli.ts'), ...process.argv.slice(2)], {
    env: projectEnvironment(),
    stdio: 'inherit',
  })
  // The terminal signals both; the command decides how it ends.
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM']))
    process.on(signal, () => child.kill(signal))
  return /** @type {Promise<number>} */ (
    new Promise((resolve, reject) => {
      child.on('error', reject)
      child.on('close', (code) => resolve(code ?? 1))
    })
  )
}

/**
 * With `--json` a command that cannot even begin answers in the form of every other failure.
 *
 * @param {unknown} error
 * @returns {never}
 */
function answerInJson(error) {
  const failed = setupFailure(error)
  if (process.argv.includes('--json')) {
    const failure = { code: failed.code, message: `${failed.message} ${failed.advice}` }
    process.stdout.write(`${JSON.stringify({ failure })}\n`)
  }
  throw failed
}
