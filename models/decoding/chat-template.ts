/**
 * The model's own way of writing a conversation as one text: its Jinja template, rendered with the
 * variables and settings that the transformers library gives it.
 */
import { Environment, Interpreter, parse, tokenize } from '@huggingface/jinja'
import { fail } from '../core/failure.ts'
import type { Message } from './language-model.ts'

const tokenNames = [
  'bos_token',
  'eos_token',
  'unk_token',
  'pad_token',
  'sep_token',
  'cls_token',
  'mask_token',
]

export interface RenderOptions {
  /** Whether the text ends where the model's reply begins. */
  readonly addGenerationPrompt: boolean
  /** For templates that mention the date, in local time. */
  readonly now: Date
}

export class ChatTemplate {
  readonly #program: ReturnType<typeof parse>
  readonly #specialTokens: Readonly<Record<string, string>>

  /**
   * Fails with `model-unsupported` when there is no template or it cannot be read.
   *
   * @param source Jinja source
   * @param tokenizerConfig content of a tokenizer_config.json, for the names of special tokens
   */
  constructor(source: string | null, tokenizerConfig: Readonly<Record<string, unknown>>) {
    if (source === null)
      fail(
        'model-unsupported',
        'This model does not say how a conversation is written for it. Choose one trained for chat ("instruct").',
      )
    try {
      this.#program = parse(tokenize(source, { lstrip_blocks: true, trim_blocks: true }))
    } catch (error) {
      fail(
        'model-unsupported',
        "The model's chat template cannot be read. Choose another model.",
        undefined,
        error,
      )
    }
    this.#specialTokens = specialTokensOf(tokenizerConfig)
  }

  /** Fails with `invalid-request` when the template refuses the messages, as some refuse a system text. */
  render(messages: readonly Message[], options: RenderOptions): string {
    try {
      const variables = new Environment()
      for (const [name, value] of Object.entries({
        ...globals,
        ...this.#specialTokens,
        messages: messages.map(({ role, content }) => ({ role, content })),
        tools: null,
        documents: null,
        add_generation_prompt: options.addGenerationPrompt,
        strftime_now: (format: string) => formatTime(options.now, format),
      }))
        variables.set(name, value)
      return new Interpreter(variables).run(this.#program).value as string
    } catch (error) {
      fail(
        'invalid-request',
        "The model's chat template does not take this conversation. Choose another model.",
        error instanceof Error ? { template: error.message.slice(0, 200) } : undefined,
        error,
      )
    }
  }
}

/** What Jinja and transformers define for every template. */
const globals = {
  true: true,
  false: false,
  none: null,
  True: true,
  False: false,
  None: null,
  range,
  raise_exception: (reason: string): never => {
    throw new Error(reason)
  },
}

/** Python's range, as an array. */
function range(first: number, second?: number, step = 1): number[] {
  const [start, stop] = second === undefined ? [0, first] : [first, second]
  const length = Math.min(maxRange, Math.max(0, Math.ceil((stop - start) / step)))
  return Array.from({ length }, (_, index) => start + index * step)
}

/** A template is a stranger's program: it gets no endless arrays. */
const maxRange = 1_000_000

function specialTokensOf(config: Readonly<Record<string, unknown>>): Record<string, string> {
  const tokens: Record<string, string> = {}
  for (const name of tokenNames) {
    const value = config[name]
    if (typeof value === 'string') tokens[name] = value
    else if (typeof value === 'object' && value !== null && 'content' in value)
      tokens[name] = String(value.content)
  }
  return tokens
}

const months = 'January February March April May June July August September October November December'.split(
  ' ',
)
const days = 'Sunday Monday Tuesday Wednesday Thursday Friday Saturday'.split(' ')
const two = (number: number): string => String(number).padStart(2, '0')

const directives: Readonly<Record<string, (at: Date) => string>> = {
  '%Y': (at) => String(at.getFullYear()),
  '%y': (at) => two(at.getFullYear() % 100),
  '%m': (at) => two(at.getMonth() + 1),
  '%B': (at) => months[at.getMonth()]!,
  '%b': (at) => months[at.getMonth()]!.slice(0, 3),
  '%d': (at) => two(at.getDate()),
  '%A': (at) => days[at.getDay()]!,
  '%a': (at) => days[at.getDay()]!.slice(0, 3),
  '%H': (at) => two(at.getHours()),
  '%I': (at) => two(at.getHours() % 12 || 12),
  '%p': (at) => (at.getHours() < 12 ? 'AM' : 'PM'),
  '%M': (at) => two(at.getMinutes()),
  '%S': (at) => two(at.getSeconds()),
  '%%': () => '%',
}

/** Python's strftime in the C locale, for the directives that templates use; others stay as written. */
export function formatTime(at: Date, format: string): string {
  return format.replace(/%./g, (directive) => directives[directive]?.(at) ?? directive)
}
