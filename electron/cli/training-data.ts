/** `consilium training-data`: dialogues, vignettes, notes and exchanges of simulated persons, as JSON Lines. */
import { createWriteStream } from 'node:fs'
import { once } from 'node:events'
import { InvalidArgumentError, type Command } from 'commander'
import { seededRandom, shuffled, type Random } from '../../models/core/random.ts'
import type { Message } from '../../models/decoding/language-model.ts'
import type { Dialogue } from '../../models/dialogue/dialogue.ts'
import { doctorMessages, type DoctorPromptTurn, type Visit } from '../../models/dialogue/doctor/prompt.ts'
import { exchange } from '../../models/dialogue/generation/assistant-exchange.ts'
import { expertDialogue, type GeneratedDialogue } from '../../models/dialogue/generation/expert-dialogue.ts'
import { flaws, type Flaw } from '../../models/dialogue/generation/flaws.ts'
import { medicalQuestion } from '../../models/dialogue/generation/medical-question.ts'
import { generatedSection, unfinished } from '../../models/dialogue/generation/note.ts'
import { patientWording } from '../../models/dialogue/generation/patient-wording.ts'
import { pick, simulatePerson } from '../../models/dialogue/generation/simulated-person.ts'
import { vignette } from '../../models/dialogue/generation/vignette.ts'
import { chart, heardChart } from '../../models/dialogue/generation/chart.ts'
import { drawNotesFrom, notedTurns } from '../../models/dialogue/generation/noted-turns.ts'
import type { WorseTurn } from '../../models/dialogue/generation/worse-turns.ts'
import { Wordings, type WordingSplit } from '../../models/dialogue/generation/wordings.ts'
import { assistantMessages, notePartAsk, scribeMessages } from '../../models/dialogue/scribe-prompt.ts'
import type { Guide } from '../../models/dialogue/guide/guide.ts'
import type { KnowledgeBase, Person } from '../../models/knowledge/knowledge-base.ts'
import { openGuide } from '../guide-files.ts'
import { openKnowledge } from '../knowledge-files.ts'
import { resourcesFolder } from '../resources.ts'
import { numberArgument } from './arguments.ts'
import { openMoreWordings } from './more-wordings.ts'
import { answer, type OutputOptions } from './output.ts'

interface TrainingDataOptions extends OutputOptions {
  readonly out: string
  readonly persons: number
  readonly seed: number
  readonly split: WordingSplit
  /** A file of further wordings for training. */
  readonly wordings?: string
  readonly roles: ReadonlySet<Role>
  readonly vignettes: number
  readonly charts: number
  /** Share of persons whose dialogue itself is a lesson. */
  readonly dialogues: number
}

const roles = [
  'doctor',
  'mixed',
  'pair',
  'context',
  'vignette',
  'chart',
  'heard',
  'scribe',
  'assistant',
  'medical',
  'patient',
] as const
type Role = (typeof roles)[number]
/** Roles that are taken from a dialogue of the expert policy. */
const fromExpert: readonly Role[] = ['doctor', 'pair', 'context', 'heard', 'scribe', 'assistant']

/** Of the worse turns of one dialogue, those that are learned from. */
const mostWorse = 12

interface Example {
  readonly role: Role
  readonly condition: string
  readonly messages: readonly Message[]
  readonly flaw?: Flaw
  /** Of pairs: worse turns in place of the messages at these places, and what is wrong with them. */
  readonly worse?: readonly ({ readonly at: number } & WorseTurn)[]
  /** Of a context: the note and the better turn that follow, and the dialogue as it is judged. */
  readonly note?: string
  readonly chosen?: string
  readonly dialogue?: Dialogue
}

function rolesArgument(text: string): ReadonlySet<Role> {
  const chosen = roles.filter((role) => text.split(',').includes(role))
  if (chosen.length !== text.split(',').length)
    throw new InvalidArgumentError(`Choose from ${roles.join(', ')}.`)
  return new Set(chosen)
}

const speakers = { doctor: 'Doctor', patient: 'Patient', result: 'Result' } as const
const transcript = (turns: readonly DoctorPromptTurn[]): string =>
  turns.map(({ speaker, text }) => `${speakers[speaker]}: ${text}`).join('\n')

