/**
 * `consilium knowledge-vectors`: the vectors of every wording of the knowledge base, for a change of it, or of what
 * patients say, for the training of the head that reads it.
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Command } from 'commander'
import { packVector, wordingsOf } from '../../models/dialogue/reading/finding-index.ts'
import { openSentenceEncoder } from '../inference/sentence-encoder.ts'
import { openKnowledge } from '../knowledge-files.ts'
import { resourcesFolder } from '../resources.ts'
import { openMoreWordings } from './more-wordings.ts'
import { answer, type OutputOptions } from './output.ts'

interface VectorsOptions extends OutputOptions {
  readonly out: string
  readonly wordings?: string
}

const together = 256

const bytesOf = ({ buffer, byteOffset, byteLength }: Float32Array | Int8Array): Buffer =>
  Buffer.from(buffer, byteOffset, byteLength)

/** The vectors one after the other, each as `pack` gives it, and their length. */
async function encoded(
  texts: readonly string[],
  pack: (vector: Float32Array) => Float32Array | Int8Array,
): Promise<{ readonly bytes: Buffer; readonly width: number }> {
  const encoder = await openSentenceEncoder(resourcesFolder())
  const rows: Buffer[] = []
  try {
    for (let start = 0; start < texts.length; start += together) {
      const vectors = await encoder.encode(texts.slice(start, start + together))
      rows.push(...vectors.map((vector) => bytesOf(pack(vector))))
      process.stderr.write(`${rows.length} of ${texts.length} wordings\n`)
    }
    return { bytes: Buffer.concat(rows), width: encoder.width }
  } finally {
    await encoder.dispose()
  }
}

async function writePacked({ out }: VectorsOptions) {
  const texts = wordingsOf(openKnowledge(resourcesFolder())).map(({ text }) => text)
  const { bytes, width } = await encoded(texts, packVector)
  const file = join(out, 'wordings.i8')
  writeFileSync(file, bytes)
  return { file, wordings: texts.length, width }
}

/** Every wording of what a patient can tell, those of the file as a side of their own, with whole vectors. */
async function writeForTraining({ out }: VectorsOptions, further: string) {
  const base = openKnowledge(resourcesFolder())
  const own = wordingsOf(base).filter(({ finding }) => {
    const known = base.findings.get(finding)
    return known && !('order' in known)
  })
  const more = Object.entries(openMoreWordings(further, base).said).flatMap(([finding, texts]) =>
    texts.map((text, index) => ({ finding, side: 'more', index, text })),
  )
  const wordings = [...own, ...more]
  const { bytes, width } = await encoded(
    wordings.map(({ text }) => text),
    (vector) => vector,
  )
  mkdirSync(out, { recursive: true })
  const file = join(out, 'vectors.f32')
  writeFileSync(file, bytes)
  const lines = wordings.map(({ finding, side, index }) => JSON.stringify({ finding, side, index }))
  writeFileSync(join(out, 'vectors.jsonl'), `${lines.join('\n')}\n`)
  return { file, wordings: wordings.length, width }
}

export function addKnowledgeVectors(program: Command): void {
  program
    .command('knowledge-vectors')
    .description('compute the vectors of every wording of the knowledge base')
    .requiredOption('--out <folder>', 'folder for wordings.i8')
    .option(
      '--wordings <file>',
      'instead: what patients can tell, with these further wordings, for the training of the head',
    )
    .option('--json', 'one JSON object on standard output')
    .action((options: VectorsOptions) =>
      answer(
        options,
        () =>
          options.wordings === undefined ? writePacked(options) : writeForTraining(options, options.wordings),
        ({ file, wordings }) => `${file}: ${wordings} wordings`,
      ),
    )
}
