/** Text to token ids and back, as the model's own tokenizer defines it. */
import { Tokenizer } from '@huggingface/tokenizers'
import { fail } from '../core/failure.ts'
import { Detokenizer } from './detokenizer.ts'

/** What a model file says of its tokenizer: the contents of the usual files. */
export interface TokenizerFiles {
  /** Content of a tokenizer.json. */
  readonly tokenizerJson: Readonly<Record<string, unknown>>
  /** Content of a tokenizer_config.json. */
  readonly tokenizerConfig: Readonly<Record<string, unknown>>
  readonly bosId: number | null
  /** Every id that ends a reply. */
  readonly eosIds: readonly number[]
}

export class TextTokenizer {
  readonly bosId: number | null
  /** Every id that ends a reply. */
  readonly endIds: ReadonlySet<number>
  /** Tokens that steer the model and must not arise from what people write: "<|im_start|>". */
  readonly controlTokens: readonly string[]
  readonly #tokenizer: Tokenizer
  readonly #longestToken: number

  /** Fails with `model-unsupported` when the tokenizer is of a kind that cannot be built. */
  constructor(files: TokenizerFiles) {
    this.bosId = files.bosId
    this.endIds = new Set(files.eosIds)
    try {
      this.#tokenizer = new Tokenizer(numbersApart(files.tokenizerJson), files.tokenizerConfig)
    } catch (error) {
      fail(
        'model-unsupported',
        "The model's tokenizer is of a kind that Consilium cannot read. Choose another model.",
        undefined,
        error,
      )
    }
    let longest = 1
    for (const token of this.#tokenizer.get_vocab().keys()) longest = Math.max(longest, token.length)
    // Unicode normalisation can fold up to four units into one before the vocabulary is looked up.
    this.#longestToken = longest * (this.#tokenizer.normalizer ? 4 : 1)
    this.controlTokens = [...this.#tokenizer.get_added_tokens_decoder().values()]
      .filter((token) => token.special)
      .map((token) => token.content)
  }

  /**
   * Ids of a text. Control tokens written in it are recognised, so text from people goes through
   * `writePrompt` first.
   *
   * @param withBegin whether the tokenizer may add its begin and end tokens; a chat prompt has its own
   */
  encode(text: string, withBegin = false): number[] {
    return text === '' ? [] : this.#tokenizer.encode(text, { add_special_tokens: withBegin }).ids
  }

  /** Text of ids; control tokens are left out and broken UTF-8 becomes U+FFFD. */
  decode(ids: readonly number[]): string {
    return ids.length === 0
      ? ''
      : this.#tokenizer.decode([...ids], {
          skip_special_tokens: true,
          clean_up_tokenization_spaces: false,
        })
  }

  /** Decodes ids as they arrive. */
  stream(): Detokenizer {
    return new Detokenizer((ids) => this.decode(ids))
  }

  /**
   * A lower bound of the number of tokens in a text, in no time: no token covers more than the
   * longest one of the vocabulary.
   */
  fewestTokens(text: string): number {
    return Math.ceil(text.length / this.#longestToken)
  }
}

/**
 * The library's `Digits` step knows decimal digits only; the original splits at every number of Unicode,
 * such as fractions and Roman numerals. The same step is written as a split at those.
 */
function numbersApart(tokenizerJson: Readonly<Record<string, unknown>>): object {
  return { ...tokenizerJson, pre_tokenizer: replaceDigits(tokenizerJson['pre_tokenizer']) }
}

function replaceDigits(step: unknown): unknown {
  if (typeof step !== 'object' || step === null || !('type' in step)) return step
  if (step.type === 'Sequence' && 'pretokenizers' in step && Array.isArray(step.pretokenizers))
    return { ...step, pretokenizers: step.pretokenizers.map(replaceDigits) }
  if (step.type !== 'Digits') return step
  const pattern = 'individual_digits' in step && step.individual_digits ? '\\p{N}' : '\\p{N}+'
  return { type: 'Split', pattern: { Regex: pattern }, behavior: 'Isolated', invert: false }
}
