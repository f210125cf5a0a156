/**
 * `npm run -s consilium -- ...`: the operations without a window. Standard output belongs to the
 * command; what the bootstrap says goes to standard error.
 */
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { prepareCommandLine } from './bootstrap.mjs'
import { root } from './paths.mjs'
import { projectEnvironment, projectNode } from './project-node.mjs'
import { reportToStderr, runCommand, SetupFailure } from './step.mjs'

await runCommand(async () => {
  reportToStderr()
  await prepareCommandLine().catch(answerInJson)
  const child = spawn(projectNode(), [join(root, 'electron/cli.ts'), ...process.argv.slice(2)], {
    env: projectEnvironment(),
    stdio: 'inherit',
  })
  // The terminal signals both; the command decides how it ends.
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM']))
    process.on(signal, () => child.kill(signal))
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code) => resolve(code ?? 1))
  })
})

/**
 * With `--json` a command that cannot even begin answers in the form of every other failure.
 *
 * @param {unknown} error
 */
function answerInJson(error) {
  if (process.argv.includes('--json') && error instanceof SetupFailure) {
    const failure = { code: error.code, message: `${error.message} ${error.advice}` }
    process.stdout.write(`${JSON.stringify({ failure })}\n`)
  }
  throw error
}
