/** `npm run ready`: everything that must hold before a change is shared. */
import { prepareApp } from './bootstrap.mjs'
import { lastLine, runChecks, runTests } from './checks.mjs'
import { runCommand, say } from './step.mjs'

await runCommand(async () => {
  await prepareApp()
  const failedChecks = await runChecks()
  const tally = await runTests()
  if (failedChecks.length > 0) say(`\nFailed checks: ${failedChecks.join(', ')}`)
  say(`\n${lastLine(tally)}`)
  return failedChecks.length === 0 && tally.failed === 0 && tally.passed > 0 ? 0 : 1
})
