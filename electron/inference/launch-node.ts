/** Starts the inference host as a plain Node child: for commands, tests, and models too large for Electron's allocator. */
import { fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { EngineProcess, Launch } from './engine-process.ts'

export interface NodeLaunchOptions {
  /** Path of the host; without it the one beside this file. */
  readonly host?: string
  /** Path of a Node binary; without it the running one. */
  readonly node?: string
  /** Folder where Node keeps compiled code, so that later children start in a quarter of the time. */
  readonly codeCache?: string
  /** Whether its error output is read by the parent instead of going to the parent's own. */
  readonly readErrors?: boolean
}

export function launchNode(options: NodeLaunchOptions = {}): Launch {
  const host = options.host ?? fileURLToPath(new URL('./host.ts', import.meta.url))
  return (): EngineProcess => {
    const child = fork(host, [], {
      execPath: options.node ?? process.execPath,
      execArgv: [],
      env: options.codeCache ? { ...process.env, NODE_COMPILE_CACHE: options.codeCache } : process.env,
      serialization: 'advanced',
      // Standard output belongs to the command that runs us.
      stdio: ['ignore', 'ignore', options.readErrors ? 'pipe' : 'inherit', 'ipc'],
    })
    // A child that cannot be started reports an error and no exit.
    const onExit = (listener: () => void): void => {
      let ended = false
      const end = (): void => {
        if (!ended) listener()
        ended = true
      }
      // After its error output has been read to the end.
      child.once('close', end)
      child.once('error', end)
    }
    return {
      get pid() {
        return child.pid
      },
      send: (message) => {
        // It may have died a moment ago; its exit is reported separately.
        if (child.connected) child.send(message as object, () => undefined)
      },
      onMessage: (listener) => void child.on('message', listener),
      ...(child.stderr
        ? { onErrorOutput: (listener) => void child.stderr?.setEncoding('utf8').on('data', listener) }
        : {}),
      onExit,
      kill: () => void child.kill('SIGKILL'),
    }
  }
}
