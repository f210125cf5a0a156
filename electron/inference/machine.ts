/** What this machine is: processor, memory and disk, as far as inference cares. */
import { createHash } from 'node:crypto'
import { readFileSync, statfsSync } from 'node:fs'
import { arch, availableParallelism, cpus, freemem, platform } from 'node:os'

/**
 * A name for everything about the processor that prepared weights depend on. Two machines with the
 * same name can share prepared files.
 */
export function processorName(): string {
  const facts = [platform(), arch(), cpus()[0]?.model ?? 'unknown', ...vectorFeatures()]
  return createHash('sha256').update(facts.join('\n')).digest('hex').slice(0, 16)
}

function vectorFeatures(): readonly string[] {
  const flags = readOr('/proc/cpuinfo', '').match(/^(?:flags|Features)\s*:(.*)$/m)?.[1] ?? ''
  return flags
    .split(' ')
    .filter((flag) => /avx|vnni|amx|fma|f16c|asimd|sve|i8mm|bf16/.test(flag))
    .sort()
}

/** Physical cores, at most `limit`: more threads than that only wait for memory. */
export function physicalCores(limit = 4): number {
  const pairs = readOr('/proc/cpuinfo', '').matchAll(/^physical id\s*:\s*(\d+)[\s\S]*?^core id\s*:\s*(\d+)/gm)
  const cores = new Set([...pairs].map(([, socket, core]) => `${socket}:${core}`))
  const usable = availableParallelism()
  return Math.max(1, Math.min(limit, usable, cores.size > 0 ? cores.size : usable))
}

/** Bytes that programs can still take without swapping. */
export function availableMemory(): number {
  const kilobytes = readOr('/proc/meminfo', '').match(/^MemAvailable:\s*(\d+) kB$/m)?.[1]
  return kilobytes ? Number(kilobytes) * 1024 : freemem()
}

/** Anonymous resident memory of a process in MB; null where the system does not tell. */
export function anonymousMegabytes(pid: number): number | null {
  const rollup = readOr(`/proc/${pid}/smaps_rollup`, '').match(/^Anonymous:\s*(\d+) kB$/m)?.[1]
  const kilobytes = rollup ?? readOr(`/proc/${pid}/status`, '').match(/^RssAnon:\s*(\d+) kB$/m)?.[1]
  return kilobytes ? Math.round(Number(kilobytes) / 1024) : null
}

/** All resident memory of a process in MB, files that it has mapped included; null where the system does not tell. */
export function residentMegabytes(pid: number): number | null {
  const kilobytes = readOr(`/proc/${pid}/status`, '').match(/^VmRSS:\s*(\d+) kB$/m)?.[1]
  return kilobytes ? Math.round(Number(kilobytes) / 1024) : null
}

/** Bytes free for this user on the disk of a folder; null where the system does not tell. */
export function freeDisk(folder: string): number | null {
  try {
    const { bavail, bsize } = statfsSync(folder)
    return bavail * bsize
  } catch {
    return null
  }
}

function readOr(path: string, otherwise: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return otherwise
  }
}

/** Processor time that a process has used, in seconds; null where the system does not tell. */
export function processorSeconds(pid: number): number | null {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? []
    // Fields 14 and 15 of proc(5), in clock ticks, which Linux gives as hundredths of a second.
    const ticks = Number(fields[11]) + Number(fields[12])
    return Number.isFinite(ticks) ? ticks / 100 : null
  } catch {
    return null
  }
}
