/** How often a member that speaks is right alone, and how that goes with the confidence that it states. */
import type { Measurement } from '../../../models/panel/calibration.ts'
import { fitCurve } from '../../../models/panel/fitting/curve.ts'
import type { Ask, Member } from '../../../models/panel/member.ts'
import type { PanelQuestion } from '../../../models/panel/question.ts'
import type { PanelTools } from '../../panel-files.ts'
import { FailureError } from '../../../models/core/failure.ts'

/** An answer that cannot be read, or that it refuses, counts as wrong. */
export async function reliabilityOf(
  member: Member,
  { judge }: Pick<PanelTools, 'judge'>,
  questions: AsyncIterable<{ readonly question: PanelQuestion; readonly right: string }>,
  ask: Ask,
): Promise<Measurement['members'][string]> {
  const told: { readonly confidence: number; readonly right: boolean }[] = []
  for await (const { question, right } of questions) {
    ask.signal.throwIfAborted()
    try {
      const { opinion } = await member.open(question, ask)
      told.push({ confidence: opinion.confidence, right: judge.read(opinion.said, question) === right })
    } catch (error) {
      if (!(error instanceof FailureError) || error.failure.code !== 'not-found') throw error
      told.push({ confidence: 0.5, right: false })
    }
  }
  return {
    accuracy: told.filter(({ right }) => right).length / Math.max(1, told.length),
    persons: told.length,
    alone: fitCurve(told),
  }
}
