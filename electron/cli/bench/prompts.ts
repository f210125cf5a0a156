/** Prompts of the benchmark: one JSON object per line, `{"id", "messages": [{"role", "content"}]}`. */
import { readFileSync } from 'node:fs'
import * as v from 'valibot'
import { fail } from '../../../models/core/failure.ts'
import type { Message } from '../../../models/decoding/language-model.ts'

const promptSchema = v.object({
  id: v.union([v.string(), v.pipe(v.number(), v.transform(String))]),
  messages: v.pipe(
    v.array(v.object({ role: v.picklist(['system', 'user', 'assistant']), content: v.string() })),
    v.minLength(1),
  ),
})

export interface Prompt {
  readonly id: string
  readonly messages: readonly Message[]
}

/** Fails with `not-found` or `invalid-request`, naming the line. */
export function readPrompts(path: string): readonly Prompt[] {
  const lines = readText(path)
    .split(/\r?\n/)
    .map((line, index) => ({ line, number: index + 1 }))
    .filter(({ line }) => line.trim() !== '')
  if (lines.length === 0)
    fail('invalid-request', 'The prompt file is empty. Put one JSON object on each line.')
  return lines.map(({ line, number }) => {
    const parsed = v.safeParse(promptSchema, jsonOrNull(line))
    if (parsed.success) return parsed.output
    return fail(
      'invalid-request',
      `Line ${number} of the prompt file is not a prompt: it needs "id" and "messages" with "role" and "content". Correct it and try again.`,
      { line: number },
    )
  })
}

/** Fails with `not-found`. */
export function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    return fail(
      'not-found',
      `The file ${path} cannot be read. Check its name and try again.`,
      undefined,
      error,
    )
  }
}

function jsonOrNull(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return null
  }
}
