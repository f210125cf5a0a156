/**
 * The panel's operations in memory. The test says who can be asked and tells what happens in a run;
 * nothing is computed here.
 */
import { fail } from '../../models/core/failure.ts'
import type { OperationName, ReplyOf, RequestOf } from '../../models/contract/operations.ts'
import type {
  AvailableMember,
  Endpoint,
  MemberAnswer,
  PanelOperations,
  PanelPreview,
  PanelRecord,
  PanelRound,
  StoredPanel,
} from '../../models/contract/panel.ts'
import { newId } from './session-records.ts'

const here = { kind: 'this-computer' } as const

const member = (
  change: Pick<AvailableMember, 'id' | 'name' | 'kind'> & Partial<AvailableMember>,
): AvailableMember => ({
  description: `What ${change.name} goes by.`,
  place: here,
  measured: null,
  unavailable: null,
  ...change,
})

/** Three on this computer, one that cannot be asked, and one on a named server. */
export const panelMembers: readonly AvailableMember[] = [
  member({
    id: 'knowledge',
    name: 'Knowledge base',
    kind: 'knowledge',
    measured: { accuracy: 0.71, persons: 500 },
  }),
  member({ id: 'retrieval', name: 'Solved cases', kind: 'retrieval' }),
  member({ id: 'plpf', name: 'Dialogue model', kind: 'language' }),
  member({
    id: 'base',
    name: 'Base model',
    kind: 'language',
    unavailable: 'It is not prepared. Open Models.',
  }),
  member({
    id: 'ward',
    name: 'Ward server',
    kind: 'endpoint',
    place: { kind: 'endpoint', url: 'http://127.0.0.1:9000/v1', model: 'big' },
  }),
]

/** What a present member says; `change` overrides. */
export const memberAnswer = (
  id: string,
  answer: string,
  change: Partial<MemberAnswer> & { readonly reasons?: string } = {},
): MemberAnswer => {
  const { reasons, ...rest } = change
  return {
    member: id,
    absence: null,
    answer,
    answerName: conditionNames[answer] ?? answer,
    opinion: {
      said: `Answer: ${conditionNames[answer] ?? answer}`,
      reasons: reasons ?? `Because of what was said in turn 2.`,
      confidence: 0.6,
      differential: [],
      alone: [],
      deciding: null,
      findings: [],
      cases: [],
    },
    check: null,
    reliability: null,
    change: null,
    exchanges: [],
    ...rest,
  }
}

export const absentAnswer = (
  id: string,
  why: NonNullable<MemberAnswer['absence']>['why'],
  message: string,
): MemberAnswer => ({
  ...memberAnswer(id, ''),
  absence: { why, message },
  answer: null,
  answerName: null,
  opinion: null,
})

const conditionNames: Readonly<Record<string, string>> = {
  'pulmonary-embolism': 'Pulmonary embolism',
  pneumonia: 'Pneumonia',
  'acute-coronary-syndrome': 'Acute coronary syndrome',
}

const firstRound: PanelRound = {
  number: 0,
  answers: [
    memberAnswer('knowledge', 'pulmonary-embolism', {
      reasons: 'Swollen calf and pain on breathing in.',
      reliability: 0.54,
      check: {
        finding: 'pleuritic',
        name: 'pain on breathing in',
        present: true,
        record: 'present',
        turn: 4,
        bits: 2.1,
        holds: true,
      },
    }),
    memberAnswer('retrieval', 'pneumonia', { reasons: 'Five of the eight nearest cases.' }),
    memberAnswer('plpf', 'acute-coronary-syndrome', { reasons: 'No ECG was done.' }),
  ],
  agreement: 0.5,
}

const secondRound: PanelRound = {
  number: 1,
  answers: [
    memberAnswer('knowledge', 'pulmonary-embolism', { reasons: 'Swollen calf and pain on breathing in.' }),
    memberAnswer('retrieval', 'pulmonary-embolism', {
      reasons: 'The calf is in none of my nearest cases.',
      change: {
        from: 'pneumonia',
        fromName: 'Pneumonia',
        because: {
          member: 'knowledge',
          name: 'Knowledge base',
          quote: 'Swollen calf and pain on breathing in.',
        },
      },
    }),
    memberAnswer('plpf', 'acute-coronary-syndrome', { reasons: 'An ECG takes five minutes.' }),
  ],
  agreement: 1,
}

