/** The topic reader with the bundled head and sentence encoder. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  attentiveTopicReader,
  TopicHead,
  type AttentiveTopicReader,
} from '../models/dialogue/topics/index.ts'
import type { SentenceEncoder } from '../models/embedding/sentence-encoder.ts'
import { openSentenceEncoder } from './inference/sentence-encoder.ts'

/** Fails with `resource-altered` where the files do not belong together. */
export function openTopicHead(resources: string): TopicHead {
  const folder = join(resources, 'topics')
  const packed = readFileSync(join(folder, 'head.f32'))
  const bytes = packed.buffer.slice(packed.byteOffset, packed.byteOffset + (packed.length & ~3))
  const description = JSON.parse(readFileSync(join(folder, 'head.json'), 'utf8')) as unknown
  return TopicHead.parse(description, new Float32Array(bytes), 'topics/head.json')
}

/** The reader for as long as `work` takes. */
export async function withTopicReader<T>(
  resources: string,
  work: (reader: AttentiveTopicReader, encoder: SentenceEncoder, head: TopicHead) => Promise<T>,
): Promise<T> {
  const head = openTopicHead(resources)
  const encoder = await openSentenceEncoder(resources)
  try {
    return await work(attentiveTopicReader(head, encoder), encoder, head)
  } finally {
    await encoder.dispose()
  }
}
