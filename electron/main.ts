/** The composition root: puts the parts together once, and owns the app's start and end. */
import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { app, dialog, powerMonitor, protocol, safeStorage, session, shell, type Session } from 'electron'
import { fail, FailureError } from '../models/core/failure.ts'
import { createHandlers } from './handlers/index.ts'
import type { Dialogs } from './handlers/ports.ts'
import { SampleFolder } from './handlers/sample-folder.ts'
import { CaseFolder } from './handlers/case-folder.ts'
import { PanelFolder } from './handlers/panel-folder.ts'
import { openTopicHead } from './topic-files.ts'
import { attentiveTopicReader, type AttentiveTopicReader } from '../models/dialogue/topics/index.ts'
import { sentencesOf } from './inference/sentences.ts'
import { KnowledgeFolder } from './handlers/knowledge-folder.ts'
import { LocalModels } from './inference/client.ts'
import { LiveReaders } from './inference/live-readers.ts'
import { launchEither } from './inference/launch.ts'
import type { Crash } from './inference/supervise.ts'
import { utilityCeilingBytes } from './inference/process-kind.ts'
import { answerWith } from './ipc/answer.ts'
import { pushTo, serve } from './ipc/serve.ts'
import { JobQueue } from './jobs/job-queue.ts'
import { safeStorageKeyring } from './keyring.ts'
import { LiveExpression } from './live/live-expression.ts'
import { FileLog } from './log.ts'
import { nodeProgram } from './node-program.ts'
import { resourcesFolder } from './resources.ts'
import { AppFiles } from './security/app-files.ts'
import { hasIdledOut, idleSeconds } from './security/idle.ts'
import { VaultLock } from './security/lock.ts'
import { BlockedRequests, offlineSwitches } from './security/network.ts'
import { appScheme } from './security/origin.ts'
import { permissionPolicy } from './security/permissions.ts'
import { sandboxPlan } from './security/sandbox.ts'
import { requireWritableFolder } from './storage/data-folder.ts'
import { openVaults } from './storage/vault.ts'
import { AppWindow, confineContents, hardenSession, installMenu, serveAppFiles } from './window.ts'

const idleCheckMs = 5000

// What Chromium keeps for itself lies apart from the app's own data; nothing of the window is in it.
app.setPath('sessionData', join(app.getPath('userData'), 'browser'))

const isRoot = process.getuid?.() === 0
const sandbox = sandboxPlan({ isRoot, noSandboxSwitch: app.commandLine.hasSwitch('no-sandbox') })
const devtools = !app.isPackaged && app.commandLine.hasSwitch('devtools')

for (const [name, value] of offlineSwitches) app.commandLine.appendSwitch(name, value)
protocol.registerSchemesAsPrivileged([
  { scheme: appScheme, privileges: { standard: true, secure: true, supportFetchAPI: true } },
])

const dataFolderTrouble = troubleWith(() => requireWritableFolder(app.getPath('userData')))

if (sandbox.kind === 'refuse') leave(1, sandbox.message)
// Before the lock of the single instance, which cannot be taken there and would look as if it were held.
else if (dataFolderTrouble !== null) void app.whenReady().then(() => startFailed(dataFolderTrouble))
else if (!app.requestSingleInstanceLock())
  leave(0, 'Consilium is running already; its window was brought to the front.')
else {
  if (sandbox.kind === 'enable') app.enableSandbox()
  // Never awaited at the top level: the app does not become ready before this file has been read.
  void app.whenReady().then(start).catch(startFailed)
}

function leave(code: number, message: string): void {
  process.stderr.write(`${message}\n`)
  app.exit(code)
}

function troubleWith(work: () => void): unknown {
  try {
    work()
    return null
  } catch (error) {
    return error
  }
}

function startFailed(error: unknown): void {
  const reason =
    error instanceof FailureError
      ? error.failure.message
      : 'Your saved work is safe. Start it again; if this returns, install Consilium again and keep the data folder.'
  process.stderr.write(`Consilium could not start. ${reason}\n`)
  new FileLog({ folder: join(app.getPath('userData'), 'logs'), now: () => new Date() }).error(
    'app.start',
    error,
  )
  dialog.showErrorBox('Consilium could not start', reason)
  app.exit(1)
}

