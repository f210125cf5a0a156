/**
 * ONNX Runtime: the only place that touches it. Sessions over files with memory-mapped weights, and the
 * one-time step that writes such files.
 */
import { InferenceSession, Tensor, env, listSupportedBackends } from 'onnxruntime-node'
import { FailureError } from '../../models/core/failure.ts'

export type TensorData = Float32Array | BigInt64Array | Int32Array | Uint8Array | Int8Array

/** A tensor over memory of the caller: ONNX Runtime reads it in place at each run. */
export type GraphTensor = Tensor

/** @param dims their product is the length of `data` */
export function tensor(data: TensorData, dims: readonly number[]): GraphTensor {
  if (data instanceof Float32Array) return new Tensor('float32', data, dims)
  if (data instanceof BigInt64Array) return new Tensor('int64', data, dims)
  if (data instanceof Int32Array) return new Tensor('int32', data, dims)
  if (data instanceof Int8Array) return new Tensor('int8', data, dims)
  return new Tensor('uint8', data, dims)
}

/** Version of ONNX Runtime: compiled files are valid for one. */
export const runtimeVersion: string = env.versions.node ?? env.versions.common

/** Execution providers that came with this build, `cpu` among them. */
export function listProviders(): readonly string[] {
  return listSupportedBackends().flatMap(({ name, bundled }) => (bundled ? [name] : []))
}

/**
 * Threads that wait for the next operator spin for a moment only, and not at all between runs. Measured on
 * two cores: as fast as endless spinning on an idle machine, and two to three times faster on a busy one,
 * where a spinning thread keeps the one it waits for from running.
 */
const quietThreads = { session: { force_spinning_stop: '1', intra_op: { spin_duration_us: '20' } } }

export class OnnxSession {
  readonly #session: InferenceSession
  private constructor(session: InferenceSession) {
    this.#session = session
  }

  /**
   * @param model path of a graph (its weights lie beside it) or the bytes of one without external weights
   * @param options.threads threads that share one operator
   * @param options.prepacked whether the file was written by `prepack`: nothing is optimised or packed
   *   again, so weights stay memory-mapped
   * @param options.provider what computes; operators that it lacks fall back to the processor
   */
  static async open(
    model: string | Uint8Array,
    options: {
      readonly threads: number
      readonly prepacked: boolean
      readonly provider?: 'cpu' | 'webgpu'
    },
  ): Promise<OnnxSession> {
    const settings: InferenceSession.SessionOptions = {
      executionProviders: [options.provider ?? 'cpu'],
      intraOpNumThreads: options.threads,
      interOpNumThreads: 1,
      executionMode: 'sequential',
      graphOptimizationLevel: options.prepacked ? 'disabled' : 'all',
      logSeverityLevel: 3,
      extra: quietThreads,
    }
    // The binding takes a path or bytes through different overloads.
    const session =
      typeof model === 'string'
        ? await InferenceSession.create(model, settings)
        : await InferenceSession.create(model, settings)
    return new OnnxSession(session)
  }

  /** Runs the graph once; blocks this process meanwhile. Only the named outputs are copied out. */
  async run(
    feeds: Readonly<Record<string, GraphTensor>>,
    outputs: readonly string[],
  ): Promise<Readonly<Record<string, GraphTensor>>> {
    return this.#session.run(feeds, outputs)
  }

  get inputNames(): readonly string[] {
    return this.#session.inputNames
  }

  async dispose(): Promise<void> {
    await this.#session.release()
  }
}

/**
 * Optimises a graph for this machine and writes it with its weights already packed for the kernels, so
 * that later sessions map the file instead of copying it. Fails with `disk-full` when the file cannot be
 * written to its end.
 *
 * @param model path of the graph, weights beside it
 * @param prepacked path to write
 * @param dataName file name, beside `prepacked`, for the weights
 * @param packs whether packed weights are written; a graph with MatMulNBits must pack at each start,
 *   because ONNX Runtime 1.30 reads its packed weights back wrong (zeros for one row, a crash for several)
 */
export async function prepack(
  model: string,
  prepacked: string,
  dataName: string,
  threads: number,
  packs: boolean,
): Promise<void> {
  const settings: InferenceSession.SessionOptions = {
    executionProviders: ['cpu'],
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    graphOptimizationLevel: 'all',
    optimizedModelFilePath: prepacked,
    logSeverityLevel: 3,
    extra: {
      session: {
        ...quietThreads.session,
        save_external_prepacked_constant_initializers: packs ? '1' : '0',
        optimized_model_external_initializers_file_name: dataName,
        optimized_model_external_initializers_min_size_in_bytes: '1024',
      },
    },
  }
  try {
    const session = await InferenceSession.create(model, settings)
    await session.release()
  } catch (error) {
    throw writeFailure(error)
  }
}

/** ONNX Runtime says that a write failed, and not why; the folder was written to a moment before. */
function writeFailure(error: unknown): unknown {
  if (!(error instanceof Error) || !/Failed to write/i.test(error.message)) return error
  return new FailureError(
    {
      code: 'disk-full',
      message:
        'The prepared model could not be written to the disk, most likely because it is full. Free some space and try again.',
    },
    { cause: error },
  )
}
