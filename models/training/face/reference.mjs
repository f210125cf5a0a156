/**
 * Writes what the original networks answer in their own runtime (TensorFlow.js, processor backend) to a
 * smooth pattern that the test computes again.
 *
 *   node models/training/face/reference.mjs HUMAN/package FACE_API/package OUT.json
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { resolve } from 'node:path'

const [human, faceApi, out] = process.argv.slice(2)
globalThis.window = { document: {}, TextEncoder, TextDecoder }
globalThis.document = globalThis.window.document

/** @returns {Float32Array} values between low and high, row-major [height, width, channels] */
function pattern([, height, width, channels], low, high) {
  return Float32Array.from({ length: height * width * channels }, (_, index) => {
    const channel = index % channels
    const x = Math.floor(index / channels) % width
    const y = Math.floor(index / channels / width)
    const value =
      0.5 + 0.25 * Math.sin(x * 0.11 + channel) + 0.25 * Math.cos(y * 0.07 - channel * 0.5 + x * 0.013)
    return low + (high - low) * value
  })
}

const bytes = (path) => {
  const data = readFileSync(path)
  return data.buffer.slice(data.byteOffset, data.byteOffset + data.byteLength)
}

const thinned = (node, values) => {
  const every = Math.max(1, Math.floor(values.length / 200))
  return {
    node,
    length: values.length,
    every,
    values: values.filter((_, index) => index % every === 0).map((value) => Number(value.toPrecision(8))),
  }
}

const tf = await import(resolve(human, 'dist/tfjs.esm.js'))
await tf.setBackend('cpu')
await tf.ready()
const reference = {}
for (const [name, shape, low, high] of [
  ['blazeface', [1, 256, 256, 3], -1, 1],
  ['facemesh', [1, 192, 192, 3], 0, 1],
  ['emotion', [1, 64, 64, 1], -1, 1],
]) {
  const description = JSON.parse(readFileSync(resolve(human, `models/${name}.json`), 'utf8'))
  const model = await tf.loadGraphModel({
    load: async () => ({
      ...description,
      weightSpecs: description.weightsManifest.flatMap((group) => group.weights),
      weightData: bytes(resolve(human, `models/${name}.bin`)),
    }),
  })
  const answers = [model.execute(tf.tensor(pattern(shape, low, high), shape), model.outputNodes)].flat()
  reference[name] = {
    shape,
    low,
    high,
    outputs: answers.map((answer, index) => thinned(model.outputNodes[index], [...answer.dataSync()])),
  }
}

const api = await import(resolve(faceApi, 'dist/face-api.esm.js'))
await api.tf.setBackend('cpu')
await api.tf.ready()
const manifest = JSON.parse(
  readFileSync(resolve(faceApi, 'model/face_expression_model-weights_manifest.json'), 'utf8'),
)
await api.nets.faceExpressionNet.loadFromWeightMap(
  api.tf.io.decodeWeights(bytes(resolve(faceApi, 'model/face_expression_model.bin')), manifest[0].weights),
)
const shape = [1, 112, 112, 3]
const answer = await api.nets.faceExpressionNet.forward(api.tf.tensor(pattern(shape, 0, 255), shape))
reference.expression = {
  shape,
  low: 0,
  high: 255,
  outputs: [thinned('probabilities', [...answer.dataSync()])],
}
writeFileSync(out, JSON.stringify(reference))
