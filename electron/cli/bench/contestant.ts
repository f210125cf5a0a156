/** The parent's side of one child: an engine with one set of weights, idle until it is its turn. */
import { fork, type ChildProcess } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { FailureError, fail } from '../../../models/core/failure.ts'
import type { Answer, CallName, Calls, Opening } from './messages.ts'

const files = { ours: './ours-child.ts', 'node-llama-cpp': './peer-child.ts' } as const

export class Contestant implements Disposable {
  readonly opening: Opening
  readonly #child: ChildProcess
  readonly #waiting = new Map<number, { resolve: (value: unknown) => void; reject: (error: Error) => void }>()
  #calls = 0

  private constructor(opening: Opening) {
    this.opening = opening
    this.#child = fork(fileURLToPath(new URL(files[opening.engine], import.meta.url)), [], {
      serialization: 'advanced',
      execArgv: [],
      // Standard output belongs to the command.
      stdio: ['ignore', 2, 2, 'ipc'],
    })
    this.#child.on('message', (message) => this.#settle(message as Answer))
    this.#child.on('exit', (code, signal) => {
      const error = new FailureError({
        code: 'engine-crashed',
        message: `The ${opening.engine} process of the benchmark ended (${signal ?? code}). Run it again with fewer threads or more free memory.`,
      })
      for (const { reject } of this.#waiting.values()) reject(error)
      this.#waiting.clear()
    })
  }

  /** Starts a child and loads its weights. */
  static async open(opening: Opening): Promise<Contestant> {
    const contestant = new Contestant(opening)
    try {
      await contestant.call('open', opening)
      return contestant
    } catch (error) {
      contestant[Symbol.dispose]()
      throw error
    }
  }

  call<K extends CallName>(call: K, request: Calls[K]['request']): Promise<Calls[K]['reply']> {
    const id = this.#calls++
    return new Promise<unknown>((resolve, reject) => {
      if (this.#child.exitCode !== null)
        fail('engine-crashed', 'A process of the benchmark has ended. Run it again.')
      this.#waiting.set(id, { resolve, reject })
      this.#child.send({ id, call, with: request })
    }) as Promise<Calls[K]['reply']>
  }

  #settle(answer: Answer): void {
    const waiting = this.#waiting.get(answer.id)
    this.#waiting.delete(answer.id)
    if (answer.ok) waiting?.resolve(answer.value)
    else waiting?.reject(new FailureError(answer.failure))
  }

  [Symbol.dispose](): void {
    this.#child.removeAllListeners('exit')
    this.#child.kill('SIGKILL')
  }
}
