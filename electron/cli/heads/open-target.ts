/** A compiled model inside this process: for commands that need every token's state, not only its text. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ChatTemplate } from '../../../models/decoding/chat-template.ts'
import { PromptWriter } from '../../../models/decoding/prompt.ts'
import { TextTokenizer, type TokenizerFiles } from '../../../models/decoding/tokenizer.ts'
import { graphFile, tokenizerFile, type CompiledEntry } from '../../inference/compiled-cache.ts'
import { DecoderGraph } from '../../inference/decoder-graph.ts'
import { OnnxSession } from '../../inference/onnx.ts'

export interface Target {
  readonly graph: DecoderGraph
  readonly tokenizer: TextTokenizer
  readonly writer: PromptWriter
}

export async function openTarget(entry: CompiledEntry, threads: number): Promise<Target> {
  // Written by this program when it compiled the model.
  const source = JSON.parse(readFileSync(join(entry.folder, tokenizerFile), 'utf8')) as TokenizerFiles & {
    readonly chatTemplate: string | null
  }
  const tokenizer = new TextTokenizer(source)
  const session = await OnnxSession.open(join(entry.folder, graphFile), { threads, prepacked: true })
  return {
    graph: new DecoderGraph(session, entry.shape),
    tokenizer,
    writer: new PromptWriter(tokenizer, new ChatTemplate(source.chatTemplate, source.tokenizerConfig)),
  }
}
