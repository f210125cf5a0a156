/** From weights (GGUF, safetensors) to an ONNX decoder. */
export { type Adapter, type AdapterFiles, openAdapter } from './adapter.ts'
export { compile } from './compile.ts'
export * from './graph-interface.ts'
export { compileHeads, type CompileHeadsOptions } from './heads/compile-heads.ts'
export { type DraftHeads, type HeadsKind, openHeads } from './heads/draft-heads.ts'
export * from './heads/heads-interface.ts'
export { type ModelFiles, openModel } from './open-model.ts'
export {
  type CompiledModel,
  type CompileOptions,
  type CompileTarget,
  type LinearPrecision,
  type MatrixKind,
  type MatrixRecipe,
  type Recipe,
} from './options.ts'
export {
  type Architecture,
  type Model,
  type ModelHeader,
  type Rope,
  type RopeScaling,
  type TokenizerSource,
  type Weights,
} from './shapes.ts'
