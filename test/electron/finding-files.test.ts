/** How a patient's own words are read with the bundled encoder, head and cues. */
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { withAttentiveGuide } from '../../electron/guide-files.ts'
import { openKnowledge } from '../../electron/knowledge-files.ts'
import { surelyHeard } from '../../models/dialogue/guide/heard.ts'
import type { DialogueTurn } from '../../models/dialogue/dialogue.ts'

const base = openKnowledge('resources')
const person = { age: 45, sex: 'female' } as const

const surely = (...turns: readonly DialogueTurn[]): Promise<ReadonlyMap<string, boolean>> =>
  withAttentiveGuide(
    'resources',
    base,
    () => true,
    async (guide) => {
      const heard = surelyHeard(await guide.attend(turns, person))
      return new Map(heard.map(({ finding, present }) => [finding, present]))
    },
  )
const says = (text: string): DialogueTurn => ({ speaker: 'patient', text })
const asks = (text: string): DialogueTurn => ({ speaker: 'doctor', text })

describe('a patient’s own words', () => {
  it('are understood where no cue knows them', async () => {
    expect([...(await surely(says('The room keeps whirling round me like a carousel.')))]).toContainEqual([
      'head-spinning',
      true,
    ])
  }, 60_000)

  it('are not taken for what one loose cue hears in them', async () => {
    const heard = await surely(says('Every bump in the road stabs me deep down, low in the belly.'))
    expect(heard.has('late-pregnancy')).toBe(false)
    expect(heard.has('trauma-experienced')).toBe(false)
  }, 60_000)

  it('count as an answer to what was asked, however little they say', async () => {
    const heard = await surely(
      says('My chest is bad.'),
      asks('Do you have a cough?'),
      says('Yes, for two weeks now, doctor.'),
    )
    expect(heard.get('cough')).toBe(true)
  }, 60_000)
})

it('has a row for everything that a patient can tell: a finding that is added is trained anew', () => {
  const { findings } = JSON.parse(readFileSync('resources/reading/head.json', 'utf8')) as {
    readonly findings: readonly string[]
  }
  const told = [...base.findings.values()].filter((finding) => !('order' in finding)).map(({ id }) => id)
  expect(findings.toSorted()).toEqual(told.toSorted())
})