/** A run in which one member was moved and the challenger kept its answer. */
export function panelRecord(change: Partial<PanelRecord> = {}): PanelRecord {
  return {
    schema: 'consilium-panel/1',
    question: {
      id: 'question',
      text: 'What is the most likely diagnosis?',
      kind: 'diagnosis',
      choices: [],
      patient: { age: 58, sex: 'female' },
      turns: [
        { number: 1, speaker: 'doctor', text: 'What brings you in today?' },
        { number: 2, speaker: 'patient', text: 'I get short of breath on the stairs.' },
        { number: 3, speaker: 'doctor', text: 'Any pain?' },
        { number: 4, speaker: 'patient', text: 'A sharp one when I breathe in.' },
      ],
    },
    options: {
      rounds: 4,
      seed: 7,
      budget: { tokens: 12_000, replyTokens: 200, promptTokens: 1200, seconds: 60 },
    },
    members: (['knowledge', 'retrieval', 'plpf'] as const).map((id) => {
      const found = panelMembers.find((each) => each.id === id)
      return {
        id,
        name: found?.name ?? id,
        kind: found?.kind ?? 'language',
        role: id === 'plpf' ? 'challenger' : 'physician',
        place: here,
        replayable: true,
      }
    }),
    rounds: [firstRound, secondRound],
    verdict: {
      consensus: true,
      by: 'consensus',
      answer: 'pulmonary-embolism',
      answerName: 'Pulmonary embolism',
      members: ['knowledge', 'retrieval'],
      rules: {
        majority: 'pulmonary-embolism',
        summedConfidence: 'pulmonary-embolism',
        bestCalibrated: 'pulmonary-embolism',
      },
    },
    dissent: [
      {
        member: 'plpf',
        name: 'Dialogue model',
        answer: 'acute-coronary-syndrome',
        answerName: 'Acute coronary syndrome',
        confidence: 0.36,
        reasons: 'An ECG takes five minutes.',
      },
    ],
    differential: [
      { answer: 'pulmonary-embolism', name: 'Pulmonary embolism', probability: 0.61 },
      { answer: 'pneumonia', name: 'Pneumonia', probability: 0.2 },
    ],
    mustNotMiss: {
      condition: 'acute-coronary-syndrome',
      name: 'Acute coronary syndrome',
      why: 'It is dangerous, and nothing said so far excludes it.',
    },
    askNext: [
      {
        finding: 'calf',
        name: 'Swollen calf',
        ask: 'Is one of your calves swollen or sore?',
        kind: 'question',
        bits: 0.42,
        between: ['Pulmonary embolism', 'Pneumonia'],
      },
    ],
    tokens: { prompt: 2140, generated: 310 },
    ...change,
  }
}

export const storedPanel = (session: string, change: Partial<StoredPanel> = {}): StoredPanel => ({
  id: newId(),
  session,
  afterTurn: 2,
  atMs: 20_000,
  startedAt: '2026-11-25T11:50:00.000Z',
  endedAt: '2026-11-25T11:52:00.000Z',
  record: panelRecord(),
  ...change,
})

type Handlers = {
  readonly [K in keyof PanelOperations & OperationName]: (request: RequestOf<K>) => ReplyOf<K>
}

export class FakePanel {
  members: readonly AvailableMember[] = panelMembers
  endpoints: readonly Endpoint[] = []
  stored: readonly StoredPanel[] = []
  readonly #start: (title: string, session: string) => string

  /** @param start begins a job of a panel and gives its id */
  constructor(start: (title: string, session: string) => string) {
    this.#start = start
  }

  readonly handlers: Handlers = {
    'panel.members': () => this.members,
    'panel.preview': (request) => this.#preview(request),
    'panel.start': ({ session }) => ({ job: this.#start('Second opinion', session), run: newId() }),
    'panel.stopMember': () => null,
    'panel.allow': () => null,
    'panel.list': ({ session }) => this.stored.filter((each) => each.session === session),
    'panel.remove': ({ run }) => {
      this.stored = this.stored.filter(({ id }) => id !== run)
      return null
    },
    'panel.replay': ({ run }) => ({ job: this.#start('Replay', this.#of(run).session) }),
    'panel.exportPreview': ({ run, redact }) => ({
      text: `# Second opinion\n${this.#of(run).record.verdict.answerName}`,
      redactions: redact ? 2 : 0,
    }),
    'panel.export': () => ({ saved: true, name: 'second-opinion.md' }),
    'panel.endpoints': () => this.endpoints,
    'panel.saveEndpoint': ({ key, ...rest }) => {
      const before = this.endpoints.find(({ id }) => id === rest.id)
      const endpoint = {
        ...rest,
        id: rest.id ?? newId(),
        hasKey: key === null ? (before?.hasKey ?? false) : key !== '',
      }
      this.endpoints = [...this.endpoints.filter(({ id }) => id !== rest.id), endpoint]
      return endpoint
    },
    'panel.removeEndpoint': ({ endpoint }) => {
      this.endpoints = this.endpoints.filter(({ id }) => id !== endpoint)
      return null
    },
  }

  #preview({ members, redact, question }: RequestOf<'panel.preview'>): PanelPreview {
    const record = panelRecord()
    return {
      question: { ...record.question, ...(question === null ? {} : { text: question }) },
      budget: record.options.budget,
      leaving: members.flatMap(({ id }) => {
        const found = this.members.find((each) => each.id === id)
        return found?.place.kind === 'endpoint'
          ? [
              {
                member: id,
                url: found.place.url,
                model: found.place.model,
                messages: [
                  {
                    role: 'user' as const,
                    content: redact ? '[name] gets short of breath.' : 'Ruth Okafor gets short of breath.',
                  },
                ],
              },
            ]
          : []
      }),
      redactions: redact ? 1 : 0,
    }
  }

  #of(run: string): StoredPanel {
    return this.stored.find(({ id }) => id === run) ?? fail('not-found', 'There is no such panel.')
  }
}
