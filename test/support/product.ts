/** The product without a window: real vault, real handlers, real job queue, a scripted model. */
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createHandlers } from '../../electron/handlers/index.ts'
import { SampleFolder } from '../../electron/handlers/sample-folder.ts'
import { CaseFolder } from '../../electron/handlers/case-folder.ts'
import { PanelFolder } from '../../electron/handlers/panel-folder.ts'
import { openSentenceEncoder } from '../../electron/inference/sentence-encoder.ts'
import { KnowledgeFolder } from '../../electron/handlers/knowledge-folder.ts'
import type { SentenceEncoder } from '../../models/embedding/sentence-encoder.ts'
import { answerWith } from '../../electron/ipc/answer.ts'
import { JobQueue } from '../../electron/jobs/job-queue.ts'
import { resourcesFolder } from '../../electron/resources.ts'
import { LiveExpression } from '../../electron/live/live-expression.ts'
import { BlockedRequests } from '../../electron/security/network.ts'
import { VaultLock } from '../../electron/security/lock.ts'
import { openTopicHead } from '../../electron/topic-files.ts'
import { openVaults } from '../../electron/storage/vault.ts'
import type {
  JobId,
  JobOutcome,
  OperationName,
  Pushes,
  PushName,
  ReplyOf,
  RequestOf,
} from '../../models/contract/operations.ts'
import { attentiveTopicReader } from '../../models/dialogue/topics/index.ts'
import { FailureError, type Result } from '../../models/core/failure.ts'
import { ScriptedModels, type Script } from './scripted-models.ts'
import { ScriptedReaders } from './scripted-readers.ts'

/** Of the bundled sentence encoder. */
const vectorWidth = 384

export const passphrase = 'a long enough passphrase'

export interface Pushed {
  readonly name: PushName
  readonly payload: Pushes[PushName]
}

/** One product in its own temporary folder. `dispose` removes it. */
export function startProduct(script: Script = () => 'Nothing to say.') {
  const folder = mkdtempSync(join(tmpdir(), 'consilium-product-'))
  const pushes: Pushed[] = []
  const bugs: unknown[] = []
  const refused: string[] = []
  /** What the person answers to the next file dialogs; null is "Cancel". */
  const chosen: (string | null)[] = []
  const offered: string[] = []
  const opened: string[] = []
  let cleared = 0
  let seeds = 100

  const push = <K extends PushName>(name: K, payload: Pushes[K]): void => {
    pushes.push({ name, payload })
  }
  const reportBug = (error: unknown): void => {
    bugs.push(error)
  }
  const now = (): Date => new Date()
  const models = new ScriptedModels(script)
  const vault = openVaults(join(folder, 'vault'), { keyring: null })
  const jobs = new JobQueue({ push, newId: () => randomBytes(16).toString('hex'), now, reportBug })
  const readers = new ScriptedReaders()
  const expression = new LiveExpression({
    readers,
    store: () => vault.store(),
    push,
    now: () => readers.seconds,
  })
  const lock = new VaultLock({
    vault,
    jobs,
    models,
    expression,
    push,
    clearWindow: () => (cleared += 1),
    reportBug,
    graceMs: 200,
  })
  const blocked = new BlockedRequests({ now, announce: (request) => push('network.blocked', request) })
  let encoder: ReturnType<typeof openSentenceEncoder> | null = null
  let encoded = 0
  const sentences: SentenceEncoder = {
    width: vectorWidth,
    encode: async (texts) => {
      encoded += texts.length
      return (await (encoder ??= openSentenceEncoder(resourcesFolder()))).encode(texts)
    },
  }
  const topics = attentiveTopicReader(openTopicHead(resourcesFolder()), sentences)
  const choose = (): Promise<string | null> => {
    const answer = chosen.shift()
    if (answer === undefined) throw new Error('a file dialog opened that the test did not expect')
    return Promise.resolve(answer)
  }
  const handlers = createHandlers({
    vault,
    models,
    jobs,
    push,
    now,
    samples: new SampleFolder(join(resourcesFolder(), 'samples')),
    cases: new CaseFolder(resourcesFolder()),
    knowledge: new KnowledgeFolder(resourcesFolder(), sentences),
    panel: new PanelFolder(resourcesFolder(), () => Promise.resolve(sentences)),
    topics: () => topics,
    expression,
    dialogs: {
      saveFile: ({ name }) => (offered.push(name), choose()),
      openFile: choose,
    },
    folders: { data: folder, licences: resourcesFolder() },
    openFolder: (path) => (opened.push(path), Promise.resolve()),
    lock: () => lock.lock(),
    newSeed: () => (seeds += 1),
    versions: { version: '0', platform: 'test', electron: '0', chrome: '0' },
    blockedRequests: () => blocked.list(),
  })
  const answer = answerWith({
    handlers,
    onRefusedSender: () => refused.push('sender'),
    reportBug,
  })
  const window = { isOwnWindow: true, isMainFrame: true, url: 'app://consilium/index.html' }

  const call = async <K extends OperationName>(
    operation: K,
    request: RequestOf<K>,
  ): Promise<Result<ReplyOf<K>>> =>
    (await answer(window, operation, structuredClone(request))) as Result<ReplyOf<K>>

  return {
    folder,
    models,
    vault,
    jobs,
    lock,
    readers,
    expression,
    blocked,
    pushes,
    bugs,
    chosen,
    offered,
    opened,
    get cleared() {
      return cleared
    },
    call,

    /** The reply; throws the failure. */
    async ask<K extends OperationName>(operation: K, request: RequestOf<K>): Promise<ReplyOf<K>> {
      const result = await call(operation, request)
      if (!result.ok) throw new FailureError(result.failure)
      return result.value
    },

    /** The code of the failure that the request ends in; 'ok' when it does not. */
    async code<K extends OperationName>(operation: K, request: RequestOf<K>): Promise<string> {
      const result = await call(operation, request)
      return result.ok ? 'ok' : result.failure.code
    },

    /** How many texts were asked of the sentence encoder so far. */
    encoded: (): number => encoded,

    /** How a job ended. */
    async ended(job: JobId): Promise<Pushes['job.ended']> {
      for (;;) {
        for (const { name, payload } of pushes)
          if (name === 'job.ended' && (payload as Pushes['job.ended']).job === job)
            return payload as Pushes['job.ended']
        await new Promise((resolve) => setImmediate(resolve))
      }
    },

    /** What a job brought; throws its failure. */
    async outcome<K extends JobOutcome['kind']>(
      job: JobId,
      kind: K,
    ): Promise<Extract<JobOutcome, { kind: K }>> {
      const end = await this.ended(job)
      if (!end.ok) throw new FailureError(end.failure)
      if (end.outcome.kind !== kind) throw new Error(`a ${end.outcome.kind} instead of a ${kind}`)
      return end.outcome as Extract<JobOutcome, { kind: K }>
    },

    pushesOf<K extends PushName>(name: K): Pushes[K][] {
      return pushes.filter((each) => each.name === name).map((each) => each.payload as Pushes[K])
    },

    dispose(): void {
      void encoder?.then((opened) => opened.dispose())
      vault.lock()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

export type TestProduct = ReturnType<typeof startProduct>

/** A product whose vault is open. */
export async function openProduct(script?: Script): Promise<TestProduct> {
  const product = startProduct(script)
  await product.ask('vault.create', {
    passphrase,
    useKeyring: false,
    userName: 'Dr Tester',
    role: 'clinician',
  })
  return product
}
