/** The members of this computer over the bundled knowledge, cases and measurements. */
import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  openSentenceEncoder,
  type LocalSentenceEncoder,
} from '../../../electron/inference/sentence-encoder.ts'
import { openKnowledge } from '../../../electron/knowledge-files.ts'
import { bundledSources, openPanelTools, type PanelTools } from '../../../electron/panel-files.ts'
import { resourcesFolder } from '../../../electron/resources.ts'
import { reliabilityOf } from '../../../electron/cli/brainstorm/reliability.ts'
import { besideSpeakers } from '../../../electron/cli/panel-training/measure.ts'
import type { Ask, PeerStatement } from '../../../models/panel/member.ts'
import type { Speak, Speech } from '../../../models/panel/members/language.ts'
import { ListMember } from '../../../models/panel/members/list.ts'
import { Stop } from '../../../models/panel/stop.ts'
import { panelToMarkdown } from '../../../models/panel/markdown.ts'
import type { PanelQuestion } from '../../../models/panel/question.ts'
import type { PanelRecord } from '../../../models/panel/record.ts'
import { differences } from '../../../models/panel/replay.ts'
import { statementsIn } from '../../../models/panel/statements.ts'
import { panelOf, scripted } from '../../support/panel.ts'

const says = (...lines: readonly string[]): PanelQuestion['turns'] =>
  lines.map((text, at) => ({ number: at + 1, speaker: at % 2 === 0 ? 'patient' : 'doctor', text }))

const chest: PanelQuestion = {
  id: 'chest',
  text: 'What is the most likely diagnosis?',
  kind: 'diagnosis',
  choices: [],
  patient: { age: 61, sex: 'male' },
  turns: [
    ...says(
      'I have a crushing pressure in the middle of my chest, it goes into my left arm and my jaw.',
      'Have you had any sweating, nausea or breathlessness?',
      'I broke out in a cold sweat and I feel sick. It started an hour ago and does not go away with rest.',
    ),
    {
      number: 4,
      speaker: 'result',
      text: 'Electrocardiogram: ST elevation in the inferior leads.\nTroponin: raised.',
    },
  ],
}

let encoder: LocalSentenceEncoder
let tools: PanelTools
beforeAll(async () => {
  encoder = await openSentenceEncoder(resourcesFolder())
  const base = openKnowledge(resourcesFolder())
  tools = openPanelTools(
    resourcesFolder(),
    base,
    encoder,
    () => true,
    bundledSources(resourcesFolder(), base),
  )
}, 60_000)
afterAll(() => encoder.dispose())

