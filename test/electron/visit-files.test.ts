import { appendFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { VisitFile, type RunIdentity, type StoredVisit } from '../../electron/visit-files.ts'
import { FailureError } from '../../models/core/failure.ts'

const identity: RunIdentity = {
  schema: 'consilium-visits/1',
  doctor: 'knowledge',
  turns: 12,
  seed: 1,
  cases: 'abc',
}
const visit: StoredVisit = {
  case: 'one',
  specialty: 'neurology',
  difficulty: 'easy',
  turns: [{ speaker: 'patient', text: 'My head hurts.' }],
  doctorTurns: 1,
  leaks: 0,
  replies: 1,
  score: {
    diagnosis: true,
    top3: true,
    named: ['migraine'],
    inquiry: 0.5,
    missedInquiry: [],
    tests: null,
    missedTests: [],
    premature: false,
  },
  rules: {},
}

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'visits-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

test('a run that was killed goes on after its last whole visit', () => {
  const path = join(folder, 'run.jsonl')
  new VisitFile(path, identity).add(visit)
  appendFileSync(path, '{"case":"two","turns":[')
  const again = new VisitFile(path, identity)
  expect(again.get('one')).toEqual(visit)
  expect(again.get('two')).toBeUndefined()
  again.add({ ...visit, case: 'two' })
  expect(readFileSync(path, 'utf8').trim().split('\n')).toHaveLength(3)
  expect(new VisitFile(path, identity).get('two')?.case).toBe('two')
})

test('visits of another run are not mixed in', () => {
  const path = join(folder, 'run.jsonl')
  new VisitFile(path, identity).add(visit)
  expect(() => new VisitFile(path, { ...identity, turns: 5 })).toThrow(FailureError)
})
