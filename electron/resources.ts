/** The files that ship with the app: where they are, what the manifest says of them, and whether they are intact. */
import { createHash } from 'node:crypto'
import { createReadStream, existsSync, readFileSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import * as v from 'valibot'
import { fail } from '../models/core/failure.ts'

const sha256Hex = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/))
const byteCount = v.pipe(v.number(), v.integer(), v.minValue(0))
const relativePath = v.pipe(
  v.string(),
  v.regex(/^[^/\\]/),
  v.check((path) => !path.split('/').includes('..')),
)
const words = v.pipe(v.string(), v.minLength(1))

const resourceSchema = v.object({
  path: relativePath,
  bytes: byteCount,
  sha256: sha256Hex,
  what: words,
  source: words,
  licence: words,
  attribution: words,
  recipe: words,
})

const wholeSchema = v.object({
  path: relativePath,
  parts: v.array(relativePath),
  bytes: byteCount,
  sha256: sha256Hex,
})

const manifestSchema = v.object({ files: v.array(resourceSchema), wholes: v.array(wholeSchema) })

/** One shipped file; `path` is relative to resources/, with forward slashes. */
export type Resource = v.InferOutput<typeof resourceSchema>
/** A file that ships in parts: its bytes are those of `parts`, in order. */
export type WholeResource = v.InferOutput<typeof wholeSchema>
export type ResourceManifest = v.InferOutput<typeof manifestSchema>

const repair = 'Install Consilium again; from a checkout, run `git checkout -- resources`.'

/**
 * The folder resources/, found by walking up from this file: the same walk serves the sources, the
 * build in out/app, and the packaged app, where resources/ lies beside the archive.
 *
 * Fails with `resource-missing` when no folder above holds a manifest.
 */
export function resourcesFolder(): string {
  for (let folder = import.meta.dirname; ; folder = dirname(folder)) {
    const candidate = join(folder, 'resources')
    if (existsSync(join(candidate, 'manifest.json'))) return candidate
    if (dirname(folder) === folder)
      fail('resource-missing', `The files that come with Consilium are not there. ${repair}`)
  }
}

/** The manifest, parsed. Fails with `resource-missing` or `resource-altered`. */
export function readManifest(): ResourceManifest {
  const path = join(resourcesFolder(), 'manifest.json')
  let content: unknown
  try {
    content = JSON.parse(readFileSync(path, 'utf8'))
  } catch (error) {
    return fail(
      'resource-altered',
      `The list of files that come with Consilium cannot be read. ${repair}`,
      undefined,
      error,
    )
  }
  const parsed = v.safeParse(manifestSchema, content)
  if (!parsed.success) {
    return fail('resource-altered', `The list of files that come with Consilium is damaged. ${repair}`, {
      field: v.getDotPath(parsed.issues[0]) ?? '',
    })
  }
  return parsed.output
}

/** The absolute path of a shipped file, not looked at. */
export const resourcePath = (path: string): string => join(resourcesFolder(), path)

/** What was verified in this process, by absolute path, with the size and time it had then. */
const verified = new Map<string, string>()

/**
 * The absolute path of a shipped file whose size and SHA-256 are those of the manifest. A file is
 * hashed once per process unless it changes.
 *
 * Fails with `resource-missing` when the manifest or the disk lacks it, `resource-altered` when its
 * content is another.
 */
export async function verifyResource(path: string): Promise<string> {
  const expected = readManifest().files.find((file) => file.path === path)
  if (!expected)
    return fail('resource-missing', `${path} does not come with this version of Consilium. ${repair}`, {
      path,
    })
  const absolute = resourcePath(path)
  const stat = statSync(absolute, { throwIfNoEntry: false })
  if (!stat?.isFile()) return fail('resource-missing', `The file ${path} is missing. ${repair}`, { path })
  const state = `${stat.size} ${stat.mtimeMs} ${expected.sha256}`
  if (verified.get(absolute) === state) return absolute
  if (stat.size !== expected.bytes || (await sha256Of(absolute)) !== expected.sha256)
    return fail('resource-altered', `The file ${path} was changed. ${repair}`, { path })
  verified.set(absolute, state)
  return absolute
}

async function sha256Of(path: string): Promise<string> {
  const hash = createHash('sha256')
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) hash.update(chunk as Buffer)
  return hash.digest('hex')
}
