/** The tokenizer beside a safetensors checkpoint. */
import { damaged, unsupported } from './bounded-reader.ts'
import { isRecord, type JsonObject, parseJson } from './json.ts'
import type { TokenizerSource } from './shapes.ts'

interface TokenizerFiles {
  readonly tokenizer: string
  readonly tokenizerConfig: string | null
  readonly generationConfig: string | null
  readonly chatTemplate: string | null
}

export function tokenizerFromFiles(
  files: TokenizerFiles,
  config: JsonObject,
  vocabulary: number,
): TokenizerSource {
  const tokenizerJson = parseJson(files.tokenizer, 'tokenizer.json')
  const tokenizerConfig =
    files.tokenizerConfig === null ? {} : parseJson(files.tokenizerConfig, 'tokenizer_config.json')
  const generation =
    files.generationConfig === null ? {} : parseJson(files.generationConfig, 'generation_config.json')
  const model = tokenizerJson['model']
  if (!isRecord(model)) return damaged('tokenizer.json', 'has no model')
  if (model['type'] !== 'BPE') unsupported('the tokenizer', `is of the kind "${String(model['type'])}"`)
  const vocab = model['vocab']
  if (!isRecord(vocab)) return damaged('tokenizer.json', 'has no vocabulary')
  for (const id of Object.values(vocab)) {
    if (!Number.isInteger(id) || (id as number) < 0 || (id as number) >= vocabulary)
      damaged('tokenizer.json', 'names tokens that the model does not have')
  }
  const idOfText = (value: unknown): number | null => {
    const text = isRecord(value) ? value['content'] : value
    return typeof text === 'string' ? (addedId(tokenizerJson, text) ?? numberOrNull(vocab[text])) : null
  }
  const valid = (id: unknown): id is number =>
    Number.isInteger(id) && (id as number) >= 0 && (id as number) < vocabulary
  const eosIds = [generation['eos_token_id'], config['eos_token_id'], idOfText(tokenizerConfig['eos_token'])]
    .flat()
    .filter(valid)
  const bosId = [idOfText(tokenizerConfig['bos_token']), config['bos_token_id']].find(valid) ?? null
  return {
    tokenizerJson,
    tokenizerConfig,
    chatTemplate: files.chatTemplate ?? templateOf(tokenizerConfig['chat_template']),
    bosId,
    eosIds: [...new Set(eosIds)],
    addBos: bosId !== null && (tokenizerConfig['add_bos_token'] ?? addsBos(tokenizerJson, bosId)) === true,
  }
}

const numberOrNull = (value: unknown): number | null => (typeof value === 'number' ? value : null)

function addedId(tokenizerJson: JsonObject, text: string): number | null {
  const added = tokenizerJson['added_tokens']
  if (!Array.isArray(added)) return null
  const token = added.filter(isRecord).find(({ content }) => content === text)
  return numberOrNull(token?.['id'])
}

// Older configurations list several named templates.
function templateOf(value: unknown): string | null {
  if (typeof value === 'string') return value
  if (!Array.isArray(value)) return null
  const template = value.filter(isRecord).find(({ name }) => name === 'default')?.['template']
  return typeof template === 'string' ? template : null
}

/** Whether the post-processor of tokenizer.json itself puts the begin token in front. */
function addsBos(tokenizerJson: JsonObject, bosId: number): boolean {
  const processor = tokenizerJson['post_processor']
  if (!isRecord(processor)) return false
  const steps = Array.isArray(processor['processors'])
    ? processor['processors'].filter(isRecord)
    : [processor]
  return steps.some(({ type, special_tokens: specials }) => {
    if (type !== 'TemplateProcessing' || !isRecord(specials)) return false
    return Object.values(specials).some(
      (special) => isRecord(special) && Array.isArray(special['ids']) && special['ids'].includes(bosId),
    )
  })
}
