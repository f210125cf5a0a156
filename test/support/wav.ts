/** The bytes of a WAV file, for tests that need one. */
export interface WavForm {
  readonly rate: number
  readonly bits: 8 | 16 | 24 | 32 | 64
  readonly float: boolean
  /** Puts a chunk of odd length before the sound, as recorders do. */
  readonly extra?: boolean
}

export function wav(
  channels: readonly Float32Array[],
  { rate, bits, float, extra = false }: WavForm,
): Uint8Array {
  const frames = channels[0]?.length ?? 0
  const width = bits / 8
  const size = frames * channels.length * width
  const before = extra ? 12 : 0
  const bytes = new Uint8Array(44 + before + size)
  const view = new DataView(bytes.buffer)
  const tag = (at: number, name: string): void => bytes.set(new TextEncoder().encode(name), at)
  tag(0, 'RIFF')
  view.setUint32(4, bytes.length - 8, true)
  tag(8, 'WAVEfmt ')
  view.setUint32(16, 16, true)
  view.setUint16(20, float ? 3 : 1, true)
  view.setUint16(22, channels.length, true)
  view.setUint32(24, rate, true)
  view.setUint32(28, rate * channels.length * width, true)
  view.setUint16(32, channels.length * width, true)
  view.setUint16(34, bits, true)
  if (extra) {
    tag(36, 'LIST')
    view.setUint32(40, 3, true)
  }
  tag(36 + before, 'data')
  view.setUint32(40 + before, size, true)
  for (let frame = 0; frame < frames; frame++)
    for (const [channel, samples] of channels.entries()) {
      const at = 44 + before + (frame * channels.length + channel) * width
      const sample = samples[frame] ?? 0
      if (float && bits === 64) view.setFloat64(at, sample, true)
      else if (float) view.setFloat32(at, sample, true)
      else if (bits === 8) view.setUint8(at, Math.round(sample * 127) + 128)
      else if (bits === 16) view.setInt16(at, Math.round(sample * 0x7fff), true)
      else if (bits === 24) {
        const value = Math.round(sample * 0x7f_ffff)
        view.setUint16(at, value & 0xffff, true)
        view.setInt8(at + 2, value >> 16)
      } else view.setInt32(at, Math.round(sample * 0x7fff_ffff), true)
    }
  return bytes
}
