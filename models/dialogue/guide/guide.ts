/** The guided doctor over a dialogue: reads it anew, chooses the next step, and says it in plain words. */
import type { Belief } from '../../knowledge/belief.ts'
import type { KnowledgeBase, Person } from '../../knowledge/knowledge-base.ts'
import type { PlannedStep } from '../doctor/plan.ts'
import { topicWords } from '../doctor/note.ts'
import { courtesyTo } from '../courtesy/courtesy.ts'
import type { DialogueTurn } from '../dialogue.ts'
import { orderKind } from '../orders.ts'
import type { Cues } from '../reading/cues.ts'
import type { Mentioned } from '../reading/reader.ts'
import { withExplanations } from '../rules/index.ts'
import { plainText, standardTopicsIn } from '../topics/index.ts'
import { readDoctorTurn, writeClosing, writeOrders } from '../turns.ts'
import { askedFindings } from './asked-findings.ts'
import { chooseGuided, type GuideAction, type GuideState } from './choose.ts'
import { guidedBelief } from './guided-belief.ts'
import { Listener, type Heard, type HeardFinding, type HeardMention } from './heard.ts'
import { listedThemes, themesIn } from './listed-themes.ts'
import { planned } from './plan.ts'
import { aboutThemes } from './guided-step.ts'
import { asksAllergies, questionsIn, singleQuestions, standardTopicsOf } from './questions.ts'
import { lowered } from '../lowered.ts'

export interface GuideStep {
  readonly text: string
  /** Said before the text to what was just voiced; empty where nothing asks for it. */
  readonly courtesy: string
  readonly action: GuideAction
  readonly heard: Heard
}

/** Says what words may tell and deny, from sentence vectors. */
export interface MentionReader {
  mentions(
    text: string,
    person: Person,
    asked: ReadonlySet<string>,
    except: ReadonlySet<string>,
  ): Promise<Mentioned>
  /** How near words come to telling each finding, 0..1; null where they are a bare yes or no. */
  nearness(text: string): Promise<ReadonlyMap<string, number> | null>
}

/** What a cue heard in words that come no nearer to the finding was misheard. */
const leastNear = 0.01
/** Below this it is right once in three, above more often than not (of 100 training persons and the training cases). */
const surelyNear = 0.1

/** How far a denial is trusted that no cue heard. */
const denialTrust = 0.7

/** Names of orders beyond these are not taken in, and those of a turn with a courtesy before it have less room. */
const mostOrderWords = 22
const orderRoom = 40

/** What is told again counts only as far as it is told more surely. */
function once(mentions: readonly HeardMention[]): readonly HeardMention[] {
  const told = new Map<string, number>()
  return mentions.flatMap(({ turn, shares }) => {
    const fresh = shares.flatMap(({ finding, share }) => {
      const before = told.get(finding) ?? 0
      told.set(finding, Math.max(before, share))
      return share > before ? [{ finding, share: share - before }] : []
    })
    return fresh.length > 0 ? [{ turn, shares: fresh }] : []
  })
}

export class Guide {
  readonly #base: KnowledgeBase
  readonly #listener: Listener

  readonly #reader: MentionReader | null

  /** @param reader left out where no sentence encoder runs */
  constructor(base: KnowledgeBase, cues: Cues, reader: MentionReader | null = null) {
    this.#reader = reader
    this.#base = base
    this.#listener = new Listener(base, cues)
  }

  /** What the dialogue says so far. */
  hear(turns: readonly DialogueTurn[], person: Person): Heard {
    return this.#listener.hear(turns, person)
  }

