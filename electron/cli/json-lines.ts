/** Files of one JSON object a line. */
import { readFileSync } from 'node:fs'
import * as v from 'valibot'
import { fail } from '../../models/core/failure.ts'

/**
 * Every line parsed; empty lines are passed over.
 *
 * @throws FailureError `not-found`, or `invalid-request` with the line, the field and what is wrong
 */
export function readJsonLines<T>(path: string, schema: v.GenericSchema<unknown, T>): readonly T[] {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    return fail('not-found', `The file cannot be read. Check the path ${path}.`, { path }, error)
  }
  return text.split('\n').flatMap((line, index) => {
    if (line.trim() === '') return []
    let value: unknown
    try {
      value = JSON.parse(line)
    } catch (error) {
      return fail(
        'invalid-request',
        `Line ${index + 1} of ${path} is not JSON. Write one object a line.`,
        { path, line: index + 1 },
        error,
      )
    }
    const parsed = v.safeParse(schema, value)
    if (parsed.success) return [parsed.output]
    const [issue] = parsed.issues
    const field = v.getDotPath(issue) ?? 'line'
    return fail('invalid-request', `Line ${index + 1} of ${path}: ${field} ${issue.message}. Correct it.`, {
      path,
      line: index + 1,
      field,
    })
  })
}
