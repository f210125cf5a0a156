import { describe, expect, it } from 'vitest'
import { decodeUtf8 } from '../../../models/compiler/utf8.ts'
import { seededRandom } from '../../../models/core/random.ts'

function reference(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    return null
  }
}

describe('strict UTF-8', () => {
  it('reads and refuses what the platform decoder reads and refuses', () => {
    const random = seededRandom(8)
    // Lead bytes, continuations and the borders between them, far more often than chance would have it.
    const borders = [
      0x00, 0x41, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0, 0xc2, 0xdf, 0xe0, 0xed, 0xef, 0xf0, 0xf4,
    ]
    let valid = 0
    for (let i = 0; i < 100_000; i++) {
      const bytes = Uint8Array.from(
        { length: random.below(6) },
        () => borders[random.below(borders.length)] as number,
      )
      const text = reference(bytes)
      if (text !== null) valid++
      expect(decodeUtf8(bytes)).toBe(text)
    }
    expect(valid).toBeGreaterThan(1000)
  })

  it('reads every script', () => {
    const text = 'Ärzte, 医者, طبيب, 🩺\u0000\uFEFF'.repeat(500)
    expect(decodeUtf8(new TextEncoder().encode(text))).toBe(text)
  })
})
