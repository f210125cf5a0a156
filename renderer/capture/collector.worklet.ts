/** Runs where sound is made: hands every sample of the first channel to the window, in blocks. */

/** The part of the worklet's global scope that is used; the type library does not describe it. */
declare const registerProcessor: (name: string, processor: new () => AudioWorkletProcessor) => void
declare class AudioWorkletProcessor {
  readonly port: MessagePort
}

/** Samples per block: 85 ms at 48 kHz, a third of the time after which the window looks for new ones. */
const blockSize = 4096

class Collector extends AudioWorkletProcessor {
  #block = new Float32Array(blockSize)
  #filled = 0

  process([input]: readonly (readonly Float32Array[])[]): boolean {
    const samples = input?.[0]
    if (!samples) return true
    for (let from = 0; from < samples.length;) {
      const count = Math.min(samples.length - from, blockSize - this.#filled)
      this.#block.set(samples.subarray(from, from + count), this.#filled)
      this.#filled += count
      from += count
      if (this.#filled < blockSize) continue
      this.port.postMessage(this.#block, [this.#block.buffer])
      this.#block = new Float32Array(blockSize)
      this.#filled = 0
    }
    return true
  }
}

registerProcessor('collector', Collector)
