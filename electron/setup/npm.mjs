/** Runs the npm that belongs to the running Node, quietly, and keeps its words for a failure. */
import { spawn } from 'node:child_process'

/**
 * @param {readonly string[]} args
 * @param {{ cwd: string, env?: NodeJS.ProcessEnv }} options
 * @returns {Promise<string>} standard output
 */
export function npm(args, options) {
  const windows = process.platform === 'win32'
  return run(windows ? 'npm.cmd' : 'npm', args, { ...options, shell: windows })
}

/**
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, shell?: boolean, timeoutMs?: number }} [options]
 * @returns {Promise<string>} standard output; rejects with the last lines said when the exit is not 0
 */
export function run(command, args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: options.cwd,
      env: options.env ?? process.env,
      shell: options.shell ?? false,
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: options.timeoutMs,
    })
    let out = ''
    let said = ''
    child.stdout.setEncoding('utf8').on('data', (/** @type {string} */ part) => {
      out += part
      said = (said + part).slice(-8000)
    })
    child.stderr.setEncoding('utf8').on('data', (/** @type {string} */ part) => {
      said = (said + part).slice(-8000)
    })
    child.on('error', reject)
    child.on('close', (code, signal) => {
      if (code === 0) resolve(out)
      else
        reject(
          new Error(
            `${command} ${args[0] ?? ''} ended with ${signal ?? code}\n${said.trim().split('\n').slice(-16).join('\n')}`,
          ),
        )
    })
  })
}
