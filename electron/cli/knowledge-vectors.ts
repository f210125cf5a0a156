/** `consilium knowledge-vectors`: the vectors of every wording of the knowledge base, for a change of it. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Command } from 'commander'
import { packVector, wordingsOf } from '../../models/dialogue/reading/finding-index.ts'
import { openSentenceEncoder } from '../inference/sentence-encoder.ts'
import { openKnowledge } from '../knowledge-files.ts'
import { resourcesFolder } from '../resources.ts'
import { answer, type OutputOptions } from './output.ts'

interface VectorsOptions extends OutputOptions {
  readonly out: string
}

async function write({ out }: VectorsOptions) {
  const wordings = wordingsOf(openKnowledge(resourcesFolder()))
  const encoder = await openSentenceEncoder(resourcesFolder())
  try {
    const packed = new Int8Array(wordings.length * encoder.width)
    const step = 256
    for (let start = 0; start < wordings.length; start += step) {
      const vectors = await encoder.encode(wordings.slice(start, start + step).map(({ text }) => text))
      for (const [index, vector] of vectors.entries())
        packed.set(packVector(vector), (start + index) * encoder.width)
      process.stderr.write(`${Math.min(start + step, wordings.length)} of ${wordings.length} wordings\n`)
    }
    const file = join(out, 'wordings.i8')
    writeFileSync(file, packed)
    return { file, wordings: wordings.length, width: encoder.width }
  } finally {
    await encoder.dispose()
  }
}

export function addKnowledgeVectors(program: Command): void {
  program
    .command('knowledge-vectors')
    .description('compute the vectors of every wording of the knowledge base')
    .requiredOption('--out <folder>', 'folder for wordings.i8')
    .option('--json', 'one JSON object on standard output')
    .action((options: VectorsOptions) =>
      answer(
        options,
        () => write(options),
        ({ file, wordings }) => `${file}: ${wordings} wordings`,
      ),
    )
}
