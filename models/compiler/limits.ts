/**
 * How much of a model file is believed. Each cap lies far above any real model of these families and far
 * below what could exhaust memory before the file is refused.
 */
export const limits = {
  /** Bytes of weights in all files together. */
  fileBytes: 64 * 1024 ** 3,
  tensors: 65_536,
  tensorNameBytes: 512,
  rank: 4,
  elements: 2 ** 36,
  metadataEntries: 4_096,
  metadataKeyBytes: 65_535,
  metadataStringBytes: 4 * 1024 ** 2,
  /** Bytes of all metadata of a GGUF file: the largest vocabularies need about 20 MB. */
  metadataBytes: 128 * 1024 ** 2,
  arrayElements: 4 * 1024 ** 2,
  arrayDepth: 1,
  /** Bytes of a safetensors header. */
  safetensorsHeaderBytes: 10_000_000,
  jsonBytes: 64 * 1024 ** 2,
  alignment: 65_536,
  layers: 512,
  width: 65_536,
  feedForwardWidth: 1_048_576,
  heads: 1_024,
  headWidth: 1_024,
  vocabulary: 1_048_576,
  contextTokens: 16_777_216,
  adapterRank: 1_024,
} as const
