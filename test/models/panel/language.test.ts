/** Members that speak: what they are told in which round, how they take turns, what is kept of their words. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { LanguageModels } from '../../../models/decoding/language-model.ts'
import type { CaseReader } from '../../../models/panel/clinical/case-reading.ts'
import { longestReply } from '../../../models/panel/member.ts'
import {
  LanguageMember,
  speakLocally,
  statedConfidence,
  statedReasons,
  type Speak,
  type Speech,
} from '../../../models/panel/members/language.ts'
import { Stop } from '../../../models/panel/stop.ts'
import { describe as described, panelOf } from '../../support/panel.ts'

// A choice is asked for: no case is read.
const reader = null as unknown as CaseReader

const member = (id: string, speak: Speak): LanguageMember =>
  new LanguageMember(described(id), speak, reader, (finding) => finding)

/** Says its lines one after the other and writes down what it was told. */
function voice(...lines: readonly string[]): { readonly speak: Speak; readonly told: string[] } {
  const told: string[] = []
  const speak: Speak = ({ messages }) => {
    const text = lines[Math.min(told.length, lines.length - 1)] ?? ''
    told.push(messages.map(({ content }) => content).join('\n'))
    const model = { name: 'm', hash: null, adapterHash: null, precision: null }
    return Promise.resolve({ text, promptTokens: 10, tokens: 5, model })
  }
  return { speak, told }
}

describe('members that speak', () => {
  it('are told nothing of a peer before all have answered alone, and of all of them afterwards', async () => {
    const voices = ['A', 'B', 'C'].map((letter) =>
      voice(`Answer: ${letter}. Because: sign ${letter} is there. Confidence: 60 %`),
    )
    const record = await panelOf(voices.map(({ speak }, at) => member(`member-${at}`, speak))).start()
    expect(record.rounds).toHaveLength(4)
    for (const [at, { told }] of voices.entries()) {
      const [first = '', ...later] = told
      expect(first).not.toMatch(/member-|sign [ABC]|Others/)
      expect(later).toHaveLength(3)
      for (const text of later)
        for (const [other, letter] of ['A', 'B', 'C'].entries())
          if (other !== at) {
            expect(text).toContain(`member-${other}: ${letter}, 60 % sure.`)
            expect(text).toContain(`sign ${letter} is there.`)
          }
    }
  })

  it('have no word of a peer in a first prompt and every peer’s latest answer in a later one, whatever is said', async () => {
    const replies = fc.array(
      fc.record({ letter: fc.constantFrom('A', 'B', 'C'), reasons: fc.string({ maxLength: 300 }) }),
      { minLength: 4, maxLength: 4 },
    )
    await fc.assert(
      fc.asyncProperty(fc.array(replies, { minLength: 2, maxLength: 4 }), async (said) => {
        const voices = said.map((lines, at) =>
          voice(
            ...lines.map(({ letter, reasons }) => `Answer: ${letter}\nBecause: only${at}said ${reasons}`),
          ),
        )
        await panelOf(voices.map(({ speak }, at) => member(`member-${at}`, speak))).start()
        for (const [at, { told }] of voices.entries())
          for (const [round, text] of told.entries())
            if (round === 0) expect(text).not.toMatch(/member-\d|only\dsaid|Others answered/)
            else
              for (const [other, lines] of said.entries())
                if (other !== at) expect(text).toContain(`- member-${other}: ${lines[round - 1]?.letter}, `)
      }),
    )
  })

  it('are kept as far as a reply can be long, reasons too', async () => {
    const { speak } = voice(`Answer: A. Because: ${'it is so. '.repeat(90_000)}`)
    const record = await panelOf([member('one', speak), member('two', voice('Answer: A').speak)]).start()
    const [answer] = record.rounds[0]?.answers ?? []
    expect(answer?.answer).toBe('A')
    expect(answer?.opinion?.reasons.length).toBeLessThanOrEqual(longestReply)
    expect(answer?.exchanges[0]?.reply).toHaveLength(longestReply)
  })

  it.each([
    ['Confidence: 80 %', 0.8],
    ['I am confident: 0.7', 0.7],
    ['Confidence: about 65 percent', 0.65],
    ['Confidence: 900 %', 0.5],
    ['It is so.', 0.5],
  ])('%j is a confidence of %d', (text, share) => expect(statedConfidence(text)).toBeCloseTo(share))

  it('give reasons without the answer and the confidence', () => {
    expect(statedReasons('Answer: A. Because: the glands swell. Confidence: 90 %')).toBe('the glands swell.')
  })
})

describe('models of this computer', () => {
  function engine() {
    const running: string[] = []
    let most = 0
    const order: string[] = []
    const generate = async ({ model }: { readonly model: string }): Promise<unknown> => {
      running.push(model)
      most = Math.max(most, running.length)
      order.push(model)
      await new Promise((resolve) => setTimeout(resolve, 5))
      running.splice(running.indexOf(model), 1)
      if (model === 'broken') throw new Error('It broke.')
      const identity = { name: model, weightsHash: 'w', adapterHash: 'a', precision: 'row8' }
      return {
        text: 'Answer: A',
        promptTokens: 9,
        tokens: [1, 2],
        dropped: null,
        finish: 'stop',
        model: identity,
      }
    }
    return { models: { generate } as unknown as LanguageModels, order, most: () => most }
  }

  const speech = (signal: Speech['signal'] = new Stop(), onAsked = (): void => undefined): Speech => ({
    messages: [{ role: 'user', content: 'Which?' }],
    opening: '',
    maxTokens: 10,
    seed: 1,
    temperature: 0,
    signal,
    onText: () => undefined,
    onAsked,
  })

  it('speak one after the other, since one is held at a time, and go on after one that breaks', async () => {
    const { models, order, most } = engine()
    const said = await Promise.allSettled(
      ['first', 'broken', 'third'].map((model) => speakLocally(models, model)(speech())),
    )
    expect(order).toEqual(['first', 'broken', 'third'])
    expect(most()).toBe(1)
    expect(said.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
    expect(said[2]).toMatchObject({ value: { tokens: 2, model: { hash: 'w', adapterHash: 'a' } } })
  })

  it('are not asked any more when stopped while they wait', async () => {
    const { models, order } = engine()
    const stop = new Stop()
    let asked = 0
    const first = speakLocally(models, 'first')(speech())
    const second = speakLocally(models, 'second')(speech(stop, () => (asked += 1)))
    stop.stop()
    await expect(second).rejects.toMatchObject({ failure: { code: 'cancelled' } })
    await first
    expect(order).toEqual(['first'])
    expect(asked).toBe(0)
  })
})
