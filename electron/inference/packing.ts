/** Whether weights may be stored packed: what ONNX Runtime writes must lie where its kernels can read it. */

/** Vectors of so many floats end on the 64 bytes to which packed weights are read. */
const alignedFloats = 16
/** ONNX Runtime aligns by itself what is at least so large. */
const selfAlignedBytes = 1024 * 1024

/**
 * ONNX Runtime 1.30 writes constants of a graph one after another and aligns only large ones. A vector of odd
 * length (a scale per token of 32,001) thus moves the small packed matrices after it, and reading those stops
 * the process. Such graphs are packed at each start instead.
 *
 * @param vectors lengths of the graph's float vectors
 * @param smallestMatrix weights of its smallest int8 or float matrix
 */
export const canStorePacked = (vectors: readonly number[], smallestMatrix: number): boolean =>
  smallestMatrix >= selfAlignedBytes || vectors.every((length) => length % alignedFloats === 0)
