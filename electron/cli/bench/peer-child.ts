/** Child of the benchmark that runs node-llama-cpp, through its public interface and as its guide shows. */
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { anonymousMegabytes } from '../../inference/machine.ts'
import type { Opening } from './messages.ts'
import { notAsked, serve } from './serve.ts'

/** What we use of the peer. It is no dependency of this project, so its types are not at hand. */
interface Peer {
  getLlama(options: {
    gpu: false
    build: 'never'
    skipDownload: true
    progressLogs: false
    maxThreads: number
    logLevel: 'error'
  }): Promise<{
    loadModel(options: { modelPath: string }): Promise<{
      createContext(options: { contextSize: number; batchSize: number; threads: number }): Promise<{
        getSequence(): Sequence
      }>
    }>
  }>
}

interface Sequence {
  clearHistory(): Promise<void>
  evaluate(
    tokens: readonly number[],
    options: { temperature: 0; yieldEogToken: true },
  ): AsyncGenerator<number, unknown>
  controlledEvaluate(
    tokens: readonly (number | ReturnType<typeof withChoice>)[],
  ): Promise<readonly ({ next: { token?: number | null } } | undefined)[]>
}

const withChoice = (id: number) =>
  [id, { generateNext: { token: true, options: { temperature: 0 } } }] as const

let sequence: Sequence | null = null

function opened(): Sequence {
  if (!sequence) throw new Error('nothing is loaded')
  return sequence
}

async function open(opening: Opening): Promise<{ version: string }> {
  if (opening.engine !== 'node-llama-cpp') throw new Error('this child runs node-llama-cpp')
  const entry = join(opening.packageFolder, 'node_modules/node-llama-cpp/dist/index.js')
  const peer = (await import(pathToFileURL(entry).href)) as Peer
  const llama = await peer.getLlama({
    gpu: false,
    build: 'never',
    skipDownload: true,
    progressLogs: false,
    maxThreads: opening.threads,
    logLevel: 'error',
  })
  const model = await llama.loadModel({ modelPath: opening.weights })
  const context = await model.createContext({
    contextSize: opening.contextTokens,
    batchSize: 512,
    threads: opening.threads,
  })
  sequence = context.getSequence()
  return { version: 'node-llama-cpp' }
}

serve({
  open,
  async decode({ prompt, tokens }) {
    await opened().clearHistory()
    const ids: number[] = []
    const started = performance.now()
    let first = started
    let cpu = process.cpuUsage()
    for await (const id of opened().evaluate(prompt, { temperature: 0, yieldEogToken: true })) {
      if (ids.length === 0) {
        first = performance.now()
        cpu = process.cpuUsage()
      }
      if (ids.push(id) === tokens) break
    }
    const ended = performance.now()
    const { user, system } = process.cpuUsage(cpu)
    return {
      ids,
      firstTokenMs: first - started,
      msPerToken: (ended - first) / Math.max(1, ids.length - 1),
      cpuMsPerToken: (user + system) / 1000 / Math.max(1, ids.length - 1),
      tokensPerStep: 1,
      guesses: null,
    }
  },
  async choices({ ids, first }) {
    await opened().clearHistory()
    const asked = ids.slice(0, -1).map((id, i) => (i < first - 1 ? id : withChoice(id)))
    const outputs = await opened().controlledEvaluate(asked)
    return outputs.slice(first - 1).map((output) => output?.next.token ?? -1)
  },
  memory: () => Promise.resolve(anonymousMegabytes(process.pid)),
  encodePrompt: notAsked('encodePrompt'),
  encodeText: notAsked('encodeText'),
  loss: notAsked('loss'),
})
