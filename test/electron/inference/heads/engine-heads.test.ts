import { readFileSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { modelIdentity } from '../../../../electron/inference/model-identity.ts'
import type { Generation } from '../../../../models/decoding/language-model.ts'
import { engineRig, quiet, type EngineRig } from '../../../support/engine-rig.ts'
import { writeTinyHeads } from '../../../support/tiny-heads.ts'

/** Heads for the rig's model; random ones guess nearly always wrong. */
async function giveHeads(rig: EngineRig, model?: string): Promise<string> {
  const { weightsHash } = (await rig.models.list()).find(({ id }) => id === rig.tiny)!
  const folder = join(rig.folder, 'models', rig.tiny, 'heads')
  const draftIds = Array.from({ length: 200 }, (_, i) => 2 * i)
  for (const kind of ['clover', 'medusa'] as const)
    writeTinyHeads(
      join(folder, `${kind}.safetensors`),
      kind,
      model ?? modelIdentity({ weightsHash, adapterHash: null }),
      draftIds,
    )
  return folder
}

const samplings = [
  { temperature: 0, topP: 1, seed: 0 },
  { temperature: 0.9, topP: 0.9, seed: 4 },
]

describe('the engine with draft heads', () => {
  it.each(['f32', 'row8'] as const)('says in %s what it says without them', async (precision) => {
    await using rig = await engineRig()
    await giveHeads(rig)
    for (const sampling of samplings) {
      const plain = await rig.ask({ sampling, maxTokens: 60, precision })
      for (const decoder of ['clover', 'medusa', 'clover+lookup'] as const) {
        const guessed = await rig.ask({ sampling, maxTokens: 60, decoder, precision })
        expect(guessed.tokens).toEqual(plain.tokens)
        expect(guessed.text).toBe(plain.text)
        expect(guessed.speculation).toMatchObject({ decoder, refusal: null })
      }
    }
  })

  it('goes on with a conversation, whichever decoder began it', async () => {
    await using rig = await engineRig()
    await giveHeads(rig)
    let messages: { role: 'user' | 'assistant'; content: string }[] = []
    for (const [turn, decoder] of (['clover', 'plain', 'medusa', 'clover+lookup'] as const).entries()) {
      messages = [...messages, { role: 'user', content: `Question ${turn}.` }]
      const kept: Generation = await rig.ask({ conversation: 'c', decoder, messages, maxTokens: 24 })
      const fresh = await rig.ask({ messages, maxTokens: 24 })
      expect(kept.tokens).toEqual(fresh.tokens)
      expect(kept.reusedTokens).toBeGreaterThan(turn === 0 ? -1 : 0)
      messages = [...messages, { role: 'assistant', content: kept.text }]
    }
  })

  it('stops a guessed reply when it is cancelled, and answers the next', async () => {
    await using rig = await engineRig()
    await giveHeads(rig)
    const abort = new AbortController()
    const plain = await rig.ask({ maxTokens: 120 })
    const stopped = await rig.models.generate(
      rig.request({ decoder: 'clover', maxTokens: 120, conversation: 'c' }),
      ({ tokens }) => {
        if (tokens >= 5) abort.abort()
      },
      quiet,
      abort.signal,
    )
    expect(plain.tokens.slice(0, stopped.tokens.length)).toEqual(stopped.tokens)
    const next = await rig.ask({ decoder: 'clover', maxTokens: 120, conversation: 'c' })
    expect(next.tokens).toEqual(plain.tokens)
  })

  it('looks up instead where there are no heads, and says what to do', async () => {
    await using rig = await engineRig()
    const plain = await rig.ask({ maxTokens: 30 })
    const guessed = await rig.ask({ maxTokens: 30, decoder: 'clover' })
    expect(guessed.tokens).toEqual(plain.tokens)
    expect(guessed.speculation).toMatchObject({ decoder: 'lookup' })
    expect(guessed.speculation!.refusal).toContain('train-heads')
  })

  it.each([
    ['belong to another model', (rig: EngineRig) => giveHeads(rig, 'f'.repeat(64))],
    [
      'are damaged',
      async (rig: EngineRig) => truncateSync(join(await giveHeads(rig), 'clover.safetensors'), 5000),
    ],
    [
      'weights that are not numbers',
      async (rig: EngineRig) => {
        const path = join(await giveHeads(rig), 'clover.safetensors')
        const bytes = readFileSync(path)
        bytes.fill(0xff, bytes.length - 4)
        writeFileSync(path, bytes)
      },
    ],
  ])('refuses heads that %s and goes on without them', async (reason, spoil) => {
    await using rig = await engineRig()
    await spoil(rig)
    const plain = await rig.ask({ maxTokens: 30 })
    const guessed = await rig.ask({ maxTokens: 30, decoder: 'clover+lookup' })
    expect(guessed.tokens).toEqual(plain.tokens)
    expect(guessed.speculation).toMatchObject({ decoder: 'lookup' })
    expect(guessed.speculation!.refusal).toContain(reason)
  })
})
