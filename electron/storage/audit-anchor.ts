/**
 * The head of the audit trail, kept outside the database, so that cutting the trail's end shows.
 *
 * Two fixed slots are written in turn; each authenticates itself, so a torn write leaves the other.
 * A write is not synced: a commit always reaches the disk first, so after a power cut the anchor may
 * lag behind the trail but never run ahead of it.
 */
import { createHmac, timingSafeEqual } from 'node:crypto'
import { closeSync, fsyncSync, openSync, readSync, writeSync } from 'node:fs'

export interface AuditHead {
  /** Sequence number of the last entry; 0 for none. */
  readonly sequence: number
  /** That entry's authentication code, 32 bytes. */
  readonly mac: Buffer
}

const macBytes = 32
const bodyBytes = 8 + macBytes
const recordBytes = bodyBytes + macBytes
const slotBytes = 128

export class AuditAnchor {
  readonly #handle: number
  readonly #key: Buffer

  private constructor(handle: number, key: Buffer) {
    this.#handle = handle
    this.#key = key
  }

  /** `key` authenticates the slots and belongs to the anchor from here on: closing zeroes it. */
  static open(file: string, key: Buffer): AuditAnchor {
    return new AuditAnchor(openAtAnyAge(file), key)
  }

  /** The newest whole record, or null when there is none. */
  read(): AuditHead | null {
    const heads = [0, 1].map((slot) => this.#readSlot(slot)).filter((head) => head !== null)
    return heads.reduce<AuditHead | null>(
      (newest, head) => (!newest || head.sequence > newest.sequence ? head : newest),
      null,
    )
  }

  write(head: AuditHead): void {
    this.#writeSlot(head.sequence % 2, head)
  }

  /** Makes `head` the only record, on disk: after a restore the trail may be shorter. */
  reset(head: AuditHead): void {
    this.#writeSlot(0, head)
    this.#writeSlot(1, head)
    fsyncSync(this.#handle)
  }

  close(): void {
    try {
      fsyncSync(this.#handle)
    } finally {
      closeSync(this.#handle)
      this.#key.fill(0)
    }
  }

  #readSlot(slot: number): AuditHead | null {
    const record = Buffer.alloc(recordBytes)
    if (readSync(this.#handle, record, 0, recordBytes, slot * slotBytes) !== recordBytes) return null
    const body = record.subarray(0, bodyBytes)
    if (!timingSafeEqual(this.#authenticate(body), record.subarray(bodyBytes))) return null
    return { sequence: Number(body.readBigUInt64BE(0)), mac: Buffer.from(body.subarray(8)) }
  }

  #writeSlot(slot: number, { sequence, mac }: AuditHead): void {
    const body = Buffer.alloc(bodyBytes)
    body.writeBigUInt64BE(BigInt(sequence), 0)
    mac.copy(body, 8)
    const record = Buffer.concat([body, this.#authenticate(body)])
    writeSync(this.#handle, record, 0, recordBytes, slot * slotBytes)
  }

  #authenticate(body: Uint8Array): Buffer {
    return createHmac('sha256', this.#key).update(body).digest()
  }
}

function openAtAnyAge(file: string): number {
  try {
    return openSync(file, 'r+')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT')
      return openSync(file, 'wx+', 0o600)
    throw error
  }
}
