/** What a round's members said, as others hear it and as votes are counted. */
import type { MemberDescription, PeerStatement } from './member.ts'
import type { PanelRound } from './record.ts'

/** Of everybody who was present, the challenger included, in the order of the seats. */
export const statementsIn = (
  members: readonly MemberDescription[],
  { answers }: Pick<PanelRound, 'answers'>,
): readonly PeerStatement[] =>
  answers.flatMap(({ member: id, answer, answerName, opinion, check, reliability }) => {
    const description = members.find((member) => member.id === id)
    if (!description || answer === null || answerName === null || opinion === null) return []
    const { name, role } = description
    return [{ member: id, name, role, answer, answerName, opinion, check, reliability }]
  })
