/** Prompt files: one JSON object a line, `{"id", "messages": [{"role", "content"}]}`. */
import { readFileSync } from 'node:fs'
import * as v from 'valibot'
import { fail } from '../../models/core/failure.ts'

const promptSchema = v.object({
  id: v.union([v.string(), v.number()]),
  messages: v.pipe(
    v.array(v.object({ role: v.picklist(['system', 'user', 'assistant']), content: v.string() })),
    v.minLength(1),
  ),
})

export type Prompt = v.InferOutput<typeof promptSchema>

/** Fails with `not-found` or `invalid-request`, which names the line. */
export function readPrompts(path: string): readonly Prompt[] {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    return fail('not-found', `The prompts file cannot be read. Check the path ${path}.`, { path }, error)
  }
  const prompts = text
    .split('\n')
    .map((line, index) => ({ line: line.trim(), number: index + 1 }))
    .filter(({ line }) => line !== '')
    .map(({ line, number }) => parsePrompt(line, number))
  if (prompts.length === 0)
    fail('invalid-request', 'The prompts file holds no prompt. Write one JSON object a line.')
  return prompts
}

function parsePrompt(line: string, number: number): Prompt {
  try {
    return v.parse(promptSchema, JSON.parse(line))
  } catch (error) {
    return fail(
      'invalid-request',
      `Line ${number} of the prompts file is no prompt. Write {"id", "messages": [{"role", "content"}]}.`,
      { line: number },
      error,
    )
  }
}
