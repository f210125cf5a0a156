import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { AuditAction } from '../../../models/session/audit.ts'
import { defaultSettings } from '../../../models/session/settings.ts'
import type { SessionStore } from '../../../models/session/store.ts'
import { addSession, addTurns, expectFailure, newVault, provenance, reopen, movableClock } from './support.ts'

const unknownId = '0'.repeat(32)

async function newStore(): Promise<SessionStore> {
  return (await newVault()).vault.store()
}

function lastActions(store: SessionStore, count: number): readonly AuditAction[] {
  return store
    .audit({ before: null, limit: count })
    .map(({ action }) => action)
    .reverse()
}

describe('sessions', () => {
  it('come back as they were made, after reopening too', async () => {
    const { folder, vault } = await newVault()
    const session = addSession(vault.store(), { tags: ['b', 'a', 'b', ' '], sample: 'chest-pain' })
    expect(session).toMatchObject({
      person: 'Ana Müller',
      tags: ['b', 'a'],
      sample: 'chest-pain',
      trashedAt: null,
    })
    expect(session.id).toMatch(/^[0-9a-f]{32}$/)
    vault.lock()
    const store = (await reopen(folder)).store()
    expect(store.readSession(session.id)).toMatchObject({
      session,
      turns: [],
      chat: [],
      suggestions: [],
      consents: [{ modality: 'text', granted: true, wording: 'text-1', recordedBy: 'Dr Sato' }],
      note: { revision: 0, savedAt: null },
    })
  })

  it('write an audit row when opened and none when read', async () => {
    const store = await newStore()
    const { id } = addSession(store)
    const before = store.audit({ before: null, limit: 1 })[0]!.sequence
    store.readSession(id)
    expect(store.audit({ before: null, limit: 1 })[0]!.sequence).toBe(before)
    store.openSession(id)
    expect(store.audit({ before: null, limit: 1 })[0]).toMatchObject({
      sequence: before + 1,
      action: 'session.view',
      object: id,
      user: 'Dr Sato',
    })
  })

  it('change person, reason and tags, each by itself', async () => {
    const store = await newStore()
    const { id } = addSession(store)
    store.updateSession(id, { person: 'B' })
    store.updateSession(id, { tags: ['x'] })
    expect(store.updateSession(id, { reason: 'R' })).toMatchObject({ person: 'B', reason: 'R', tags: ['x'] })
    expect(store.search('chest pain', 5)).toEqual([])
  })

  it('are listed by their last change, filtered by trash, tag and kind', async () => {
    const store = await newStore()
    const first = addSession(store, { tags: ['one', 'both'] })
    const second = addSession(store, { kind: 'practice', tags: ['both'] })
    addTurns(store, first.id, ['  a  first\nturn  '])
    const ids = (filter: Partial<Parameters<SessionStore['listSessions']>[0]>): readonly string[] =>
      store
        .listSessions({ trashed: false, tag: null, kind: null, ...filter })
        .map(({ session }) => session.id)
    expect(ids({})).toEqual([first.id, second.id])
    expect(ids({ tag: 'one' })).toEqual([first.id])
    expect(ids({ tag: 'both', kind: 'practice' })).toEqual([second.id])
    expect(store.tags()).toEqual([
      { tag: 'both', sessions: 2 },
      { tag: 'one', sessions: 1 },
    ])
    store.trashSession(first.id)
    expect(ids({})).toEqual([second.id])
    expect(ids({ trashed: true })).toEqual([first.id])
    expect(store.tags()).toEqual([{ tag: 'both', sessions: 1 }])
  })

  it('are summed up by turns, note and the first words of the last turn', async () => {
    const store = await newStore()
    const { id } = addSession(store)
    addTurns(store, id, ['first', `${'😀'.repeat(59)}a😀😀`])
    const summary = () => store.listSessions({ trashed: false, tag: null, kind: null })[0]!
    expect(summary()).toMatchObject({ turns: 2, hasNote: false, excerpt: `${'😀'.repeat(59)}a` })
    store.saveNote(id, [{ id: 'plan', text: ' \n', provenance: null }])
    expect(summary().hasNote).toBe(false)
    store.saveNote(id, [{ id: 'plan', text: 'Rest', provenance: null }])
    expect(summary().hasNote).toBe(true)
    store.saveNote(id, [{ id: 'plan', text: '', provenance: null }])
    expect(summary().hasNote).toBe(false)
  })

  it('go to the trash and back, and are read-only there', async () => {
    const store = await newStore()
    const { id } = addSession(store)
    expect(store.trashSession(id).trashedAt).not.toBeNull()
    const turn = { speaker: 'patient', text: 'x', atMs: 0 } as const
    await expectFailure('conflict', () => store.addTurn(id, turn))
    await expectFailure('conflict', () => store.updateSession(id, { person: 'x' }))
    await expectFailure('conflict', () => store.trashSession(id))
    expect(store.restoreSession(id).trashedAt).toBeNull()
    expect(store.addTurn(id, turn).number).toBe(1)
    await expectFailure('conflict', () => store.restoreSession(id))
  })

  it('are destroyed only from the trash, and then wholly', async () => {
    const store = await newStore()
    const { id } = addSession(store)
    addTurns(store, id, ['palpitations'])
    store.addChat(id, { text: 'palpitations?', provenance })
    store.saveNote(id, [{ id: 'plan', text: 'palpitations', provenance: null }])
    await expectFailure('conflict', () => store.destroySession(id))
    store.trashSession(id)
    store.destroySession(id)
    await expectFailure('not-found', () => store.openSession(id))
    expect(store.search('palpitations', 10)).toEqual([])
    expect(lastActions(store, 1)).toEqual(['session.destroy'])
  })

  it('leave the trash for good after 30 days, and not a day earlier', async () => {
    const clock = movableClock()
    const { vault, folder } = await newVault({ clock: clock.now })
    const store = vault.store()
    const { id } = addSession(store)
    const kept = addSession(store)
    const turn = store.addTurn(kept.id, { speaker: 'patient', text: 'mistyped', atMs: 0 })
    store.removeTurn(kept.id, turn.id)
    store.trashSession(id)
    clock.advance(29 * 86_400)
    expect(store.emptyExpiredTrash(clock.now())).toBe(0)
    expect(store.restoreTurn(kept.id, turn.id).text).toBe('mistyped')
    store.removeTurn(kept.id, turn.id)
    clock.advance(2 * 86_400)
    expect(store.emptyExpiredTrash(clock.now())).toBe(1)
    await expectFailure('not-found', () => store.readSession(id))
    vault.lock()
    clock.advance(31 * 86_400)
    const again = await reopen(folder, { clock: clock.now })
    await expectFailure('not-found', () => again.store().restoreTurn(kept.id, turn.id))
    expect(again.store().readSession(kept.id).session.id).toBe(kept.id)
  })

  it('refuse an unknown id by name', async () => {
    const store = await newStore()
    const { id } = addSession(store)
    await expectFailure('not-found', () => store.openSession(unknownId))
    await expectFailure('not-found', () => store.updateSession(unknownId, {}))
    await expectFailure('not-found', () => store.removeTurn(id, unknownId))
    await expectFailure('not-found', () => store.setSuggestionState(id, unknownId, 'used'))
    await expectFailure('not-found', () => store.consents(unknownId))
  })
})

