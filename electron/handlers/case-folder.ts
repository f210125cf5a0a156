/** The bundled practice cases, read and parsed when first asked for. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fail } from '../../models/core/failure.ts'
import type { ReadCondition } from '../../models/dialogue/conditions/index.ts'
import type { ConditionName } from '../../models/knowledge/schema.ts'
import { parseCase, type PracticeCase } from '../../models/practice/case.ts'
import { openConditions, openNormaliser } from '../condition-names.ts'
import type { Cases } from './ports.ts'

export class CaseFolder implements Cases {
  readonly #resources: string
  #cases: readonly PracticeCase[] | null = null
  #names: ReadonlyMap<string, ConditionName> | null = null
  #read: ReadCondition | null = null

  /** @param resources the product's resources folder */
  constructor(resources: string) {
    this.#resources = resources
  }

  /** Fails with `resource-missing` or `resource-altered`. */
  list(): readonly PracticeCase[] {
    this.#cases ??= ['development', 'training'].flatMap((part) => this.#part(part))
    return this.#cases
  }

  read(id: string): PracticeCase {
    return (
      this.list().find((practice) => practice.id === id) ??
      fail('not-found', 'There is no such case. Choose one from the list.')
    )
  }

  nameOf(condition: string): string {
    return this.#conditions().get(condition)?.name ?? condition
  }

  get readCondition(): ReadCondition {
    this.#read ??= openNormaliser(this.#resources)
    return this.#read
  }

  #conditions(): ReadonlyMap<string, ConditionName> {
    this.#names ??= openConditions(this.#resources)
    return this.#names
  }

  #part(part: string): readonly PracticeCase[] {
    const folder = join(this.#resources, 'cases', part)
    let files: readonly string[]
    try {
      files = readdirSync(folder)
    } catch (error) {
      return fail(
        'resource-missing',
        'The bundled cases are missing. Install Consilium again to restore them.',
        { folder: 'cases' },
        error,
      )
    }
    return files
      .filter((file) => file.endsWith('.json'))
      .toSorted()
      .map((file) =>
        parseCase(JSON.parse(readFileSync(join(folder, file), 'utf8')), file, this.#conditions()),
      )
  }
}
