/** A panel as a document: what was asked, who said what in which round, what changed minds, what is open. */
import type { MemberAnswer, PanelRecord, VerdictRule } from './record.ts'

const ruleWords: Readonly<Record<VerdictRule, string>> = {
  consensus: 'All members agree.',
  majority: 'No consensus. By majority:',
  'summed-confidence': 'No consensus, and no majority. By the sum of confidences:',
  'best-calibrated': 'No consensus, no majority, equal confidences. By the member that is most often right:',
}

const percent = (share: number): string => `${Math.round(share * 100)} %`

/** Text of others cannot make headings, links, pictures or tables of its own. */
const quoted = (text: string): string =>
  text
    .replace(/\s+/g, ' ')
    .trim()
    .replace(/[\\`*_{}[\]<>#|!~]/g, (mark) => `\\${mark}`)

export interface PanelMarkdownOptions {
  readonly exportedAt: string
  readonly startedAt: string
  readonly redacted: boolean
}

export function panelToMarkdown(
  record: PanelRecord,
  { exportedAt, startedAt, redacted }: PanelMarkdownOptions,
): string {
  const { question, verdict, options } = record
  const nameOf = (id: string): string => record.members.find((member) => member.id === id)?.name ?? id
  const lines: string[] = [
    '# Second opinion of a panel',
    '',
    'Education and decision support; not a medical device. What members say may be wrong.',
    '',
    `Asked: ${quoted(question.text)}`,
    `Started ${startedAt}, exported ${exportedAt}${redacted ? ', redacted' : ''}. Seed ${options.seed}, at most ${options.rounds} rounds.`,
    '',
    '## Result',
    '',
    `${ruleWords[verdict.by]} **${quoted(verdict.answerName)}** (${verdict.members.map(nameOf).map(quoted).join(', ')})`,
    '',
  ]
  if (record.mustNotMiss)
    lines.push(
      `Must not be missed: **${quoted(record.mustNotMiss.name)}**. ${quoted(record.mustNotMiss.why)}`,
      '',
    )
  if (record.differential.length > 0)
    lines.push(
      'Differential, as the members’ beliefs together weigh it; not a measured risk:',
      '',
      ...record.differential.map(({ name, probability }) => `- ${quoted(name)}: ${percent(probability)}`),
      '',
    )
  if (record.dissent.length > 0)
    lines.push(
      '## Dissent',
      '',
      ...record.dissent.map(
        ({ name, answerName, confidence, reasons }) =>
          `- ${quoted(name)}: ${quoted(answerName)} (${percent(confidence)} sure). ${quoted(reasons)}`,
      ),
      '',
    )
  if (record.askNext.length > 0)
    lines.push(
      '## Ask next',
      '',
      ...record.askNext.map(
        ({ ask, between }) => `- ${quoted(ask)} (tells apart ${between.map(quoted).join(', ')})`,
      ),
      '',
    )
  for (const round of record.rounds) {
    lines.push(
      `## Round ${round.number}${round.number === 0 ? ', alone' : ''}, agreement ${percent(round.agreement)}`,
      '',
    )
    for (const answer of round.answers) lines.push(...memberLines(answer, nameOf(answer.member)), '')
  }
  lines.push(
    '## How to get it again',
    '',
    ...record.members.map((member) => {
      const model = record.rounds
        .flatMap(({ answers }) => answers)
        .find(({ member: id, exchanges }) => id === member.id && exchanges.length > 0)?.exchanges[0]?.model
      const place =
        member.place.kind === 'endpoint' ? `${member.place.url}, ${member.place.model}` : 'this computer'
      return `- ${quoted(member.name)} (${member.role}), ${quoted(place)}: weights ${model?.hash ?? 'not known'}, adapter ${model?.adapterHash ?? 'none'}`
    }),
    '',
    `Tokens: ${record.tokens.prompt} in prompts, ${record.tokens.generated} written.`,
    '',
  )
  return lines.join('\n')
}

function memberLines(
  { absence, answerName, opinion, check, change, reliability }: MemberAnswer,
  name: string,
): readonly string[] {
  if (absence || !opinion || answerName === null)
    return [`### ${quoted(name)}: absent`, '', quoted(absence?.message ?? '')]
  return [
    `### ${quoted(name)}: ${quoted(answerName)}`,
    '',
    `${percent(opinion.confidence)} sure${reliability === null ? '' : `; such answers were right in ${percent(reliability)} of training patients with such a record`}. ${quoted(opinion.reasons)}`,
    ...(check
      ? [
          '',
          `Deciding: ${quoted(check.name)} ${check.present ? 'present' : 'absent'}. The record: ${check.record}${check.turn === null ? '' : ` (turn ${check.turn})`}${check.bits === null ? '' : `, ${check.bits.toFixed(1)} bits`}.`,
        ]
      : []),
    ...(change
      ? [
          '',
          `Changed from ${quoted(change.fromName)}${change.because ? `, after ${quoted(change.because.name)} said: “${quoted(change.because.quote)}”` : ''}.`,
        ]
      : []),
    ...opinion.cases.map(
      ({ title, similarity }) => `- Solved case: ${quoted(title)} (${percent(similarity)})`,
    ),
  ]
}
