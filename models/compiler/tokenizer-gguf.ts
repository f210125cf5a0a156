/** The tokenizer inside a GGUF file, as the tokenizer.json it was converted from. */
import { damaged, unsupported } from './bounded-reader.ts'
import type { GgufValue } from './gguf.ts'
import { GgufMetadata } from './header-gguf.ts'
import type { TokenizerSource } from './shapes.ts'

const tokenType = { unknown: 2, control: 3, userDefined: 4, unused: 5 } as const

/** Tokens that end a reply in the chat formats of these families, whether or not the file names them. */
const endTexts: ReadonlySet<string> = new Set([
  '<|im_end|>',
  '<|endoftext|>',
  '<|eot_id|>',
  '<|eom_id|>',
  '<|end_of_text|>',
])

const byteLevel = (useRegex: boolean): object => ({
  type: 'ByteLevel',
  add_prefix_space: false,
  trim_offsets: true,
  use_regex: useRegex,
})

/** Words, contractions, numbers of at most `digits` digits, punctuation and space, as Llama 3 and Qwen split. */
const splitWords = (digits: string): object => ({
  type: 'Split',
  pattern: {
    Regex: `(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}${digits}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+`,
  },
  behavior: 'Isolated',
  invert: false,
})

interface Splitting {
  readonly normalizer: object | null
  readonly preTokenizers: readonly object[]
  readonly ignoreMerges: boolean
}

const smollm: Splitting = {
  normalizer: null,
  preTokenizers: [{ type: 'Digits', individual_digits: true }, byteLevel(true)],
  ignoreMerges: false,
}
const llama3: Splitting = {
  normalizer: null,
  preTokenizers: [splitWords('{1,3}'), byteLevel(false)],
  ignoreMerges: true,
}
const qwen2: Splitting = {
  normalizer: { type: 'NFC' },
  preTokenizers: [splitWords(''), byteLevel(false)],
  ignoreMerges: false,
}
const gpt2: Splitting = { normalizer: null, preTokenizers: [byteLevel(true)], ignoreMerges: false }

const splittings: ReadonlyMap<string, Splitting> = new Map([
  ['smollm', smollm],
  ['llama-bpe', llama3],
  ['llama3', llama3],
  ['llama-v3', llama3],
  ['qwen2', qwen2],
  ['gpt-2', gpt2],
])

/** Throws `model-unsupported` for another kind of tokenizer, `model-invalid` for a damaged one. */
export function tokenizerFromGguf(
  metadata: ReadonlyMap<string, GgufValue>,
  vocabulary: number,
): TokenizerSource {
  const entries = new GgufMetadata(metadata)
  const model = entries.text('tokenizer.ggml.model') ?? damaged('tokenizer.ggml.model', 'is missing')
  if (model !== 'gpt2') unsupported('the tokenizer', `is of the kind "${model}"`)
  const pre = entries.text('tokenizer.ggml.pre') ?? 'gpt-2'
  const splitting = splittings.get(pre) ?? unsupported('the tokenizer', `splits text in the way "${pre}"`)
  const tokens = entries.texts('tokenizer.ggml.tokens') ?? damaged('tokenizer.ggml.tokens', 'is missing')
  const types =
    entries.numbers('tokenizer.ggml.token_type') ?? damaged('tokenizer.ggml.token_type', 'is missing')
  const merges = entries.texts('tokenizer.ggml.merges') ?? damaged('tokenizer.ggml.merges', 'is missing')
  if (tokens.length === 0 || tokens.length > vocabulary || types.length !== tokens.length)
    damaged('tokenizer.ggml.tokens', 'does not fit the vocabulary')
  for (const merge of merges)
    if (!/^\S+ \S+$/u.test(merge)) damaged('tokenizer.ggml.merges', 'holds an ill-formed pair')

  const vocab: Record<string, number> = Object.create(null) as Record<string, number>
  const added: object[] = []
  const ends = new Set<number>()
  tokens.forEach((content, id) => {
    const type = types[id]
    if (type === tokenType.unused || content in vocab) return
    vocab[content] = id
    const special = type === tokenType.control || type === tokenType.unknown
    if (special && endTexts.has(content)) ends.add(id)
    if (special || type === tokenType.userDefined)
      added.push({
        id,
        content,
        single_word: false,
        lstrip: false,
        rstrip: false,
        normalized: false,
        special,
      })
  })
  const idOf = (key: string): number | null => {
    const id = entries.number(`tokenizer.ggml.${key}`)
    if (id === null) return null
    return Number.isInteger(id) && id >= 0 && id < tokens.length ? id : damaged(key, 'is not a token')
  }
  for (const key of ['eos_token_id', 'eot_token_id', 'eom_token_id']) {
    const id = idOf(key)
    if (id !== null) ends.add(id)
  }
  const bosId = idOf('bos_token_id')
  const textOf = (id: number | null): string | null => (id === null ? null : (tokens[id] ?? null))
  const chatTemplate = entries.text('tokenizer.chat_template')
  return {
    tokenizerJson: {
      version: '1.0',
      truncation: null,
      padding: null,
      added_tokens: added,
      normalizer: splitting.normalizer,
      pre_tokenizer: { type: 'Sequence', pretokenizers: splitting.preTokenizers },
      post_processor: byteLevel(false),
      decoder: byteLevel(true),
      model: {
        type: 'BPE',
        dropout: null,
        unk_token: null,
        continuing_subword_prefix: null,
        end_of_word_suffix: null,
        fuse_unk: false,
        byte_fallback: false,
        ignore_merges: splitting.ignoreMerges,
        vocab,
        merges,
      },
    },
    tokenizerConfig: {
      tokenizer_class: 'PreTrainedTokenizerFast',
      clean_up_tokenization_spaces: false,
      bos_token: textOf(bosId),
      eos_token: textOf(idOf('eos_token_id')),
      unk_token: textOf(idOf('unknown_token_id')),
      pad_token: textOf(idOf('padding_token_id')),
    },
    chatTemplate,
    bosId,
    eosIds: [...ends],
    // Llama 3 files without the entry want the begin token; the others do not.
    addBos: bosId !== null && (entries.flag('tokenizer.ggml.add_bos_token') ?? splitting === llama3),
  }
}
