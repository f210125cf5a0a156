/** A session as Markdown that can be read anywhere, with every model text marked as such. */
import type {
  ChatMessage,
  Modality,
  NoteSectionId,
  Provenance,
  SessionRecord,
  Speaker,
  Timestamp,
} from '../session/session.ts'

const speakerName: Readonly<Record<Speaker, string>> = {
  patient: 'Patient',
  clinician: 'Clinician',
  other: 'Other',
}
const consentName: Readonly<Record<Modality, string>> = {
  text: 'text',
  microphone: 'expression of the voice',
  camera: 'expression of the face',
  words: 'expression of the words',
}
const sectionName: Readonly<Record<NoteSectionId, string>> = {
  subjective: 'Subjective',
  objective: 'Objective',
  assessment: 'Assessment',
  plan: 'Plan',
}

/** mm:ss on the session's clock. */
export function clock(atMs: number): string {
  const seconds = Math.floor(atMs / 1000)
  return `${String(Math.floor(seconds / 60)).padStart(2, '0')}:${String(seconds % 60).padStart(2, '0')}`
}

/** Text from people or models must not become Markdown or HTML of its own. */
const plain = (text: string): string =>
  text
    .replace(/[\\`*_{}[\]<>#|]/g, '\\$&')
    .replace(/^(\s*)([-+]|\d+[.)])(\s)/gm, '$1\\$2$3')
    .replace(/\r?\n/g, '  \n')

const origin = (provenance: Provenance): string =>
  `written by a model: ${provenance.modelName}, ${provenance.precision}, seed ${provenance.seed}, temperature ${provenance.temperature}, ${provenance.at}`

function chatLines(message: ChatMessage): string[] {
  return message.provenance
    ? [
        `**Model** (${plain(origin(message.provenance))})`,
        '',
        `> ${plain(message.text).replace(/\n/g, '\n> ')}`,
        '',
      ]
    : [`**Clinician**`, '', plain(message.text), '']
}

export interface MarkdownOptions {
  /** Whether the record went through redaction; the document says so. */
  readonly redacted: boolean
  readonly exportedAt: Timestamp
}

export function sessionToMarkdown(record: SessionRecord, options: MarkdownOptions): string {
  const { session } = record
  const lines = [
    `# ${plain(session.person || 'Consultation')}`,
    '',
    `- Reason: ${plain(session.reason) || 'not stated'}`,
    `- Started: ${session.createdAt}`,
    `- Exported: ${options.exportedAt}`,
    ...(session.tags.length > 0 ? [`- Tags: ${session.tags.map((tag) => plain(tag)).join(', ')}`] : []),
    ...record.consents.map(
      (consent) =>
        `- Consent, ${consentName[consent.modality]}: ${consent.granted ? 'given' : 'withdrawn'} ${consent.at} (wording ${consent.wording})`,
    ),
    ...(options.redacted ? ['- Names, dates, numbers and places were replaced where they were found.'] : []),
    '',
    '## Note',
    '',
  ]
  for (const section of record.note.sections) {
    if (!section.text.trim()) continue
    lines.push(`### ${sectionName[section.id]}`, '')
    if (section.provenance) lines.push(`*Draft, ${plain(origin(section.provenance))}. Not reviewed.*`, '')
    lines.push(plain(section.text), '')
  }
  if (!record.note.sections.some((section) => section.text.trim())) lines.push('Nothing written yet.', '')
  lines.push('## Transcript', '')
  for (const turn of record.turns)
    lines.push(`${turn.number}. **${speakerName[turn.speaker]}** (${clock(turn.atMs)}) ${plain(turn.text)}`)
  if (record.turns.length === 0) lines.push('No turns.')
  lines.push('')
  if (record.chat.length > 0) {
    lines.push('## Conversation with the model', '')
    for (const message of record.chat) lines.push(...chatLines(message))
  }
  lines.push(
    '---',
    '',
    'Consilium is for education and decision support. It is not a medical device; a model’s text may be wrong.',
    '',
  )
  return lines.join('\n')
}
