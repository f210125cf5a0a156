/** Members that say what a test writes for them, and a judge that knows no medicine. */
import { FailureError } from '../../models/core/failure.ts'
import { readAnswer } from '../../models/panel/answers.ts'
import type { Judge } from '../../models/panel/judge.ts'
import type {
  Contribution,
  Member,
  MemberDescription,
  Opinion,
  PeerStatement,
} from '../../models/panel/member.ts'
import type { PanelQuestion } from '../../models/panel/question.ts'
import { PanelRun, type PanelRunSetup } from '../../models/panel/run.ts'
import { Stop } from '../../models/panel/stop.ts'

export const question: PanelQuestion = {
  id: 'q1',
  text: 'Which is it?',
  kind: 'choice',
  choices: ['measles', 'mumps', 'rubella'],
  patient: { age: 30, sex: 'female' },
  turns: [{ number: 1, speaker: 'patient', text: 'I have a rash.' }],
}

export const opinion = (said: string, more: Partial<Opinion> = {}): Opinion => ({
  said,
  reasons: `because of ${said}`,
  confidence: 0.6,
  differential: [],
  alone: [],
  deciding: null,
  findings: [],
  cases: [],
  ...more,
})

export const describe = (id: string, more: Partial<MemberDescription> = {}): MemberDescription => ({
  id,
  name: id,
  kind: 'language',
  role: 'physician',
  place: { kind: 'this-computer' },
  replayable: true,
  ...more,
})

export interface Heard {
  readonly round: number
  readonly peers: readonly PeerStatement[]
}

/** Says one line a round, the last one again and again; 'hangs' never answers, an Error is thrown; hears are written down. */
export function scripted(
  id: string,
  lines: readonly (string | Error)[],
  more: Partial<MemberDescription> = {},
): Member & { readonly heard: Heard[] } {
  const heard: Heard[] = []
  let round = 0
  const say = (seed: number): Promise<Contribution> => {
    const line = lines[Math.min(round, lines.length - 1)] ?? ''
    round += 1
    if (line === 'hangs') return new Promise(() => undefined)
    if (line instanceof Error) return Promise.reject(line)
    return Promise.resolve({
      opinion: opinion(line),
      exchanges: [
        {
          messages: [],
          reply: line,
          promptTokens: 10,
          tokens: 5,
          model: { name: id, hash: null, adapterHash: null, precision: null },
          seed,
          ownAnswersLeftOut: 0,
        },
      ],
    })
  }
  return {
    description: describe(id, more),
    heard,
    open: (_question, { seed }) => {
      heard.push({ round, peers: [] })
      return say(seed)
    },
    reconsider: (_question, _own, peers, { seed }) => {
      heard.push({ round, peers })
      return say(seed)
    },
  }
}

export const plainJudge: Judge = {
  read: (text, asked) => readAnswer(text, asked, () => 'unreadable'),
  name: (answer) => answer,
  check: () => Promise.resolve(null),
  reliability: () => Promise.resolve(null),
  conclude: () => Promise.resolve({ differential: [], mustNotMiss: null, askNext: [] }),
}

export const panelOf = (members: readonly Member[], more: Partial<PanelRunSetup> = {}): PanelRun =>
  new PanelRun({
    question,
    members,
    options: {
      rounds: 4,
      seed: 7,
      budget: { tokens: 100_000, replyTokens: 100, promptTokens: 2000, seconds: 60 },
    },
    judge: plainJudge,
    after: () => () => undefined,
    onEvent: () => undefined,
    signal: new Stop(),
    ...more,
  })

export const broken = (): FailureError => new FailureError({ code: 'io', message: 'It broke.' })
