/** What a reader must know of the machine to judge a figure. */
import { readFileSync } from 'node:fs'
import { cpus, freemem, loadavg, release, totalmem } from 'node:os'
import { physicalCores } from '../../inference/machine.ts'
import { runtimeVersion } from '../../inference/onnx.ts'
import { largestExactWeight } from '../../inference/saturation.ts'

export interface MachineRecord {
  readonly processor: string
  readonly cores: number
  readonly logicalCores: number
  /** Vector units that matter for integer products, as the system names them. */
  readonly features: readonly string[]
  /** Largest int8 weight of row8 here: 127 where uint8 x int8 sums are exact, else 63. */
  readonly weightLimit: 63 | 127
  readonly memoryMb: number
  readonly freeMemoryMb: number
  /** Processes wanting a core over the last minute, before the benchmark began; above 0.5 figures are disturbed. */
  readonly loadAverage: number
  readonly system: string
  readonly node: string
  readonly onnxruntime: string
}

export async function machineRecord(): Promise<MachineRecord> {
  return {
    processor: cpus()[0]?.model.trim() ?? 'unknown',
    cores: physicalCores(1024),
    logicalCores: cpus().length,
    features: features(),
    weightLimit: await largestExactWeight(),
    memoryMb: Math.round(totalmem() / 2 ** 20),
    freeMemoryMb: Math.round(freemem() / 2 ** 20),
    loadAverage: Math.round((loadavg()[0] ?? 0) * 100) / 100,
    system: `${process.platform} ${release()} ${process.arch}`,
    node: process.versions.node,
    onnxruntime: runtimeVersion,
  }
}

const telling = /^(avx2|fma|f16c|avx_vnni|avx512f|avx512_vnni|avx512_bf16|amx_int8|asimddp|i8mm|sve)$/

function features(): readonly string[] {
  try {
    const flags = readFileSync('/proc/cpuinfo', 'utf8').match(/^(?:flags|Features)\s*:(.*)$/m)?.[1] ?? ''
    return flags.split(' ').filter((flag) => telling.test(flag))
  } catch {
    return []
  }
}
