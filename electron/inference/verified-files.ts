/**
 * Whether files still have the content they should have. A file is hashed when it is first seen and
 * whenever its size, times or place on the disk changed since; otherwise a note says that it was.
 */
import { createHash } from 'node:crypto'
import { lstatSync, mkdirSync, readFileSync, renameSync, writeFileSync, type Stats } from 'node:fs'
import { join } from 'node:path'
import type { Cancellation } from '../../models/core/cancellation.ts'
import { hashFile } from './file-bytes.ts'

export interface ExpectedFile {
  readonly path: string
  readonly bytes: number
  /** Hex. */
  readonly sha256: string
}

export type Verdict = 'intact' | 'missing' | 'altered'

/** Everything about a file that changes when somebody writes to it. */
export const fileState = (stat: Stats): string => [stat.size, stat.mtimeMs, stat.ctimeMs, stat.ino].join(' ')

export class VerifiedFiles {
  readonly #notes: string

  /** @param notes folder for the notes; made when needed */
  constructor(notes: string) {
    this.#notes = notes
  }

  /** Links are never followed: a link counts as altered. */
  check(file: ExpectedFile, cancellation: Cancellation | null, onBytes?: (count: number) => void): Verdict {
    const stat = lstatSync(file.path, { throwIfNoEntry: false })
    if (!stat) return 'missing'
    if (!stat.isFile() || stat.size !== file.bytes) return 'altered'
    const note = join(this.#notes, createHash('sha256').update(file.path).digest('hex').slice(0, 32))
    const state = `${fileState(stat)} ${file.sha256}`
    if (this.#read(note) === state) return 'intact'
    if (hashFile(file.path, cancellation, onBytes) !== file.sha256) return 'altered'
    this.#write(note, state)
    return 'intact'
  }

  #read(note: string): string | null {
    try {
      return readFileSync(note, 'utf8')
    } catch {
      return null
    }
  }

  #write(note: string, state: string): void {
    try {
      mkdirSync(this.#notes, { recursive: true })
      writeFileSync(`${note}.${process.pid}`, state, { mode: 0o600 })
      renameSync(`${note}.${process.pid}`, note)
    } catch {
      // Without a note the file is hashed again next time, which is only slower.
    }
  }
}