/** The sections of one note in any order, each asked for after the other. */
function noteLesson(
  base: KnowledgeBase,
  random: Random,
  whole: GeneratedDialogue,
): readonly Message[] | null {
  // Notes are asked for while the consultation goes on, too.
  const dialogue = random.uniform() < 0.4 ? whole : unfinished(whole, random.uniform() < 0.5)
  const parts = ['subjective', 'objective', 'assessment', 'plan'] as const
  const first = random.below(parts.length)
  const messages: Message[] = []
  for (let offset = 0; offset < parts.length; offset++) {
    const part = parts[(first + offset) % parts.length] ?? 'subjective'
    const text = generatedSection(base, dialogue, part)
    if (!text) continue
    if (messages.length === 0) messages.push(...scribeMessages(transcript(dialogue.turns), part))
    else messages.push({ role: 'user', content: notePartAsk[part] })
    messages.push({ role: 'assistant', content: text })
  }
  return messages.length > 0 ? messages : null
}

/** The closing turn and one before it, where the doctor already knows something. */
function contextPlaces(random: Random, { turns }: GeneratedDialogue): readonly number[] {
  const spoken = turns.flatMap(({ speaker }, at) => (speaker === 'doctor' ? [at] : []))
  const asking = spoken.slice(1, -1)
  return [...(asking.length > 0 ? [pick(random, asking)] : []), ...spoken.slice(-1)]
}

/** The most turns of a visit; those of the standardized tests are the most frequent. */
function drawBudget(random: Random): number {
  const draw = random.uniform()
  return draw < 0.15 ? 5 : draw < 0.75 ? 12 : 6 + random.below(6)
}

/** Everything that one simulated person teaches; fewer examples when the expert was wrong about them. */
function examplesOf(
  base: KnowledgeBase,
  random: Random,
  condition: string,
  wordings: Wordings,
  { roles: wanted, vignettes, charts, dialogues }: TrainingDataOptions,
  guide: Guide,
): readonly Example[] {
  const examples: Example[] = []
  const who = simulatePerson(base, random, condition)
  const budget = drawBudget(random)
  // A session may not say who the patient is nor how long it may last: so are a quarter of the dialogues.
  const presented: Visit = random.uniform() < 0.25 ? {} : { ...who.person, turnBudget: budget }
  const known = presented.turnBudget ?? null
  const dialogue = fromExpert.some((role) => wanted.has(role))
    ? expertDialogue(base, random, who, wordings, budget)
    : null
  const noted = (whole: GeneratedDialogue): readonly DoctorPromptTurn[] =>
    notedTurns(base, whole, drawNotesFrom(random, whole), known)
  if (dialogue && dialogue.ranked[0]?.condition === condition) {
    if (wanted.has('doctor') && random.uniform() < dialogues)
      examples.push({ role: 'doctor', condition, messages: doctorMessages(presented, noted(dialogue)) })
    const heard = dialogue.turns.slice(0, -1)
    // A transcript costs far more than a reply, so several replies are learned from each.
    if (random.uniform() < 0.3) {
      const messages = noteLesson(base, random, dialogue)
      if (messages) examples.push({ role: 'scribe', condition, messages })
    }
    if (random.uniform() < 0.2) {
      const messages: Message[] = []
      for (let count = 0; count < 4; count++) {
        const pair = exchange(base, random, dialogue)
        if (!pair || messages.some(({ content }) => content === pair.answer)) continue
        if (messages.length === 0) messages.push(...assistantMessages(transcript(heard), [], pair.question))
        else messages.push({ role: 'user', content: pair.question })
        messages.push({ role: 'assistant', content: pair.answer })
      }
      if (messages.length > 0) examples.push({ role: 'assistant', condition, messages })
    }
  }
  for (let count = 0; count < (wanted.has('heard') && dialogue ? charts : 0); count++) {
    const hear = (turns: readonly DoctorPromptTurn[], person: Person) => guide.hear(turns, person).evidence
    const messages = dialogue && heardChart(base, random, dialogue, hear)
    if (messages) examples.push({ role: 'heard', condition, messages })
  }
  if (wanted.has('mixed')) {
    const flaw = random.uniform() < 0.4 ? null : pick(random, flaws)
    const mixed = expertDialogue(base, random, who, wordings, budget, flaw)
    if (mixed && (flaw !== null || mixed.ranked[0]?.condition === condition))
      examples.push({
        role: 'mixed',
        condition,
        messages: doctorMessages(presented, noted(mixed)),
        ...(flaw && { flaw }),
      })
  }
  if (wanted.has('pair') && dialogue && dialogue.ranked[0]?.condition === condition) {
    const turns = noted(dialogue)
    const worse = shuffled(random, dialogue.worse)
      .slice(0, mostWorse)
      .map(({ at, ...worse }) => ({
        ...worse,
        at: doctorMessages(presented, turns.slice(0, at)).length,
      }))
    if (worse.length > 0)
      examples.push({ role: 'pair', condition, messages: doctorMessages(presented, turns), worse })
  }
  if (wanted.has('context') && dialogue && dialogue.ranked[0]?.condition === condition)
    for (const at of contextPlaces(random, dialogue)) {
      const turns = notedTurns(base, dialogue, Math.min(at, drawNotesFrom(random, dialogue)), known)
      examples.push({
        role: 'context',
        condition,
        messages: doctorMessages(presented, turns.slice(0, at)),
        note: turns[at]?.note ?? '',
        chosen: turns[at]?.text ?? '',
        dialogue: { patient: who.person, turnBudget: budget, turns: dialogue.turns.slice(0, at) },
      })
    }
  const medical = random.uniform() < 0.3 && medicalQuestion(base, random, condition)
  if (medical)
    examples.push({
      role: 'medical',
      condition,
      messages: [
        ...assistantMessages('', [], medical.question),
        { role: 'assistant', content: medical.answer },
      ],
    })
  if (random.uniform() < 0.25)
    examples.push({ role: 'patient', condition, messages: patientWording(base, random, wordings) })
  for (let count = 0; count < vignettes; count++) {
    const messages = vignette(base, random, simulatePerson(base, random, condition), wordings)
    if (messages) examples.push({ role: 'vignette', condition, messages })
  }
  for (let count = 0; count < (wanted.has('chart') ? charts : 0); count++) {
    const messages = chart(base, random, simulatePerson(base, random, condition))
    if (messages) examples.push({ role: 'chart', condition, messages })
  }
  return examples.filter(({ role }) => wanted.has(role))
}

