import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { FailureError } from '../../../models/core/failure.ts'
import { captionsOf } from '../../../models/emotion/text/captions.ts'

const plain = (file: string) => captionsOf(file).map(({ from, to, text }) => [from, to, text])

/** The line that a refusal names. */
function refusedAt(file: string): unknown {
  try {
    captionsOf(file)
  } catch (error) {
    if (error instanceof FailureError && error.failure.code === 'invalid-request')
      return error.failure.details?.['line']
    throw error
  }
  return 'read'
}

const webVtt = `WEBVTT - a title
Kind: captions

NOTE
nobody reads this

STYLE
::cue { color: red }

greeting
00:01.000 --> 00:02.500 align:start position:10%
<v.loud Ann>I am <b>fine</b> &amp; <00:02.000>well</v>

01:00:03.250 --> 01:00:04.000
- It hurts
when I breathe.

00:05.000 --> 00:06.000
`

const subRip = `1
00:00:03,000 --> 00:00:04,500 X1:1 X2:2
<font color="red">{\\an8}I am <i>so</i> glad</font>
[door closes]

2
00:00:01.5 --> 00:00:02,000
♪ a tune ♪
`

describe('captions', () => {
  it('of WebVTT give words, times and who speaks, without header, notes, styles and tags', () => {
    expect(captionsOf(webVtt)).toEqual([
      { from: 1, to: 2.5, text: 'I am fine & well', speaker: 'Ann' },
      { from: 5, to: 6, text: '', speaker: null },
      { from: 3603.25, to: 3604, text: 'It hurts when I breathe.', speaker: null },
    ])
  })

  it('of SubRip come in order of time, without styling, sounds and music', () => {
    expect(plain(subRip)).toEqual([
      [1.5, 2, ''],
      [3, 4.5, 'I am so glad'],
    ])
  })

  it('are the same with other ends of lines, a byte order mark, or no number', () => {
    const expected = plain(subRip)
    expect(plain(`\u{feff}${subRip.replaceAll('\n', '\r\n')}`)).toEqual(expected)
    expect(plain(subRip.replaceAll('\n', '\r'))).toEqual(expected)
    expect(plain(subRip.replace(/^\d\n/gm, ''))).toEqual(expected)
  })

  it('name who speaks by a label in capitals too', () => {
    const file = '00:00:01,000 --> 00:00:02,000\n>> DR SMITH: How are you?\n- Ann: that is no label'
    expect(captionsOf(file)).toMatchObject([
      { speaker: 'DR SMITH', text: 'How are you? Ann: that is no label' },
    ])
  })

  it.each([
    ['nothing', '', 1],
    ['prose', 'Dear Ann,\nhow are you?', 1],
    ['a header alone', 'WEBVTT\n\nNOTE nothing', 1],
    ['no line after the header', 'WEBVTT\n00:01.000 --> 00:02.000\nHello', 2],
    ['a time that is none', 'WEBVTT\n\n00:61.000 --> 00:62.000\nHello', 3],
    ['a comma in WebVTT', 'WEBVTT\n\n00:01,000 --> 00:02.000\nHello', 3],
    ['no end', 'WEBVTT\n\nid\n00:01.000 -->\nHello', 4],
    ['an end before the beginning', '1\n00:00:02,000 --> 00:00:01,000\nHello', 2],
    ['no time', '1\n00:00:01,000 --> 00:00:02,000\nHello\n\n2\nand good-bye', 5],
    [
      'two captions without a line between',
      '00:00:01,000 --> 00:00:02,000\nA\n00:00:02,000 --> 00:00:03,000\nB',
      3,
    ],
    ['too much before a time', 'WEBVTT\n\none\ntwo\n00:01.000 --> 00:02.000\nHello', 3],
  ])('are refused with the line: %s', (_name, file, line) => {
    expect(refusedAt(file)).toBe(line)
  })

  it('are read or refused, whatever the file, and never half read', () => {
    const piece = fc.constantFrom(
      'WEBVTT',
      '\n',
      '\n\n',
      '-->',
      '00:01.000 --> 00:02.000',
      '00:00:01,000',
      '<v A>',
      '&#x110000;',
      'a',
      '♪',
      '[',
    )
    fc.assert(
      fc.property(fc.array(fc.oneof(piece, fc.string()), { maxLength: 20 }), (pieces) => {
        const answer = refusedAt(pieces.join(''))
        expect(answer === 'read' || typeof answer === 'number').toBe(true)
      }),
    )
  })

  it('survive being written and read', () => {
    const words = fc.stringMatching(/^[a-z]+( [a-z]+){0,5}$/)
    const cues = fc.array(
      fc.tuple(fc.integer({ min: 0, max: 5_000_000 }), fc.integer({ min: 1, max: 9000 }), words),
      {
        minLength: 1,
        maxLength: 8,
      },
    )
    const stamp = (ms: number, mark: string): string =>
      `${new Date(ms).toISOString().slice(11, 19)}${mark}${String(ms % 1000).padStart(3, '0')}`
    fc.assert(
      fc.property(cues, fc.boolean(), (given, vtt) => {
        const mark = vtt ? '.' : ','
        const blocks = given.map(
          ([from, length, text], index) =>
            `${index + 1}\n${stamp(from, mark)} --> ${stamp(from + length, mark)}\n${text}`,
        )
        const read = plain(`${vtt ? 'WEBVTT\n\n' : ''}${blocks.join('\n\n')}\n`)
        expect(read).toEqual(
          given
            .map(([from, length, text]) => [from / 1000, (from + length) / 1000, text] as const)
            .toSorted((a, b) => a[0] - b[0]),
        )
      }),
    )
  })
})
