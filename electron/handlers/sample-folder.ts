/** The bundled sample consultations, read from their folder when first asked for. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseSample, type Sample } from '../../models/consult/index.ts'
import type { SampleSummary } from '../../models/contract/operations.ts'
import { fail } from '../../models/core/failure.ts'
import type { Samples } from './ports.ts'

export class SampleFolder implements Samples {
  readonly #folder: string
  #samples: readonly Sample[] | null = null

  constructor(folder: string) {
    this.#folder = folder
  }

  /** Fails with `resource-missing` or `resource-altered`. */
  list(): readonly SampleSummary[] {
    return this.#all().map(({ id, kind, title, description, turns }) => ({
      id,
      kind,
      title,
      description,
      turns: turns.length,
    }))
  }

  read(id: string): Sample {
    return (
      this.#all().find((sample) => sample.id === id) ??
      fail('not-found', 'There is no such sample. Choose one from the list.')
    )
  }

  #all(): readonly Sample[] {
    this.#samples ??= this.#names()
      .filter((name) => name.endsWith('.json'))
      .sort()
      .map((name) => parseSample(readJson(join(this.#folder, name))))
    return this.#samples
  }

  #names(): readonly string[] {
    try {
      return readdirSync(this.#folder)
    } catch (error) {
      return fail(
        'resource-missing',
        'The bundled samples are missing. Install Consilium again to restore them.',
        { folder: 'samples' },
        error,
      )
    }
  }
}

function readJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch (error) {
    return fail(
      'resource-altered',
      'A bundled sample cannot be read. Install Consilium again to restore it.',
      undefined,
      error,
    )
  }
}
