/** The app's language models: their inference host runs as an Electron utility process. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { utilityProcess } from 'electron'
import { fail } from '../../models/core/failure.ts'
import type { LanguageModels } from '../../models/decoding/language-model.ts'
import { LocalModels } from './client.ts'
import type { EngineProcess, Launch } from './engine-process.ts'
import { enginePaths } from './folders.ts'

/**
 * @param folders.data folder of the app's own data; imported models lie in it
 * @param folders.resources the app's shipped files
 */
export function launchLanguageModels(folders: {
  readonly data: string
  readonly resources: string
}): LanguageModels {
  return new LocalModels({
    paths: enginePaths(folders.resources, folders.data),
    launch: launchUtility(builtHost()),
  })
}

/** @param host path of the built host */
export function launchUtility(host: string): Launch {
  return (): EngineProcess => {
    const child = utilityProcess.fork(host, [], { serviceName: 'Consilium inference', stdio: 'ignore' })
    return {
      get pid() {
        return child.pid
      },
      send: (message) => child.postMessage(message),
      onMessage: (listener) => void child.on('message', listener),
      onExit: (listener) => void child.once('exit', listener),
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

/** The host is built beside the main file; this code may end up in a folder of shared parts below it. */
function builtHost(): string {
  const host = [import.meta.dirname, join(import.meta.dirname, '..')]
    .map((folder) => join(folder, 'host.js'))
    .find((path) => existsSync(path))
  return host ?? fail('resource-missing', 'A part of Consilium is missing. Install it again.')
}