  /** What the dialogue says so far, with what the sentence encoder makes of it where there is one. */
  async attend(turns: readonly DialogueTurn[], person: Person): Promise<Heard> {
    const heard = this.hear(turns, person)
    if (!this.#reader) return heard
    const evidence = await this.#confirmed(heard.evidence, turns, this.#reader)
    const known = new Set(evidence.map(({ finding }) => finding))
    const told = new Set<string>()
    const mentions: HeardMention[] = []
    const denials: HeardFinding[] = []
    let asked: ReadonlySet<string> = new Set()
    for (const [turn, { speaker, text }] of turns.entries()) {
      if (speaker === 'doctor') asked = askedFindings(text, this.#listener.askedAbout(text))
      if (speaker !== 'patient') continue
      // A repeated answer counts once.
      const fresh = text.split(/(?<=[.?!])\s+/).filter((sentence) => !told.has(sentence))
      for (const sentence of fresh) told.add(sentence)
      if (fresh.length === 0) continue
      const found = await this.#reader.mentions(fresh.join(' '), person, asked, known)
      mentions.push(...found.told.map((mention) => ({ ...mention, turn })))
      for (const finding of found.denied)
        denials.push({ finding, present: false, certainty: denialTrust, turn })
    }
    return { ...heard, evidence: [...evidence, ...denials], mentions: once(mentions) }
  }

  /** Without what a cue misheard: the words mean something else, and it was not asked for. */
  async #confirmed(
    evidence: Heard['evidence'],
    turns: readonly DialogueTurn[],
    reader: MentionReader,
  ): Promise<Heard['evidence']> {
    const kept: HeardFinding[] = []
    for (const item of evidence) {
      const said = turns[item.turn]
      if (!item.present || said?.speaker !== 'patient') {
        kept.push(item)
        continue
      }
      const near = await reader.nearness(said.text)
      const question = turns.slice(0, item.turn).findLast(({ speaker }) => speaker === 'doctor')?.text ?? ''
      if (near === null || this.#listener.askedAbout(question).includes(item.finding)) {
        kept.push(item)
        continue
      }
      const nearness = near.get(item.finding) ?? 0
      if (nearness >= leastNear) kept.push({ ...item, loose: nearness < surelyNear })
    }
    return kept
  }

  /** Conditions by how likely they are after what was heard. */
  ranked(heard: Heard, person: Person): readonly Belief[] {
    return guidedBelief(this.#base, person, heard)
  }

  /** @param budget the most doctor turns there may be */
  next(
    turns: readonly DialogueTurn[],
    person: Person,
    budget: number,
    heard: Heard = this.hear(turns, person),
  ): GuideStep {
    const courtesy = this.#courtesy(turns)
    const orderWords = Math.min(mostOrderWords, orderRoom - courtesy.split(' ').length)
    const state = { ...this.#state(turns, person, heard, budget), orderWords }
    const action = chooseGuided(this.#base, state)
    return { text: this.#say(action, state), courtesy, action, heard }
  }

  /** What a doctor's words did, as a plan names it; null where they neither ask, order nor conclude. */
  stepTaken(words: string): PlannedStep | null {
    const { questions, orders, closing } = readDoctorTurn(words)
    if (closing) return { kind: 'conclude' }
    const [examinations = [], tests = []] = (['examination', 'test'] as const).map((kind) =>
      orders.filter((order) => orderKind(order) === kind).map(lowered),
    )
    if (examinations.length + tests.length > 0) return { kind: 'order', examinations, tests }
    const themes = [...new Set(questions.flatMap((question) => this.#themesOf(question)))]
    if (themes.length > 0) return { kind: 'ask', about: aboutThemes(themes) }
    return questions.length > 0 ? { kind: 'ask', about: topicWords('associated') } : null
  }

  /** A word to fear, danger or a question just voiced; another wording each time. */
  #courtesy(turns: readonly DialogueTurn[]): string {
    const last = turns.at(-1)
    if (last?.speaker !== 'patient') return ''
    return courtesyTo(
      last.text,
      (wordings) => wordings[(turns.length + last.text.length) % wordings.length] ?? '',
      'unacknowledged',
    )
  }

  #state(
    turns: readonly DialogueTurn[],
    person: Person,
    heard: Heard,
    budget: number,
  ): Omit<GuideState, 'orderWords'> {
    const asked = new Set<string>()
    const ordered = new Set<string>()
    let examined = false
    let testTurns = 0
    let taken = 0
    for (const { speaker, text } of turns) {
      if (speaker !== 'doctor') continue
      taken++
      const { questions, orders } = readDoctorTurn(text)
      for (const order of orders) ordered.add(order.toLowerCase())
      if (orders.some((order) => orderKind(order) === 'examination')) examined = true
      if (orders.some((order) => orderKind(order) === 'test')) testTurns++
      for (const question of questions) for (const id of this.#themesOf(question)) asked.add(id)
    }
    return { person, heard, asked, ordered, examined, testTurns, turns: taken, budget }
  }

  /** The themes of a question: its own where it is one of the guide's, else those whose findings it names. */
  #themesOf(question: string): readonly string[] {
    const own = questionsIn(question)
    if (own.length > 0) return own.map(({ id }) => id)
    const listed = themesIn(question)
    if (/\bhad any\b|\btell me more about\b/i.test(question) && listed.length > 0)
      return listed.map(({ id }) => id)
    const topics = new Set(standardTopicsIn(plainText(question)))
    const findings = new Set(this.#listener.askedAbout(question))
    return [...singleQuestions, ...listedThemes]
      .filter(
        ({ id, findings: of }) =>
          of.slice(0, 2).some((finding) => findings.has(finding)) ||
          standardTopicsOf(id).some((topic) => topics.has(topic)),
      )
      .map(({ id }) => id)
  }

  #say(action: GuideAction, { asked }: Pick<GuideState, 'asked'>): string {
    switch (action.kind) {
      case 'ask':
        return action.text
      case 'order':
        return writeOrders(action)
      case 'close': {
        const [leader, ...others] = action.ranked
        const knowledge = leader && this.#base.conditions.get(leader.condition)
        if (!leader || !knowledge) return 'I cannot name a diagnosis yet.'
        const name = (id: string): string => this.#base.names.get(id)?.name ?? id
        return writeClosing(
          name(leader.condition),
          others.slice(0, 2).map(({ condition }) => name(condition)),
          action.grounds
            .slice(0, 3)
            .map((id) => withExplanations(lowered(this.#base.findings.get(id)?.name ?? id))),
          planned(knowledge.firstManagement.slice(0, 2), asked.has(asksAllergies)).map(withExplanations),
          withExplanations(knowledge.safetyNet),
        )
      }
    }
  }
}
