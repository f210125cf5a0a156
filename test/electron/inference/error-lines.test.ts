import { describe, expect, it } from 'vitest'
import { ErrorLines, tellingLine } from '../../../electron/inference/error-lines.ts'

function linesOf(...chunks: readonly string[]): ErrorLines {
  const lines = new ErrorLines()
  for (const chunk of chunks) lines.push(chunk)
  return lines
}

describe('the end of an error output', () => {
  it('joins lines that came in pieces and keeps the last twelve', () => {
    const lines = linesOf('one\ntw', 'o\r\nthr', 'ee')
    expect(lines.last([])).toEqual(['one', 'two', 'three'])
    for (let number = 0; number < 40; number++) lines.push(`\nline ${number}`)
    expect(lines.last([]).length).toBeLessThanOrEqual(13)
    expect(lines.last([]).at(-1)).toBe('line 39')
  })

  it('holds no colours and no endless lines', () => {
    expect(linesOf('\u001B[31mred\u001B[0m\n').last([])).toEqual(['red'])
    expect(linesOf('x'.repeat(1e6)).last([])[0]?.length).toBeLessThanOrEqual(240)
  })

  it('leaves out a line that quotes what the job was given, wherever the quotation begins', () => {
    const said = 'I have had chest pain since Monday morning, and Dr Sato knows.'
    for (let from = 0; from < 8; from++) {
      const last = linesOf(
        `${'#'.repeat(from)} bad token near "chest pain since" in the prompt\nout of memory\n`,
      ).last([said])
      expect(last.join()).not.toContain('chest')
      expect(last.at(-1)).toBe('out of memory')
    }
    expect(linesOf('no such name: Ana\n').last(['Ana']).join()).not.toContain('Ana')
  })

  it('names the line that says why, not a frame of the stack', () => {
    const lines = ['FATAL ERROR: out of memory', 'at run (file.js:1:2)', 'at next (file.js:3:4)']
    expect(tellingLine(lines)).toBe('FATAL ERROR: out of memory')
    expect(tellingLine([])).toBeNull()
  })
})