describe('members that reckon', () => {
  const hold = (question: PanelQuestion): Promise<PanelRecord> =>
    panelOf(
      [
        tools.seat('knowledge', 'physician'),
        tools.seat('retrieval', 'physician'),
        tools.seat('guided', 'challenger'),
      ],
      { question, judge: tools.judge },
    ).start()

  it('agree on a plain case, name what decides it, and check that against the record', async () => {
    const record = await hold(chest)
    expect(record.verdict).toMatchObject({ consensus: true, answer: 'st-elevation-myocardial-infarction' })
    const [first] = record.rounds[0]?.answers ?? []
    expect(first?.check).toMatchObject({ holds: true })
    expect(first?.check?.turn).toBeGreaterThan(0)
    expect(first?.check?.bits).toBeGreaterThan(0)
    expect(record.differential[0]?.answer).toBe('st-elevation-myocardial-infarction')
    expect(record.rounds[0]?.answers[1]?.opinion?.cases.length).toBe(5)
    expect(record.rounds[0]?.answers[2]?.absence?.message).toContain('No dangerous diagnosis is left')
  })

  it('are challenged with what is dangerous while it is not excluded, and know what to ask next', async () => {
    const record = await hold({ ...chest, turns: chest.turns.slice(0, 1) })
    const challenger = record.rounds[0]?.answers[2]
    expect(challenger?.answer).not.toBe(record.verdict.answer)
    expect(challenger?.opinion?.reasons).toContain('is dangerous and not excluded')
    expect(record.mustNotMiss).not.toBeNull()
    expect(record.askNext[0]?.bits).toBeGreaterThan(0)
  })

  it('bring the same record again, to the last number, also after it was stored', async () => {
    const stored = JSON.parse(JSON.stringify(await hold(chest))) as PanelRecord
    const again = JSON.parse(JSON.stringify(await hold({ ...chest }))) as PanelRecord
    expect(differences(stored, again)).toEqual([])
    expect(again).toEqual(stored)
  })

  it('believe something together before a word was said, and nothing where one is alone', async () => {
    const { members, rounds } = await hold(chest)
    const statements = statementsIn(members, rounds[0] ?? { answers: [] })
    expect(statements.map(({ member }) => member)).toEqual(['knowledge', 'retrieval'])
    expect(await tools.judge.likeliestAlone(chest, statements)).toBe('st-elevation-myocardial-infarction')
    expect(await tools.judge.likeliestAlone(chest, statements.slice(0, 1))).toBeNull()
    expect(await tools.judge.likeliestAlone({ ...chest, kind: 'yes-no' }, statements)).toBeNull()
  })

  it('say that a finding was not asked, and what the record denies', async () => {
    const opinion = (finding: string, present: boolean) => ({
      said: 'ST-elevation myocardial infarction',
      reasons: '',
      confidence: 1,
      differential: [],
      alone: [],
      deciding: { finding, name: finding, present },
      findings: [],
      cases: [],
    })
    const check = (finding: string, present: boolean) =>
      tools.judge.check(opinion(finding, present), 'st-elevation-myocardial-infarction', chest)
    expect(await check('travel-tropics', true)).toMatchObject({
      record: 'not-asked',
      turn: null,
      holds: false,
    })
    expect(await check('cold-sweat', false)).toMatchObject({ record: 'present', holds: false })
    expect(await check('cold-sweat', true)).toMatchObject({ record: 'present', turn: 3, holds: true })
  })

  it('answer a choice among conditions by its letter and decline what is no diagnosis', async () => {
    const letters = await hold({
      ...chest,
      kind: 'choice',
      choices: ['Gout', 'ST-elevation myocardial infarction', 'Migraine'],
    })
    expect(letters.verdict.answer).toBe('B')
    await expect(hold({ ...chest, kind: 'number' })).rejects.toMatchObject({ failure: { code: 'refused' } })
  })

  it('are exported with answers, checks, solved cases and hashes, and none of their text can make markup', async () => {
    const record = await hold({ ...chest, text: 'What is it? ![x](https://example.org/x.png) <b>' })
    const text = panelToMarkdown(record, { exportedAt: 'now', startedAt: 'then', redacted: false })
    expect(text).toContain('All members agree.')
    expect(text).toContain('Solved case:')
    expect(text).toMatch(/weights [0-9a-f]{64}/)
    expect(text).not.toContain('![x](')
    expect(text).not.toContain('<b>')
  })
})

