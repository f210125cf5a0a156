/**
 * The inference child: owns every session, all keys and values and the decoding loop. Started by
 * `launch.ts` or `launch-node.ts`, told what to do by its parent, one job at a time.
 */
import { failureOf, type Result } from '../../models/core/failure.ts'
import { describeError } from '../log.ts'
import { childPort } from './child-port.ts'
import { saveCompiledCode } from './code-cache.ts'
import { Engine } from './engine.ts'
import { listProviders } from './onnx.ts'
import { parseToChild, type FromChild, type JobRequest } from './protocol.ts'

const port = childPort()
const send = (message: FromChild): void => port.send(message)

/** To the error output, which the parent keeps the end of: never a message, since it may quote a patient. */
function report(error: unknown): void {
  for (const { type, code, message, frames } of describeError(error))
    process.stderr.write(
      `${[type, code, message].filter((part) => part !== null).join(': ')}\n${frames.join('\n')}\n`,
    )
}
process.on('uncaughtException', (error) => {
  report(error)
  process.exit(1)
})

let engine: Engine | null = null
let codeIsSaved = false
const running = new Map<number, AbortController>()

port.onMessage((raw) => {
  const message = parseToChild(raw)
  // The parent is our own code: anything else is a bug and ends the process, which the parent reports.
  if (!message) throw new Error('the parent sent something that is no message')
  switch (message.kind) {
    case 'configure':
      engine = new Engine(message.settings)
      send({ kind: 'ready', providers: listProviders(), threads: engine.threads })
      return
    case 'job':
      void answer(message.id, message.job)
      return
    case 'cancel':
      running.get(message.id)?.abort()
  }
})

async function answer(id: number, job: JobRequest): Promise<void> {
  const abort = new AbortController()
  running.set(id, abort)
  let result: Result<unknown>
  try {
    if (!engine) throw new Error('a job came before the settings')
    const value = await engine.run(job, {
      onProgress: (progress) => send({ kind: 'progress', id, progress }),
      onDelta: (delta) => send({ kind: 'delta', id, delta }),
      cancellation: abort.signal,
    })
    result = { ok: true, value }
  } catch (error) {
    const failure = failureOf(error)
    if (failure.code === 'internal') report(error)
    result = { ok: false, failure }
  }
  running.delete(id)
  send({ kind: 'ended', id, result })
  if (!codeIsSaved) saveCompiledCode()
  codeIsSaved = true
}
