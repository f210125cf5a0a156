import { describe, expect, it } from 'vitest'
import { openGuide } from '../../../../electron/guide-files.ts'
import { openKnowledge } from '../../../../electron/knowledge-files.ts'
import { resourcesFolder } from '../../../../electron/resources.ts'
import { surelyHeard } from '../../../../models/dialogue/guide/heard.ts'
import type { MentionReader } from '../../../../models/dialogue/guide/guide.ts'
import type { Mentioned } from '../../../../models/dialogue/reading/reader.ts'

const base = openKnowledge(resourcesFolder())
const person = { age: 40, sex: 'female' } as const

/** Reads what the test says of each turn, and notes what it was told to be asked. */
function readerOf(said: Readonly<Record<string, Mentioned>>) {
  const asked: ReadonlySet<string>[] = []
  const reader: MentionReader = {
    mentions: (text, _, about) => {
      asked.push(about)
      return Promise.resolve(said[text] ?? { told: [], denied: [] })
    },
    nearness: () => Promise.resolve(new Map()),
  }
  return { reader, asked }
}

const told = (share: number): Mentioned => ({
  told: [{ shares: [{ finding: 'heartburn', share }] }],
  denied: [],
})

describe('what a dialogue says with a reader beside the words', () => {
  it('counts what is told again only as far as it is told more surely', async () => {
    const { reader } = readerOf({
      'It rises.': told(0.5),
      'It rises up.': told(0.7),
      'Up it comes.': told(0.6),
    })
    const turns = ['It rises.', 'It rises up.', 'Up it comes.'].map(
      (text) => ({ speaker: 'patient', text }) as const,
    )
    const { mentions } = await openGuide(resourcesFolder(), base, reader).attend(turns, person)
    expect(mentions.map(({ turn }) => turn)).toEqual([0, 1])
    const shares = mentions.flatMap((mention) => mention.shares.map(({ share }) => share))
    expect(shares[0]).toBeCloseTo(0.5)
    expect(shares[1]).toBeCloseTo(0.2)
  })

  it('takes a sure denial as evidence, with the turn that says it', async () => {
    const { reader } = readerOf({ 'Food stays where it belongs.': { told: [], denied: ['heartburn'] } })
    const { evidence } = await openGuide(resourcesFolder(), base, reader).attend(
      [
        { speaker: 'doctor', text: 'And after meals?' },
        { speaker: 'patient', text: 'Food stays where it belongs.' },
      ],
      person,
    )
    expect(evidence).toContainEqual(
      expect.objectContaining({ finding: 'heartburn', present: false, turn: 1 }),
    )
  })

  it('says what was asked before an answer', async () => {
    const { reader, asked } = readerOf({})
    const question = 'Do you have a burning feeling rising behind your breastbone?'
    await openGuide(resourcesFolder(), base, reader).attend(
      [
        { speaker: 'patient', text: 'Good morning.' },
        { speaker: 'doctor', text: question },
        { speaker: 'patient', text: 'After dinner, mostly.' },
      ],
      person,
    )
    expect([...asked[0]!]).toEqual([])
    expect([...asked[1]!]).toContain('heartburn')
  })

  it.each([
    { near: 0.005, question: 'How are you?', believed: false, noted: false },
    { near: 0.05, question: 'How are you?', believed: true, noted: false },
    { near: 0.5, question: 'How are you?', believed: true, noted: true },
    { near: 0.005, question: 'Do you have a cough?', believed: true, noted: true },
  ])(
    'a cue in words as near as $near after "$question" is believed: $believed, noted: $noted',
    async ({ near, question, believed, noted }) => {
      const reader: MentionReader = {
        ...readerOf({}).reader,
        nearness: () => Promise.resolve(new Map([['cough', near]])),
      }
      const heard = await openGuide(resourcesFolder(), base, reader).attend(
        [
          { speaker: 'doctor', text: question },
          { speaker: 'patient', text: 'I have a dry cough.' },
        ],
        person,
      )
      const cough = expect.objectContaining({ finding: 'cough', present: true }) as unknown
      if (believed) expect(heard.evidence).toContainEqual(cough)
      else expect(heard.evidence).not.toContainEqual(cough)
      if (noted) expect(surelyHeard(heard)).toContainEqual(cough)
      else expect(surelyHeard(heard)).not.toContainEqual(cough)
    },
  )
})
