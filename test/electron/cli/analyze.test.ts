import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { wav } from '../../support/wav.ts'
import type { VideoAnalysis } from '../../../electron/cli/analyze-video.ts'
import { captionsOfPerson, readWords } from '../../../electron/cli/analyze-words.ts'
import { readCaptions } from '../../../electron/media/captions-file.ts'
import { resourcesFolder } from '../../../electron/resources.ts'
import { FailureError } from '../../../models/core/failure.ts'
import { strongest, type ModalityReading } from '../../../models/emotion/reading.ts'
import { drawnVideo } from '../../support/drawn-video.ts'
import { drawnVoice } from '../../support/drawn-voice.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'
import { webm } from '../../support/webm.ts'

const cli = fileURLToPath(new URL('../../../electron/cli.ts', import.meta.url))

it('writes the readings of a clip as JSON and CSV, and never a label where nothing could be read', async () => {
  using home = temporaryFolder()
  const size = 64
  const clip = join(home.path, 'clip.webm')
  writeFileSync(
    clip,
    await webm({
      codec: 'libvpx',
      width: size,
      height: size,
      framesPerSecond: 5,
      frames: Array.from({ length: 20 }, () => new Uint8Array(size * size * 1.5).fill(128)),
      sound: new Float32Array(4 * 48_000),
    }),
  )
  const run = (video: string) =>
    spawnSync(process.execPath, [cli, 'analyze', video, '--out', join(home.path, 'out'), '--json'], {
      encoding: 'utf8',
      env: { ...process.env, CONSILIUM_HOME: home.path },
    })
  const { stdout, stderr, status } = run(clip)
  expect([status, JSON.parse(stdout)]).toMatchObject([0, { framesRead: 20, passages: 2 }])
  expect(stderr).toContain('Reading the video 100 %')
  const { passages } = JSON.parse(readFileSync(join(home.path, 'out/readings.json'), 'utf8')) as {
    passages: unknown[]
  }
  const missing = { kind: 'missing', missing: ['face', 'voice', 'text'] }
  expect(passages).toMatchObject([
    { from: 0, to: 3, fused: missing },
    { from: 3, fused: missing },
  ])
  const rows = readFileSync(join(home.path, 'out/readings.csv'), 'utf8').trim().split('\n')
  expect(rows.slice(1).map((row) => row.split(',').slice(2, 5))).toEqual(
    [1, 2].flatMap(() => ['face', 'voice', 'text', 'fused'].map((who) => [who, 'missing', ''])),
  )
  const absent = run(join(home.path, 'absent.webm'))
  expect([absent.status, JSON.parse(absent.stdout)]).toMatchObject([1, { failure: { code: 'not-found' } }])
})

const captions = `WEBVTT

00:00.200 --> 00:02.600
I am so happy and grateful that it is over, thank you!

00:02.800 --> 00:05.900
I am terrified that it will come back.

00:07.000 --> 00:08.000
[sighs]
`

it('reads captions beside a recording, line by line, and joins them with the rest', () => {
  using home = temporaryFolder()
  const clip = join(home.path, 'clip.wav')
  writeFileSync(clip, wav([new Float32Array(8 * 16_000)], { rate: 16_000, bits: 16, float: false }))
  writeFileSync(join(home.path, 'clip.vtt'), captions)
  const run = (...options: readonly string[]) => {
    const { stdout, status } = spawnSync(
      process.execPath,
      [cli, 'analyze', clip, '--out', join(home.path, 'out'), '--json', ...options],
      { encoding: 'utf8', env: { ...process.env, CONSILIUM_HOME: home.path } },
    )
    return { status, said: JSON.parse(stdout) as Record<string, unknown> }
  }
  expect(run()).toMatchObject({
    status: 0,
    said: { captions: join(home.path, 'clip.vtt'), captionsRead: 3, passages: 3 },
  })
  const analysis = JSON.parse(readFileSync(join(home.path, 'out/readings.json'), 'utf8')) as VideoAnalysis
  expect(analysis.captions?.map(({ from, text, reading }) => [from, text, labelOf(reading)])).toEqual([
    [0.2, 'I am so happy and grateful that it is over, thank you!', 'happy'],
    [2.8, 'I am terrified that it will come back.', 'worried'],
    [7, '', 'missing'],
  ])
  const [first, second, third] = analysis.passages
  expect(first?.fused).toMatchObject({ kind: 'estimate', shares: { face: 0, voice: 0, text: 1 } })
  expect([first, second, third].map((passage) => labelOf(passage!.readings[2]!))).toEqual([
    'happy',
    'worried',
    'missing',
  ])
  const rows = readFileSync(join(home.path, 'out/readings.csv'), 'utf8').trim().split('\n')
  expect(rows.filter((row) => row.includes(',caption,')).map((row) => row.split(',').slice(0, 4))).toEqual([
    ['0.20', '2.60', 'caption', 'happy'],
    ['2.80', '5.90', 'caption', 'worried'],
    ['7.00', '8.00', 'caption', 'missing'],
  ])

  expect(run('--no-captions').said).toMatchObject({ captions: null, captionsRead: 0 })
})

