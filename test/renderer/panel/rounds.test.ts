import { describe, expect, it } from 'vitest'
import type { PanelEvent } from '../../../models/contract/panel.ts'
import {
  advance,
  changesIn,
  marksOf,
  seatFor,
  shownRound,
  tally,
  type ShownRound,
} from '../../../renderer/state/panel/rounds.ts'
import { absentAnswer, memberAnswer, panelMembers, panelRecord } from '../../support/panel-replies.ts'

const after = (events: readonly PanelEvent[]): readonly ShownRound[] =>
  events.reduce<readonly ShownRound[]>((rounds, event) => advance(rounds, event), [])

const started: PanelEvent = { kind: 'round-started', round: 0, members: ['knowledge', 'plpf'] }
const text = (words: string): PanelEvent => ({ kind: 'text', member: 'plpf', round: 0, text: words })

describe('the rounds of a panel under way', () => {
  it('begin with everybody thinking and gather what streams', () => {
    const [round] = after([started, text('Sharp '), text('pain')])
    expect(round).toEqual({
      number: 0,
      cells: {
        knowledge: { kind: 'thinking', text: '' },
        plpf: { kind: 'thinking', text: 'Sharp pain' },
      },
      ended: false,
    })
  })

  it('keep an answer when text comes late, and show an absence with its reason', () => {
    const answer = memberAnswer('plpf', 'pneumonia')
    const gone = absentAnswer('knowledge', 'timed-out', 'It gave no answer within 60 seconds.')
    const [round] = after([
      started,
      { kind: 'answered', round: 0, answer },
      { kind: 'answered', round: 0, answer: gone },
      text('too late'),
    ])
    expect(round?.cells['plpf']).toEqual({ kind: 'answered', answer })
    expect(round?.cells['knowledge']).toMatchObject({ kind: 'absent', absence: { why: 'timed-out' } })
  })

  it('end as the kept record says, whatever was seen before', () => {
    const [kept] = panelRecord().rounds
    if (!kept) throw new Error('no round')
    expect(after([started, text('half'), { kind: 'round-ended', round: kept }])).toEqual([shownRound(kept)])
  })

  it('take up a panel whose beginning was missed', () => {
    expect(after([{ kind: 'text', member: 'plpf', round: 2, text: 'so' }])).toEqual([
      { number: 2, cells: { plpf: { kind: 'thinking', text: 'so' } }, ended: false },
    ])
  })
})

describe('reading the rounds', () => {
  const { rounds: kept, members } = panelRecord()
  const rounds = kept.map(shownRound)

  it('gives each answer one letter in all rounds, in the order they came up', () => {
    expect(marksOf(rounds, members).map(({ letter, answer }) => `${letter} ${answer}`)).toEqual([
      'A pulmonary-embolism',
      'B pneumonia',
      'C acute-coronary-syndrome',
    ])
  })

  it('puts the panel’s answer first once there is one', () => {
    expect(marksOf(rounds, members, 'pneumonia').map(({ answer }) => answer)).toEqual([
      'pneumonia',
      'pulmonary-embolism',
      'acute-coronary-syndrome',
    ])
  })

  it('counts those who vote, and a challenger not', () => {
    expect(rounds.map((round) => tally(round, members))).toEqual([
      { agree: 1, voted: 2 },
      { agree: 2, voted: 2 },
    ])
  })

  it('does not count who is absent', () => {
    const round = shownRound({
      number: 0,
      answers: [memberAnswer('knowledge', 'pneumonia'), absentAnswer('retrieval', 'failed', 'It broke.')],
      agreement: 1,
    })
    expect(tally(round, members)).toEqual({ agree: 1, voted: 1 })
  })

  it('finds who changed its mind and whose words came before', () => {
    expect(changesIn(rounds, members)).toMatchObject([
      {
        seat: { id: 'retrieval' },
        round: 1,
        toName: 'Pulmonary embolism',
        change: { fromName: 'Pneumonia' },
      },
    ])
  })

  it('names a seat by what is known of its member, and does not claim what is not known', () => {
    expect(seatFor('ward', 'challenger', panelMembers)).toMatchObject({
      name: 'Ward server',
      place: { kind: 'endpoint' },
    })
    expect(seatFor('gone', null, panelMembers)).toEqual({
      id: 'gone',
      name: 'gone',
      kind: null,
      role: null,
      place: null,
    })
  })
})
