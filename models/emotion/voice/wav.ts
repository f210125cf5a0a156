/** Sound in RIFF WAVE files: integers of 8 to 32 bits and floats, any number of channels, averaged to one. */
import { fail } from '../../core/failure.ts'

export interface Sound {
  /** Mono, -1..1 unless the file goes beyond. */
  readonly samples: Float32Array
  /** Samples per second. */
  readonly rate: number
}

const formats = { integer: 1, float: 3, extensible: 0xfffe } as const

/** Rates that a recording of speech may have. */
export const soundRates = { lowest: 4_000, highest: 192_000 } as const

/**
 * Fails with `invalid-request` when the bytes are no such file, are cut off before any sound, or hold samples
 * that are no numbers. A data chunk that claims more than there is ends with the file, as streamed files do.
 */
export function readWav(bytes: Uint8Array): Sound {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const tag = (at: number): string =>
    at + 4 <= bytes.length ? String.fromCharCode(...bytes.subarray(at, at + 4)) : ''
  if (tag(0) !== 'RIFF' || tag(8) !== 'WAVE') refuse('it does not begin like one')
  let format: Format | null = null
  for (let at = 12; at + 8 <= bytes.length;) {
    const size = view.getUint32(at + 4, true)
    const start = at + 8
    if (tag(at) === 'fmt ') format = readFormat(view, start, size)
    if (tag(at) === 'data') {
      if (!format) return refuse('its sound comes before its format')
      return {
        samples: readSamples(view, start, Math.min(size, bytes.length - start), format),
        rate: format.rate,
      }
    }
    // Chunks are padded to even lengths.
    at = start + size + (size & 1)
  }
  return refuse('it holds no sound')
}

const refuse = (reason: string): never =>
  fail('invalid-request', `The sound cannot be read: as a WAV file, ${reason}. Export it again as WAV.`, {
    reason,
  })

interface Format {
  readonly float: boolean
  readonly channels: number
  readonly rate: number
  readonly bits: number
}

function readFormat(view: DataView, at: number, size: number): Format {
  if (size < 16 || at + size > view.byteLength) refuse('its format is cut off')
  const code = view.getUint16(at, true)
  const kind = code === formats.extensible && size >= 26 ? view.getUint16(at + 24, true) : code
  const channels = view.getUint16(at + 2, true)
  const rate = view.getUint32(at + 4, true)
  const bits = view.getUint16(at + 14, true)
  const float = kind === formats.float
  if (kind !== formats.integer && !float) refuse(`its sound is compressed (format ${kind})`)
  if (!(float ? [32, 64] : [8, 16, 24, 32]).includes(bits)) refuse(`it has ${bits} bits per sample`)
  if (channels < 1 || channels > 32) refuse(`it has ${channels} channels`)
  if (rate < soundRates.lowest || rate > soundRates.highest) refuse(`it has ${rate} samples per second`)
  return { float, channels, rate, bits }
}

function readSamples(view: DataView, start: number, size: number, format: Format): Float32Array {
  const { channels, bits } = format
  const width = bits / 8
  const frames = Math.floor(size / (width * channels))
  if (frames === 0) refuse('it holds no sound')
  const sample = sampleOf(view, format)
  const out = new Float32Array(frames)
  for (let frame = 0; frame < frames; frame++) {
    let sum = 0
    for (let channel = 0; channel < channels; channel++)
      sum += sample(start + (frame * channels + channel) * width)
    if (!Number.isFinite(sum)) refuse('it holds samples that are no numbers')
    out[frame] = sum / channels
  }
  return out
}

function sampleOf(view: DataView, { float, bits }: Format): (at: number) => number {
  if (float) return bits === 32 ? (at) => view.getFloat32(at, true) : (at) => view.getFloat64(at, true)
  switch (bits) {
    case 8:
      return (at) => (view.getUint8(at) - 128) / 128
    case 16:
      return (at) => view.getInt16(at, true) / 0x8000
    case 24:
      return (at) => ((view.getInt8(at + 2) << 16) | view.getUint16(at, true)) / 0x80_0000
    default:
      return (at) => view.getInt32(at, true) / 0x8000_0000
  }
}
