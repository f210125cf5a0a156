/** Starts the app's inference host: as a utility process of Electron, or in plain Node for large models. */
import { utilityProcess } from 'electron'
import type { EngineProcess, Launch } from './engine-process.ts'
import { launchNode } from './launch-node.ts'

/** Longest wait, in ms, for the rest of the error output of a process that has ended. */
const lastOutputMs = 200

/**
 * @param host path of the built host
 * @param node path of a plain Node program; null where there is none, so that all is a utility process
 * @param serviceName what the system's list of processes calls it
 */
export function launchEither(host: string, node: string | null, serviceName = 'Consilium inference'): Launch {
  const utility = launchUtility(host, serviceName)
  const plain = node === null ? utility : launchNode({ host, node, readErrors: true })
  return (kind) => (kind === 'node' ? plain(kind) : utility(kind))
}

function launchUtility(host: string, serviceName: string): Launch {
  return (): EngineProcess => {
    const child = utilityProcess.fork(host, [], {
      serviceName,
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    const { stderr } = child
    let hasAllOutput = stderr === null
    stderr?.once('close', () => (hasAllOutput = true))
    return {
      get pid() {
        return child.pid
      },
      send: (message) => child.postMessage(message),
      onMessage: (listener) => void child.on('message', listener),
      onErrorOutput: (listener) =>
        void stderr?.on('data', (chunk: Buffer) => listener(chunk.toString('utf8'))),
      onExit: (listener) =>
        void child.once('exit', () => {
          if (hasAllOutput || stderr === null) {
            listener()
            return
          }
          const wait = setTimeout(listener, lastOutputMs)
          stderr.once('close', () => {
            clearTimeout(wait)
            listener()
          })
        }),
      kill: () => {
        // `child.kill()` asks politely, which a process inside a long computation cannot hear.
        try {
          if (child.pid !== undefined) process.kill(child.pid, 'SIGKILL')
        } catch {
          // It has just ended by itself; its exit is reported separately.
        }
      },
    }
  }
}
