import { describe, expect, test } from 'vitest'
import { openGuide } from '../../../electron/guide-files.ts'
import { openKnowledge } from '../../../electron/knowledge-files.ts'
import { resourcesFolder } from '../../../electron/resources.ts'
import { FailureError } from '../../../models/core/failure.ts'
import type { MentionReader } from '../../../models/dialogue/guide/guide.ts'
import { guidanceFor, statedPerson } from '../../../models/consult/guidance.ts'
import type { Session, Turn } from '../../../models/session/session.ts'

const base = openKnowledge(resourcesFolder())
const guide = openGuide(resourcesFolder(), base)
const session: Session = {
  id: '00000000-0000-4000-8000-000000000001',
  kind: 'consult',
  person: 'Woman, 29 years',
  reason: '',
  tags: [],
  createdAt: '2026-11-25T20:00:00.000Z',
  updatedAt: '2026-11-25T20:00:00.000Z',
  trashedAt: null,
  sample: null,
}
const turn = (number: number, speaker: Turn['speaker'], text: string): Turn => ({
  id: `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`,
  number,
  speaker,
  text,
  atMs: number * 1000,
  recordedAt: '2026-11-25T20:00:00.000Z',
  editedAt: null,
})
const turns = [
  turn(3, 'patient', 'I have been peeing every ten minutes and it burns like acid when I pee.'),
  turn(5, 'clinician', 'Have you had any fever, vomiting or back pain?'),
  turn(8, 'patient', 'No, nothing like that.'),
]

describe('guidance', () => {
  test('cites the numbers of the turns that speak for and against', async () => {
    const { differential } = await guidanceFor(base, guide, { session, turns })
    const [first] = differential
    expect(first?.condition).toBe('acute-cystitis')
    expect(first?.for).toContainEqual({
      finding: 'burning-urination',
      name: 'Burning on passing urine',
      present: true,
      turn: 3,
    })
    for (const entry of differential)
      for (const { turn: number } of [...entry.for, ...entry.against])
        expect(turns.map((each) => each.number)).toContain(number)
  })

  test('says what is still to ask, and never what was answered', async () => {
    const { differential } = await guidanceFor(base, guide, { session, turns })
    const asked = differential.flatMap(({ stillToAsk }) => stillToAsk.map(({ finding }) => finding))
    expect(asked.length).toBeGreaterThan(0)
    expect(asked).not.toContain('burning-urination')
  })

  test('gives the next step with its reason', async () => {
    const { next } = await guidanceFor(base, guide, { session, turns })
    expect(next?.kind).toBe('ask')
    expect(next?.text).toMatch(/\?$/)
    expect(next?.reason).not.toBe('')
  })

  test('says nothing before anyone has spoken', async () => {
    expect(await guidanceFor(base, guide, { session, turns: [] })).toMatchObject({
      differential: [],
      next: null,
    })
  })

  test('cites what the words name to the sentence encoder, and goes by the words where it does not run', async () => {
    const said = [
      turn(2, 'patient', 'I feel dizzy, the room is spinning.'),
      turn(4, 'patient', 'It is like a carousel whenever I look for my slippers.'),
    ]
    const [plain] = (await guidanceFor(base, guide, { session, turns: said })).differential
    const reader: MentionReader = {
      mentions: (text) =>
        Promise.resolve({
          told: text.includes('carousel')
            ? [{ shares: [{ finding: 'spinning-on-head-movement', share: 0.8 }] }]
            : [],
          denied: [],
        }),
      nearness: () => Promise.resolve(new Map([['head-spinning', 0.9]])),
    }
    const attentive = openGuide(resourcesFolder(), base, reader)
    const { differential } = await guidanceFor(base, attentive, { session, turns: said })
    expect(plain?.for ?? []).not.toContainEqual(
      expect.objectContaining({ finding: 'spinning-on-head-movement' }),
    )
    expect(differential.flatMap((entry) => entry.for)).toContainEqual(
      expect.objectContaining({ finding: 'spinning-on-head-movement', present: true, turn: 4 }),
    )
    const broken: MentionReader = {
      mentions: () => Promise.reject(new FailureError({ code: 'engine-crashed', message: 'It is gone.' })),
      nearness: () => Promise.reject(new FailureError({ code: 'engine-crashed', message: 'It is gone.' })),
    }
    const deaf = openGuide(resourcesFolder(), base, broken)
    expect(await guidanceFor(base, deaf, { session, turns })).toEqual(
      await guidanceFor(base, guide, { session, turns }),
    )
  })

  test('takes age and sex from the session, and nothing where nothing is stated', () => {
    expect(statedPerson({ session, turns })).toEqual({ age: 29, sex: 'female' })
    expect(statedPerson({ session: { ...session, person: 'A.' }, turns: [] })).toEqual({
      age: null,
      sex: null,
    })
  })
})

describe('age and sex', () => {
  const stated = (person: string, ...texts: readonly string[]) =>
    statedPerson({
      session: { ...session, person },
      turns: texts.map((text, index) => turn(index + 1, 'patient', text)),
    })

  test.each([
    ['58 y, F', [], { age: 58, sex: 'female' }],
    ['Sample: M. Okafor, 58', ['Good morning, Mr Okafor.'], { age: 58, sex: 'male' }],
    ['', ['She is a 31-year-old woman.'], { age: 31, sex: 'female' }],
    ['', ["I'm 44 and my periods are heavy."], { age: 44, sex: 'female' }],
  ])('are read where they are plainly said: %s %s', (person, texts, expected) => {
    expect(stated(person, ...texts)).toEqual(expected)
  })

  test.each([
    'I gave up smoking 3 years ago.',
    'I miss my wife.',
    'A man at work had it too.',
    'I am 12 weeks along with this.',
  ])('are not taken from what says something else: %s', (text) => {
    expect(stated('A. Example', text)).toEqual({ age: null, sex: null })
  })
})
