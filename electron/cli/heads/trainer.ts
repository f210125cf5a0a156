/** Runs the Python trainer of draft heads, or says what it needs. */
import { spawn, spawnSync } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fail } from '../../../models/core/failure.ts'
import type { Cancellation } from '../../../models/core/cancellation.ts'

const needed = ['torch', 'safetensors', 'numpy'] as const

/** Fails with `tool-missing` where Python or a package is missing, and says how to get it. */
export function checkPython(python: string): void {
  const probe = `import importlib.util as i; print(' '.join(n for n in '${needed.join(' ')}'.split() if not i.find_spec(n)))`
  const { status, stdout } = spawnSync(python, ['-c', probe], { encoding: 'utf8' })
  if (status !== 0)
    fail(
      'tool-missing',
      `Training needs Python 3.10 or newer, and ${python} does not run. Install it, or name it with --python.`,
    )
  const missing = stdout.trim()
  if (missing !== '')
    fail(
      'tool-missing',
      `Training needs Python packages that are not there. Run: ${python} -m pip install ${missing}`,
    )
}

/**
 * Runs `python -m clover.train` and hands its progress lines on.
 *
 * @param folder that holds the package `clover`
 * @returns the report that it prints
 */
export async function runTrainer(
  python: string,
  folder: string,
  options: readonly string[],
  onLine: (line: string) => void,
  cancellation: Cancellation,
): Promise<unknown> {
  const child = spawn(python, ['-m', 'clover.train', ...options], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const stop = (): void => void child.kill('SIGTERM')
  cancellation.addEventListener('abort', stop, { once: true })
  let report = ''
  let last = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => (report += text))
  createInterface({ input: child.stderr }).on('line', (line) => {
    last = line
    onLine(line)
  })
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject)
    child.on('close', resolve)
  })
  cancellation.removeEventListener('abort', stop)
  cancellation.throwIfAborted()
  if (code !== 0)
    fail(
      'internal',
      `The trainer stopped: ${last}. Run the command again; it goes on from its last checkpoint.`,
    )
  return JSON.parse(report)
}
