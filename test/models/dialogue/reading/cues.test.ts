import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { openKnowledge } from '../../../../electron/knowledge-files.ts'
import { resourcesFolder } from '../../../../electron/resources.ts'
import { FailureError } from '../../../../models/core/failure.ts'
import { matchCues, parseCues } from '../../../../models/dialogue/reading/cues.ts'
import { laboratoryFindings } from '../../../../models/dialogue/reading/laboratory.ts'
import { measuredFindings } from '../../../../models/dialogue/reading/measurements.ts'
import {
  plainWords,
  reportSentences,
  spokenSentences,
} from '../../../../models/dialogue/reading/sentences.ts'

const resources = resourcesFolder()
const base = openKnowledge(resources)
const input = JSON.parse(readFileSync(`${resources}/knowledge/reading-cues.json`, 'utf8')) as unknown
const cues = parseCues(input, 'reading-cues.json')
const said = (text: string, question = ''): readonly string[] =>
  spokenSentences(text).flatMap((sentence) =>
    matchCues(cues.findings, sentence, plainWords(question)).map(
      ({ id, polarity }) => `${polarity === 'present' ? '+' : '-'}${id}`,
    ),
  )
const reported = (text: string): readonly string[] =>
  reportSentences(text).flatMap((sentence) =>
    matchCues(cues.findings, sentence).map(
      ({ id, polarity }) => `${polarity === 'present' ? '+' : '-'}${id}`,
    ),
  )
const adult = { age: 40, sex: 'female' } as const

describe('measurements', () => {
  const measured = (text: string): readonly string[] =>
    measuredFindings(text, adult.age).map(({ finding, present }) => `${present ? '+' : '-'}${finding}`)

  test('a limit that is stayed under or passed counts so', () => {
    expect(measured('Temperature under 38 °C.')).toContain('-temperature-raised')
    expect(measured('Temperature 38 °C.')).toContain('+temperature-raised')
    expect(measured('Oxygen saturation below 94 % on air.')).toContain('+low-oxygen')
    expect(measured('Oxygen saturation 94 % on air.')).toContain('-low-oxygen')
    expect(measured('Pulse over 100/min.')).toContain('+fast-heart-rate')
    expect(measured('Pulse at or over 100/min.')).toContain('-fast-heart-rate')
  })
})

describe('cues', () => {
  test('every finding of the knowledge base has one, and none names anything else', () => {
    const withCue = new Set(cues.findings.map(({ id }) => id))
    expect([...base.findings.keys()].filter((id) => !withCue.has(id))).toEqual([])
    expect([...withCue].filter((id) => !base.findings.has(id))).toEqual([])
    expect(cues.conditions.map(({ id }) => id).filter((id) => !base.conditions.has(id))).toEqual([])
  })

  test('read everyday words in any order', () => {
    expect(said('There was blood all over the tissue when I wiped.')).toContain('+bright-blood-on-paper')
    expect(said("I can't keep anything down, not even water.")).toContain('+vomiting-persistent')
    expect(said('My ankles are so swollen my shoes don’t fit.')).toContain('+leg-swelling-both')
  })

  test('a denial reaches over a list and stops at a turning word', () => {
    expect(said('No fever, no cough.')).toEqual(expect.arrayContaining(['-fever', '-cough']))
    expect(said("I haven't had any fever but I do have a cough.")).toEqual(
      expect.arrayContaining(['-fever', '+cough']),
    )
  })

  test('a word for a complaint that holds a "not" or another illness is no denial and no finding', () => {
    const catching = said("I can't catch my breath.")
    expect(catching).toContain('+breathlessness')
    expect(catching).not.toContain('-breathlessness')
    expect(said('Only hay fever.')).not.toContain('+fever')
    expect(said('My father died.', 'Is it worse after a meal?')).not.toContain('+pain-after-fatty-food')
  })

  test('a term that the answer leaves out may stand in the question', () => {
    expect(said('Low down on the right.', 'Where is the pain?')).toContain('+pain-right-lower-abdomen')
    expect(said('Low down.', 'How are you?')).not.toContain('+pain-right-lower-abdomen')
  })

  test('a report denies up to the comma, and "normal" denies its own part', () => {
    expect(reported('No murmur, both ankles pit on pressure.')).toEqual(
      expect.arrayContaining(['-heart-murmur', '+ankle-oedema-pitting']),
    )
    expect(reported('Neck stiff, reflexes normal.')).toContain('+neck-stiffness-kernig')
  })

  test('a broken file is refused with file and field', () => {
    expect(() => parseCues({ classes: {}, findings: { fever: [] }, conditions: {} }, 'cues.json')).toThrow(
      FailureError,
    )
    try {
      parseCues({ classes: {}, findings: { fever: [] }, conditions: {} }, 'cues.json')
    } catch (error) {
      expect((error as FailureError).failure).toMatchObject({
        code: 'resource-altered',
        details: { file: 'cues.json', field: 'findings.fever' },
      })
    }
  })
})

describe('numbers of a report', () => {
  test('are compared with the reference beside them, else with the usual limit', () => {
    expect(laboratoryFindings('D-dimer: 2,850 ng/mL FEU (reference below 500).', adult)).toContainEqual({
      finding: 'd-dimer-raised',
      present: true,
    })
    expect(laboratoryFindings('Troponin: 6 ng/L (reference below 14).', adult)).toContainEqual({
      finding: 'troponin-raised',
      present: false,
    })
    expect(laboratoryFindings('White cells 16.4 × 10⁹/L, haemoglobin 94 g/L.', adult)).toEqual(
      expect.arrayContaining([
        { finding: 'white-cells-raised', present: true },
        { finding: 'haemoglobin-low', present: true },
      ]),
    )
  })

  test('a test that is not in the report says nothing', () => {
    expect(laboratoryFindings('Chest X-ray: clear.', adult)).toEqual([])
  })
})
