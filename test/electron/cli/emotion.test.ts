import { spawn } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { encode } from 'fast-png'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { degradationReport } from '../../../electron/cli/emotion/degrade.ts'
import { readLines } from '../../../electron/cli/emotion/read-lines.ts'
import { emotionReport, type EmotionReport } from '../../../electron/cli/emotion/report.ts'
import { resourcesFolder } from '../../../electron/resources.ts'
import { FailureError } from '../../../models/core/failure.ts'
import { wav } from '../../support/wav.ts'
import { temporaryFolder, type TemporaryFolder } from '../../support/temporary-folder.ts'

const cli = fileURLToPath(new URL('../../../electron/cli.ts', import.meta.url))
let home: TemporaryFolder
beforeAll(() => {
  home = temporaryFolder()
})
afterAll(() => home[Symbol.dispose]())

function manifestOf(lines: readonly unknown[]): string {
  const manifest = join(home.path, 'lines.jsonl')
  writeFileSync(manifest, lines.map((line) => JSON.stringify(line)).join('\n'))
  return manifest
}

const report = async (lines: readonly unknown[]): Promise<EmotionReport> =>
  emotionReport(await readLines(manifestOf(lines), resourcesFolder()))

const failureOf = async (lines: readonly unknown[]): Promise<unknown> =>
  report(lines).then(
    () => null,
    (error: unknown) => (error instanceof FailureError ? error.failure : error),
  )

/** NumPy's file form of bytes. */
function npy(shape: readonly number[], data: Uint8Array): Buffer {
  const head = `{'descr': '|u1', 'fortran_order': False, 'shape': (${shape.join(', ')}), }`
  const padded = `${head.padEnd(117)}\n`
  const start = Buffer.from([0x93, ...Buffer.from('NUMPY'), 1, 0, padded.length & 255, padded.length >> 8])
  return Buffer.concat([start, Buffer.from(padded, 'latin1'), data])
}

const blackPng = encode({ width: 64, height: 64, channels: 3, data: new Uint8Array(64 * 64 * 3) })