describe('turns', () => {
  it('are numbered in order and never reuse a number', async () => {
    const store = await newStore()
    const { id } = addSession(store)
    addTurns(store, id, ['one', 'two', 'three'])
    const third = store.readSession(id).turns[2]!
    store.removeTurn(id, third.id)
    expect(store.addTurn(id, { speaker: 'clinician', text: 'four', atMs: 9 }).number).toBe(4)
    expect(store.readSession(id).turns.map(({ number }) => number)).toEqual([1, 2, 4])
    expect(store.restoreTurn(id, third.id)).toEqual(third)
    expect(store.readSession(id).turns.map(({ number }) => number)).toEqual([1, 2, 3, 4])
  })

  it('are edited in place and found by their new words only', async () => {
    const store = await newStore()
    const { id } = addSession(store)
    const turn = store.addTurn(id, { speaker: 'patient', text: 'headache', atMs: 5 })
    const edited = store.editTurn(id, turn.id, { text: 'dizziness', speaker: 'other' })
    expect(edited).toEqual({ ...turn, text: 'dizziness', speaker: 'other', editedAt: edited.editedAt })
    expect(edited.editedAt).not.toBeNull()
    expect(store.search('headache', 5)).toEqual([])
    expect(store.search('dizziness', 5)).toHaveLength(1)
  })

  it('leave the search when removed and return with undo', async () => {
    const store = await newStore()
    const { id } = addSession(store)
    const turn = store.addTurn(id, { speaker: 'patient', text: 'vertigo', atMs: 5 })
    store.removeTurn(id, turn.id)
    expect(store.search('vertigo', 5)).toEqual([])
    await expectFailure('conflict', () => store.removeTurn(id, turn.id))
    await expectFailure('conflict', () => store.editTurn(id, turn.id, { text: 'x' }))
    store.restoreTurn(id, turn.id)
    expect(store.search('vertigo', 5)).toHaveLength(1)
    await expectFailure('conflict', () => store.restoreTurn(id, turn.id))
  })

  it('belong to their own session', async () => {
    const store = await newStore()
    const [one, two] = [addSession(store), addSession(store)]
    const turn = store.addTurn(one.id, { speaker: 'patient', text: 'mine', atMs: 0 })
    await expectFailure('not-found', () => store.editTurn(two.id, turn.id, { text: 'x' }))
    await expectFailure('not-found', () => store.removeTurn(two.id, turn.id))
  })
})