it('joins face, voice and captions of one clip, and says what each had a share in', async () => {
  using home = temporaryFolder()
  const [width, height, seconds, framesPerSecond] = [320, 240, 6, 5]
  const drawn = drawnVideo({
    width,
    height,
    framesPerSecond,
    frames: seconds * framesPerSecond,
    faceSide: 200,
  })
  const size = width * height * 1.5
  const clip = join(home.path, 'visit.webm')
  writeFileSync(
    clip,
    await webm({
      codec: 'libvpx',
      width,
      height,
      framesPerSecond,
      frames: Array.from({ length: seconds * framesPerSecond }, (_, frame) => {
        const end = drawn.length - (seconds * framesPerSecond - 1 - frame) * (size + 'FRAME\n'.length)
        return drawn.slice(end - size, end)
      }),
      sound: drawnVoice({ seconds, rate: 48_000, pitch: 180, seed: 2 }),
    }),
  )
  writeFileSync(
    join(home.path, 'visit.vtt'),
    'WEBVTT\n\n00:00.200 --> 00:02.800\nI am terrified that it will come back.\n',
  )
  const { stdout, status } = spawnSync(
    process.execPath,
    [cli, 'analyze', clip, '--out', join(home.path, 'out'), '--json'],
    { encoding: 'utf8', env: { ...process.env, CONSILIUM_HOME: home.path } },
  )
  expect([status, JSON.parse(stdout)]).toMatchObject([0, { framesRead: 30, captionsRead: 1, passages: 2 }])
  const { passages } = JSON.parse(readFileSync(join(home.path, 'out/readings.json'), 'utf8')) as VideoAnalysis
  const kinds = passages.map(({ readings }) => readings.map(({ modality, kind }) => [modality, kind]))
  expect(kinds).toEqual([
    [
      ['face', 'reading'],
      ['voice', 'reading'],
      ['text', 'reading'],
    ],
    [
      ['face', 'reading'],
      ['voice', 'reading'],
      ['text', 'missing'],
    ],
  ])
  const [together, wordless] = passages.map(({ fused }) => fused)
  if (together?.kind !== 'estimate' || wordless?.kind !== 'estimate')
    throw new Error('A passage that was read in two and three ways has no estimate.')
  expect(Math.min(...Object.values(together.shares))).toBeGreaterThan(0)
  expect(Object.values(together.shares).reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 6)
  expect(together.missing).toEqual([])
  expect([wordless.shares.text, wordless.missing]).toEqual([0, ['text']])
})

const refusal = async (work: () => unknown): Promise<unknown> => {
  try {
    await work()
  } catch (error) {
    if (error instanceof FailureError) return error.failure
    throw error
  }
  return null
}

it('refuses captions that are damaged, of another recording, or of several who speak', async () => {
  using home = temporaryFolder()
  const file = join(home.path, 'named.srt')
  const written = (text: string | Uint8Array) => {
    writeFileSync(file, text)
    return readCaptions(file)
  }
  expect(await refusal(() => written('1\n00:00:02,000 --> 00:00:01,000\nHello'))).toMatchObject({
    code: 'invalid-request',
    details: { line: 2, path: file },
  })
  expect(await refusal(() => written(Uint8Array.of(0xff, 0xc3, 0x28)))).toMatchObject({
    code: 'invalid-request',
  })
  expect(await refusal(() => readCaptions(join(home.path, 'absent.vtt')))).toMatchObject({
    code: 'not-found',
  })
  const late = await written('1\n00:00:20,000 --> 00:00:21,000\nLate')
  const { signal } = new AbortController()
  expect(await refusal(() => readWords(late, 8, resourcesFolder(), () => undefined, signal))).toMatchObject({
    code: 'invalid-request',
  })
  const two = await written(
    '00:00:01,000 --> 00:00:02,000\nDR SMITH: How are you?\n\n00:00:03,000 --> 00:00:05,000\nANN: I am so glad!',
  )
  expect(await refusal(() => captionsOfPerson(two, null))).toMatchObject({
    code: 'invalid-request',
    details: { speakers: 2 },
  })
  expect(await refusal(() => captionsOfPerson(two, 'bob'))).toMatchObject({ code: 'not-found' })
  expect(captionsOfPerson(two, 'ann').map(({ text }) => text)).toEqual(['I am so glad!'])
})

const labelOf = (reading: ModalityReading): string =>
  reading.kind === 'missing' ? 'missing' : strongest(reading.scores)
