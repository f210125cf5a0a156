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

const together = 256

async function writePacked({ out }: VectorsOptions) {
  const texts = wordingsOf(openKnowledge(resourcesFolder())).map(({ text }) => text)
  const encoder = await openSentenceEncoder(resourcesFolder())
  const rows: Buffer[] = []
  try {
    for (let start = 0; start < texts.length; start += together) {
      const vectors = await encoder.encode(texts.slice(start, start + together))
      for (const vector of vectors) rows.push(Buffer.from(packVector(vector).buffer))
      process.stderr.write(`${rows.length} of ${texts.length} wordings\n`)
    }
  } finally {
    await encoder.dispose()
  }
  const file = join(out, 'wordings.i8')
  writeFileSync(file, Buffer.concat(rows))
  return { file, wordings: texts.length, width: encoder.width }
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
        () => writePacked(options),
        ({ file, wordings }) => `${file}: ${wordings} wordings`,
      ),
    )
}
