import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { temporaryFolder } from '../../support/temporary-folder.ts'
import { webm } from '../../support/webm.ts'

const cli = fileURLToPath(new URL('../../../electron/cli.ts', import.meta.url))

it('writes the readings of a clip as JSON and CSV, and never a label where nothing could be read', async () => {
  using home = temporaryFolder()
  const size = 64
  const clip = join(home.path, 'clip.webm')
  writeFileSync(
    clip,
    await webm({
      codec: 'libvpx',
      width: size,
      height: size,
      framesPerSecond: 5,
      frames: Array.from({ length: 20 }, () => new Uint8Array(size * size * 1.5).fill(128)),
      sound: new Float32Array(4 * 48_000),
    }),
  )
  const run = (video: string) =>
    spawnSync(process.execPath, [cli, 'analyze', video, '--out', join(home.path, 'out'), '--json'], {
      encoding: 'utf8',
      env: { ...process.env, CONSILIUM_HOME: home.path },
    })
  const { stdout, stderr, status } = run(clip)
  expect([status, JSON.parse(stdout)]).toMatchObject([0, { framesRead: 20, passages: 2 }])
  expect(stderr).toContain('Reading the video 100 %')
  const { passages } = JSON.parse(readFileSync(join(home.path, 'out/readings.json'), 'utf8')) as {
    passages: unknown[]
  }
  const missing = { kind: 'missing', missing: ['face', 'voice', 'text'] }
  expect(passages).toMatchObject([
    { from: 0, to: 3, fused: missing },
    { from: 3, fused: missing },
  ])
  const rows = readFileSync(join(home.path, 'out/readings.csv'), 'utf8').trim().split('\n')
  expect(rows.slice(1).map((row) => row.split(',').slice(2, 5))).toEqual(
    [1, 2].flatMap(() => ['face', 'voice', 'text', 'fused'].map((who) => [who, 'missing', ''])),
  )
  const absent = run(join(home.path, 'absent.webm'))
  expect([absent.status, JSON.parse(absent.stdout)]).toMatchObject([1, { failure: { code: 'not-found' } }])
})
