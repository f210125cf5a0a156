/** The topic reader with the bundled head and sentence encoder. */
import {
  attentiveTopicReader,
  TopicHead,
  type AttentiveTopicReader,
} from '../models/dialogue/topics/index.ts'
import type { SentenceEncoder } from '../models/embedding/sentence-encoder.ts'
import { readHead } from './head-files.ts'
import { openSentenceEncoder } from './inference/sentence-encoder.ts'

/** Fails with `resource-altered` where the files do not belong together. */
export function openTopicHead(resources: string): TopicHead {
  const { description, weights, file } = readHead(resources, 'topics')
  return TopicHead.parse(description, weights, file)
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
