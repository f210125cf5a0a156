/** Where a consultation stands in the flowchart: what is done, by which turns, what is missing and why. */
import { gathered, readDialogue, ruleReader, type ProcessReader, type ReadDialogue } from './acts.ts'
import { givesGrounds, givesPlan, givesSafetyNet } from './closing-parts.ts'
import { isShort, type Dialogue } from './dialogue.ts'
import { flowchart, topicsFor, type FlowchartNode, type NodeId } from './flowchart.ts'

export interface ProcessNode {
  readonly id: NodeId
  readonly title: string
  readonly goal: string
  readonly why: string
  /** `optional`: not done, and not needed unless something asks for it. */
  readonly state: 'done' | 'begun' | 'missing' | 'optional'
  /** Share of what is needed, 0..1. */
  readonly progress: number
  /** Places in the dialogue's turns that contributed, from 0. */
  readonly turns: readonly number[]
  /** What would still serve the goal: topics, or parts of the closing; the most telling first. */
  readonly missing: readonly string[]
}

export interface ProcessState {
  readonly nodes: readonly ProcessNode[]
  /** The first node in order that is neither done nor optional; null when all are. */
  readonly next: NodeId | null
}

interface Contribution {
  readonly count: number
  readonly turns: readonly number[]
  readonly missing: readonly string[]
}

const sorted = (turns: Iterable<number>): readonly number[] => [...new Set(turns)].sort((a, b) => a - b)

function contributions(read: ReadDialogue, node: FlowchartNode): Contribution {
  const { dialogue, acts } = read
  const known = gathered(read, Infinity)
  const closing = acts.find((act) => act.read.closing)
  const from = closing ? acts.filter(({ at }) => at >= closing.at) : []
  const topics = topicsFor(node, dialogue.patient)
  const said = (gives: (text: string) => boolean): readonly number[] =>
    from.filter(({ text }) => gives(text)).map(({ at }) => at)
  switch (node.evidence) {
    case 'reason': {
      const first = dialogue.turns.findIndex(({ speaker }) => speaker === 'patient')
      return {
        count: first < 0 ? 0 : 1,
        turns: first < 0 ? [] : [first],
        missing: first < 0 ? ['reason'] : [],
      }
    }
    case 'topics': {
      if (node.id === 'complaint')
        return {
          count: known.complaint.size,
          turns: sorted(known.complaint.values()),
          missing: topics.filter((topic) => !known.complaint.has(topic)),
        }
      return {
        count: known.background.length,
        turns: known.background,
        missing: topics.filter((topic) => !known.backgroundTopics.has(topic)),
      }
    }
    case 'danger-signs': {
      const asked = new Set(acts.flatMap((act) => act.topics))
      return {
        count: known.danger.length,
        turns: known.danger,
        missing: topics.filter((topic) => !asked.has(topic)),
      }
    }
    case 'examinations':
      return { count: known.examinations.length, turns: known.examinations, missing: ['examination'] }
    case 'tests':
      return { count: known.tests.length, turns: known.tests, missing: ['tests'] }
    case 'alternatives': {
      const others = Math.max(0, (closing?.read.diagnoses.length ?? 0) - 1)
      return { count: others, turns: others > 0 && closing ? [closing.at] : [], missing: ['alternatives'] }
    }
    case 'grounds': {
      const at = said(givesGrounds)
      return {
        count: at.length,
        turns: closing ? [closing.at] : [],
        missing: closing ? ['grounds'] : ['diagnosis', 'grounds'],
      }
    }
    case 'plan':
    case 'safety-net': {
      const plan = said(givesPlan)
      const net = said(givesSafetyNet)
      return {
        count: (plan.length > 0 ? 0.5 : 0) + (net.length > 0 ? 0.5 : 0),
        turns: sorted([...plan, ...net]),
        missing: [...(plan.length > 0 ? [] : ['plan']), ...(net.length > 0 ? [] : ['safety-net'])],
      }
    }
    case 'farewell':
      return { count: closing ? 1 : 0, turns: closing ? [closing.at] : [], missing: ['diagnosis'] }
  }
}

/** @param reader topics of a doctor's turn; the rules alone where it is left out */
export function processState(dialogue: Dialogue, reader: ProcessReader = ruleReader()): ProcessState {
  const read = readDialogue(dialogue, reader)
  const short = isShort(dialogue)
  const nodes = flowchart.map((node): ProcessNode => {
    const { count, turns, missing } = contributions(read, node)
    const needed = short ? node.needed.short : node.needed.full
    const done = needed === 0 ? count > 0 : count >= needed
    const state = done ? 'done' : needed === 0 ? 'optional' : count > 0 ? 'begun' : 'missing'
    const { id, title, goal, why } = node
    return {
      id,
      title,
      goal,
      why,
      state,
      progress: needed === 0 ? (done ? 1 : 0) : Math.min(1, count / needed),
      turns,
      missing: done && node.evidence !== 'topics' && node.evidence !== 'danger-signs' ? [] : missing,
    }
  })
  const next = nodes.find(({ state }) => state === 'missing' || state === 'begun')
  return { nodes, next: next?.id ?? null }
}
