/** Reading which topics a doctor's turn asks about. */
export { topicReader, type TopicOptions, type TopicReader } from './topic-reader.ts'
export {
  attentiveTopicReader,
  byWordsAlone,
  hear,
  type AttentiveTopicReader,
  type Understanding,
} from './attentive-reader.ts'
export { TopicHead, type HeadInput } from './topic-head.ts'
export type { TopicMatch } from './topic-match.ts'
export type { TopicWordings } from './own-topics.ts'
export { askings, type Asking } from './questions.ts'
export { guessesDiagnosis } from './guesses.ts'
export { isBesideTheVisit } from './beside-the-visit.ts'
export { asksForTheFile, standardTopicsIn } from './standard-topics.ts'
export { OwnTopics } from './own-topics.ts'
export { plainText, sentences } from './plain-text.ts'
export { subjectWords } from './lexicon.ts'
export type { StandardTopic } from './rules/index.ts'
