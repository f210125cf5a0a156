/** Collects the nodes of a graph while its weights go straight to the data file. */
import type { ByteSink } from '../core/bytes.ts'
import {
  type Attribute,
  type Dimension,
  elementBytes,
  type ElementType,
  encodeModel,
  type InitializerDescription,
  type NodeDescription,
  type ValueDescription,
} from './onnx-proto.ts'

// Large tensors start on a page of their own, so that they can be mapped into memory.
const pageBytes = 4096
const smallAlignment = 64
const smallBytes = 65_536

/** Where one tensor of the data file lies. */
export interface Placement {
  readonly offset: number
  readonly bytes: number
}

export interface NodeOptions {
  readonly domain?: 'com.microsoft'
  readonly attributes?: Readonly<Record<string, Attribute>>
}

export class GraphBuilder {
  readonly #data: ByteSink
  readonly #dataName: string
  readonly #nodes: NodeDescription[] = []
  readonly #inputs: ValueDescription[] = []
  readonly #outputs: ValueDescription[] = []
  readonly #initializers = new Map<string, InitializerDescription>()
  #dataBytes = 0

  constructor(data: ByteSink, dataName: string) {
    this.#data = data
    this.#dataName = dataName
  }

  get dataBytes(): number {
    return this.#dataBytes
  }

  input(name: string, type: ElementType, dimensions: readonly Dimension[]): string {
    this.#inputs.push({ name, type, dimensions })
    return name
  }

  output(name: string, type: ElementType, dimensions: readonly Dimension[]): void {
    this.#outputs.push({ name, type, dimensions })
  }

  /** Adds a node with one output, called `output`, and returns that name. */
  node(operator: string, inputs: readonly string[], output: string, options: NodeOptions = {}): string {
    this.nodes(operator, inputs, [output], options)
    return output
  }

  /** Adds a node with several outputs; an unused one is ''. */
  nodes(
    operator: string,
    inputs: readonly string[],
    outputs: readonly string[],
    options: NodeOptions = {},
  ): void {
    this.#nodes.push({
      operator,
      domain: options.domain ?? '',
      name: outputs.find((name) => name !== '') ?? operator,
      inputs,
      outputs,
      attributes: options.attributes ?? {},
    })
  }

  /** A small constant inside the graph; one name is one constant. */
  constant(
    name: string,
    type: ElementType,
    dimensions: readonly number[],
    values: readonly number[],
  ): string {
    if (!this.#initializers.has(name)) {
      const bytes = new Uint8Array(values.length * elementBytes[type])
      const view = new DataView(bytes.buffer)
      values.forEach((value, i) => {
        if (type === 'float32') view.setFloat32(4 * i, value, true)
        else if (type === 'int64') view.setBigInt64(8 * i, BigInt(value), true)
        else if (type === 'int32') view.setInt32(4 * i, value, true)
        else view.setUint8(i, value)
      })
      this.#initializers.set(name, { name, type, dimensions, content: { kind: 'inline', bytes } })
    }
    return name
  }

  /**
   * Writes a tensor to the data file.
   * @param pieces its bytes in order, together exactly as long as its shape says
   */
  external(
    name: string,
    type: ElementType,
    dimensions: readonly number[],
    pieces: Iterable<Uint8Array>,
  ): Placement {
    const bytes = dimensions.reduce((product, length) => product * length, elementBytes[type])
    const alignment = bytes >= smallBytes ? pageBytes : smallAlignment
    const padding = (alignment - (this.#dataBytes % alignment)) % alignment
    if (padding > 0) this.#data.write(new Uint8Array(padding))
    const offset = this.#dataBytes + padding
    let written = 0
    for (const piece of pieces) {
      this.#data.write(piece)
      written += piece.length
    }
    if (written !== bytes) throw new RangeError(`${name} has ${written} bytes instead of ${bytes}`)
    this.#dataBytes = offset + bytes
    this.shared(name, type, dimensions, { offset, bytes })
    return { offset, bytes }
  }

  /** Another view, under another name or shape, of bytes that are already in the data file. */
  shared(
    name: string,
    type: ElementType,
    dimensions: readonly number[],
    { offset, bytes }: Placement,
  ): string {
    if (this.#initializers.has(name)) throw new RangeError(`${name} is there twice`)
    const content = { kind: 'external', file: this.#dataName, offset, bytes } as const
    this.#initializers.set(name, { name, type, dimensions, content })
    return name
  }

  /** The bytes of the ONNX model. */
  encode(): Uint8Array {
    return encodeModel({
      nodes: this.#nodes,
      inputs: this.#inputs,
      outputs: this.#outputs,
      initializers: [...this.#initializers.values()],
    })
  }
}

/** The bytes of a typed array, without a copy. */
export function bytesOf(array: Float32Array | Int8Array | Uint8Array): Uint8Array {
  return new Uint8Array(array.buffer, array.byteOffset, array.byteLength)
}
