/** Practice cases of a folder, checked one by one. */
import { readFileSync, readdirSync } from 'node:fs'
import { basename, join } from 'node:path'
import { fail } from '../models/core/failure.ts'
import type { ConditionName } from '../models/knowledge/schema.ts'
import { parseCase, type PracticeCase } from '../models/practice/case.ts'

/**
 * @throws FailureError `not-found` where there is no such folder or no case in it, `invalid-request` with
 *   file, field and reason where a file is no usable case
 */
export function openCases(
  folder: string,
  conditions: ReadonlyMap<string, ConditionName>,
): readonly PracticeCase[] {
  let files: readonly string[]
  try {
    files = readdirSync(folder)
      .filter((file) => file.endsWith('.json'))
      .toSorted()
  } catch (cause) {
    fail('not-found', `There is no folder ${folder}. Name a folder of case files.`, { folder }, cause)
  }
  if (files.length === 0)
    fail('not-found', `${folder} holds no case files. Name a folder with .json cases.`, { folder })
  return files.map((file) => parseCase(parsed(join(folder, file)), basename(file), conditions))
}

function parsed(path: string): unknown {
  const file = basename(path)
  try {
    return JSON.parse(readFileSync(path, 'utf8'))
  } catch (cause) {
    fail(
      'invalid-request',
      `${file} is no usable case: it is not readable JSON. Correct it and try again.`,
      { file, field: 'file', reason: 'is not readable JSON' },
      cause,
    )
  }
}
