/** The bundled knowledge base, read and parsed from its files. */
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { knowledgeBase, type KnowledgeBase } from '../models/knowledge/knowledge-base.ts'
import { parseConditionNames, parseConditions, parseFindings } from '../models/knowledge/schema.ts'

/**
 * @param resources the product's resources folder
 * @throws FailureError `resource-altered` with file, field and reason
 */
export function openKnowledge(resources: string): KnowledgeBase {
  const folder = join(resources, 'knowledge')
  const read = (path: string): unknown => JSON.parse(readFileSync(join(folder, path), 'utf8'))
  const all = <T>(name: string, parse: (input: unknown, file: string) => readonly T[]): readonly T[] =>
    readdirSync(join(folder, name))
      .toSorted()
      .flatMap((file) => parse(read(join(name, file)), join(name, file)))
  return knowledgeBase(
    all('findings', parseFindings),
    all('conditions', parseConditions),
    parseConditionNames(read('condition-names.json'), 'condition-names.json'),
  )
}