describe('consilium emotion', () => {
  it('reads texts and spectrograms and compares them with their labels', async () => {
    const sound = Uint8Array.from({ length: 2 * 188 * 128 }, (_, index) =>
      index < 188 * 128 ? 20 + ((index * 7) % 30) : 0,
    )
    writeFileSync(join(home.path, 'clips.npy'), npy([2, 188, 128], sound))
    const answer = await report([
      { id: 'a', text: 'I am so glad it is over, thank you!', label: 'happy' },
      { id: 'b', text: 'I am terrified of the operation.', label: 'fear', person: 'p1' },
      { id: 'c', text: '', label: 'sad' },
      { id: 'd', logmel: 'clips.npy', row: 0, label: 'disgust' },
      { id: 'e', logmel: 'clips.npy', row: 1 },
    ])
    expect(answer).toMatchObject({ items: 5, labelled: 3, acted: { items: 1 } })
    expect(answer.accuracy).toBeCloseTo(2 / 3)
    expect(answer.results).toMatchObject([
      { id: 'a', label: 'happy', missing: [] },
      { id: 'b', label: 'worried', missing: [] },
      { id: 'c', label: null, scores: null, missing: ['text'], quality: { reasons: ['empty'] } },
      { id: 'd', missing: [] },
      { id: 'e', label: null, missing: ['voice'] },
    ])
    expect(answer.confusion).toMatchObject({ sad: { missing: 1 } })
    expect(answer.bySubset).toMatchObject({ text: { items: 3, labelled: 3 }, voice: { items: 2 } })
  })

  it('names the entry that cannot be used', async () => {
    for (const line of [{ label: 'sad' }, { text: 3 }, { audio: 'a', logmel: 'b', row: 0 }]) {
      expect(await failureOf([{ text: 'Fine.' }, line])).toMatchObject({
        code: 'invalid-request',
        details: { entry: 2 },
      })
    }
  })

  it('refuses arrays that are no spectrograms and rows that are not there', async () => {
    writeFileSync(join(home.path, 'flat.npy'), npy([4], new Uint8Array(4)))
    writeFileSync(join(home.path, 'short.npy'), npy([9, 188, 128], new Uint8Array(5)))
    for (const [logmel, row] of [
      ['flat.npy', 0],
      ['short.npy', 0],
      ['clips.npy', 2],
    ])
      expect(await failureOf([{ logmel, row }])).toMatchObject({ code: 'invalid-request' })
    expect(await failureOf([{ logmel: 'none.npy', row: 0 }])).toMatchObject({ code: 'not-found' })
  })

  it('fuses the modalities of a line and gives the figures of every subset', async () => {
    writeFileSync(join(home.path, 'dark.png'), blackPng)
    const answer = await report([
      {
        id: 'both',
        logmel: 'clips.npy',
        row: 0,
        text: 'I am so glad it is over, thank you!',
        label: 'happy',
      },
      { id: 'all', logmel: 'clips.npy', row: 0, text: 'I am terrified.', image: 'dark.png', label: 'fear' },
      { id: 'none', logmel: 'clips.npy', row: 1, text: '' },
    ])
    expect(answer.results).toMatchObject([
      {
        id: 'both',
        missing: [],
        shares: { face: 0 },
        readings: [{ modality: 'voice' }, { modality: 'text' }],
      },
      { id: 'all', missing: ['face'], shares: { face: 0 } },
      {
        id: 'none',
        label: null,
        missing: ['voice', 'text'],
        quality: { score: 0, reasons: ['voice: no-speech', 'text: empty'] },
      },
    ])
    expect(answer.bySubset).toMatchObject({
      text: { items: 3, labelled: 2 },
      voice: { items: 3 },
      'voice+text': { items: 3, labelled: 2 },
      face: { items: 1, accuracy: 0 },
      'face+voice+text': { items: 1, labelled: 1 },
    })
  })

  it('reads sounds, and says of each file that cannot be read why', async () => {
    const rate = 44_100
    const hum = Float32Array.from(
      { length: rate },
      (_, index) => 0.3 * Math.sin((2 * Math.PI * 440 * index) / rate),
    )
    writeFileSync(join(home.path, 'hum.wav'), wav([hum, hum], { rate, bits: 24, float: false }))
    writeFileSync(
      join(home.path, 'nan.wav'),
      wav([Float32Array.of(Number.NaN)], { rate, bits: 32, float: true }),
    )
    writeFileSync(join(home.path, 'cut.png'), blackPng.subarray(0, 30))
    const answer = await report([
      { audio: 'hum.wav', label: 'happy' },
      { audio: 'nan.wav' },
      { audio: 'absent.wav' },
      { image: 'cut.png' },
      { image: ['cut.png'] },
      { video: 'talk.mp4', text: 'Thank you so much!' },
    ])
    expect(answer.results).toMatchObject([
      { label: null, missing: ['voice'], quality: { reasons: ['no-speech'] } },
      { label: null, missing: ['voice'], failure: { code: 'invalid-request' } },
      { label: null, missing: ['voice'], failure: { code: 'not-found' } },
      { label: null, missing: ['face'], failure: { code: 'invalid-request' } },
      { label: null, missing: ['face'], failure: { code: 'invalid-request' } },
      { label: 'happy', missing: ['face', 'voice'], failure: { code: 'not-found' } },
    ])
  })

  it('counts what is still read of spoilt texts, and never a confident guess', async () => {
    const { rates } = await degradationReport(
      manifestOf([{ text: 'I am so glad.' }, { text: 'It scares me.' }]),
      resourcesFolder(),
      1,
    )
    expect(rates.map(({ degradation }) => degradation)).toContain('other languages')
    for (const { degradation, confident } of rates)
      if (degradation !== 'as it is') expect([degradation, confident]).toEqual([degradation, 0])
    for (const name of ['empty', 'marks alone', 'emoji alone', 'other languages', 'ten thousand words'])
      expect(rates.find(({ degradation }) => degradation === name)).toMatchObject({ missing: 1 })
  })

  it('prints one JSON object', async () => {
    const child = spawn(
      process.execPath,
      [cli, 'emotion', '--manifest', manifestOf([{ video: 'a.mp4' }]), '--json'],
      {
        env: { ...process.env, CONSILIUM_HOME: home.path },
      },
    )
    let out = ''
    child.stdout.on('data', (piece: Buffer) => (out += piece.toString()))
    expect(await new Promise<number | null>((resolve) => child.on('close', resolve))).toBe(0)
    expect(JSON.parse(out)).toMatchObject({
      items: 1,
      results: [{ label: null, missing: ['face', 'voice'] }],
    })
  })
})
