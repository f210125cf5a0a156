/** Whom members are measured on: visits to the written training cases, and generated persons. */
import { join } from 'node:path'
import { seededRandom } from '../../../models/core/random.ts'
import type { Wording } from '../../../models/dialogue/reading/finding-index.ts'
import type { Guide } from '../../../models/dialogue/guide/guide.ts'
import type { KnowledgeBase } from '../../../models/knowledge/knowledge-base.ts'
import type { Calibration } from '../../../models/panel/calibration.ts'
import type { SolvedPerson } from '../../../models/panel/clinical/solved-persons.ts'
import type { PanelQuestion } from '../../../models/panel/question.ts'
import type { PracticeCase } from '../../../models/practice/case.ts'
import { personCases } from '../../../models/practice/spt/persons.ts'
import { openCases } from '../../case-files.ts'
import { HistoryFile, questionOf } from '../../histories.ts'
import { openSentenceEncoder } from '../../inference/sentence-encoder.ts'
import { bundledCases, openPanelTools, type PanelTools } from '../../panel-files.ts'
import { indexed, personSeed, unknownSpeech } from './speech.ts'

/** Each written case is visited so often, with other words of the patient. */
const visitsPerCase = 3

export interface TrainingUse {
  readonly resources: string
  readonly base: KnowledgeBase
  readonly persons: number
  readonly histories: string | null
}

/** Cases to measure on, the tools that may be used on them, and where their histories are kept. */
export interface TrainingSet {
  readonly tools: PanelTools
  readonly cases: readonly PracticeCase[]
  readonly file: HistoryFile
}

/** The written training cases, then generated persons. */
export async function onTraining<T>(
  { resources, base, persons, histories }: TrainingUse,
  calibration: Calibration,
  use: (own: TrainingSet, set: TrainingSet) => Promise<T>,
): Promise<T> {
  const encoder = await openSentenceEncoder(resources)
  const { solved, hashes } = bundledCases(resources, base)
  const tools = (usable: (wording: Wording) => boolean, known: readonly SolvedPerson[]): PanelTools =>
    openPanelTools(resources, base, encoder, usable, { solved: known, hashes, calibration })
  const written = openCases(join(resources, 'cases/training'), base.names)
  const kept = (file: string | null, name: string): HistoryFile => new HistoryFile(file, name, personSeed)
  try {
    return await use(
      {
        // The written cases are solved here too: none may be compared with itself.
        tools: tools(
          () => true,
          solved.filter(({ title }) => title === undefined),
        ),
        cases: Array.from({ length: visitsPerCase }, (_, visit) =>
          written.map((practice) => ({ ...practice, id: `${practice.id}-${visit + 1}` })),
        ).flat(),
        file: kept(histories === null ? null : `${histories}.cases`, 'panel-training cases'),
      },
      {
        tools: tools(indexed, solved),
        cases: personCases(base, seededRandom(personSeed), persons, unknownSpeech),
        file: kept(histories, 'panel-training'),
      },
    )
  } finally {
    await encoder.dispose()
  }
}

/** Each case's standard history as a question, with the condition that is right and what all visits to it share. */
export async function* questions(
  cases: readonly PracticeCase[],
  file: HistoryFile,
  guide: Guide,
): AsyncGenerator<{ readonly question: PanelQuestion; readonly right: string; readonly visited: string }> {
  for (const [at, practice] of cases.entries()) {
    yield {
      question: questionOf(practice, await file.history(practice, guide, personSeed + at)),
      right: rightOf(practice),
      visited: practice.title,
    }
    process.stderr.write(`${at + 1} of ${cases.length}\n`)
  }
}

const rightOf = ({ checklist }: PracticeCase): string =>
  checklist.diagnosis.find(({ required }) => required)?.condition ?? ''