function start(): void {
  const data = app.getPath('userData')
  const resources = resourcesFolder()
  const now = (): Date => new Date()
  const newId = (): string => randomBytes(16).toString('hex')
  const log = new FileLog({ folder: join(data, 'logs'), now })
  const reportBug = (error: unknown): void => log.error('bug', error)
  process.on('uncaughtException', reportBug)
  process.on('unhandledRejection', reportBug)

  let lastInputAt = Date.now()
  const window = new AppWindow({
    preload: join(import.meta.dirname, '../preload/preload.cjs'),
    boundsFile: join(data, 'window.json'),
    devtools,
    log,
    onInput: () => (lastInputAt = Date.now()),
    mayClose: () => leaving === 'done',
  })
  const push = pushTo(() => window.current)
  const blocked = new BlockedRequests({ now, announce: (request) => push('network.blocked', request) })

  const keyring = safeStorageKeyring(safeStorage, process.platform)
  const vault = openVaults(join(data, 'vault'), { keyring, clock: now })
  const node = nodeProgram(import.meta.dirname, app.isPackaged ? process.resourcesPath : null)
  const paths = { resources, models: join(data, 'models'), cache: join(data, 'cache') }
  const host = join(import.meta.dirname, 'host.js')
  const onCrash = ({ process: kind, job, cause, lines }: Crash): void =>
    log.event('engine.ended', { process: kind, job, cause, lines: lines.join('\n') })
  const readers = new LiveReaders({
    paths,
    launch: launchEither(host, node, 'Consilium live reading'),
    onCrash,
  })
  const expression = new LiveExpression({
    readers,
    store: () => vault.store(),
    push,
    now: () => performance.now() / 1000,
  })

  const permissions = permissionPolicy((modality) => expression.gate.isOpen(modality))
  const harden = (each: Session): void => hardenSession(each, { permissions, blocked, devtools })
  app.on('session-created', harden)
  app.on('web-contents-created', (_event, contents) => confineContents(contents))
  // Nothing uses it, and it may be there already.
  harden(session.defaultSession)
  serveAppFiles(new AppFiles(join(import.meta.dirname, '../renderer')), blocked)

  const models = new LocalModels({
    paths,
    launch: launchEither(host, node),
    processes: { ceilingBytes: tensorCeiling(), node: node !== null },
    onCrash,
  })
  const jobs = new JobQueue({ push, newId, now, reportBug })
  const lock = new VaultLock({
    vault,
    jobs,
    models,
    expression,
    push,
    clearWindow: () => {
      if (leaving === 'no') void window.clear()
    },
    reportBug,
  })

  let topics: AttentiveTopicReader | null = null
  const handlers = createHandlers({
    vault,
    models,
    jobs,
    push,
    now,
    samples: new SampleFolder(join(resources, 'samples')),
    cases: new CaseFolder(resources),
    knowledge: new KnowledgeFolder(resources, sentencesOf(models)),
    panel: new PanelFolder(resources, () => Promise.resolve(sentencesOf(models))),
    topics: () => (topics ??= attentiveTopicReader(openTopicHead(resources), sentencesOf(models))),
    expression,
    dialogs,
    folders: { data, licences: resources },
    openFolder,
    lock: () => lock.lock(),
    newSeed: () => randomBytes(4).readUInt32LE(),
    versions: {
      version: app.getVersion(),
      platform: `${process.platform} ${process.arch}`,
      electron: process.versions.electron,
      chrome: process.versions.chrome,
    },
    blockedRequests: () => blocked.list(),
  })
  const answer = answerWith({
    handlers,
    onRefusedSender: () => {
      log.event('ipc.refused')
      if (vault.status().state === 'open') vault.store().record('sender.refused', null, 'refused')
    },
    reportBug: (error, operation) => log.error(operation, error),
  })
  serve(answer, () => window.current)
  models.onStatus((status) => push('engine.status', status))

  const systemKnowsIdle = process.env['XDG_SESSION_TYPE'] !== 'wayland'
  setInterval(() => {
    if (vault.status().state !== 'open') return
    const idle = idleSeconds({
      system: systemKnowsIdle ? powerMonitor.getSystemIdleTime() : -1,
      systemKnows: systemKnowsIdle,
      lastInputAt,
      now: Date.now(),
    })
    if (hasIdledOut(idle, vault.store().settings().lockAfterMinutes)) void lock.request()
  }, idleCheckMs).unref()
  powerMonitor.on('suspend', () => void lock.lock())
  powerMonitor.on('lock-screen', () => void lock.request())

  app.on('second-instance', () => {
    window.show()
    push('app.command', { command: 'focus' })
  })
  app.on('activate', () => window.show())
  app.on('child-process-gone', (_event, { type, reason, exitCode }) =>
    log.event('process.gone', { type, reason, exitCode }),
  )

  // Leaving: what is being typed or written is saved first, then the vault closes, then the app.
  let leaving: 'no' | 'saving' | 'done' = 'no'
  app.on('window-all-closed', () => app.quit())
  app.on('before-quit', (event) => {
    if (leaving === 'done') return
    event.preventDefault()
    if (leaving === 'saving') return
    leaving = 'saving'
    void lock
      .request()
      .then(() => Promise.all([models.dispose(), readers.dispose()]))
      .catch(reportBug)
      .finally(() => {
        leaving = 'done'
        app.quit()
      })
  })

  installMenu(
    {
      newSession: () => push('app.command', { command: 'new-session' }),
      lock: () => void lock.request(),
    },
    { devtools },
  )
  log.event('app.start', {
    version: app.getVersion(),
    electron: process.versions.electron,
    sandbox: sandbox.kind,
  })
  window.show()
}

/** Bytes; a lower ceiling can be tried out in a checkout, to see large models' way with small ones. */
function tensorCeiling(): number {
  const tried = app.isPackaged ? '' : app.commandLine.getSwitchValue('tensor-ceiling')
  return /^\d{1,12}$/.test(tried) ? Number(tried) : utilityCeilingBytes
}

const dialogs: Dialogs = {
  saveFile: async ({ title, name, kind }) => {
    const { canceled, filePath } = await dialog.showSaveDialog({
      title,
      defaultPath: join(app.getPath('documents'), name),
      filters: [{ name: kind.name, extensions: [...kind.extensions] }],
      properties: ['showOverwriteConfirmation', 'createDirectory', 'dontAddToRecent'],
    })
    return canceled || filePath === '' ? null : filePath
  },
  openFile: async ({ title, kind }) => {
    const { canceled, filePaths } = await dialog.showOpenDialog({
      title,
      filters: [{ name: kind.name, extensions: [...kind.extensions] }],
      properties: ['openFile', 'dontAddToRecent'],
    })
    return canceled ? null : (filePaths[0] ?? null)
  },
}

async function openFolder(path: string): Promise<void> {
  const trouble = await shell.openPath(path)
  if (trouble !== '')
    fail('tool-missing', 'No file manager answered. Open the folder shown under About by hand.')
}
