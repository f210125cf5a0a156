/** `npm test`: prepares what is missing, runs every suite, and ends with one line that counts them all. */
import { prepareApp } from './bootstrap.mjs'
import { lastLine, runTests } from './checks.mjs'
import { runCommand, say } from './step.mjs'

await runCommand(async () => {
  await prepareApp()
  const tally = await runTests()
  if (tally.skipped > 0) say(`\n${tally.skipped} skipped`)
  say(`\n${lastLine(tally)}`)
  return tally.failed === 0 && tally.passed > 0 ? 0 : 1
})
