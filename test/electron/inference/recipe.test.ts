import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { largestExactWeight } from '../../../electron/inference/saturation.ts'
import { recipeName } from '../../../electron/inference/recipe.ts'
import { precisions } from '../../../models/decoding/language-model.ts'

describe('the name of the recipe', () => {
  it('differs between precisions and is the same in another process', () => {
    const names = precisions.map(recipeName)
    expect(new Set(names).size).toBe(precisions.length)
    const recipe = fileURLToPath(new URL('../../../electron/inference/recipe.ts', import.meta.url))
    const script = `import { recipeName } from ${JSON.stringify(recipe)}; console.log(${JSON.stringify(precisions)}.map(recipeName).join())`
    const other = execFileSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' })
    expect(other.trim()).toBe(names.join())
  })
})

describe('the largest exact int8 weight', () => {
  it('is one of the two that the compiler knows, and the same each time', async () => {
    const limit = await largestExactWeight()
    expect([63, 127]).toContain(limit)
    expect(await largestExactWeight()).toBe(limit)
  })
})
