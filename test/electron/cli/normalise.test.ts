/** `consilium normalise`: a file of free-text diagnoses, read as a panel reads them. */
import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { temporaryFolder } from '../../support/temporary-folder.ts'

const cli = fileURLToPath(new URL('../../../electron/cli.ts', import.meta.url))
const strings = readFileSync(new URL('../../models/panel/strings.tsv', import.meta.url), 'utf8')

it('prints one condition or "unreadable" a line, under the id of the line, and never another condition', () => {
  using home = temporaryFolder()
  const file = join(home.path, 'strings.jsonl')
  const meant = strings.split('\n').flatMap((line, id) => {
    const [kind, condition = '', words = ''] = line.split('\t')
    return kind === 'diagnosis' ? [{ id, condition, text: words.replaceAll('\\n', '\n') }] : []
  })
  writeFileSync(
    file,
    [...meant.map(({ id, text }) => ({ id, text })), { id: 'last', text: 'Answer: PE' }]
      .map((line) => JSON.stringify(line))
      .join('\n'),
  )
  const printed = JSON.parse(
    execFileSync(process.execPath, [cli, 'normalise', '--strings', file, '--json'], { encoding: 'utf8' }),
  ) as { readonly results: readonly { readonly id: number | string; readonly condition: string }[] }
  expect(Object.keys(printed)).toEqual(['results'])
  expect(printed.results.map(({ id }) => id)).toEqual([...meant.map(({ id }) => id), 'last'])
  expect(printed.results.at(-1)).toEqual({ id: 'last', condition: 'pulmonary-embolism' })
  const guessed = printed.results.flatMap(({ condition }, at) => {
    const line = meant[at]
    const right = line?.condition === '-' ? 'unreadable' : line?.condition
    return line && condition !== right && condition !== 'unreadable' ? [`${line.text}: ${condition}`] : []
  })
  expect(guessed).toEqual([])
  expect(printed.results.filter(({ condition }) => condition !== 'unreadable').length).toBeGreaterThan(100)
}, 60_000)
