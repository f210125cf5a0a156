/**
 * Keeps one inference child alive and gives it one job at a time. A computation blocks its process, so
 * every judgement about it is made here: a child that stays silent past the deadline of its job is
 * killed, a child that ends is started again with growing pauses, too many ends in a row stop the
 * restarts, and a job that ended its child twice is not tried a third time. The child holds nothing
 * that cannot be made again.
 */
import { createHash } from 'node:crypto'
import type { Cancellation } from '../../models/core/cancellation.ts'
import { FailureError, type Failure } from '../../models/core/failure.ts'
import type { OnProgress } from '../../models/core/progress.ts'
import type { ProcessKind, TokenDelta } from '../../models/decoding/language-model.ts'
import type { EngineProcess, Launch } from './engine-process.ts'
import { ErrorLines, tellingLine } from './error-lines.ts'
import { JobQueue, type QueuedJob } from './job-queue.ts'
import {
  parseFromChild,
  parseReply,
  type EngineSettings,
  type FromChild,
  type JobKind,
  type JobRequest,
  type Jobs,
  type ToChild,
} from './protocol.ts'

export interface SupervisorLimits {
  /** Longest wait for a started child to report. */
  readonly startMs: number
  /** Longest silence during a job of each kind; any message restarts it. */
  readonly silenceMs: Readonly<Record<JobKind, number>>
  /** Longest wait for a cancelled job to end. */
  readonly cancelMs: number
  /** Pause before the first and before the latest restart; it doubles in between. */
  readonly firstPauseMs: number
  readonly longestPauseMs: number
  /** Ends within the window after which nothing is started any more. */
  readonly crashes: number
  readonly crashWindowMs: number
  /** Ends caused by the same job after which it is refused. */
  readonly killsPerJob: number
}

export const defaultLimits: SupervisorLimits = {
  startMs: 30_000,
  silenceMs: {
    describe: 60_000,
    compile: 300_000,
    load: 120_000,
    generate: 120_000,
    import: 120_000,
    forget: 10_000,
    embed: 120_000,
    'read-texts': 120_000,
    'read-face': 10_000,
    'read-voice': 20_000,
  },
  cancelMs: 5_000,
  firstPauseMs: 1_000,
  longestPauseMs: 30_000,
  crashes: 5,
  crashWindowMs: 10 * 60_000,
  killsPerJob: 2,
}

export interface JobOptions {
  readonly onProgress: OnProgress
  readonly onDelta: (delta: TokenDelta) => void
  readonly signal: Cancellation
  /** The kind of process that can do it; absent for any. A child of another kind is replaced. */
  readonly process?: ProcessKind
}

/** A child that ended although nobody wanted it to. */
export interface Crash {
  readonly process: ProcessKind
  /** What it was doing. */
  readonly job: JobKind | null
  readonly cause: 'ended' | 'deadline' | 'start-deadline' | 'bad-message'
  /** The end of its error output, without anything of the job's text. */
  readonly lines: readonly string[]
}

export interface SupervisorState {
  readonly phase: 'stopped' | 'starting' | 'ready' | 'busy' | 'backing-off' | 'open-circuit'
  readonly providers: readonly string[]
  readonly threads: number
  readonly pid: number | null
  readonly process: ProcessKind | null
  /** Times a child was started in place of one that ended unasked. */
  readonly restarts: number
  /** Why it is not ready, and what to do; null while all is well. */
  readonly reason: string | null
}

/** Why a child is being ended on purpose. */
type Intent = 'recycle' | 'cancel' | 'deadline' | 'start-deadline' | 'bad-message'

interface Child {
  readonly process: EngineProcess
  readonly kind: ProcessKind
  readonly errors: ErrorLines
  ready: boolean
  intent: Intent | null
  /** The running job was asked to end, so its messages no longer buy time. */
  cancelling: boolean
  timer: NodeJS.Timeout | null
}