describe('texts', () => {
  const hostile = [
    'a\0b\0',
    '\0',
    'شخص \u202eمقلوب\u202c ציון',
    '👩🏽‍⚕️ 🏳️‍🌈 e\u0301 é',
    "'; DROP TABLE turns; --",
    '\u0002marked\u0003 \ufeff \uffff',
    '𝔘𝔫𝔦𝔠𝔬𝔡𝔢',
  ]

  it.each(hostile)('come back exactly: %j', async (text) => {
    const store = await newStore()
    const { id } = addSession(store, { person: text, reason: text })
    store.addTurn(id, { speaker: 'patient', text, atMs: 0 })
    store.addChat(id, { text, provenance: null })
    store.saveNote(id, [{ id: 'plan', text, provenance: null }])
    const record = store.readSession(id)
    expect(record.session.person).toBe(text)
    expect(record.turns[0]!.text).toBe(text)
    expect(record.chat[0]!.text).toBe(text)
    expect(record.note.sections[3]!.text).toBe(text)
    store.trashSession(id)
    store.destroySession(id)
    expect(store.verifyAudit().intact).toBe(true)
  })

  it('come back exactly, whatever their characters', async () => {
    const store = await newStore()
    const { id } = addSession(store)
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => {
        const turn = store.addTurn(id, { speaker: 'patient', text, atMs: 0 })
        expect(store.readSession(id).turns.at(-1)!.text).toBe(text)
        store.search(text, 3)
        store.removeTurn(id, turn.id)
      }),
      { numRuns: 150, seed: 20_261_125 },
    )
  })

  it('of five million characters come back exactly and are found', async () => {
    const store = await newStore()
    const { id } = addSession(store)
    const text = `${'The patient walks. '.repeat(275_000)}hyperkalaemia at the end`
    expect(text.length).toBeGreaterThan(5_000_000)
    store.addTurn(id, { speaker: 'patient', text, atMs: 0 })
    expect(store.readSession(id).turns[0]!.text === text).toBe(true)
    expect(store.search('kalaem', 5)[0]!.excerpt).toContain('hyper\u0002kalaem\u0003ia')
    expect(store.listSessions({ trashed: false, tag: null, kind: null })[0]!.excerpt).toHaveLength(120)
  })

  it('with half a character are refused by name, and nothing is saved', async () => {
    const store = await newStore()
    const { id } = addSession(store)
    const before = store.audit({ before: null, limit: 1 })
    for (const text of ['\ud800', 'a\udc00b', '\udc00\ud800'])
      expect(
        (
          await expectFailure('invalid-request', () =>
            store.addTurn(id, { speaker: 'patient', text, atMs: 0 }),
          )
        ).details,
      ).toHaveProperty('position')
    expect(store.readSession(id).turns).toEqual([])
    expect(store.audit({ before: null, limit: 1 })).toEqual(before)
    expect(store.verifyAudit().intact).toBe(true)
  })
})

describe('consent, chat, suggestions', () => {
  it('keeps the last answer for each modality', async () => {
    const store = await newStore()
    const { id } = addSession(store)
    store.setConsent(id, 'camera', true)
    expect(store.setConsent(id, 'camera', false)).toMatchObject({ modality: 'camera', granted: false })
    expect(store.consents(id).map(({ modality, granted }) => [modality, granted])).toEqual([
      ['text', true],
      ['camera', false],
    ])
    expect(lastActions(store, 2)).toEqual(['consent.grant', 'consent.withdraw'])
  })

  it('marks a model’s message by its provenance', async () => {
    const store = await newStore()
    const { id } = addSession(store)
    const asked = store.addChat(id, { text: 'What else?', provenance: null })
    const answered = store.addChat(id, { text: 'Ask about fever.', provenance })
    expect([asked.author, answered.author]).toEqual(['clinician', 'model'])
    expect(store.readSession(id).chat).toEqual([asked, answered])
    expect(store.search('fever', 3)[0]).toMatchObject({ where: 'chat', turn: null })
  })

  it('keeps what became of a suggestion', async () => {
    const store = await newStore()
    const { id } = addSession(store)
    const offered = store.addSuggestion(id, 'Any allergies?', provenance)
    expect(offered.state).toBe('offered')
    expect(store.setSuggestionState(id, offered.id, 'used')).toEqual({ ...offered, state: 'used' })
    expect(store.readSession(id).suggestions).toEqual([{ ...offered, state: 'used' }])
  })
})

