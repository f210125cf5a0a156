/** Reading untrusted JSON objects. */
import { damaged } from './bounded-reader.ts'
import { limits } from './limits.ts'

export type JsonObject = Readonly<Record<string, unknown>>

export function isRecord(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The object in `text`; anything else is `model-invalid`, naming `field`. */
export function parseJson(text: string, field: string): JsonObject {
  if (text.length > limits.jsonBytes) damaged(field, 'is too long')
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    // A SyntaxError for bad text, a RangeError for nesting deeper than the stack.
    return damaged(field, 'is not valid JSON')
  }
  return isRecord(value) ? value : damaged(field, 'is not a JSON object')
}
