/**
 * A small log on disk for finding bugs: times, codes and stack frames. It never holds a message of an
 * unknown error, a request or a file name a person chose, because any of these may quote a patient.
 */
import { appendFileSync, mkdirSync, renameSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { FailureError } from '../models/core/failure.ts'

/** What may be told beside an event: names, codes and figures of the program itself. */
export type LogFacts = Readonly<Record<string, string | number | boolean | null>>

export interface Log {
  /** Something that happened, by a fixed name of the program. */
  event(name: string, facts?: LogFacts): void
  /** A bug or a failure with a cause: classes, codes and frames of the whole chain. */
  error(name: string, error: unknown): void
}

const framesPerError = 12

interface LoggedError {
  readonly type: string
  readonly code: string | null
  /** Only of a FailureError, whose messages never hold patient text by contract. */
  readonly message: string | null
  readonly frames: readonly string[]
}

const codeOf = (error: Error): string | null => {
  if (error instanceof FailureError) return error.failure.code
  const code: unknown = 'code' in error ? error.code : null
  return typeof code === 'string' && /^[A-Z0-9_]{1,60}$/.test(code) ? code : null
}

/** The chain of causes, outermost first, without foreign messages. */
export function describeError(error: unknown): readonly LoggedError[] {
  const chain: LoggedError[] = []
  for (let each: unknown = error; each !== undefined && chain.length < 5;) {
    if (!(each instanceof Error)) {
      chain.push({ type: typeof each, code: null, message: null, frames: [] })
      break
    }
    chain.push({
      type: /^\w{1,60}$/.test(each.name) ? each.name : 'Error',
      code: codeOf(each),
      message: each instanceof FailureError ? each.failure.message : null,
      // A stack begins with the message, which may span lines and may look like a frame.
      frames: (each.stack ?? '')
        .replace(each.message, () => '')
        .split('\n')
        .filter((line) => /^ {4}at (?:[\w$.<>[\]# ]+ \()?[^\s()]+:\d+:\d+\)?$/.test(line))
        .slice(0, framesPerError)
        .map((line) => line.trim()),
    })
    each = each.cause
  }
  return chain
}

export interface FileLogOptions {
  readonly folder: string
  readonly now: () => Date
  /** Size in bytes at which a file is put aside. */
  readonly maxBytes?: number
}

/** Keeps `app.log` and one older file. Never throws: a full disk must not stop the app. */
export class FileLog implements Log {
  readonly #file: string
  readonly #now: () => Date
  readonly #maxBytes: number

  constructor(options: FileLogOptions) {
    this.#file = join(options.folder, 'app.log')
    this.#now = options.now
    this.#maxBytes = options.maxBytes ?? 512 * 1024
    try {
      mkdirSync(options.folder, { recursive: true, mode: 0o700 })
    } catch {
      // Writing will fail and be skipped in the same way.
    }
  }

  event(name: string, facts: LogFacts = {}): void {
    this.#write({ event: name, ...facts })
  }

  error(name: string, error: unknown): void {
    this.#write({ event: name, errors: describeError(error) })
  }

  #write(entry: object): void {
    try {
      this.#rotate()
      const line = `${JSON.stringify({ at: this.#now().toISOString(), ...entry })}\n`
      appendFileSync(this.#file, line, { mode: 0o600 })
    } catch {
      // There is nowhere left to say it.
    }
  }

  #rotate(): void {
    const size = statSync(this.#file, { throwIfNoEntry: false })?.size ?? 0
    if (size < this.#maxBytes) return
    const older = `${this.#file}.1`
    rmSync(older, { force: true })
    renameSync(this.#file, older)
  }
}
