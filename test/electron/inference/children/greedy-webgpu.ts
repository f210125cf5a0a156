/**
 * Decodes on the WebGPU provider, plainly and with guesses, and prints both as JSON. In a process of its own,
 * because a driver that does not fit ends the process.
 */
import { DraftTree } from '../../../../models/decoding/draft-tree.ts'
import { generateIds, OracleDrafter } from '../../../support/generate-ids.ts'
import { tinyGguf } from '../../../support/models/compiler-fixtures.ts'
import { openDecoder } from '../../../support/models/open-decoder.ts'

const prompt = process.argv.slice(2).map(Number)
await using open = await openDecoder(tinyGguf('llama-tied'), { precision: 'f32', weightLimit: 127 }, 'webgpu')
const plain = await generateIds(open.graph, prompt, { maxTokens: 24 })
// Right guesses, each with a wrong one beside it.
const drafter = new OracleDrafter([...prompt, ...plain.ids], (pending, ahead) => {
  const tree = new DraftTree(pending)
  let at = 0
  for (const token of ahead) {
    tree.add(at, token + 1, tree.likelihoods[at]! * 0.9)
    at = tree.add(at, token, tree.likelihoods[at]! * 0.95)
  }
  return tree
})
const guessed = await generateIds(open.graph, prompt, { maxTokens: 24, drafter })
process.stdout.write(
  JSON.stringify({ plain: plain.ids, guessed: guessed.ids, accepted: guessed.speculation!.accepted }),
)