async function write(options: TrainingDataOptions) {
  const base = openKnowledge(resourcesFolder())
  const guide = openGuide(resourcesFolder(), base)
  const random = seededRandom(options.seed)
  const conditions = [...base.conditions.keys()]
  const wordings = new Wordings(
    options.split,
    options.wordings === undefined ? undefined : openMoreWordings(options.wordings, base),
  )
  const out = createWriteStream(options.out)
  const counts: Record<Role, number> = Object.fromEntries(roles.map((role) => [role, 0])) as Record<
    Role,
    number
  >
  for (let index = 0; index < options.persons; index++) {
    const condition = conditions[index % conditions.length] ?? ''
    for (const example of examplesOf(base, random, condition, wordings, options, guide)) {
      counts[example.role] += 1
      out.write(`${JSON.stringify(example)}\n`)
    }
    if ((index + 1) % 100 === 0) process.stderr.write(`${index + 1} of ${options.persons} persons\n`)
  }
  out.end()
  await once(out, 'finish')
  return { file: options.out, persons: options.persons, seed: options.seed, split: options.split, counts }
}

export function addTrainingData(program: Command): void {
  program
    .command('training-data')
    .description('write what simulated persons teach: dialogues, vignettes, notes, exchanges')
    .requiredOption('--out <file>', 'JSON Lines to write')
    .option('--persons <n>', 'simulated persons', numberArgument(1, 1_000_000, true), 1000)
    .option('--seed <n>', 'the same seed gives the same data', numberArgument(0, 0xffff_ffff, true), 0)
    .option('--split <name>', 'train or held-out wordings', 'train')
    .option('--wordings <file>', 'further wordings of findings, for training alone')
    .option('--roles <names>', `some of ${roles.join(', ')}`, rolesArgument, new Set(roles))
    .option('--vignettes <n>', 'vignettes of a condition for each person', numberArgument(0, 100, true), 2)
    .option(
      '--charts <n>',
      'lists of findings of a condition for each person',
      numberArgument(0, 1000, true),
      2,
    )
    .option('--dialogues <share>', 'of persons whose dialogue is a lesson', numberArgument(0, 1, false), 1)
    .option('--json', 'one JSON object on standard output')
    .action((options: TrainingDataOptions) =>
      answer(
        options,
        () => write(options),
        ({ file, counts }) =>
          `${file}: ${Object.entries(counts)
            .map(([role, count]) => `${count} ${role}`)
            .join(', ')}`,
      ),
    )
}
