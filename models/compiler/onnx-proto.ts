/** Encodes the messages of onnx.proto that a decoder graph needs, in the protobuf wire format. */

/** Element types by their number in TensorProto.DataType. */
export const elementTypes = { float32: 1, uint8: 2, int8: 3, int32: 6, int64: 7 } as const
export type ElementType = keyof typeof elementTypes

export const elementBytes: Readonly<Record<ElementType, number>> = {
  float32: 4,
  uint8: 1,
  int8: 1,
  int32: 4,
  int64: 8,
}

/** Grows as it is written to. Field numbers are those of onnx.proto. */
export class ProtoWriter {
  #bytes = new Uint8Array(256)
  #length = 0

  /** What was written, without a copy; valid until the next write. */
  get bytes(): Uint8Array {
    return this.#bytes.subarray(0, this.#length)
  }

  /** A varint field; negative numbers take ten bytes, as two's complement of 64 bits. */
  integer(field: number, value: number): void {
    this.#tag(field, 0)
    this.#varint(BigInt.asUintN(64, BigInt(value)))
  }

  float(field: number, value: number): void {
    this.#tag(field, 5)
    const at = this.#reserve(4)
    new DataView(this.#bytes.buffer).setFloat32(at, value, true)
  }

  raw(field: number, value: Uint8Array): void {
    this.#tag(field, 2)
    this.#varint(BigInt(value.length))
    const at = this.#reserve(value.length)
    this.#bytes.set(value, at)
  }

  /** ASCII only: graphs name nothing after what untrusted files say. */
  text(field: number, value: string): void {
    const bytes = new Uint8Array(value.length)
    for (let i = 0; i < value.length; i++) {
      const code = value.charCodeAt(i)
      if (code > 126) throw new RangeError(`not ASCII: ${value}`)
      bytes[i] = code
    }
    this.raw(field, bytes)
  }

  message(field: number, write: (inner: ProtoWriter) => void): void {
    const inner = new ProtoWriter()
    write(inner)
    this.raw(field, inner.bytes)
  }

  #tag(field: number, wireType: number): void {
    this.#varint(BigInt((field << 3) | wireType))
  }

  #varint(value: bigint): void {
    let rest = value
    while (rest > 127n) {
      this.#byte(Number(rest & 127n) | 128)
      rest >>= 7n
    }
    this.#byte(Number(rest))
  }

  #byte(value: number): void {
    const at = this.#reserve(1)
    this.#bytes[at] = value
  }

  #reserve(count: number): number {
    const at = this.#length
    if (at + count > this.#bytes.length) {
      const grown = new Uint8Array(Math.max(2 * this.#bytes.length, at + count))
      grown.set(this.bytes)
      this.#bytes = grown
    }
    this.#length += count
    return at
  }
}

/** An attribute's value; whole numbers that are floats to ONNX are marked as such. */
export type Attribute = number | readonly number[] | { readonly float: number } | { readonly text: string }

export interface NodeDescription {
  readonly operator: string
  /** '' is ONNX itself. */
  readonly domain: '' | 'com.microsoft'
  readonly name: string
  readonly inputs: readonly string[]
  readonly outputs: readonly string[]
  readonly attributes: Readonly<Record<string, Attribute>>
}

/** A dimension is a length or the name of a length. */
export type Dimension = number | string

export interface ValueDescription {
  readonly name: string
  readonly type: ElementType
  readonly dimensions: readonly Dimension[]
}

export interface InitializerDescription {
  readonly name: string
  readonly type: ElementType
  readonly dimensions: readonly number[]
  readonly content:
    | { readonly kind: 'inline'; readonly bytes: Uint8Array }
    | { readonly kind: 'external'; readonly file: string; readonly offset: number; readonly bytes: number }
}

export interface GraphDescription {
  readonly nodes: readonly NodeDescription[]
  readonly inputs: readonly ValueDescription[]
  readonly outputs: readonly ValueDescription[]
  readonly initializers: readonly InitializerDescription[]
}

const irVersion = 10
const opset = 21

/** The bytes of a ModelProto. */
export function encodeModel(graph: GraphDescription): Uint8Array {
  const model = new ProtoWriter()
  model.integer(1, irVersion)
  model.text(2, 'consilium')
  model.message(7, (writer) => writeGraph(writer, graph))
  for (const [domain, version] of [
    ['', opset],
    ['com.microsoft', 1],
  ] as const) {
    model.message(8, (writer) => {
      writer.text(1, domain)
      writer.integer(2, version)
    })
  }
  return model.bytes
}

function writeGraph(writer: ProtoWriter, graph: GraphDescription): void {
  for (const node of graph.nodes) writer.message(1, (inner) => writeNode(inner, node))
  writer.text(2, 'decoder')
  for (const initializer of graph.initializers)
    writer.message(5, (inner) => writeInitializer(inner, initializer))
  for (const value of graph.inputs) writer.message(11, (inner) => writeValue(inner, value))
  for (const value of graph.outputs) writer.message(12, (inner) => writeValue(inner, value))
}

function writeNode(writer: ProtoWriter, node: NodeDescription): void {
  for (const input of node.inputs) writer.text(1, input)
  for (const output of node.outputs) writer.text(2, output)
  writer.text(3, node.name)
  writer.text(4, node.operator)
  for (const [name, value] of Object.entries(node.attributes))
    writer.message(5, (inner) => writeAttribute(inner, name, value))
  if (node.domain !== '') writer.text(7, node.domain)
}

function writeAttribute(writer: ProtoWriter, name: string, value: Attribute): void {
  writer.text(1, name)
  if (typeof value === 'number') {
    writer.integer(3, value)
    writer.integer(20, 2)
  } else if ('float' in value) {
    writer.float(2, value.float)
    writer.integer(20, 1)
  } else if ('text' in value) {
    writer.text(4, value.text)
    writer.integer(20, 3)
  } else {
    for (const item of value) writer.integer(8, item)
    writer.integer(20, 7)
  }
}

function writeInitializer(
  writer: ProtoWriter,
  { name, type, dimensions, content }: InitializerDescription,
): void {
  for (const length of dimensions) writer.integer(1, length)
  writer.integer(2, elementTypes[type])
  writer.text(8, name)
  if (content.kind === 'inline') {
    writer.raw(9, content.bytes)
    return
  }
  const entries = { location: content.file, offset: content.offset, length: content.bytes }
  for (const [key, value] of Object.entries(entries)) {
    writer.message(13, (inner) => {
      inner.text(1, key)
      inner.text(2, String(value))
    })
  }
  writer.integer(14, 1)
}

function writeValue(writer: ProtoWriter, { name, type, dimensions }: ValueDescription): void {
  writer.text(1, name)
  writer.message(2, (valueType) =>
    valueType.message(1, (tensor) => {
      tensor.integer(1, elementTypes[type])
      tensor.message(2, (shape) => {
        for (const dimension of dimensions)
          shape.message(1, (inner) => {
            if (typeof dimension === 'number') inner.integer(1, dimension)
            else inner.text(2, dimension)
          })
      })
    }),
  )
}
