import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { generateIds } from '../../support/generate-ids.ts'
import { tinyGguf } from '../../support/models/compiler-fixtures.ts'
import { openDecoder } from '../../support/models/open-decoder.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

const prompt = [5, 80, 33, 120, 7, 64, 201, 80, 33]
/** Where Chromium brings a software adapter along, which computes correctly if slowly. */
const software = ['/usr/lib/chromium', '/usr/lib/chromium-browser', '/opt/google/chrome'].find((folder) =>
  existsSync(join(folder, 'vk_swiftshader_icd.json')),
)

/** What the child printed, or null when there is no adapter that it can use. */
function onWebGpu(): { plain: number[]; guessed: number[]; accepted: number } | null {
  using folder = temporaryFolder()
  const child = spawnSync(
    process.execPath,
    [fileURLToPath(new URL('children/greedy-webgpu.ts', import.meta.url)), ...prompt.map(String)],
    {
      encoding: 'utf8',
      env: {
        ...process.env,
        XDG_RUNTIME_DIR: folder.path,
        ...(software && {
          LD_LIBRARY_PATH: software,
          VK_ICD_FILENAMES: join(software, 'vk_swiftshader_icd.json'),
        }),
      },
    },
  )
  if (child.status !== 0) return null
  return JSON.parse(child.stdout) as ReturnType<typeof onWebGpu>
}

describe('the WebGPU provider', () => {
  it('says the same greedy text as the processor, with and without guesses', async (context) => {
    const said = onWebGpu()
    // Where a software adapter lies, silence is a failure.
    if (!said && !software) context.skip('this machine has no adapter for WebGPU')
    await using open = await openDecoder(tinyGguf('llama-tied'), { precision: 'f32', weightLimit: 127 })
    const { ids } = await generateIds(open.graph, prompt, { maxTokens: 24 })
    expect(said!.plain).toEqual(ids)
    expect(said!.guessed).toEqual(ids)
    expect(said!.accepted).toBeGreaterThan(8)
  }, 300_000)
})
