/**
 * The import directions of the project, as data.
 *
 * models:   core <- {compiler, decoding, embedding, knowledge, emotion, session}
 *                <- dialogue <- {practice, panel, consult, interchange} <- contract
 * electron -> models;  renderer -> models/{contract, core}, other models by `import type` only.
 */
const base = ['core']
const middle = ['compiler', 'decoding', 'embedding', 'knowledge', 'emotion', 'session']
const process = ['dialogue']
const upper = ['practice', 'panel', 'consult', 'interchange']

const models = (names) => `^models/(${names.join('|')})/`

/** Packages each part may import; a package that is in no list fails. */
const packages = {
  models: ['valibot', '@huggingface/tokenizers', '@huggingface/jinja'],
  electron: [
    'commander',
    'valibot',
    'better-sqlite3',
    'onnxruntime-node',
    'electron',
    'fast-png',
    'jpeg-js',
    '@libav.js/variant-webm-vp9',
    '@huggingface/tokenizers',
    '@huggingface/jinja',
  ],
  renderer: ['svelte', 'bits-ui', '@lucide/svelte', 'tinykeys', 'diff', 'valibot', 'uplot'],
}

const packagePath = (names) => `node_modules/(@types/)?(${names.join('|')})(/|$)`

const only = (name, packageName, importers) => ({
  name,
  comment: `Only ${importers.join(', ')} may import ${packageName}.`,
  severity: 'error',
  from: {
    path: '^(models|electron|renderer)/',
    pathNot: importers.map((path) => `^${path.replaceAll('.', '\\.')}$`),
  },
  // As a bare name when it is not followed into, as a path when it is.
  to: { path: `(^${packageName}$|node_modules/${packageName}/)` },
})

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    {
      name: 'no-cycles',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'no-unresolved',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true, pathNot: '^(electron|node:)' },
    },
    {
      name: 'core-imports-nothing-above',
      severity: 'error',
      from: { path: models(base) },
      to: { path: '^models/', pathNot: models(base) },
    },
    {
      name: 'middle-imports-core-only',
      severity: 'error',
      from: { path: `^models/(${middle.join('|')})/` },
      to: { path: '^models/', pathNot: [models(base), '^models/$1/'] },
    },
    {
      name: 'dialogue-imports-core-and-middle',
      severity: 'error',
      from: { path: models(process) },
      to: { path: '^models/', pathNot: [models([...base, ...middle, ...process])] },
    },
    {
      name: 'upper-imports-what-lies-below',
      severity: 'error',
      from: { path: `^models/(${upper.join('|')})/` },
      to: { path: '^models/', pathNot: [models([...base, ...middle, ...process]), '^models/$1/'] },
    },
    {
      name: 'moods-stay-out-of-judgement',
      comment: 'A mood that was read never enters a question, a diagnosis, a note, a debate or a score.',
      severity: 'error',
      from: {
        path: [
          '^models/(knowledge|dialogue|consult|practice|panel)/',
          '^electron/handlers/(consult|converse|reading|readable|export|practice|panel)',
        ],
      },
      to: { path: ['^models/emotion/', '^electron/live/', 'session/kept-reading'] },
    },
    {
      name: 'models-stay-pure',
      severity: 'error',
      from: { path: '^models/' },
      to: { path: '^(electron|renderer|test)/' },
    },
    {
      name: 'models-use-no-runtime',
      severity: 'error',
      from: { path: '^models/', pathNot: '^models/training/' },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'electron-never-imports-renderer',
      severity: 'error',
      from: { path: '^electron/' },
      to: { path: '^(renderer|test)/' },
    },
    {
      name: 'renderer-never-imports-electron',
      severity: 'error',
      from: { path: '^renderer/' },
      to: { path: '^(electron|test)/' },
    },
    {
      name: 'renderer-uses-no-node',
      severity: 'error',
      from: { path: '^renderer/' },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'renderer-takes-values-from-contract-and-core-only',
      severity: 'error',
      from: { path: '^renderer/' },
      to: { path: '^models/', pathNot: models(['contract', 'core']), dependencyTypesNot: ['type-only'] },
    },
    only('onnx-has-one-importer', 'onnxruntime-(node|common)', ['electron/inference/onnx.ts']),
    only('libav-has-one-importer', '@libav.js', ['electron/media/libav.ts']),
    only('sqlite-has-one-importer', 'better-sqlite3', [
      'electron/storage/database.ts',
      'electron/setup/sqlite-probe.mjs',
    ]),
    only('electron-has-few-importers', 'electron', [
      'electron/main.ts',
      'electron/window.ts',
      'electron/preload.ts',
      'electron/ipc/serve.ts',
      'electron/inference/launch.ts',
    ]),
    ...Object.entries(packages).map(([part, names]) => ({
      name: `${part}-uses-known-packages`,
      severity: 'error',
      from: { path: `^${part}/`, pathNot: '^electron/setup/' },
      to: { path: 'node_modules/', pathNot: packagePath(names) },
    })),
    {
      name: 'setup-needs-no-package',
      comment: 'The bootstrap runs before anything is installed; the tour and the test run start after it.',
      severity: 'error',
      from: { path: '^electron/setup/', pathNot: 'sqlite-probe' },
      to: { dependencyTypesNot: ['core', 'local'], pathNot: '^electron/setup/' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(out|\\.cache|test-results)/|\\.d\\.ts$|electron/setup/default-app\\.mjs' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.base.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['svelte', 'import', 'node', 'default', 'types'],
    },
  },
}
