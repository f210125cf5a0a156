/**
 * Captions as timed words: WebVTT (W3C 2019) and SubRip, strictly, so that a damaged file is refused and not half
 * read. Styling is left out, and so is what was not said: tags, notes, sound descriptions, music.
 */
import { fail } from '../../core/failure.ts'

export interface Caption {
  /** Seconds from the start; `to` is later. */
  readonly from: number
  readonly to: number
  /** Plain words on one line; empty where nothing was said. */
  readonly text: string
  /** Whom the captions name as speaking; null where they name nobody. */
  readonly speaker: string | null
}

interface Block {
  /** Number in the file, from 1, of its first line. */
  readonly line: number
  readonly lines: readonly string[]
}

const arrow = '-->'

/**
 * Captions in order of time. Fails with `invalid-request`, and the number of the `line`, when the file is neither
 * WebVTT nor SubRip, a block has no time or no right one, or a caption ends before it begins.
 */
export function captionsOf(file: string): readonly Caption[] {
  const lines = file
    .replace(/^\u{feff}/u, '')
    .split(/\r\n|\n|\r/)
    .map((line) => line.replaceAll('\0', '\u{fffd}'))
  const isWebVtt = /^WEBVTT(?:[ \t]|$)/.test(lines[0] ?? '')
  const blocks = blocksOf(lines)
  const cues = isWebVtt ? blocks.filter((block, index) => !isAside(block, index)) : blocks
  const form = isWebVtt ? webVtt : subRip
  const captions = cues.map((block) => captionOf(block, form))
  if (captions.length === 0) refuse(1, isWebVtt ? 'it holds no caption' : 'it is neither WebVTT nor SubRip')
  return captions.toSorted((a, b) => a.from - b.from)
}

const refuse = (line: number, reason: string): never =>
  fail(
    'invalid-request',
    `The captions cannot be read: ${reason} (line ${line}). Mend the file, or save it again as WebVTT or SubRip.`,
    { line, reason },
  )

function blocksOf(lines: readonly string[]): readonly Block[] {
  const blocks: { line: number; lines: string[] }[] = []
  let open: { line: number; lines: string[] } | null = null
  for (const [index, line] of lines.entries()) {
    if (line.trim() === '') {
      open = null
      continue
    }
    if (!open) blocks.push((open = { line: index + 1, lines: [] }))
    open.lines.push(line)
  }
  return blocks
}

/** The header, comments, styles and regions of WebVTT; none of them has a time. */
function isAside({ lines }: Block, index: number): boolean {
  const [first = '', second = ''] = lines
  if (index === 0) {
    const cue = lines.findIndex((line) => line.includes(arrow))
    if (cue >= 0) refuse(cue + 1, 'no empty line parts the header from the first caption')
    return true
  }
  if (first.includes(arrow) || second.includes(arrow)) return false
  return /^(?:NOTE(?:[ \t]|$)|STYLE[ \t]*$|REGION[ \t]*$)/.test(first)
}

interface Form {
  readonly time: RegExp
  /** Speaker and words of the payload, tags and escapes undone. */
  readonly plain: (payload: string) => { readonly text: string; readonly speaker: string | null }
}

function captionOf({ line, lines }: Block, { time, plain }: Form): Caption {
  const at = lines.findIndex((each) => each.includes(arrow))
  if (at < 0) refuse(line, 'there are words without a time')
  if (at > 1) refuse(line, 'there is more than one line before a time')
  const timing = lines[at]!
  const where = line + at
  const [start = '', rest = ''] = timing.split(arrow, 2).map((part) => part.trim())
  // After the end WebVTT has settings, and some SubRip files coordinates.
  const end = rest.split(/[ \t]/, 1)[0]!
  const from = secondsOf(start, time) ?? refuse(where, 'a caption has no right time to begin')
  const to = secondsOf(end, time) ?? refuse(where, 'a caption has no right time to end')
  if (to <= from) refuse(where, 'a caption ends before it begins')
  const payload = lines.slice(at + 1)
  const stray = payload.findIndex((each) => each.includes(arrow))
  if (stray >= 0) refuse(where + 1 + stray, 'two captions are not parted by an empty line')
  const { text, speaker } = plain(payload.join('\n'))
  return { from, to, ...spoken(text, speaker) }
}

function secondsOf(text: string, form: RegExp): number | null {
  const [, hours = '0', minutes, seconds, fraction] = form.exec(text) ?? []
  if (minutes === undefined || seconds === undefined || fraction === undefined) return null
  // In whole milliseconds, so that the sum is exact.
  const ms =
    1000 * (3600 * Number(hours) + 60 * Number(minutes) + Number(seconds)) + Number(fraction.padEnd(3, '0'))
  return ms / 1000
}

const named: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: ' ',
  lrm: '',
  rlm: '',
}

const unescaped = (text: string): string =>
  text.replace(
    /&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|([a-z]+));/gi,
    (all, decimal?: string, hex?: string, name?: string) => {
      if (name !== undefined) return named[name.toLowerCase()] ?? all
      const code = decimal === undefined ? Number.parseInt(hex ?? '', 16) : Number(decimal)
      return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : all
    },
  )

const webVtt: Form = {
  time: /^(?:(\d{2,}):)?([0-5]\d):([0-5]\d)\.(\d{3})$/,
  plain(payload) {
    const voices = [...payload.matchAll(/<v(?:\.[^\s>]*)?[ \t]+([^>]+)>/g)].map(([, name]) =>
      unescaped(name!).trim(),
    )
    return {
      text: unescaped(payload.replace(/<[^>]*>/g, '')),
      // A caption of two voices is nobody's.
      speaker:
        new Set(voices).size === 1
          ? voices[0]!
          : voices.length > 1
            ? [...new Set(voices)].join(' and ')
            : null,
    }
  },
}

const subRip: Form = {
  // Programs write a comma, a full stop, and one to three digits.
  time: /^(\d{1,3}):([0-5]\d):([0-5]\d)[,.](\d{1,3})$/,
  plain: (payload) => ({
    text: unescaped(payload.replace(/<\/?(?:[biu]|font)\b[^>]*>|\{\\[^}]*\}/gi, '')),
    speaker: null,
  }),
}

/** "DR SMITH: ", as subtitlers put who speaks where there is no tag for it. */
const label = /^(\p{Lu}[\p{Lu}\d .'’-]{0,30}):\s+/u

function spoken(text: string, voice: string | null): Pick<Caption, 'text' | 'speaker'> {
  const lines = text
    .replace(/\[[^\]]*\]|[♪♫][^♪♫\n]*[♪♫]?/g, ' ')
    .split('\n')
    .map((line) => line.replace(/^\s*(?:[-–—]|>>+)\s*/, '').trim())
  const labelled = lines.map((line) => label.exec(line)?.[1]?.trim()).filter((name) => name !== undefined)
  const names = [...new Set(labelled)]
  return {
    text: lines
      .map((line) => line.replace(label, ''))
      .join(' ')
      .replace(/\s+/g, ' ')
      .trim(),
    speaker: voice ?? (names.length > 0 ? names.join(' and ') : null),
  }
}
