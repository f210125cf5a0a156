/** `consilium rules`: each process rule's verdict on every doctor turn of a dialogue, or agreement with labels. */
import { readFile, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Command } from 'commander'
import * as v from 'valibot'
import { fail } from '../../models/core/failure.ts'
import { parseDialogue } from '../../models/dialogue/dialogue.ts'
import {
  agreement,
  evaluateDialogue,
  rules,
  type Agreement,
  type Evaluation,
  type LabelPair,
} from '../../models/dialogue/rules/index.ts'
import { answer, table, type OutputOptions } from './output.ts'

interface RulesOptions extends OutputOptions {
  readonly dialogue?: string
  readonly labels?: string
}

interface DialogueReport extends Omit<Evaluation, 'goals'> {
  readonly dialogue: string
}

interface AgreementReport {
  readonly labels: string
  readonly dialogues: number
  readonly turns: number
  readonly agreement: readonly Agreement[]
}

export function addRules(program: Command): void {
  program
    .command('rules')
    .description('judge every doctor turn of a dialogue by the process rules')
    .option('--dialogue <file>', 'a dialogue, see models/dialogue/README.md')
    .option('--labels <folder>', 'labelled dialogues: how well the verdicts agree with them')
    .option('--json', 'one JSON object on standard output')
    .action((options: RulesOptions) => {
      const { dialogue, labels } = options
      if (dialogue !== undefined) return answer(options, () => judge(dialogue), dialogueText)
      return answer(
        options,
        () =>
          labels === undefined
            ? fail(
                'invalid-request',
                'Nothing to judge. Name a file with --dialogue or a folder with --labels.',
              )
            : compare(labels),
        agreementText,
      )
    })
}

/** Fails with `not-found` or `invalid-request`, naming the file. */
async function readJson(file: string): Promise<unknown> {
  let text: string
  try {
    text = await readFile(file, 'utf8')
  } catch (error) {
    return fail('not-found', `${file} cannot be read. Check its name and try again.`, { file }, error)
  }
  try {
    return JSON.parse(text) as unknown
  } catch {
    return fail(
      'invalid-request',
      `${file} is no usable dialogue: file: is not JSON. Correct it and try again.`,
      {
        file,
        field: 'file',
        reason: 'is not JSON',
      },
    )
  }
}

async function judge(file: string): Promise<DialogueReport> {
  const {
    turns,
    rules: counts,
    firstUnmetGoal,
    score,
    premature,
    endless,
  } = evaluateDialogue(parseDialogue(await readJson(file), file))
  return { dialogue: file, turns, rules: counts, firstUnmetGoal, score, premature, endless }
}

const labelled = v.strictObject({
  id: v.string(),
  quality: v.string(),
  dialogue: v.unknown(),
  labels: v.array(
    v.strictObject({ turn: v.number(), satisfied: v.array(v.string()), violated: v.array(v.string()) }),
  ),
})

async function compare(folder: string): Promise<AgreementReport> {
  const files = (
    await readdir(folder).catch((error: unknown) =>
      fail('not-found', `${folder} cannot be read. Check its name and try again.`, { folder }, error),
    )
  ).filter((name) => name.endsWith('.json'))
  if (files.length === 0)
    fail('not-found', `${folder} holds no labelled dialogues. Check its name and try again.`, { folder })
  const pairs: LabelPair[] = []
  for (const name of files.sort()) {
    const file = join(folder, name)
    const parsed = v.safeParse(labelled, await readJson(file))
    if (!parsed.success) {
      const issue = parsed.issues[0]
      const field = v.getDotPath(issue) ?? 'file'
      fail('invalid-request', `${file} holds no usable labels: ${field}: ${issue.message}. Correct it.`, {
        file,
        field,
        reason: issue.message,
      })
    }
    const { labels, dialogue } = parsed.output
    const { turns } = evaluateDialogue(parseDialogue(dialogue, file))
    for (const { turn, satisfied, violated } of labels) {
      const verdicts = turns.find((one) => one.turn === turn)?.verdicts
      if (!verdicts)
        fail(
          'invalid-request',
          `${file} holds no usable labels: turn ${turn} is no doctor turn. Correct it.`,
          {
            file,
            field: 'labels',
            reason: `turn ${turn} is no doctor turn`,
          },
        )
      for (const { rule, verdict } of verdicts)
        pairs.push({
          rule,
          verdict,
          label: satisfied.includes(rule)
            ? 'satisfied'
            : violated.includes(rule)
              ? 'violated'
              : 'not-applicable',
        })
    }
  }
  return {
    labels: folder,
    dialogues: files.length,
    turns: pairs.length / rules.length,
    agreement: rules.map(({ id }) => agreement(id, pairs)),
  }
}

const percent = (share: number | null): string => (share === null ? '-' : `${(share * 100).toFixed(1)} %`)

const dialogueText = (report: DialogueReport): string =>
  [
    table([
      ['turn', 'rule', 'evidence'],
      ...report.turns.flatMap(({ turn, verdicts }) =>
        verdicts
          .filter(({ verdict }) => verdict === 'violated')
          .map(({ rule, evidence }) => [String(turn), rule, evidence.join(' ')]),
      ),
    ]),
    `First unmet goal: ${report.firstUnmetGoal ?? 'none'}`,
    `Constraints: ${percent(report.score)}${report.premature ? '; premature' : ''}${report.endless ? '; endless' : ''}`,
  ].join('\n')

const agreementText = (report: AgreementReport): string =>
  [
    `${report.dialogues} dialogues, ${report.turns} doctor turns`,
    table([
      ['rule', 'satisfied', 'violated', 'agreement', 'kappa', 'recall', 'precision'],
      ...report.agreement.map(({ rule, satisfied, violated, accuracy, kappa, recall, precision }) => [
        rule,
        String(satisfied),
        String(violated),
        percent(accuracy),
        kappa === null ? '-' : kappa.toFixed(2),
        percent(recall),
        percent(precision),
      ]),
    ]),
  ].join('\n')
