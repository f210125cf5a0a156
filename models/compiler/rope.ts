/** Rotary position embedding (Su 2021): tables of cosines and sines, as Hugging Face computes them. */
import type { Rope } from './shapes.ts'

const f32 = Math.fround

/** [headWidth / 2] angles per position, rounded to float32 step by step. */
export function inverseFrequencies({ theta, scaling }: Rope, headWidth: number): Float32Array {
  const frequencies = new Float32Array(headWidth / 2)
  for (let i = 0; i < frequencies.length; i++) {
    const frequency = f32(1 / f32(theta ** f32((2 * i) / headWidth)))
    frequencies[i] = scaled(frequency, i, scaling)
  }
  return frequencies
}

function scaled(frequency: number, index: number, scaling: Rope['scaling']): number {
  if (scaling === null) return frequency
  switch (scaling.kind) {
    case 'linear':
      return frequency / scaling.factor
    case 'divisors':
      return frequency / (scaling.divisors[index] ?? 1)
    case 'llama3': {
      const { factor, lowFrequencyFactor: low, highFrequencyFactor: high, originalContextTokens } = scaling
      const wavelength = (2 * Math.PI) / frequency
      if (wavelength < originalContextTokens / high) return frequency
      if (wavelength > originalContextTokens / low) return frequency / factor
      const smooth = (originalContextTokens / wavelength - low) / (high - low)
      return ((1 - smooth) * frequency) / factor + smooth * frequency
    }
  }
}

/** Cosine and sine tables, each [positions, headWidth / 2]. */
export function rotaryTables(
  rope: Rope,
  headWidth: number,
  positions: number,
): { cos: Float32Array; sin: Float32Array } {
  const frequencies = inverseFrequencies(rope, headWidth)
  const half = frequencies.length
  const cos = new Float32Array(positions * half)
  const sin = new Float32Array(positions * half)
  for (let position = 0; position < positions; position++) {
    for (let i = 0; i < half; i++) {
      const angle = f32(position * (frequencies[i] ?? 0))
      cos[position * half + i] = Math.cos(angle)
      sin[position * half + i] = Math.sin(angle)
    }
  }
  return { cos, sin }
}
