/** Opens an encrypted database in memory and prints the version; run by the bootstrap in each runtime. */
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { root } from './paths.mjs'

const shipped = join(root, 'resources/native/better_sqlite3.napi9-linux-x64.node')
const database = new Database(
  ':memory:',
  Number(process.versions['napi']) < 10 ? { nativeBinding: shipped } : {},
)
database.pragma(`cipher='sqlcipher'`)
database.exec('CREATE VIRTUAL TABLE probe USING fts5(word)')
console.log(database.prepare('SELECT sqlite_version()').pluck().get())
