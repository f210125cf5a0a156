/**
 * Whether this processor's products of uint8 and int8 add up without saturating: asked of the very
 * kernels that will run, because AVX2 without VNNI silently clips where newer units do not.
 */
import { GraphBuilder } from '../../models/compiler/graph-builder.ts'
import { OnnxSession, tensor } from './onnx.ts'

const depth = 256
const columns = 32

let answer: Promise<63 | 127> | null = null

/** Largest int8 weight whose products are exact here: 127, or 63 where larger ones saturate. Asked once per process. */
export function largestExactWeight(): Promise<63 | 127> {
  return (answer ??= probe())
}

async function probe(): Promise<63 | 127> {
  const session = await OnnxSession.open(probeGraph(), { threads: 1, prepacked: false })
  try {
    // One row and several rows run through different kernels.
    for (const rows of [1, 2, 5]) {
      const { sums } = await session.run(
        { activations: tensor(new Uint8Array(rows * depth).fill(255), [rows, depth]) },
        ['sums'],
      )
      if ((sums!.data as Int32Array).some((sum) => sum !== 255 * 127 * depth)) return 63
    }
    return 127
  } finally {
    await session.dispose()
  }
}

/** activations uint8 [S, depth] times weights of 127, int32 sums [S, columns]. */
function probeGraph(): Uint8Array {
  const graph = new GraphBuilder({ write: () => undefined }, '')
  const activations = graph.input('activations', 'uint8', ['S', depth])
  const weights = graph.constant(
    'weights',
    'int8',
    [depth, columns],
    Array.from({ length: depth * columns }, () => 127),
  )
  graph.output(graph.node('MatMulInteger', [activations, weights], 'sums'), 'int32', ['S', columns])
  return graph.encode()
}
