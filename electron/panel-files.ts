/** What a panel's members on this computer need, read from the product's resources. */
import { createHash } from 'node:crypto'
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { Guide } from '../models/dialogue/guide/guide.ts'
import { Listener } from '../models/dialogue/guide/heard.ts'
import { parseCues } from '../models/dialogue/reading/cues.ts'
import type { Wording } from '../models/dialogue/reading/finding-index.ts'
import { FindingReader } from '../models/dialogue/reading/reader.ts'
import { remembering, type SentenceEncoder } from '../models/embedding/sentence-encoder.ts'
import type { KnowledgeBase } from '../models/knowledge/knowledge-base.ts'
import { parseCalibration, type Calibration } from '../models/panel/calibration.ts'
import { CaseReader } from '../models/panel/clinical/case-reading.ts'
import { ClauseReader } from '../models/panel/clinical/clause-reading.ts'
import { SolvedCases } from '../models/panel/clinical/nearest.ts'
import { parseSolved, type SolvedPerson } from '../models/panel/clinical/solved-persons.ts'
import { ClinicalJudge } from '../models/panel/clinical-judge.ts'
import { reckoningMember, reckonings, type ReckoningId } from '../models/panel/members/clinical-members.ts'
import type { ClinicalTools } from '../models/panel/clinical/tools.ts'
import type { ReckoningMember } from '../models/panel/members/reckoning.ts'
import type { MemberRole } from '../models/panel/member.ts'
import { openFindingIndex } from './finding-files.ts'
import { shippedAdapters } from './inference/model-files.ts'
import { openNormaliser } from './condition-names.ts'

const sentencesKept = 5000

export const solvedFile = 'panel/solved-persons.json'
export const calibrationFile = 'panel/calibration.json'

export interface PanelTools extends ClinicalTools {
  readonly guide: Guide
  readonly cases: SolvedCases
  readonly judge: ClinicalJudge
  /** Names of the bundled model's adapters; each is the model `base+NAME`. */
  readonly adapters: readonly string[]
  seat(id: ReckoningId, role: MemberRole): ReckoningMember
}

const read = (resources: string, file: string): unknown =>
  JSON.parse(readFileSync(join(resources, file), 'utf8'))

const openSolved = (resources: string, base: KnowledgeBase): readonly SolvedPerson[] =>
  parseSolved(read(resources, solvedFile), solvedFile, base)

const openCalibration = (resources: string): Calibration =>
  parseCalibration(read(resources, calibrationFile), calibrationFile)

/** sha256 over the knowledge base's files in order of name, hex. */
function knowledgeHash(resources: string): string {
  const hash = createHash('sha256')
  const folder = join(resources, 'knowledge')
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .toSorted()
  for (const file of files) hash.update(readFileSync(file))
  return hash.digest('hex')
}

const fileHash = (path: string): string => createHash('sha256').update(readFileSync(path)).digest('hex')

export interface PanelSources {
  readonly solved: readonly SolvedPerson[]
  readonly calibration: Calibration
  readonly hashes: { readonly knowledge: string; readonly cases: string }
}

/** The bundled solved cases. Fails with `resource-altered`. */
export const bundledCases = (
  resources: string,
  base: KnowledgeBase,
): Pick<PanelSources, 'solved' | 'hashes'> => ({
  solved: openSolved(resources, base),
  hashes: { knowledge: knowledgeHash(resources), cases: fileHash(join(resources, solvedFile)) },
})

/** The bundled solved cases and measurements. Fails with `resource-altered`. */
export const bundledSources = (resources: string, base: KnowledgeBase): PanelSources => ({
  ...bundledCases(resources, base),
  calibration: openCalibration(resources),
})

/**
 * @param encoder sentence vectors of the bundled encoder
 * @param use which wordings of the knowledge base may be compared with
 */
export function openPanelTools(
  resources: string,
  base: KnowledgeBase,
  encoder: SentenceEncoder,
  use: (wording: Wording) => boolean,
  { solved, calibration, hashes }: PanelSources,
): PanelTools {
  const cues = parseCues(read(resources, 'knowledge/reading-cues.json'), 'reading-cues.json')
  const index = openFindingIndex(resources, base, encoder.width, use)
  const kept = remembering(encoder, sentencesKept)
  const guide = new Guide(base, cues, new FindingReader(base, index, kept))
  const listener = new Listener(base, cues)
  const reader = new CaseReader(
    guide,
    new ClauseReader(base, index, kept, (question) => listener.askedAbout(question)),
  )
  const cases = new SolvedCases(base, solved)
  const reckon = reckonings(base, cases)
  const tools = { base, reader, calibration, readCondition: openNormaliser(resources) }
  return {
    ...tools,
    guide,
    cases,
    judge: new ClinicalJudge(tools),
    adapters: shippedAdapters(resources),
    seat: (id, role) => reckoningMember(id, role, tools, reckon[id], hashes),
  }
}
