/** What the contract in memory knows before a test tells it more: models, a case, readings, sessions. */
import type { LiveEstimate } from '../../models/contract/emotion.ts'
import type { Job, SampleSummary } from '../../models/contract/operations.ts'
import type { CaseSummary, DebriefWithNames } from '../../models/contract/practice.ts'
import type { Guidance } from '../../models/contract/reading.ts'
import type { ModelIdentity, ModelSummary } from '../../models/decoding/language-model.ts'
import type { SessionRecord, Turn } from '../../models/session/session.ts'
import { newId, sessionRecord } from './session-records.ts'

export const sample: SampleSummary = {
  id: 'breathless',
  kind: 'consult',
  title: 'Breathless for three days',
  description: 'A clinician takes a history from a patient who gets breathless on the stairs.',
  turns: 4,
}

export const sampleTurns = [
  ['clinician', 'What brings you in today?'],
  ['patient', 'I have been getting short of breath for three days, mostly on the stairs.'],
  ['clinician', 'Is there any pain with it?'],
  ['patient', 'A sharp one on the right when I breathe in.'],
] as const

export const bundledModel: ModelSummary = {
  id: 'default',
  name: 'SmolLM2-135M',
  origin: 'bundled',
  architecture: 'llama',
  parameters: 134_515_008,
  contextTokens: 8192,
  bytes: 144_811_456,
  licence: 'Apache-2.0',
  weightsHash: 'b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53',
  prepared: ['row8'],
  fit: { verdict: 'fits', reason: 'Needs about 0.3 GB of memory; 9.4 GB is free.' },
  process: {
    kind: 'utility',
    reason: 'One of the app’s own: its largest table takes 108 MB in one piece, and up to 500 MB fit there.',
  },
}

export const identity: ModelIdentity = {
  id: 'default',
  name: 'SmolLM2-135M',
  weightsHash: bundledModel.weightsHash,
  adapterHash: null,
  precision: 'row8',
  provider: 'cpu',
}

export const practiceCase: CaseSummary = {
  id: 'surg-sore-belly-01',
  title: 'A belly that got worse',
  specialty: 'surgery',
  difficulty: 'easy',
  patient: {
    name: 'Tom Reed',
    age: 19,
    ageUnit: 'years',
    sex: 'male',
    occupation: 'student',
    speaker: 'patient',
  },
}

export const debrief: DebriefWithNames = {
  concluded: 'The most likely diagnosis is gastritis.',
  diagnosis: { named: ['gastritis'], right: false, amongThree: false, required: ['acute-appendicitis'] },
  inquiry: [
    { item: 'onset', met: true, turn: 2 },
    { item: 'vomiting', met: false, turn: null },
  ],
  tests: [{ item: 'full blood count', met: false, turn: null }],
  worryHeard: false,
  redFlags: ['rigid abdomen'],
  management: ['Surgical review today'],
  names: { gastritis: 'Gastritis', 'acute-appendicitis': 'Acute appendicitis' },
}

/** What the knowledge base would read in the sample: both rows cite turns that exist. */
export const guidance: Guidance = {
  differential: [
    {
      condition: 'pneumonia',
      name: 'Community-acquired pneumonia',
      icd10cm: 'J18.9',
      probability: 0.61,
      mustNotMiss: false,
      for: [{ finding: 'breathless', name: 'Short of breath', present: true, turn: 2 }],
      against: [{ finding: 'fever', name: 'Fever', present: false, turn: 2 }],
      stillToAsk: [{ finding: 'sputum', name: 'Coughing up phlegm' }],
    },
    {
      condition: 'pulmonary-embolism',
      name: 'Pulmonary embolism',
      icd10cm: 'I26.99',
      probability: 0.19,
      mustNotMiss: true,
      for: [{ finding: 'breathless', name: 'Short of breath', present: true, turn: 2 }],
      against: [],
      stillToAsk: [{ finding: 'calf-swelling', name: 'Swollen calf' }],
    },
  ],
  other: 0.2,
  person: { age: null, sex: null },
  upToTurn: 3,
  next: {
    kind: 'ask',
    text: 'Is one of your calves swollen or sore?',
    reason: 'The answer helps to tell apart Pulmonary embolism and Community-acquired pneumonia.',
    turns: [2],
  },
}

/** What live reading knows before anything was read. */
export const nothingRead: LiveEstimate = {
  face: { kind: 'missing', modality: 'face', reasons: ['not-given'] },
  voice: { kind: 'missing', modality: 'voice', reasons: ['not-given'] },
  text: { kind: 'missing', modality: 'text', reasons: ['not-given'] },
  fused: { kind: 'missing', missing: ['face', 'voice', 'text'], reasons: [] },
}

export const turnOf = (number: number, speaker: Turn['speaker'], text: string): Turn => ({
  id: newId(),
  number,
  speaker,
  text,
  atMs: number * 1000,
  recordedAt: '2026-11-25T10:00:00.000Z',
  editedAt: null,
})

/** What jobs that run by themselves say. */
export const playedTexts: Partial<Record<Job['kind'], string>> = {
  chat: 'The pain on breathing in and the short history are worth separating from a strain. Ask about fever, cough and the legs.',
  suggest: 'Have you, or anyone in your family, ever had a clot in the leg or lung?',
  note: 'Three days of breathlessness on exertion. Sharp right-sided pain on breathing in.',
}

/** A few sessions in different states, for lists. */
export function someRecords(): readonly SessionRecord[] {
  return [
    sessionRecord({ tags: ['chest', 'urgent'] }, sampleTurns),
    sessionRecord(
      {
        person: 'Amos Field',
        reason: 'Follow-up of raised blood pressure',
        tags: ['review'],
        updatedAt: '2026-11-24T09:02:00.000Z',
      },
      [['patient', 'I have taken the tablets every morning, and the home readings are lower.']],
    ),
    sessionRecord({
      person: '',
      reason: 'Sore knee after a fall',
      updatedAt: '2026-11-12T15:30:00.000Z',
    }),
    sessionRecord({
      person: 'Iris Moreau',
      reason: 'Repeat prescription',
      updatedAt: '2026-11-02T15:30:00.000Z',
      trashedAt: '2026-11-20T15:30:00.000Z',
    }),
  ]
}
