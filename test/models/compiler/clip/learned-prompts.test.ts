import { mkdtempSync, openSync, closeSync, rmSync, writeFileSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { OnnxSession, tensor } from '../../../../electron/inference/onnx.ts'
import { openClip } from '../../../../models/compiler/clip/clip-files.ts'
import {
  clipInputs,
  clipOutput,
  compileClip,
  type ClipTower,
} from '../../../../models/compiler/clip/compile-clip.ts'
import { MemorySource } from '../../../../models/core/bytes.ts'
import { fixtureBytes, fixtureJson } from '../../../support/models/compiler-fixtures.ts'

/** Written by models/training/emovclip/fixture.py. */
const learned = fixtureJson('clip/learned.json') as {
  readonly tokens: number
  readonly depth: number
  readonly clips: number
  readonly frames: number
  readonly bytes: readonly number[]
  readonly classes: readonly (readonly number[])[]
  readonly scale: number
  readonly prompts: Readonly<Record<ClipTower, readonly number[]>>
  readonly embeddings: readonly number[]
  readonly classEmbeddings: readonly number[]
  readonly chances: readonly number[]
  readonly loss: { readonly before: number; readonly after: number }
}
const side = 24
const means = [0.48145466, 0.4578275, 0.40821073] as const
const deviations = [0.26862954, 0.26130258, 0.27577711] as const
const clip = openClip(
  new TextDecoder().decode(fixtureBytes('clip/config.json')),
  new MemorySource(fixtureBytes('clip/model.safetensors')),
)

async function opened(tower: ClipTower): Promise<OnnxSession> {
  const folder = mkdtempSync(join(tmpdir(), 'clip-'))
  try {
    const data = openSync(join(folder, 'tower.bin'), 'w')
    compileClip(
      tower,
      clip,
      learned,
      {
        graph: { write: (bytes) => writeFileSync(join(folder, 'tower.onnx'), bytes) },
        data: { write: (bytes) => void writeSync(data, bytes) },
        dataName: 'tower.bin',
      },
      new AbortController().signal,
    )
    closeSync(data)
    return await OnnxSession.open(join(folder, 'tower.onnx'), { threads: 1, prepacked: false })
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** Pixels [1, 3, side, side] of one frame of a clip, normalised. */
function pixelsOf(frame: number): Float32Array {
  const area = side * side
  return Float32Array.from({ length: 3 * area }, (_, index) => {
    const channel = Math.floor(index / area)
    const value = learned.bytes[(frame * area + (index % area)) * 3 + channel]! / 255
    return (value - means[channel]!) / deviations[channel]!
  })
}

const unit = (vector: readonly number[]): readonly number[] => {
  const length = Math.hypot(...vector)
  return vector.map((value) => value / length)
}
const furthest = (a: readonly number[], b: readonly number[]): number =>
  a.length === b.length ? Math.max(...a.map((value, index) => Math.abs(value - b[index]!))) : Infinity

it('prompts learned in PyTorch say the same in the compiled towers', async () => {
  const promptsOf = (tower: ClipTower) =>
    tensor(Float32Array.from(learned.prompts[tower]), [learned.depth, learned.tokens, clip[tower].width])
  const embed = async (session: OnnxSession, feeds: Parameters<OnnxSession['run']>[0]) =>
    Array.from((await session.run(feeds, [clipOutput]))[clipOutput]!.data as Float32Array)
  const [vision, text] = await Promise.all([opened('vision'), opened('text')])

  const clips: number[][] = []
  for (let at = 0; at < learned.clips; at++) {
    const mean = new Array<number>(clip.shared).fill(0)
    for (let frame = 0; frame < learned.frames; frame++) {
      const pixels = tensor(pixelsOf(at * learned.frames + frame), [1, 3, side, side])
      const found = await embed(vision, {
        [clipInputs.pixels]: pixels,
        [clipInputs.prompts]: promptsOf('vision'),
      })
      for (const [index, value] of found.entries()) mean[index]! += value / learned.frames
    }
    clips.push(mean)
  }
  expect(furthest(clips.flat(), learned.embeddings)).toBeLessThan(1e-4)

  const classes: (readonly number[])[] = []
  for (const ids of learned.classes) {
    const words = tensor(BigInt64Array.from(ids, BigInt), [ids.length])
    classes.push(
      unit(await embed(text, { [clipInputs.ids]: words, [clipInputs.prompts]: promptsOf('text') })),
    )
  }
  expect(furthest(classes.flat(), learned.classEmbeddings)).toBeLessThan(1e-4)

  const chances = clips.flatMap((mean) => {
    const logits = classes.map(
      (each) => learned.scale * each.reduce((sum, value, index) => sum + value * unit(mean)[index]!, 0),
    )
    const powers = logits.map(Math.exp)
    const total = powers.reduce((sum, power) => sum + power, 0)
    return powers.map((power) => power / total)
  })
  expect(furthest(chances, learned.chances)).toBeLessThan(1e-4)
  await Promise.all([vision.dispose(), text.dispose()])
})

it('learning brought the loss down while the towers stayed as they are', () => {
  expect(learned.loss.after).toBeLessThan(learned.loss.before - 0.1)
})
