/**
 * @vladmandic/human for the comparison of face reading, in WebAssembly with one thread: the fastest of its
 * back ends that needs no library of the system. It is no part of the app: its package and lockfile lie in
 * bench/face-peer, and it is installed into the cache on first use (about 130 MB).
 */
import { copyFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import * as v from 'valibot'
import { fail } from '../../../models/core/failure.ts'
import type { RgbaImage } from '../../../models/emotion/face/image.ts'
import { npmInstall } from './peer-package.ts'

const source = join(import.meta.dirname, '../../../bench/face-peer')
const manifestSchema = v.object({ dependencies: v.object({ '@vladmandic/human': v.string() }) })

export const facePeerName = '@vladmandic/human'

export const facePeerVersion = (): string =>
  v.parse(manifestSchema, JSON.parse(readFileSync(join(source, 'package.json'), 'utf8'))).dependencies[
    facePeerName
  ]

/** What is used of the package, whose own types need a browser. */
interface Tensor {
  dispose(): void
}
interface Human {
  readonly tf: {
    tensor4d(values: Int32Array, shape: readonly number[], type: 'int32'): Tensor
    setBackend(name: string): Promise<boolean>
    getBackend(): string
  }
  load(): Promise<void>
  detect(input: Tensor): Promise<{ readonly face: readonly unknown[]; readonly error?: string | null }>
}
interface HumanPackage {
  readonly Human?: new (config: object) => Human
  readonly default?: { readonly Human?: new (config: object) => Human }
}
interface WasmBackend {
  setWasmPaths(folder: string): void
  setThreadsCount(count: number): void
}

export interface FacePeer {
  /** Detection, mesh and emotion of every face; the number of faces. */
  read(image: RgbaImage): Promise<number>
}

/** The peer loads its weights by address only; this one is answered from its folder. */
const modelHost = 'http://models.invalid/'

async function withFilesServed(folder: string, load: () => Promise<void>): Promise<void> {
  const network = globalThis.fetch
  globalThis.fetch = async (input) => {
    const address = input instanceof Request ? input.url : input.toString()
    if (!address.startsWith(modelHost))
      fail('refused', `${facePeerName} asked for ${address}; nothing is fetched. Use \`--no-peer\`.`)
    return new Response(await readFile(join(folder, address.slice(modelHost.length))))
  }
  try {
    await load()
  } finally {
    globalThis.fetch = network
  }
}

/**
 * Installs the peer unless it is there, and opens it. Fails with `tool-missing`.
 *
 * @param cache the app's cache folder
 */
export async function openFacePeer(cache: string, log: (line: string) => void): Promise<FacePeer> {
  const folder = join(cache, 'bench', `human-${facePeerVersion()}`)
  const home = join(folder, 'node_modules', facePeerName)
  if (!existsSync(home)) {
    log(`Installing ${facePeerName} ${facePeerVersion()} for comparison (about 130 MB, once) ...`)
    mkdirSync(folder, { recursive: true })
    for (const file of ['package.json', 'package-lock.json'])
      copyFileSync(join(source, file), join(folder, file))
    await npmInstall(facePeerName, folder, ['--legacy-peer-deps'], [])
  }
  const load = createRequire(join(folder, 'package.json'))
  const backend = load('@tensorflow/tfjs-backend-wasm') as WasmBackend
  const wasm = join(folder, 'node_modules/@tensorflow/tfjs-backend-wasm/dist/')
  backend.setWasmPaths(wasm)
  backend.setThreadsCount(1)
  const loaded = load(join(home, 'dist/human.node-wasm.js')) as HumanPackage
  const HumanClass = loaded.Human ?? loaded.default?.Human
  if (!HumanClass)
    return fail('tool-missing', `${facePeerName} cannot be used here. Measure without it: \`--no-peer\`.`)
  const off = { enabled: false }
  const human = new HumanClass({
    backend: 'wasm',
    wasmPath: wasm,
    modelBasePath: modelHost,
    async: false,
    debug: false,
    // Every frame is read anew, as ours does.
    cacheSensitivity: 0,
    skipAllowed: false,
    filter: off,
    gesture: off,
    body: off,
    hand: off,
    object: off,
    segmentation: off,
    face: {
      enabled: true,
      detector: { maxDetected: 8, minConfidence: 0.5, rotation: true, skipFrames: 0, skipTime: 0 },
      mesh: { enabled: true },
      emotion: { enabled: true, skipFrames: 0, skipTime: 0 },
      iris: off,
      description: off,
      attention: off,
      antispoof: off,
      liveness: off,
    },
  })
  await withFilesServed(join(home, 'models'), () => human.load())
  return {
    async read({ data, width, height }) {
      const rgb = new Int32Array(3 * width * height)
      for (let pixel = 0; pixel < width * height; pixel++)
        for (let channel = 0; channel < 3; channel++) rgb[3 * pixel + channel] = data[4 * pixel + channel]!
      const input = human.tf.tensor4d(rgb, [1, height, width, 3], 'int32')
      const { face, error } = await human.detect(input)
      input.dispose()
      if (error) fail('tool-missing', `${facePeerName} failed: ${error}. Use \`--no-peer\`.`)
      return face.length
    },
  }
}
