/** Reading which topics a doctor's turn asks about. */
export { topicReader, type TopicOptions, type TopicReader } from './topic-reader.ts'
export type { TopicMatch } from './topic-match.ts'
export type { TopicWordings } from './own-topics.ts'
export { askings } from './questions.ts'
