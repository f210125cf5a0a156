import { describe, expect, it } from 'vitest'
import type { Dialogue } from '../../../models/dialogue/dialogue.ts'
import { flowchart, nodeIds, topicsFor } from '../../../models/dialogue/flowchart.ts'
import { processState, type ProcessNode } from '../../../models/dialogue/process.ts'

const talk: Dialogue = {
  patient: { age: 31, sex: 'female' },
  turns: [
    { speaker: 'patient', text: 'My tummy hurts.' },
    { speaker: 'doctor', text: 'When did it start?' },
    { speaker: 'patient', text: 'Yesterday.' },
    { speaker: 'doctor', text: 'Where does it hurt?' },
    { speaker: 'patient', text: 'Low on the right.' },
    { speaker: 'doctor', text: 'Have you had a fever?' },
    { speaker: 'patient', text: 'No.' },
  ],
}
const node = (dialogue: Dialogue, id: string): ProcessNode => {
  const found = processState(dialogue).nodes.find((one) => one.id === id)
  if (!found) throw new Error(`no node ${id}`)
  return found
}

describe('the flowchart', () => {
  it('leads from opening to closing through every node once', () => {
    const path: string[] = []
    let at = flowchart[0]
    while (at) {
      path.push(at.id)
      const [next] = at.next
      at = flowchart.find(({ id }) => id === next)
    }
    expect(path).toEqual([...nodeIds])
  })

  it('asks only those whom a topic fits', () => {
    const background = flowchart.find(({ id }) => id === 'background')
    if (!background) throw new Error('no background')
    expect(topicsFor(background, { age: 31, sex: 'male' })).not.toContain('pregnancy')
    expect(topicsFor(background, { age: 31, sex: 'female' })).toContain('pregnancy')
    expect(topicsFor(background, { age: 2, sex: 'male' })).toContain('vaccination')
    expect(topicsFor(background, { age: 2, sex: 'male' })).not.toContain('smoking')
  })
})

describe('where a consultation stands', () => {
  it('cites the turns that met a goal and says what is missing and why', () => {
    expect(node(talk, 'open')).toMatchObject({ state: 'done', turns: [0] })
    expect(node(talk, 'complaint').state).toBe('done')
    expect(node(talk, 'complaint').turns).toEqual(expect.arrayContaining([3]))
    expect(node(talk, 'complaint').missing).toContain('character')
    expect(node(talk, 'red-flags')).toMatchObject({ state: 'done', turns: [5] })
    expect(node(talk, 'background')).toMatchObject({ state: 'missing', turns: [], progress: 0 })
    expect(node(talk, 'background').missing).toEqual(expect.arrayContaining(['medicines', 'pregnancy']))
    expect(node(talk, 'background').why).toMatch(/\.$/)
    expect(node(talk, 'tests').state).toBe('optional')
    expect(processState(talk).next).toBe('background')
  })

  it('goes by the reader it is given', () => {
    const reader = { topics: (turn: string) => (turn.startsWith('Where') ? ['medicines', 'allergies'] : []) }
    expect(processState(talk, reader).nodes.find(({ id }) => id === 'background')?.turns).toEqual([3])
  })

  it('has nothing left after a full closing', () => {
    const closing =
      'Diagnosis: appendicitis. Also considered: ovarian cyst; gastroenteritis. Because: pain on the lower right. Plan: go to hospital today. Come back if: you faint.'
    const full: Dialogue = {
      ...talk,
      turnBudget: 5,
      turns: [
        ...talk.turns,
        { speaker: 'doctor', text: 'Do you take any medicines?' },
        { speaker: 'patient', text: 'No.' },
        { speaker: 'doctor', text: closing },
      ],
    }
    expect(processState(full).next).toBeNull()
    for (const id of ['differential', 'diagnosis', 'plan', 'close'])
      expect(node(full, id)).toMatchObject({ state: 'done', turns: [9], missing: [] })
  })
})
