/** Caption files as timed words: WebVTT and SubRip. */
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { fail, FailureError } from '../../models/core/failure.ts'
import { captionsOf, type Caption } from '../../models/emotion/text/captions.ts'

const mostBytes = 10 * 2 ** 20

/** Fails with `not-found`, or `invalid-request` when the file holds no captions that can be read. */
export async function readCaptions(path: string): Promise<readonly Caption[]> {
  let bytes: Uint8Array
  try {
    bytes = await readFile(path)
  } catch (error) {
    return fail('not-found', `The captions cannot be read. Check the path ${path}.`, { path }, error)
  }
  if (bytes.length > mostBytes)
    fail('invalid-request', `${path} is larger than 10 MB, which no captions are. Name another file.`, {
      path,
    })
  let text: string
  try {
    text = new TextDecoder(isUtf16(bytes) ? 'utf-16le' : 'utf-8', { fatal: true }).decode(bytes)
  } catch (error) {
    return fail('invalid-request', `${path} is not in UTF-8. Save it again in UTF-8.`, { path }, error)
  }
  try {
    return captionsOf(text)
  } catch (error) {
    if (!(error instanceof FailureError)) throw error
    const { code, message, details } = error.failure
    return fail(code, message.replace('The captions', `The captions ${path}`), { ...details, path }, error)
  }
}

/** As some programs on Windows save text. */
const isUtf16 = ([first, second]: Uint8Array): boolean => first === 0xff && second === 0xfe

/** The captions that lie beside a recording: CLIP.vtt or CLIP.srt, CLIP.webm.vtt or CLIP.webm.srt; null without any. */
export function captionsBeside(recording: string): string | null {
  const stem = recording.replace(/\.[^./\\]+$/, '')
  const places = [stem, recording].flatMap((name) => [`${name}.vtt`, `${name}.srt`])
  return places.find((place) => existsSync(place)) ?? null
}
