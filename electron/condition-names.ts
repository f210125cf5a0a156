/** The names of conditions, and reading a free-text diagnosis as one of them. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  conditionNormaliser,
  parseConditionWordings,
  type ReadCondition,
} from '../models/dialogue/conditions/index.ts'
import { parseConditionNames, type ConditionName } from '../models/knowledge/schema.ts'

const read = (resources: string, file: string): unknown =>
  JSON.parse(readFileSync(join(resources, 'knowledge', file), 'utf8'))

/** @param resources the product's resources folder */
export function openConditions(resources: string): ReadonlyMap<string, ConditionName> {
  const file = 'condition-names.json'
  return new Map(parseConditionNames(read(resources, file), file).map((name) => [name.id, name]))
}

/** Reads answers with the bundled names and wordings; anything unclear is `unreadable`. */
export function openNormaliser(resources: string): ReadCondition {
  const file = 'condition-wordings.json'
  const wordings = parseConditionWordings(read(resources, file), file)
  return conditionNormaliser([...openConditions(resources).values()], wordings)
}