describe('the member that judges a list of findings', () => {
  const ask: Ask = {
    seed: 1,
    maxTokens: 60,
    maxPromptTokens: 900,
    signal: new Stop(),
    onText: () => undefined,
  }
  const stemi = 'Diagnosis: ST-elevation myocardial infarction. Also considered: Pericarditis; Stable angina.'

  function listMember(reply: string, otherwise = scripted('other', ['B'])) {
    const heard: Speech[] = []
    const speak: Speak = (speech) => {
      heard.push(speech)
      const model = { name: 'm', hash: null, adapterHash: null, precision: 'row8' }
      return Promise.resolve({ text: reply, promptTokens: 50, tokens: 20, model })
    }
    const member = new ListMember({ ...otherwise.description, id: 'plpf' }, speak, tools, otherwise)
    return { member, heard, list: () => heard.at(-1)?.messages.at(-1)?.content ?? '' }
  }

  it('is shown findings and not words, and its one answer can be read', async () => {
    const { member, list } = listMember(stemi)
    const { opinion, exchanges } = await member.open(chest, ask)
    expect(list()).toMatch(/^Findings: .*raised troponin/)
    expect(list()).not.toContain('crushing pressure in the middle')
    expect(tools.judge.read(opinion.said, chest)).toBe('st-elevation-myocardial-infarction')
    expect(opinion.reasons).toContain('It also considered Pericarditis and Stable angina.')
    expect(opinion.deciding?.present).toBe(true)
    expect(exchanges[0]).toMatchObject({ reply: stemi, tokens: 20 })
  })

  it('takes up what others read and it did not', async () => {
    const { member, list } = listMember(stemi)
    await member.open(chest, ask)
    const alone = list()
    const { opinion } = await tools.seat('knowledge', 'physician').open(chest, ask)
    const findings = [
      ...opinion.findings,
      { finding: 'diabetes-known', present: true, certainty: 0.9 },
      { finding: 'smoker', present: true, certainty: 0.4 },
    ]
    const peer: PeerStatement = {
      member: 'knowledge',
      name: 'Knowledge engine',
      role: 'physician',
      answer: 'st-elevation-myocardial-infarction',
      answerName: 'ST-elevation myocardial infarction',
      opinion: { ...opinion, findings },
      check: null,
      reliability: null,
    }
    await member.reconsider(chest, [], [peer], ask)
    expect(alone).not.toContain('diabetes')
    expect(list()).toContain('known diabetes')
    expect(list()).not.toContain('smok')
  })

  it('says so where no diagnosis is asked for or no finding can be read', async () => {
    const { member, heard } = listMember(stemi)
    for (const kind of ['choice', 'number', 'yes-no'] as const)
      await expect(
        member.open({ ...chest, kind, choices: kind === 'choice' ? ['Gout', 'Migraine'] : [] }, ask),
      ).rejects.toMatchObject({ failure: { code: 'model-unsupported' } })
    expect(heard).toEqual([])
    const silent = { ...chest, turns: says('Good morning, doctor.') }
    await expect(member.open(silent, ask)).rejects.toMatchObject({ failure: { code: 'not-found' } })
  })

  it('leaves a challenge to how it speaks otherwise: a list asks for what is likeliest', async () => {
    const { member, heard } = listMember(
      stemi,
      scripted('other', ['Diagnosis: Aortic dissection'], { role: 'challenger' }),
    )
    const { opinion } = await member.open(chest, ask)
    expect(tools.judge.read(opinion.said, chest)).toBe('aortic-dissection')
    expect(heard).toEqual([])
  })

  it('is not asked where its list does not fit into its share of the tokens', async () => {
    const { member, heard } = listMember(stemi)
    await expect(member.open(chest, { ...ask, maxPromptTokens: 20 })).rejects.toMatchObject({
      failure: { code: 'prompt-too-long' },
    })
    expect(heard).toEqual([])
  })

  it('is measured as right, wrong or silent', async () => {
    const { member } = listMember(stemi)
    async function* asked() {
      yield { question: chest, right: 'st-elevation-myocardial-infarction' }
      yield { question: { ...chest }, right: 'gout' }
      yield { question: { ...chest, turns: says('Good morning, doctor.') }, right: 'gout' }
      await Promise.resolve()
    }
    const { accuracy, persons, alone } = await reliabilityOf(member, tools, asked(), ask)
    expect(accuracy).toBeCloseTo(1 / 3)
    expect(persons).toBe(3)
    expect(alone.offset).toBeLessThan(0)
  })
})

describe('the measurements', () => {
  it('of members that speak stay beside new ones of members that reckon', () => {
    const { setWords } = bundledSources(resourcesFolder(), openKnowledge(resourcesFolder())).calibration
    const found = (accuracy: number) => ({ accuracy, persons: 9, alone: { offset: 0, slope: 1 } })
    const anew = { ...setWords, members: { guided: found(0.2) } }
    const { members } = besideSpeakers(anew, { guided: found(0.9), plpf: found(0.5) })
    expect(members).toEqual({ guided: found(0.2), plpf: found(0.5) })
  })

  it('weigh no member against itself and hold both kinds of record', () => {
    const calibration = bundledSources(resourcesFolder(), openKnowledge(resourcesFolder())).calibration
    for (const { pools, members } of [calibration.setWords, calibration.ownWords]) {
      expect(pools).toHaveLength(4)
      for (const { weights } of pools)
        for (const weight of Object.values(weights)) expect(weight).toBeGreaterThanOrEqual(0)
      expect(Object.keys(members)).toEqual(expect.arrayContaining(['knowledge', 'retrieval', 'guided']))
    }
    expect(readFileSync(`${resourcesFolder()}/panel/calibration.json`, 'utf8')).not.toContain('"turns"')
  })
})
