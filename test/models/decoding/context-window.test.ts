import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fitPrompt, type PromptSource } from '../../../models/decoding/context-window.ts'
import type { Message } from '../../../models/decoding/language-model.ts'

/** One token a character, three a message; counts what it tokenizes. */
function source(): PromptSource & { written: number } {
  const write = (messages: readonly Message[]): number[] =>
    messages.flatMap(({ role, content }) => [
      role.charCodeAt(0),
      ...Array.from(content, (letter) => letter.codePointAt(0)!),
      0,
      0,
    ])
  return {
    written: 0,
    write(messages) {
      const ids = write(messages)
      this.written += ids.length
      return ids
    },
    fewestTokens: (messages) => messages.reduce((sum, { content }) => sum + Math.ceil(content.length / 8), 0),
  }
}
const user = (content: string): Message => ({ role: 'user', content })
const assistant = (content: string): Message => ({ role: 'assistant', content })
const system = (content: string): Message => ({ role: 'system', content })
const text = (ids: readonly number[]): string => String.fromCodePoint(...ids)

const conversation = fc
  .tuple(
    fc.option(fc.string({ maxLength: 30 })),
    fc.array(fc.tuple(fc.string({ maxLength: 60 }), fc.string({ maxLength: 60 })), { maxLength: 12 }),
    fc.string({ maxLength: 60 }),
  )
  .map(([head, exchanges, last]): Message[] => [
    ...(head === null ? [] : [system(head)]),
    ...exchanges.flatMap(([question, reply]) => [user(question), assistant(reply)]),
    user(last),
  ])

describe('fitting a conversation into the context', () => {
  it('keeps the system text, the newest messages and room for the reply, whatever the conversation', () => {
    fc.assert(
      fc.property(
        conversation,
        fc.integer({ min: 140, max: 1200 }),
        fc.integer({ min: 1, max: 500 }),
        (messages, context, maxTokens) => {
          const prompt = fitPrompt(messages, source(), context, maxTokens)
          expect(prompt.ids.length + Math.min(maxTokens, Math.floor(context / 4))).toBeLessThanOrEqual(
            context,
          )
          const whole = source().write(messages)
          if (!prompt.dropped) expect(prompt.ids).toEqual(whole)
          else {
            expect(prompt.dropped.tokens).toBe(whole.length - prompt.ids.length)
            expect(prompt.dropped.messages).toBeGreaterThan(0)
            const head = messages[0]!.role === 'system' ? messages.slice(0, 1) : []
            const kept = messages.slice(head.length + prompt.dropped.messages)
            expect(kept[0]!.role).toBe('user')
            expect(kept.at(-1)).toBe(messages.at(-1))
            expect(prompt.ids).toEqual(source().write([...head, ...kept]))
          }
        },
      ),
    )
  })

  it('drops nothing that fits', () => {
    const messages = [user('a'), assistant('b'), user('c')]
    expect(fitPrompt(messages, source(), 100, 20).dropped).toBeNull()
  })

  it('leaves the beginning of the prompt alone for many turns after it has dropped', () => {
    const messages: Message[] = [system('rules')]
    let begin = ''
    let changes = 0
    for (let turn = 0; turn < 60; turn++) {
      messages.push(user(`question ${turn}`))
      const prompt = fitPrompt(messages, source(), 400, 20)
      const opening = text(prompt.ids.slice(0, 40))
      if (opening !== begin) changes++
      begin = opening
      messages.push(assistant(`answer ${turn}`))
    }
    expect(changes).toBeLessThan(20)
  })

  it('says that a last message longer than the context is too long', () => {
    expect(() => fitPrompt([user('x'.repeat(200))], source(), 100, 20)).toThrow(
      expect.objectContaining({
        failure: expect.objectContaining({
          code: 'prompt-too-long',
          details: { contextTokens: 100 },
        }) as unknown,
      }) as Error,
    )
  })

  it('refuses a 5 MB message without tokenizing it', () => {
    const counted = source()
    expect(() => fitPrompt([user('y'.repeat(5_000_000))], counted, 8192, 500)).toThrow(/Shorten/)
    expect(counted.written).toBe(0)
  })

  it('drops a 5 MB message of the past without tokenizing it', () => {
    const counted = source()
    const messages = [user('y'.repeat(5_000_000)), assistant('no'), user('short')]
    const prompt = fitPrompt(messages, counted, 8192, 500)
    expect(prompt.dropped?.messages).toBe(2)
    expect(prompt.dropped?.tokens).toBeGreaterThan(500_000)
    expect(counted.written).toBeLessThan(100)
  })

  it('asks for a message when there is none from the user', () => {
    expect(() => fitPrompt([system('s')], source(), 100, 10)).toThrow(/Write a message/)
  })
})
