/** Files that survive a power cut: written whole or not at all. */
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { dirname } from 'node:path'

const ownerOnlyFile = 0o600
const ownerOnlyFolder = 0o700
const chunkBytes = 1 << 20

/** Makes renames, creations and removals in a folder durable. Windows has no such call and needs none. */
export function syncFolder(folder: string): void {
  if (process.platform === 'win32') return
  syncFile(folder)
}

/** Makes a file's written bytes durable. */
export function syncFile(file: string): void {
  const handle = openSync(file, process.platform === 'win32' ? 'r+' : 'r')
  try {
    fsyncSync(handle)
  } finally {
    closeSync(handle)
  }
}

export function makeFolder(folder: string): void {
  mkdirSync(folder, { recursive: true, mode: ownerOnlyFolder })
}

/** Replaces `file`: after a crash it holds either the old bytes or the new ones. */
export function writeDurably(file: string, bytes: string | Uint8Array): void {
  const partial = `${file}.partial`
  const handle = openSync(partial, 'w', ownerOnlyFile)
  try {
    writeFileSync(handle, bytes)
    fsyncSync(handle)
  } finally {
    closeSync(handle)
  }
  renameDurably(partial, file)
}

export function renameDurably(from: string, to: string): void {
  renameSync(from, to)
  syncFolder(dirname(to))
  if (dirname(from) !== dirname(to)) syncFolder(dirname(from))
}

export function removeDurably(file: string): void {
  if (!existsSync(file)) return
  rmSync(file, { recursive: true })
  syncFolder(dirname(file))
}

/** Calls `use` with each stretch of the first `length` bytes of a file; the buffer is used again. */
export function eachChunk(file: string, length: number, use: (bytes: Uint8Array) => void): void {
  const buffer = Buffer.alloc(Math.min(chunkBytes, Math.max(1, length)))
  const handle = openSync(file, 'r')
  try {
    for (let offset = 0; offset < length;) {
      const count = readSync(handle, buffer, 0, Math.min(buffer.length, length - offset), offset)
      if (count === 0) return
      use(buffer.subarray(0, count))
      offset += count
    }
  } finally {
    closeSync(handle)
  }
}

/** Copies the first `length` bytes (all by default) and makes the copy durable. */
export function copyDurably(from: string, to: string, length = statSync(from).size): void {
  const handle = openSync(to, 'w', ownerOnlyFile)
  try {
    eachChunk(from, length, (bytes) => {
      for (let written = 0; written < bytes.length;)
        written += writeSync(handle, bytes, written, bytes.length - written)
    })
    fsyncSync(handle)
  } finally {
    closeSync(handle)
  }
  syncFolder(dirname(to))
}

/** Length of a file in bytes, or null when there is none. */
export function sizeOf(file: string): number | null {
  return statSync(file, { throwIfNoEntry: false })?.size ?? null
}