describe('the note', () => {
  it('keeps every revision, and untouched sections', async () => {
    const store = await newStore()
    const { id } = addSession(store)
    store.saveNote(id, [
      { id: 'subjective', text: 'Pain', provenance },
      { id: 'plan', text: 'ECG', provenance: null },
    ])
    const second = store.saveNote(id, [{ id: 'plan', text: 'ECG, troponin', provenance: null }])
    expect(second.revision).toBe(2)
    expect(second.sections.map(({ text }) => text)).toEqual(['Pain', '', '', 'ECG, troponin'])
    expect(second.sections[0]!.provenance).toEqual(provenance)
    expect(store.readSession(id).note).toEqual(second)
    expect(store.noteAt(id, 1).sections.map(({ text }) => text)).toEqual(['Pain', '', '', 'ECG'])
    expect(store.noteAt(id, 0).sections.every(({ text }) => text === '')).toBe(true)
    await expectFailure('not-found', () => store.noteAt(id, 3))
  })

  it('gets no revision and no audit row from saving what is already there', async () => {
    const store = await newStore()
    const { id } = addSession(store)
    const saved = store.saveNote(id, [{ id: 'plan', text: 'Rest', provenance }])
    const before = store.audit({ before: null, limit: 1 })
    expect(store.saveNote(id, saved.sections)).toEqual(saved)
    expect(store.audit({ before: null, limit: 1 })).toEqual(before)
  })

  it('becomes the clinician’s own when its draft mark is taken off', async () => {
    const store = await newStore()
    const { id } = addSession(store)
    store.saveNote(id, [{ id: 'plan', text: 'Rest', provenance }])
    expect(store.saveNote(id, [{ id: 'plan', text: 'Rest', provenance: null }])).toMatchObject({
      revision: 2,
    })
    expect(store.readSession(id).note.sections[3]!.provenance).toBeNull()
  })

  it('is found by its present words only', async () => {
    const store = await newStore()
    const { id } = addSession(store)
    store.saveNote(id, [{ id: 'assessment', text: 'pericarditis', provenance: null }])
    store.saveNote(id, [{ id: 'assessment', text: 'costochondritis', provenance: null }])
    expect(store.search('pericarditis', 5)).toEqual([])
    expect(store.search('chondritis', 5)[0]).toMatchObject({ where: 'note' })
  })
})

describe('settings', () => {
  it('start from the defaults and keep what was changed', async () => {
    const { folder, vault } = await newVault()
    expect(vault.store().settings()).toEqual({ ...defaultSettings, userName: 'Dr Sato' })
    vault.store().changeSettings({ theme: 'dark', seed: 7, showFirstRun: false })
    vault.store().changeSettings({ seed: null, userName: 'Dr Ito' })
    vault.lock()
    const store = (await reopen(folder)).store()
    expect(store.settings()).toEqual({
      ...defaultSettings,
      theme: 'dark',
      showFirstRun: false,
      userName: 'Dr Ito',
    })
    expect(store.audit({ before: null, limit: 1 })[0]!.user).toBe('Dr Ito')
  })
})

describe('every change', () => {
  it('writes its own audit row', async () => {
    const store = await newStore()
    const { id } = addSession(store)
    const turn = store.addTurn(id, { speaker: 'patient', text: 'x', atMs: 0 })
    store.editTurn(id, turn.id, { text: 'y' })
    store.removeTurn(id, turn.id)
    store.restoreTurn(id, turn.id)
    store.setConsent(id, 'text', false)
    store.addChat(id, { text: 'q', provenance: null })
    const suggestion = store.addSuggestion(id, 'q', provenance)
    store.setSuggestionState(id, suggestion.id, 'skipped')
    store.saveNote(id, [{ id: 'plan', text: 'p', provenance: null }])
    store.changeSettings({ theme: 'dark' })
    store.updateSession(id, { person: 'p' })
    store.record('session.export', id, 'done')
    store.trashSession(id)
    store.restoreSession(id)
    store.trashSession(id)
    store.destroySession(id)
    expect(lastActions(store, 18)).toEqual([
      'session.create',
      'consent.grant',
      'turn.add',
      'turn.edit',
      'turn.remove',
      'turn.edit',
      'consent.withdraw',
      'chat.add',
      'suggestion.add',
      'suggestion.state',
      'note.save',
      'settings.change',
      'session.update',
      'session.export',
      'session.trash',
      'session.restore',
      'session.trash',
      'session.destroy',
    ])
    expect(store.verifyAudit()).toMatchObject({ intact: true, brokenAt: null })
  })
})