const silent: Failure = {
  code: 'timeout',
  message: 'The model did not answer in time and was stopped. Try again, or choose a smaller model.',
}
const crashed: Failure = {
  code: 'engine-crashed',
  message: 'The model stopped unexpectedly. Nothing that was saved is lost; try again.',
}
const cancelled: Failure = { code: 'cancelled', message: 'Stopped.' }
const quarantined: Failure = {
  code: 'quarantined',
  message:
    'This request has stopped the model twice and is not tried again. Change its text, or choose another model.',
}
const closed: Failure = { code: 'engine-unavailable', message: 'Consilium is closing.' }

export class EngineSupervisor {
  readonly #launch: Launch
  readonly #settings: EngineSettings
  readonly #limits: SupervisorLimits
  readonly #onCrash: (crash: Crash) => void
  readonly #queue = new JobQueue()
  readonly #listeners = new Set<(state: SupervisorState) => void>()
  readonly #killsOf = new Map<string, number>()
  #crashTimes: number[] = []
  #child: Child | null = null
  #active: QueuedJob | null = null
  #nextId = 1
  #pauseMs = 0
  #pauseUntil = 0
  #pauseTimer: NodeJS.Timeout | null = null
  #unaskedEnds = 0
  /** What the latest child that ended unasked said last. */
  #lastWords: string | null = null
  #disposed = false
  #state: SupervisorState = {
    phase: 'stopped',
    providers: [],
    threads: 0,
    pid: null,
    process: null,
    restarts: 0,
    reason: null,
  }

  constructor(
    launch: Launch,
    settings: EngineSettings,
    limits: SupervisorLimits = defaultLimits,
    onCrash: (crash: Crash) => void = () => undefined,
  ) {
    this.#launch = launch
    this.#settings = settings
    this.#limits = limits
    this.#onCrash = onCrash
  }

  get state(): SupervisorState {
    return this.#state
  }

  onState(listener: (state: SupervisorState) => void): () => void {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }

  /** Whether jobs wait or run. */
  get idle(): boolean {
    return this.#active === null && this.#queue.size === 0
  }

  /**
   * Runs a job after those before it. Rejects with a FailureError: what the child answered, or
   * `engine-crashed`, `timeout`, `quarantined`, `engine-unavailable`, `cancelled`.
   */
  run<K extends JobKind>(
    job: { readonly kind: K } & Jobs[K]['request'],
    options: JobOptions,
  ): Promise<Jobs[K]['reply']> {
    const request = job as JobRequest
    return new Promise<Jobs[K]['reply']>((resolve, reject) => {
      const onAbort = (): void => this.#cancel(queued)
      const settle = (): void => options.signal.removeEventListener('abort', onAbort)
      const queued: QueuedJob = {
        id: this.#nextId++,
        request,
        process: options.process ?? null,
        onProgress: options.onProgress,
        onDelta: options.onDelta,
        resolve: (value) => {
          settle()
          const reply = parseReply(job.kind, value)
          if (reply === null && value !== null) reject(new FailureError(crashed))
          else resolve(reply)
        },
        reject: (failure) => {
          settle()
          reject(new FailureError(failure))
        },
      }
      if (this.#disposed) {
        queued.reject(closed)
        return
      }
      if (options.signal.aborted) {
        queued.reject(cancelled)
        return
      }
      options.signal.addEventListener('abort', onAbort, { once: true })
      this.#queue.push(queued)
      this.#pump()
    })
  }

  /** Replaces the child by a fresh one with the next job; call between jobs. */
  recycle(): Promise<void> {
    const child = this.#child
    if (!child || this.#active) return Promise.resolve()
    child.intent = 'recycle'
    return new Promise((resolve) => {
      child.process.onExit(resolve)
      child.process.kill()
    })
  }

  /** Ends the child and every job; nothing can be run afterwards. */
  async dispose(): Promise<void> {
    this.#disposed = true
    if (this.#pauseTimer) clearTimeout(this.#pauseTimer)
    for (const job of this.#queue.drain()) job.reject(closed)
    const active = this.#active
    this.#active = null
    active?.reject(closed)
    await this.recycle()
    this.#setState('stopped', null)
  }

  #pump(): void {
    if (this.#active || this.#disposed || this.#queue.size === 0) return
    const next = this.#queue.first()!
    if (this.#killsBy(next) >= this.#limits.killsPerJob) {
      this.#queue.shift()
      next.reject({ ...quarantined, message: quarantined.message + this.#itSaid() })
      this.#pump()
      return
    }
    if (this.#child) {
      // Not ready yet, or on its way out: its next event comes back here.
      if (!this.#child.ready || this.#child.intent) return
      if (next.process === null || next.process === this.#child.kind)
        this.#give(this.#child, this.#queue.shift()!)
      else this.#end(this.#child, 'recycle')
      return
    }
    if (this.#circuitOpen()) {
      const failure: Failure = { code: 'engine-unavailable', message: this.#state.reason ?? closed.message }
      for (const job of this.#queue.drain()) job.reject(failure)
      return
    }
    const pause = this.#pauseUntil - Date.now()
    if (pause > 0) {
      this.#setState('backing-off', 'The model stopped unexpectedly and is being started again.')
      this.#pauseTimer ??= setTimeout(() => {
        this.#pauseTimer = null
        this.#pump()
      }, pause)
      return
    }
    this.#start(next.process ?? 'utility')
  }

  #start(kind: ProcessKind): void {
    let started: EngineProcess
    try {
      started = this.#launch(kind)
    } catch {
      this.#noteCrash(null)
      if (this.#circuitOpen()) this.#openCircuit()
      this.#pump()
      return
    }
    const child: Child = {
      process: started,
      kind,
      errors: new ErrorLines(),
      ready: false,
      intent: null,
      cancelling: false,
      timer: null,
    }
    this.#child = child
    child.process.onMessage((message) => this.#onMessage(child, message))
    child.process.onErrorOutput?.((chunk) => child.errors.push(chunk))
    child.process.onExit(() => this.#onExit(child))
    this.#setState('starting', null)
    this.#setDeadline(child, this.#limits.startMs, 'start-deadline')
    this.#send(child, { kind: 'configure', settings: this.#settings })
  }

  #give(child: Child, job: QueuedJob): void {
    this.#active = job
    child.cancelling = false
    this.#setState('busy', null)
    this.#setDeadline(child, this.#limits.silenceMs[job.request.kind], 'deadline')
    this.#send(child, { kind: 'job', id: job.id, job: job.request })
  }

  #cancel(job: QueuedJob): void {
    if (this.#queue.remove(job)) {
      job.reject(cancelled)
      return
    }
    const child = this.#child
    if (this.#active !== job || !child) return
    child.cancelling = true
    this.#send(child, { kind: 'cancel', id: job.id })
    // A compilation hears nothing before its end and loses nothing when it is killed.
    const patience = job.request.kind === 'compile' ? 0 : this.#limits.cancelMs
    this.#setDeadline(child, patience, 'cancel')
  }

  #onMessage(child: Child, raw: unknown): void {
    if (child !== this.#child || child.intent === 'recycle') return
    const message = parseFromChild(raw)
    if (!message) {
      this.#end(child, 'bad-message')
      return
    }
    if (message.kind === 'ready') {
      this.#onReady(child, message)
      return
    }
    const job = this.#active
    if (job?.id !== message.id) return
    if (message.kind === 'ended') {
      this.#onEnded(child, job, message.result)
      return
    }
    if (message.kind === 'progress') job.onProgress(message.progress)
    else job.onDelta(message.delta)
    if (!child.cancelling) child.timer?.refresh()
  }

  #onReady(child: Child, message: Extract<FromChild, { kind: 'ready' }>): void {
    this.#clearDeadline(child)
    child.ready = true
    this.#state = { ...this.#state, providers: message.providers, threads: message.threads }
    this.#setState('ready', null)
    this.#pump()
  }

  #onEnded(child: Child, job: QueuedJob, result: Extract<FromChild, { kind: 'ended' }>['result']): void {
    this.#clearDeadline(child)
    this.#active = null
    this.#pauseMs = 0
    if (this.#killsOf.size > 0) this.#killsOf.delete(fingerprint(job.request))
    this.#setState('ready', null)
    if (result.ok) job.resolve(result.value)
    else job.reject(result.failure)
    this.#pump()
  }

  #onExit(child: Child): void {
    this.#clearDeadline(child)
    if (child !== this.#child) return
    this.#child = null
    const job = this.#active
    this.#active = null
    const asked = child.intent === 'recycle' || child.intent === 'cancel'
    if (!asked) {
      this.#report(child, job)
      this.#noteCrash(job)
    }
    if (job)
      job.reject(child.intent === 'cancel' ? cancelled : child.intent === 'deadline' ? silent : crashed)
    if (this.#disposed) return
    if (this.#circuitOpen()) this.#openCircuit()
    else if (asked) this.#setState('stopped', null)
    else this.#setState('backing-off', crashed.message)
    this.#pump()
  }

  #report(child: Child, job: QueuedJob | null): void {
    const lines = child.errors.last(job ? textsOf(job.request) : [])
    const { intent } = child
    const cause = intent === null || intent === 'recycle' || intent === 'cancel' ? 'ended' : intent
    this.#lastWords = tellingLine(lines)
    this.#onCrash({ process: child.kind, job: job?.request.kind ?? null, cause, lines })
  }

  #itSaid(): string {
    return this.#lastWords === null ? '' : ` The last it reported was: ${this.#lastWords}`
  }

  #noteCrash(job: QueuedJob | null): void {
    this.#unaskedEnds++
    this.#crashTimes.push(Date.now())
    this.#pauseMs = Math.min(
      Math.max(this.#limits.firstPauseMs, this.#pauseMs * 2),
      this.#limits.longestPauseMs,
    )
    this.#pauseUntil = Date.now() + this.#pauseMs
    if (job) this.#killsOf.set(fingerprint(job.request), this.#killsBy(job) + 1)
  }

  /** A picture's fingerprint takes longer than handing it on: none is made while nothing was ever ended. */
  #killsBy({ request }: QueuedJob): number {
    return this.#killsOf.size === 0 ? 0 : (this.#killsOf.get(fingerprint(request)) ?? 0)
  }

  #circuitOpen(): boolean {
    const since = Date.now() - this.#limits.crashWindowMs
    this.#crashTimes = this.#crashTimes.filter((time) => time >= since)
    return this.#crashTimes.length >= this.#limits.crashes
  }

  #openCircuit(): void {
    const again = new Date(this.#crashTimes[0]! + this.#limits.crashWindowMs)
    const clock = `${String(again.getHours()).padStart(2, '0')}:${String(again.getMinutes()).padStart(2, '0')}`
    this.#setState(
      'open-circuit',
      `The model stopped ${this.#crashTimes.length} times in a short while, so it is not started again before ${clock}. Choose another model, or restart Consilium.${this.#itSaid()}`,
    )
  }

  #end(child: Child, intent: Intent): void {
    child.intent = intent
    this.#clearDeadline(child)
    child.process.kill()
  }

  #setDeadline(child: Child, ms: number, intent: Intent): void {
    this.#clearDeadline(child)
    child.timer = setTimeout(() => this.#end(child, intent), ms)
  }

  #clearDeadline(child: Child): void {
    if (child.timer) clearTimeout(child.timer)
    child.timer = null
  }

  #send(child: Child, message: ToChild): void {
    child.process.send(message)
  }

  #setState(phase: SupervisorState['phase'], reason: string | null): void {
    this.#state = {
      ...this.#state,
      phase,
      reason,
      pid: this.#child?.process.pid ?? null,
      process: this.#child?.kind ?? null,
      restarts: this.#unaskedEnds,
    }
    for (const listener of this.#listeners) listener(this.#state)
  }
}

/** What a job was given that may be a patient's. */
function textsOf(job: JobRequest): readonly string[] {
  if (job.kind === 'import') return [job.path]
  if (job.kind !== 'generate') return []
  return [...job.messages.map(({ content }) => content), job.opening ?? '']
}

/** What makes two requests the same job. The conversation they are kept under does not. */
function fingerprint(job: JobRequest): string {
  const hash = createHash('sha256')
  if (job.kind === 'read-face') hash.update(job.image.data)
  else if (job.kind === 'read-voice') hash.update(job.samples)
  else hash.update(JSON.stringify(job.kind === 'generate' ? { ...job, conversation: null } : job))
  return hash.digest('hex')
}
