/**
 * Keeps resources/manifest.json: `node electron/setup/manifest.mjs --write` recomputes sizes and hashes
 * and keeps the words. A file without words is added with empty ones, and the run fails until somebody
 * has written them.
 */
import { createHash } from 'node:crypto'
import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { manifestFile, readManifest, resourceFiles, resourcesFolder, verifyResources } from './resources.mjs'
import { runCommand, say, SetupFailure } from './step.mjs'
import { digest } from './tarball.mjs'

const described = /** @type {const} */ (['what', 'source', 'licence', 'attribution', 'recipe'])

async function write() {
  const before = readManifest()
  const old = new Map(before.files.map((file) => [file.path, file]))
  const files = []
  for (const path of resourceFiles()) {
    const file = join(resourcesFolder, path)
    const words = Object.fromEntries(described.map((key) => [key, old.get(path)?.[key] ?? '']))
    files.push({ path, bytes: statSync(file).size, sha256: await digest(file, 'sha256', 'hex'), ...words })
  }
  const wholes = before.wholes.map(({ path, parts }) => {
    const hash = createHash('sha256')
    let bytes = 0
    for (const part of parts) {
      const content = readFileSync(join(resourcesFolder, part))
      hash.update(content)
      bytes += content.length
    }
    return { path, parts, bytes, sha256: hash.digest('hex') }
  })
  writeFileSync(manifestFile, `${JSON.stringify({ files, wholes }, null, 2)}\n`)
}

await runCommand(async () => {
  if (process.argv.includes('--write')) await write()
  const bare = readManifest().files.filter((file) => described.some((key) => !file[key]))
  if (bare.length > 0) {
    throw new SetupFailure(
      `These files are not described: ${bare.map(({ path }) => path).join(', ')}.`,
      `Fill in ${described.join(', ')} of each in resources/manifest.json.`,
    )
  }
  say(await verifyResources())
  return 0
})
