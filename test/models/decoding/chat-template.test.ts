import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { ChatTemplate, formatTime } from '../../../models/decoding/chat-template.ts'
import type { Message } from '../../../models/decoding/language-model.ts'

const fixture = JSON.parse(readFileSync(new URL('fixtures/chat-template.json', import.meta.url), 'utf8')) as {
  readonly now: string
  readonly templates: Readonly<Record<string, string>>
  readonly cases: readonly {
    readonly template: string
    readonly messages: readonly Message[]
    readonly addGenerationPrompt: boolean
    readonly text: string
  }[]
}
const config = { bos_token: '<|im_start|>', eos_token: { content: '<|im_end|>' } }
const now = new Date(fixture.now)

describe('a chat template', () => {
  it.each(fixture.cases.map((each, index) => [`${each.template} ${index}`, each] as const))(
    'is rendered as transformers does: %s',
    (_, { template, messages, addGenerationPrompt, text }) => {
      const chat = new ChatTemplate(fixture.templates[template]!, config)
      expect(chat.render(messages, { addGenerationPrompt, now })).toBe(text)
    },
  )

  it('turns what a template raises into a failure that keeps its words', () => {
    const chat = new ChatTemplate("{{ raise_exception('no system text') }}", config)
    expect(() => chat.render([{ role: 'user', content: 'x' }], { addGenerationPrompt: true, now })).toThrow(
      expect.objectContaining({
        failure: expect.objectContaining({
          code: 'invalid-request',
          details: { template: 'no system text' },
        }) as unknown,
      }) as Error,
    )
  })

  it('is refused when it is absent or broken', () => {
    for (const source of [null, '{% for %}', '{{ unclosed'])
      expect(() => new ChatTemplate(source, config)).toThrow(
        expect.objectContaining({
          failure: expect.objectContaining({ code: 'model-unsupported' }) as unknown,
        }) as Error,
      )
  })

  it('writes times in English whatever the locale', () => {
    const at = new Date(2029, 0, 7, 0, 5, 9)
    expect(formatTime(at, '%A %a %d %B %b %Y %y %H:%M:%S %I%p 100%% %q')).toBe(
      'Sunday Sun 07 January Jan 2029 29 00:05:09 12AM 100% %q',
    )
  })
})
