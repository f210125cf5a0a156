/** How weights are stored in files, and the exact conversion of each type to float32. */
import { float16Table } from './float16.ts'

export const storageTypes = {
  F32: { blockElements: 1, blockBytes: 4 },
  F16: { blockElements: 1, blockBytes: 2 },
  BF16: { blockElements: 1, blockBytes: 2 },
  I32: { blockElements: 1, blockBytes: 4 },
  Q8_0: { blockElements: 32, blockBytes: 34 },
  Q4_0: { blockElements: 32, blockBytes: 18 },
  Q4_1: { blockElements: 32, blockBytes: 20 },
  Q4_K: { blockElements: 256, blockBytes: 144 },
  Q5_K: { blockElements: 256, blockBytes: 176 },
  Q6_K: { blockElements: 256, blockBytes: 210 },
} as const

export type StorageType = keyof typeof storageTypes

type Dequantize = (bytes: Uint8Array, out: Float32Array) => void

/**
 * Converts whole blocks to float32, bit for bit as ggml's reference (gguf-py `quants.py`) does: each
 * product and sum is rounded to float32 where the reference rounds.
 *
 * @param bytes out.length / blockElements blocks
 */
export function dequantize(type: StorageType, bytes: Uint8Array, out: Float32Array): void {
  const { blockElements, blockBytes } = storageTypes[type]
  if ((bytes.length / blockBytes) * blockElements !== out.length)
    throw new RangeError(`${bytes.length} bytes of ${type} do not hold ${out.length} weights`)
  byType[type](bytes, out)
}

/** The little-endian float16 at `at`. */
function half(bytes: Uint8Array, at: number): number {
  return float16Table()[byte(bytes, at) | (byte(bytes, at + 1) << 8)] ?? 0
}

const byte = (bytes: Uint8Array, at: number): number => bytes[at] as number

const byType: Readonly<Record<StorageType, Dequantize>> = {
  F32(bytes, out) {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    for (let i = 0; i < out.length; i++) out[i] = view.getFloat32(4 * i, true)
  },

  F16(bytes, out) {
    for (let i = 0; i < out.length; i++) out[i] = half(bytes, 2 * i)
  },

  BF16(bytes, out) {
    const bits = new Uint32Array(out.buffer, out.byteOffset, out.length)
    for (let i = 0; i < out.length; i++) bits[i] = (byte(bytes, 2 * i) << 16) | (byte(bytes, 2 * i + 1) << 24)
  },

  I32(bytes, out) {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    for (let i = 0; i < out.length; i++) out[i] = view.getInt32(4 * i, true)
  },

  Q8_0(bytes, out) {
    for (let at = 0, o = 0; at < bytes.length; at += 34) {
      const scale = half(bytes, at)
      for (let i = 2; i < 34; i++) out[o++] = ((byte(bytes, at + i) << 24) >> 24) * scale
    }
  },

  Q4_0(bytes, out) {
    for (let at = 0, o = 0; at < bytes.length; at += 18, o += 32) {
      const scale = half(bytes, at)
      for (let i = 0; i < 16; i++) {
        const pair = byte(bytes, at + 2 + i)
        out[o + i] = scale * ((pair & 15) - 8)
        out[o + i + 16] = scale * ((pair >> 4) - 8)
      }
    }
  },

  Q4_1(bytes, out) {
    const values = new Float32Array(16)
    for (let at = 0, o = 0; at < bytes.length; at += 20, o += 32) {
      const scale = half(bytes, at)
      const least = half(bytes, at + 2)
      for (let q = 0; q < 16; q++) values[q] = Math.fround(scale * q) + least
      for (let i = 0; i < 16; i++) {
        const pair = byte(bytes, at + 4 + i)
        out[o + i] = values[pair & 15] as number
        out[o + i + 16] = values[pair >> 4] as number
      }
    }
  },

  Q4_K(bytes, out) {
    for (let at = 0, o = 0; at < bytes.length; at += 144, o += 256) {
      for (let group = 0; group < 8; group++) {
        const { scale, least } = kScale(bytes, at, group)
        const shift = (group & 1) * 4
        const from = at + 16 + (group >> 1) * 32
        for (let i = 0; i < 32; i++) {
          const q = (byte(bytes, from + i) >> shift) & 15
          out[o + group * 32 + i] = Math.fround(scale * q) - least
        }
      }
    }
  },

  Q5_K(bytes, out) {
    for (let at = 0, o = 0; at < bytes.length; at += 176, o += 256) {
      for (let group = 0; group < 8; group++) {
        const { scale, least } = kScale(bytes, at, group)
        const shift = (group & 1) * 4
        const from = at + 48 + (group >> 1) * 32
        for (let i = 0; i < 32; i++) {
          const high = (byte(bytes, at + 16 + i) >> group) & 1
          const q = ((byte(bytes, from + i) >> shift) & 15) | (high << 4)
          out[o + group * 32 + i] = Math.fround(scale * q) - least
        }
      }
    }
  },

  Q6_K(bytes, out) {
    for (let at = 0, o = 0; at < bytes.length; at += 210, o += 256) {
      const scale = half(bytes, at + 208)
      for (let group = 0; group < 16; group++) {
        const groupScale = Math.fround(scale * ((byte(bytes, at + 192 + group) << 24) >> 24))
        for (let i = 0; i < 16; i++) {
          const e = group * 16 + i
          const halfBlock = e >> 7
          const quarter = (e >> 5) & 3
          const low =
            (byte(bytes, at + halfBlock * 64 + (quarter & 1) * 32 + (e & 31)) >> ((quarter >> 1) * 4)) & 15
          const high = (byte(bytes, at + 128 + halfBlock * 32 + (e & 31)) >> (quarter * 2)) & 3
          out[o + e] = groupScale * ((low | (high << 4)) - 32)
        }
      }
    }
  },
}

/** The 6-bit scale and minimum of a group of 32 in a Q4_K or Q5_K block, times the block's own. */
function kScale(bytes: Uint8Array, at: number, group: number): { scale: number; least: number } {
  const packed = at + 4
  const low = group & 3
  let scale: number
  let least: number
  if (group < 4) {
    scale = byte(bytes, packed + low) & 63
    least = byte(bytes, packed + 4 + low) & 63
  } else {
    const rest = byte(bytes, packed + 8 + low)
    scale = (rest & 15) | ((byte(bytes, packed + low) >> 2) & 0x30)
    least = (rest >> 4) | ((byte(bytes, packed + 4 + low) >> 2) & 0x30)
  }
  return { scale: Math.fround(half(bytes, at) * scale), least: Math.fround(half(bytes, at + 2) * least) }
}
