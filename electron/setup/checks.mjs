/** Runs the project's checks and test suites and adds up what they counted. */
import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { openDisplay } from './display.mjs'
import { readJson } from './files.mjs'
import { root } from './paths.mjs'
import { projectEnvironment, projectNode } from './project-node.mjs'
import { say } from './step.mjs'

const reports = join(root, 'out/test')

/** @param {string} name inside node_modules */
const tool = (name) => join(root, 'node_modules', name)

const checks = [
  {
    name: 'Format',
    script: tool('prettier/bin/prettier.cjs'),
    args: ['--check', '--log-level', 'warn', '.'],
  },
  { name: 'Types', script: tool('typescript/bin/tsc'), args: ['-b'] },
  {
    name: 'Components',
    script: tool('svelte-check/bin/svelte-check'),
    args: ['--tsconfig', 'renderer/tsconfig.json', '--fail-on-warnings', '--output', 'human'],
  },
  { name: 'Lint', script: tool('eslint/bin/eslint.js'), args: ['--max-warnings', '0', '.'] },
  {
    name: 'Import directions',
    script: tool('dependency-cruiser/bin/dependency-cruise.mjs'),
    args: ['--config', '.dependency-cruiser.cjs', 'models', 'electron', 'renderer'],
  },
]

/** @returns {Promise<string[]>} the names of the checks that failed */
export async function runChecks() {
  const failed = []
  for (const { name, script, args } of checks) {
    const start = performance.now()
    const status = await node([script, ...args], {})
    say(
      `${name.padEnd(18)} ${(status === 0 ? 'passed' : 'FAILED').padEnd(64)} ${((performance.now() - start) / 1000).toFixed(2)} s`,
    )
    if (status !== 0) failed.push(name)
  }
  return failed
}

/**
 * @typedef {object} Tally
 * @property {number} passed
 * @property {number} failed a runner that dies or counts nothing is one failure
 * @property {number} skipped
 */

/** @returns {Promise<Tally>} of every suite */
export async function runTests() {
  rmSync(reports, { recursive: true, force: true })
  mkdirSync(reports, { recursive: true })
  const unit = await vitest()
  const journeys = await playwright()
  return {
    passed: unit.passed + journeys.passed,
    failed: unit.failed + journeys.failed,
    skipped: unit.skipped + journeys.skipped,
  }
}

async function vitest() {
  const report = join(reports, 'vitest.json')
  const status = await node(
    [
      tool('vitest/vitest.mjs'),
      'run',
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=${report}`,
    ],
    {},
  )
  const counted =
    /** @type {{ numPassedTests: number, numFailedTests: number, numPendingTests: number, testResults: { status: string, assertionResults: unknown[] }[] } | undefined} */ (
      existsSync(report) ? readJson(report) : undefined
    )
  // A file that does not load has no test to fail: it counts as one failure.
  const brokenFiles =
    counted?.testResults.filter((file) => file.status === 'failed' && file.assertionResults.length === 0)
      .length ?? 0
  return tally(status, {
    passed: counted?.numPassedTests ?? 0,
    failed: (counted?.numFailedTests ?? 0) + brokenFiles,
    skipped: counted?.numPendingTests ?? 0,
  })
}

async function playwright() {
  const report = join(reports, 'playwright.json')
  const display = await openDisplay()
  try {
    const status = await node([tool('@playwright/test/cli.js'), 'test', '--reporter=list,json'], {
      ...display.env,
      PLAYWRIGHT_JSON_OUTPUT_NAME: report,
    })
    const counted =
      /** @type {{ stats: { expected: number, unexpected: number, flaky: number, skipped: number } } | undefined} */ (
        existsSync(report) ? readJson(report) : undefined
      )
    return tally(status, {
      passed: counted?.stats.expected ?? 0,
      failed: (counted?.stats.unexpected ?? 0) + (counted?.stats.flaky ?? 0),
      skipped: counted?.stats.skipped ?? 0,
    })
  } finally {
    display.close()
  }
}

/**
 * @param {number} status the runner's exit status
 * @param {Tally} counted
 * @returns {Tally}
 */
function tally(status, counted) {
  const silentFailure = counted.failed === 0 && (status !== 0 || counted.passed === 0)
  return silentFailure ? { ...counted, failed: 1 } : counted
}

/**
 * @param {readonly string[]} args
 * @param {Record<string, string>} extra
 * @returns {Promise<number>} exit status
 */
function node(args, extra) {
  return new Promise((resolve, reject) => {
    const child = spawn(projectNode(), args, {
      cwd: root,
      env: { ...projectEnvironment(), ...extra },
      stdio: ['ignore', 'inherit', 'inherit'],
    })
    child.on('error', reject)
    child.on('close', (code) => resolve(code ?? 1))
  })
}

/** @param {Tally} tally */
export function lastLine({ passed, failed }) {
  return `${passed} passed, ${failed} failed`
}
