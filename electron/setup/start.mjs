/**
 * `npm start`: prepares what is missing and opens Consilium; on a machine without a display, takes the
 * guided tour on a virtual one (`npm start -- --tour` takes it anywhere).
 */
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { launchPlace } from './account.mjs'
import { prepareApp } from './bootstrap.mjs'
import { openDisplay } from './display.mjs'
import { headless } from './libraries.mjs'
import { root } from './paths.mjs'
import { projectEnvironment, projectNode } from './project-node.mjs'
import { runCommand, say } from './step.mjs'

await runCommand(async () => {
  const args = process.argv.slice(2)
  const { executable } = await prepareApp()
  if (headless() || args.includes('--tour')) return tour()
  const place = launchPlace(executable, { keepHome: '/var/lib/consilium' })
  say(`\nConsilium opens ${place.note}.`)
  try {
    const sandbox = place.namespaces ? [] : ['--no-sandbox']
    return await finished(place.executable, [...sandbox, ...args, place.appFolder], place.env)
  } finally {
    place.close()
  }
})

async function tour() {
  const display = await openDisplay()
  try {
    if ('DISPLAY' in display.env) say('\nThere is no display here: taking the guided tour on a virtual one.')
    return await finished(projectNode(), [join(root, 'test/e2e/tour.ts')], display.env)
  } finally {
    display.close()
  }
}

/**
 * @param {string} command
 * @param {readonly string[]} args
 * @param {Record<string, string>} extra
 * @returns {Promise<number>} its exit status
 */
function finished(command, args, extra) {
  const env = { ...projectEnvironment(), ...extra, ELECTRON_RUN_AS_NODE: undefined }
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: root, env, stdio: 'inherit' })
    child.on('error', reject)
    child.on('close', (code) => resolve(code ?? 1))
  })
}
