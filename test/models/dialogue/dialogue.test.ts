import { describe, expect, it } from 'vitest'
import { FailureError } from '../../../models/core/failure.ts'
import { isShort, parseDialogue, turnBudgetOf } from '../../../models/dialogue/dialogue.ts'

const turns = [{ speaker: 'doctor', text: 'Hello.' }]
const refusal = (input: unknown): FailureError['failure'] => {
  try {
    parseDialogue(input, 'a.json')
  } catch (error) {
    if (error instanceof FailureError) return error.failure
  }
  throw new Error('was not refused')
}

describe('a dialogue file', () => {
  it('is read with patient and budget', () => {
    const read = parseDialogue(
      { schema: 'consilium-dialogue/1', patient: { age: 31, sex: 'female' }, turnBudget: 5, turns },
      'a.json',
    )
    expect(read).toEqual({ patient: { age: 31, sex: 'female' }, turnBudget: 5, turns })
    expect(isShort(read)).toBe(true)
    expect(turnBudgetOf(parseDialogue({ schema: 'consilium-dialogue/1', turns }, 'a.json'))).toBe(12)
  })

  it.each([
    [{ turns }, 'schema'],
    [{ schema: 'consilium-dialogue/1', turns: [] }, 'turns'],
    [{ schema: 'consilium-dialogue/1', turns: [{ speaker: 'nurse', text: 'x' }] }, 'turns.0.speaker'],
    [{ schema: 'consilium-dialogue/1', turns: [{ speaker: 'doctor', text: ' ' }] }, 'turns.0.text'],
    [{ schema: 'consilium-dialogue/1', turnBudget: 0, turns }, 'turnBudget'],
    [{ schema: 'consilium-dialogue/1', turns, extra: 1 }, 'extra'],
    [[], 'schema'],
  ])('is refused with file, field and reason: %j', (input, field) => {
    const { code, details } = refusal(input)
    expect(code).toBe('invalid-request')
    expect(details).toMatchObject({ file: 'a.json', field })
    expect(details?.['reason']).toBeTruthy()
  })
})
