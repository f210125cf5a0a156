/** `consilium topics`: which standard topics each question of a file asks about. */
import { createReadStream, writeFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import type { Command } from 'commander'
import * as v from 'valibot'
import { fail } from '../../models/core/failure.ts'
import { hear } from '../../models/dialogue/topics/index.ts'
import { resourcesFolder } from '../resources.ts'
import { withTopicReader } from '../topic-files.ts'
import { answer, table, type OutputOptions } from './output.ts'

interface TopicsOptions extends OutputOptions {
  readonly questions: string
  readonly features?: string
}

interface Question {
  readonly id: string
  readonly ask: string
}

interface Reading {
  readonly id: string
  readonly topics: readonly string[]
}

const question = v.object({
  id: v.pipe(v.union([v.string(), v.number()]), v.transform(String)),
  ask: v.string(),
})

export function addTopics(program: Command): void {
  program
    .command('topics')
    .description('say which standard topics each question asks about')
    .requiredOption('--questions <file>', 'JSON Lines of {"id", "ask"}')
    .option('--features <file>', 'where to write what the head reads of each question, for its training')
    .option('--json', 'one JSON object on standard output')
    .action((options: TopicsOptions) =>
      answer(
        options,
        () => readTopics(options),
        ({ results }) =>
          table([['id', 'topics'], ...results.map(({ id, topics }) => [id, topics.join(' ')])]),
      ),
    )
}

async function readTopics(options: TopicsOptions): Promise<{ results: readonly Reading[] }> {
  const questions = await readQuestions(options.questions)
  return withTopicReader(resourcesFolder(), async (reader, encoder, head) => {
    const results: Reading[] = []
    for (const { id, ask } of questions)
      results.push({ id, topics: (await reader.topics(ask)).map(({ topic }) => topic) })
    if (options.features !== undefined) {
      const rows: Buffer[] = []
      for (const [index, { ask }] of questions.entries()) {
        const { asks, whole, parts } = await hear(ask, encoder)
        for (const input of [whole, ...parts])
          rows.push(Buffer.from(Float32Array.of(index, Number(asks), ...head.features(input)).buffer))
      }
      writeFileSync(options.features, Buffer.concat(rows))
    }
    return { results }
  })
}

/** Fails with `not-found` or `invalid-request`, naming file, line and reason. */
async function readQuestions(file: string): Promise<readonly Question[]> {
  const questions: Question[] = []
  let line = 0
  try {
    for await (const text of createInterface({ input: createReadStream(file), crlfDelay: Infinity })) {
      line++
      if (text.trim() !== '') questions.push(parseQuestion(text, file, line))
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT')
      fail('not-found', `There is no file ${file}. Check its name and try again.`, { file })
    throw error
  }
  return questions
}

function parseQuestion(text: string, file: string, line: number): Question {
  const refuse = (reason: string, field: string): never =>
    fail('invalid-request', `Line ${line} of ${file} is no question: ${reason}. Correct it and try again.`, {
      file,
      line,
      field,
      reason,
    })
  let input: unknown
  try {
    input = JSON.parse(text)
  } catch {
    return refuse('it is not JSON', '')
  }
  const parsed = v.safeParse(question, input)
  if (parsed.success) return parsed.output
  const issue = parsed.issues[0]
  return refuse(issue.message, v.getDotPath(issue) ?? '')
}
