/** Reads what describes a small bundled network, and checks that its weights belong to it. */
import * as v from 'valibot'
import { fail } from '../core/failure.ts'

/** Fails with `resource-altered`, naming the file and the field. */
export function parseHead<const Form extends v.GenericSchema>(
  form: Form,
  description: unknown,
  file: string,
): v.InferOutput<Form> {
  const parsed = v.safeParse(form, description)
  if (parsed.success) return parsed.output
  const [issue] = parsed.issues
  return fail('resource-altered', `${file}: ${issue.message}. Install Consilium again.`, {
    file,
    field: v.getDotPath(issue) ?? '',
  })
}

/** Fails with `resource-altered` where there are not so many. */
export function expectWeights(weights: Float32Array, expected: number, file: string): void {
  if (weights.length !== expected)
    fail(
      'resource-altered',
      `${file}: ${weights.length} weights where ${expected} belong. Install Consilium again.`,
      { file, field: 'weights' },
    )
}
