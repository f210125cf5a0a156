import { describe, expect, it } from 'vitest'
import { excerptAround, firstWords, foldText } from '../../../electron/storage/store/excerpt.ts'
import { addSession, addTurns, newVault } from './support.ts'

async function storeWith(texts: readonly string[]) {
  const { vault } = await newVault()
  const store = vault.store()
  const session = addSession(store, { person: 'Zoë Ångström', reason: 'BP check' })
  addTurns(store, session.id, texts)
  const found = (text: string, limit = 20): readonly (number | null)[] =>
    store.search(text, limit).map(({ turn }) => turn)
  return { store, session, found }
}

describe('search', () => {
  it('finds parts of words, whatever their case and accents', async () => {
    const { found } = await storeWith(['Tachycardia at night', 'naïve café', 'no fever', 'NAIVE CAFE'])
    expect(found('card')).toEqual([1])
    expect(found('CAFÉ')).toEqual([4, 2])
    expect(found('cafe naive')).toEqual([4, 2])
    expect(found('fever card')).toEqual([])
  })

  it('finds words of one and two letters, alone and with longer ones', async () => {
    const { found } = await storeWith(['BP 120', 'MI in 2019', 'bp high, MI denied'])
    expect(found('bp')).toEqual([3, 1, null])
    expect(found('mi bp')).toEqual([3])
    expect(found('MI denied')).toEqual([3])
    expect(found('zz')).toEqual([])
  })

  it('finds text without spaces between words', async () => {
    const { found } = await storeWith(['患者は胸の痛みを訴えています', 'ผู้ป่วยมีไข้'])
    expect(found('胸の痛み')).toEqual([1])
    expect(found('痛み')).toEqual([1])
    expect(found('มีไข้')).toEqual([2])
  })

  it('finds who a session is about and why', async () => {
    const { store, session } = await storeWith([])
    expect(store.search('angstrom', 5)).toMatchObject([
      { where: 'session', turn: null, session: { id: session.id } },
    ])
    expect(store.search('bp check', 5)).toHaveLength(1)
  })

  it.each([
    '"',
    '""',
    'a" OR "b',
    '*',
    'text:',
    'NEAR(',
    '(',
    '^pain',
    'pain*',
    '-pain',
    'AND',
    'NOT pain',
    "'; --",
    '{x}:',
    '\0',
    '%',
    '_',
  ])('reads no syntax into %j', async (text) => {
    const { store, session } = await storeWith(['pain in the chest'])
    expect(() => store.search(text, 5)).not.toThrow()
    expect(store.search(text, 5).filter(({ turn }) => turn === 1)).toEqual([])
    store.addTurn(session.id, { speaker: 'patient', text: `before ${text} after`, atMs: 0 })
    const visible = text.replace('\0', '').trim()
    if (visible) expect(store.search(text, 5).map(({ turn }) => turn)).toEqual([2])
  })

  it('finds nothing for nothing', async () => {
    const { found } = await storeWith(['pain'])
    expect(found('')).toEqual([])
    expect(found(' \n\t ')).toEqual([])
  })

  it('finds words after a NUL', async () => {
    const { found } = await storeWith(['before\0hypertension'])
    expect(found('hypertension')).toEqual([1])
  })

  it('gives the newest first and no more than asked for', async () => {
    const { found } = await storeWith(Array.from({ length: 30 }, (_, index) => `cough ${index}`))
    expect(found('cough', 3)).toEqual([30, 29, 28])
  })

  it('leaves the trash out and takes restored sessions back in', async () => {
    const { store, session, found } = await storeWith(['cough'])
    store.trashSession(session.id)
    expect(found('cough')).toEqual([])
    store.restoreSession(session.id)
    expect(found('cough')).toEqual([1])
  })
})

describe('the excerpt', () => {
  it('marks every match and stands on one line', () => {
    expect(excerptAround('Fever\nand FÉVER', ['fever'])).toBe('\u0002Fever\u0003 and \u0002FÉVER\u0003')
  })

  it('shows the neighbourhood of the first match and never half a character', () => {
    const text = `${'😀'.repeat(500)} rash ${'😀'.repeat(500)}`
    const excerpt = excerptAround(text, ['rash'])
    expect(excerpt).toMatch(/^….*\u0002rash\u0003.*…$/u)
    expect(excerpt).not.toMatch(/\p{Surrogate}/u)
    expect(excerpt.length).toBeLessThan(200)
  })

  it('finds a match that lies across two pieces of a long text', () => {
    const text = `${'x'.repeat(32 * 1024 - 3)}nephropathy`
    expect(excerptAround(text, ['nephropathy'])).toContain('\u0002nephropathy\u0003')
  })

  it('cannot be confused by marks in the text', () => {
    expect(excerptAround('a\u0002b\u0003 pain', ['pain'])).toBe('a b  \u0002pain\u0003'.replace('  ', ' '))
  })

  it('joins overlapping matches', () => {
    expect(excerptAround('aspirin', ['aspir', 'pirin'])).toBe('\u0002aspirin\u0003')
  })

  it('is the beginning when no word is found', () => {
    expect(excerptAround('short text', ['zzz'])).toBe('short text')
  })

  it('keeps accents apart from letters in folding', () => {
    expect(foldText('ÉCOLE')).toBe('ecole')
    expect(firstWords(`  a\n b${'😀'.repeat(3)}`, 5)).toBe('a b😀')
  })
})
