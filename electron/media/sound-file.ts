/** Sound files as the voice networks take them: mono at 16 kHz. */
import { readFile } from 'node:fs/promises'
import { fail, FailureError } from '../../models/core/failure.ts'
import { voiceFrontEnd } from '../../models/emotion/voice/log-mel.ts'
import { resampled } from '../../models/emotion/voice/resampling.ts'
import { readWav } from '../../models/emotion/voice/wav.ts'

const mostBytes = 1024 * 2 ** 20

/** Fails with `not-found`, or `invalid-request` when the file is no sound that can be read. */
export async function readSound(path: string): Promise<Float32Array> {
  let bytes: Uint8Array
  try {
    bytes = await readFile(path)
  } catch (error) {
    return fail('not-found', `The sound cannot be read. Check the path ${path}.`, { path }, error)
  }
  if (bytes.length > mostBytes)
    fail('invalid-request', `${path} is larger than 1 GB. Cut it into shorter recordings.`, { path })
  try {
    const { samples, rate } = readWav(bytes)
    return resampled(samples, rate, voiceFrontEnd.sampleRate)
  } catch (error) {
    if (!(error instanceof FailureError)) throw error
    const { code, message, details } = error.failure
    return fail(code, message, { ...details, path }, error)
  }
}
