import { describe, expect, it } from 'vitest'
import * as acknowledgements from '../../../../models/dialogue/courtesy/acknowledgements.ts'
import { courtesyTo } from '../../../../models/dialogue/courtesy/courtesy.ts'
import { anyReply, replyKinds, rewordings } from '../../../../models/dialogue/courtesy/replies.ts'
import { actsOnDanger } from '../../../../models/dialogue/danger.ts'
import { acknowledgesDistress } from '../../../../models/dialogue/distress.ts'
import { readDoctorTurn } from '../../../../models/dialogue/turns.ts'

const first = (wordings: readonly string[]): string => wordings[0] ?? ''
const all = [
  ...Object.values(acknowledgements).flat(),
  ...replyKinds.flatMap(({ replies }) => replies),
  ...anyReply,
  ...rewordings,
]

describe('a word to what was heard', () => {
  it('asks nothing, orders nothing and names no diagnosis in any wording', () => {
    for (const wording of all)
      expect({ wording, read: readDoctorTurn(wording) }).toEqual({
        wording,
        read: { questions: [], orders: [], diagnoses: [], closing: false },
      })
  })

  it('takes up fear and suffering in every wording for them', () => {
    for (const wording of [
      ...acknowledgements.toFear,
      ...acknowledgements.toSuffering,
      ...acknowledgements.toSelfHarm,
    ])
      expect(acknowledgesDistress(wording), wording).toBe(true)
  })

  it('acts in every wording for danger', () => {
    for (const wording of [...acknowledgements.toDanger, ...acknowledgements.toSelfHarm])
      expect(actsOnDanger(wording), wording).toBe(true)
  })

  it('answers a question and takes up the fear in it', () => {
    const said = courtesyTo('I am so scared. Could it be cancer?', first, 'unacknowledged')
    expect(acknowledgesDistress(said)).toBe(true)
    expect(said).toContain('cancer')
  })

  it('words the question anew only where it was not understood', () => {
    expect(courtesyTo('What do you mean?', first, 'unacknowledged')).toBe(rewordings[0])
    expect(courtesyTo('What could it be?', first, 'unacknowledged')).not.toBe(rewordings[0])
  })

  it('is silent where nothing asks for a word', () => {
    expect(courtesyTo('It hurts on the left.', first, 'unacknowledged')).toBe('')
  })

  it('says other things to a symptom than to its absence', () => {
    expect(acknowledgements.toSymptom).toContain(courtesyTo('My knee hurts.', first, 'symptom'))
    expect(acknowledgements.toNo).toContain(courtesyTo('No.', first, 'denial'))
  })
})
