/** `consilium selfcheck`: what this installation is made of and whether its parts work. */
import { existsSync, lstatSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Command } from 'commander'
import type { Precision } from '../../models/decoding/language-model.ts'
import { resourcesFolder } from '../resources.ts'
import { databaseFacts } from '../storage/facts.ts'
import { precisionArgument } from './arguments.ts'
import { withModels } from './open-models.ts'
import { answer, progressLines, table, type OutputOptions } from './output.ts'

interface SelfcheckOptions extends OutputOptions {
  readonly model: string
  readonly precision?: Precision
}

export function addSelfcheck(program: Command): void {
  program
    .command('selfcheck')
    .description('check Electron, the inference engine, the model and the database')
    .option('--model <id>', 'base, default, base+ADAPTER or the id of an imported model', 'default')
    .option('--precision <name>', 'f32, row8 or q4', precisionArgument)
    .option('--json', 'one JSON object on standard output')
    .action((options: SelfcheckOptions) =>
      answer(
        options,
        () => selfcheck(options),
        (facts) =>
          table([
            ['Electron', `${facts.electron.version ?? 'absent'} (${facts.electron.source})`],
            ['Node', facts.node],
            ['providers', facts.providers.join(', ')],
            ['model', `${facts.model.name}, ${facts.model.weightsHash.slice(0, 12)}`],
            ['precision', facts.precision],
            ['threads', String(facts.threads)],
            ['load time', `${facts.loadMs?.toFixed(0) ?? '?'} ms`],
            ['memory', facts.anonymousMb === null ? 'not told by this system' : `${facts.anonymousMb} MB`],
            ['SQLite', facts.sqlite.sqliteVersion],
            ['cipher', `${facts.sqlite.cipher} (${facts.sqlite.cipherVersion})`],
            ['synchronous', facts.sqlite.synchronous],
          ]),
      ),
    )
}

async function selfcheck(options: SelfcheckOptions) {
  const sqlite = databaseFacts()
  const engine = await withModels({}, async (models, signal) => {
    const model = await models.prepare(options.model, options.precision ?? null, progressLines(), signal)
    return { model, status: models.status() }
  })
  const { providers, threads, loadMs, anonymousMb } = engine.status
  return {
    electron: electronFacts(),
    node: process.version,
    providers,
    model: engine.model,
    precision: engine.model.precision,
    threads,
    loadMs,
    anonymousMb,
    sqlite,
  }
}

/** The Electron that the app starts with, and where it came from. */
function electronFacts(): { version: string | null; source: 'official' | 'fallback' | 'absent' } {
  const folder = join(resourcesFolder(), '..', 'node_modules', 'electron')
  const dist = join(folder, 'dist')
  const versionFile = join(dist, 'version')
  if (!existsSync(versionFile)) return { version: null, source: 'absent' }
  const version = readFileSync(versionFile, 'utf8').trim().replace(/^v/, '')
  // The bootstrap links the fallback into place; an official download is a folder of the package.
  const source = lstatSync(dist).isSymbolicLink() ? 'fallback' : 'official'
  return { version, source }
}
