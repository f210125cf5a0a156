/** Sees whether any process of the app reaches for the network. */
import { readdirSync, readFileSync, readlinkSync } from 'node:fs'

/** Connections to other machines, or to this one, held by a process or its descendants: `protocol local remote`. */
export function openConnections(pid: number): string[] {
  const inodes = new Set(processTree(pid).flatMap(socketInodes))
  return ['tcp', 'tcp6', 'udp', 'udp6'].flatMap((protocol) =>
    readFileSync(`/proc/${pid}/net/${protocol}`, 'utf8')
      .trim()
      .split('\n')
      .slice(1)
      .map((line) => line.trim().split(/\s+/))
      .filter((fields) => inodes.has(fields[9] ?? ''))
      .map((fields) => `${protocol} ${fields[1]} ${fields[2]}`),
  )
}

const lookMs = 250

/** All that `openConnections` sees while `work` runs: it looks again and again, since one may be short. */
export async function connectionsDuring(
  pid: number,
  work: () => Promise<void>,
): Promise<ReadonlySet<string>> {
  const seen = new Set<string>()
  const look = (): void => openConnections(pid).forEach((line) => seen.add(line))
  const timer = setInterval(look, lookMs)
  try {
    await work()
  } finally {
    clearInterval(timer)
  }
  look()
  return seen
}

function processTree(pid: number): number[] {
  const parents = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((name) => [Number(name), parentOf(Number(name))] as const)
  const tree = [pid]
  for (const member of tree)
    tree.push(...parents.filter(([, parent]) => parent === member).map(([child]) => child))
  return tree
}

function parentOf(pid: number): number {
  try {
    // The name in parentheses may hold spaces; what follows its end does not.
    return Number(readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ')[1])
  } catch {
    return 0
  }
}

function socketInodes(pid: number): string[] {
  try {
    return readdirSync(`/proc/${pid}/fd`).flatMap((name) => {
      const target = readlinkSync(`/proc/${pid}/fd/${name}`)
      return target.startsWith('socket:[') ? [target.slice(8, -1)] : []
    })
  } catch {
    return []
  }
}
