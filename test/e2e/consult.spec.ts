/** One consultation from the first run to its trash and back, with the bundled model, in the real app. */
import { readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test, type Locator, type Page } from '@playwright/test'
import type { Bridge } from '../../renderer/bridge.ts'
import type { SessionRecord } from '../../models/session/session.ts'
import { expectAccessible } from '../support/accessibility.ts'
import { launchApp, makeAppFolder, type LaunchedApp } from '../support/launch.ts'
import {
  addTags,
  composer,
  createVault,
  goHome,
  openArea,
  prepareModel,
  lock,
  unlock,
  wordsOfTurn,
} from '../support/window.ts'

const writingMs = 120_000
const person = 'Nora Blix'
const turns = [
  { key: 'Alt+Digit2', speaker: 'You', text: 'What brings you in today?' },
  {
    key: 'Alt+Digit1',
    speaker: person,
    text: 'My chest has been tight for two days, and ibuprofen did nothing.',
  },
  { key: 'Alt+Digit3', speaker: 'Someone else', text: 'She also gets out of breath on the stairs.' },
] as const
/** How every text of a model is signed in the window: model, precision, seed and time. */
const signature = /Written by Consilium (?:dialogue|plpf).*, int8, seed \d+\s*\d{1,2}:\d{2}/

test.describe.configure({ mode: 'serial' })
test.setTimeout(400_000)

let launched: LaunchedApp
let exports: string
const page = (): Page => launched.page

/** Calls the bridge as the window does. */
const call: Bridge['call'] = (operation, request) =>
  page().evaluate(([name, value]) => window.consilium.call(name, value), [operation, request] as const)

/** The consultation as it is on disk. */
async function record(): Promise<SessionRecord> {
  const list = await call('session.list', { trashed: false, tag: null, kind: null })
  const id = list.ok ? list.value[0]?.session.id : undefined
  const opened = await call('session.open', { session: id ?? '' })
  if (!opened.ok) throw new Error(opened.failure.message)
  return opened.value
}

const section = (title: string): Locator => page().getByRole('region', { name: title, exact: true })
const openConsultation = async (): Promise<void> => {
  await openArea(page(), 'Library')
  await page().getByRole('button').filter({ hasText: person }).first().click()
  await expect(composer(page())).toBeVisible()
}

test.beforeAll(async () => {
  launched = await launchApp()
  exports = makeAppFolder('consilium-exports-')
  // The system's file dialog cannot be seen on a virtual display; the file goes where it would have pointed.
  await launched.app.evaluate(({ dialog }, folder) => {
    dialog.showSaveDialog = (...args: unknown[]) => {
      const { defaultPath } = args.at(-1) as { defaultPath: string }
      return Promise.resolve({ canceled: false, filePath: `${folder}/${defaultPath.split(/[/\\]/).at(-1)}` })
    }
  }, exports)
  await page().setViewportSize({ width: 1440, height: 900 })
  await createVault(page())
  await prepareModel(page())
  await goHome(page())
})
test.afterAll(async () => {
  await launched.close()
  rmSync(exports, { recursive: true, force: true })
})

test('a consultation is started and its turns are typed by keyboard alone', async () => {
  const { keyboard } = page()
  await keyboard.press('Control+KeyN')
  await expect(page().getByLabel('Who', { exact: true })).toBeFocused()
  await keyboard.type(person)
  await keyboard.press('Tab')
  await keyboard.type('Chest tightness')
  await keyboard.press('Control+Enter')
  await expect(page().getByRole('alert')).toContainText('Choose the person')
  await keyboard.press('Tab')
  await keyboard.type('cardiology')
  await keyboard.press('Enter')
  await keyboard.press('Tab')
  await keyboard.press('Space')
  await expect(page().getByRole('radio', { name: 'Agrees', exact: true })).toBeChecked()
  await keyboard.press('Control+Enter')
  await expect(composer(page())).toBeFocused()

  for (const [index, { key, speaker, text }] of turns.entries()) {
    await keyboard.press(key)
    await keyboard.type(text)
    await keyboard.press('Control+Enter')
    await expect(page().getByRole('article', { name: `Turn ${index + 1} ${speaker}` })).toBeVisible()
    expect(await wordsOfTurn(page(), index + 1)).toBe(text)
    await expect(composer(page())).toBeFocused()
  }
  await expect(
    page()
      .getByRole('banner')
      .getByText(/^Saved \d/),
  ).toBeVisible()
  const { consents, session } = await record()
  expect(consents).toMatchObject([{ modality: 'text', granted: true, recordedBy: 'Dr Test' }])
  expect(session).toMatchObject({ person, reason: 'Chest tightness', tags: ['cardiology'] })
})

test('the model suggests a question, signed, and using it makes it a turn', async () => {
  const card = page().getByRole('article', { name: 'Suggested question', exact: true })
  const nothing = page().getByText('The model has nothing to ask now.')
  // A model this small now and then writes no question; the person asks again.
  for (let attempt = 0; attempt < 4 && !(await card.isVisible()); attempt += 1) {
    await page().keyboard.press('Control+KeyJ')
    await expect(page().getByRole('article', { name: 'Suggestion being written' })).toBeVisible()
    await expect(card.or(nothing)).toBeVisible({ timeout: writingMs })
  }
  await expect(card).toContainText(signature)
  const question = (await card.locator('p').first().innerText()).replace(/^“|”$/g, '')
  await card.focus()
  await page().keyboard.press('1')
  await expect(page().getByRole('article', { name: 'Turn 4 You' })).toBeVisible()
  expect(await wordsOfTurn(page(), 4)).toBe(question)
  await expect(card).toHaveCount(0)
  expect((await record()).suggestions.at(-1)).toMatchObject({ question, state: 'used' })
})

test('Esc stops an answer; what was written is kept, signed and marked as stopped', async () => {
  const answers = page().getByRole('article', { name: /^Answer by the model/ })
  const stopped = answers.filter({ hasText: 'stopped' })
  const writing = page().getByRole('article', { name: 'Answer being written' })
  // It may have said all it had to say before the key is pressed; then it is asked something else.
  for (const part of ['causes', 'signs', 'tests', 'treatments', 'dangers', 'questions', 'facts']) {
    const before = await answers.count()
    await page().keyboard.press('Alt+KeyQ')
    await page().keyboard.type(
      `List at length all ${part} of chest tightness that this patient may have, one after the other.`,
    )
    await page().keyboard.press('Control+Enter')
    // Looked at in every frame: a short answer is over before the next look of an assertion.
    await page().waitForFunction(
      (count) =>
        /\w/.test(document.querySelector('[aria-label="Answer being written"] p.text')?.textContent ?? '') ||
        document.querySelectorAll('article[aria-label^="Answer by the model"]').length > count,
      before,
      { timeout: writingMs },
    )
    await page().keyboard.press('Escape')
    await expect(writing).toHaveCount(0, { timeout: writingMs })
    await expect(answers).toHaveCount(before + 1)
    if (await stopped.isVisible()) break
  }
  await expect(stopped).toContainText(signature)
  const answer = (await record()).chat.at(-1)
  expect(answer).toMatchObject({ author: 'model', provenance: { finish: 'cancelled', model: 'default' } })
  expect(answer?.text).toMatch(/\w/)
  expect(await stopped.locator('p').first().textContent()).toBe(answer?.text)
})

test('one section is drafted; an edit of it can be undone and redone', async () => {
  const subjective = section('Subjective')
  const accept = subjective.getByRole('button', { name: 'Accept Subjective' })
  await subjective.getByRole('button', { name: 'Draft Subjective' }).click()
  await expect(accept).toBeVisible({ timeout: writingMs })
  await expect(subjective).toContainText(signature)
  const drafted = (await record()).note.sections.find(({ id }) => id === 'subjective')?.text ?? ''

  await subjective.getByRole('button', { name: 'Edit Subjective' }).click()
  const field = subjective.getByRole('textbox', { name: 'Subjective' })
  await expect(field).toHaveValue(drafted)
  await page().keyboard.press('Control+End')
  await page().keyboard.type(' Added by hand.')
  await expect(field).toHaveValue(`${drafted} Added by hand.`)
  await page().keyboard.press('Control+KeyZ')
  await expect(field).toHaveValue(drafted)
  await page().keyboard.press('Control+KeyY')
  await expect(field).toHaveValue(`${drafted} Added by hand.`)
  await page().keyboard.press('Escape')
  await expect(accept).toHaveCount(0)
  await expect
    .poll(async () => (await record()).note.sections.find(({ id }) => id === 'subjective'))
    .toEqual({ id: 'subjective', text: `${drafted} Added by hand.`, provenance: null })

  await page().getByRole('button', { name: 'Undo in the note' }).click()
  await expect(accept).toBeVisible()
  await expect
    .poll(async () => (await record()).note.sections.find(({ id }) => id === 'subjective')?.provenance)
    .toMatchObject({ model: 'default', lastTurn: 4 })
})

test('the export holds everything and marks what a model wrote; redacted, it names nobody', async () => {
  await page().keyboard.press('Control+KeyE')
  const preview = page().getByRole('region', { name: 'Preview' })
  await expect(preview).toContainText('## Transcript')
  await expect(preview).not.toContainText('Nora')
  await page().getByRole('checkbox', { name: 'Names, dates, numbers and places' }).click()
  await expect(preview).toContainText(person)
  await page().getByRole('dialog').getByRole('button', { name: 'Export', exact: true }).click()
  await expect(page().getByText(/^Exported as /)).toBeVisible()

  const [name = ''] = readdirSync(exports)
  expect(name).toMatch(/\.md$/)
  const text = readFileSync(join(exports, name), 'utf8')
  const { chat, note } = await record()
  expect(text).toContain(`# ${person}`)
  for (const turn of turns) expect(text).toContain(turn.text)
  expect(text).toMatch(
    /### Subjective\n\n\*Draft, written by a model: Consilium dialogue[^\n]*seed \d+[^\n]*\*\n/,
  )
  expect(note.sections.filter(({ provenance }) => provenance)).toHaveLength(1)
  expect(text.match(/^\*\*Model\*\* \(written by a model: Consilium dialogue.*seed \d+.*\)$/gm)).toHaveLength(
    chat.filter(({ author }) => author === 'model').length,
  )
})

test('an accepted draft is the person’s own text', async () => {
  await section('Subjective').getByRole('button', { name: 'Accept Subjective' }).click()
  await expect(section('Subjective')).not.toContainText('Written by')
  await expect
    .poll(async () => (await record()).note.sections.every(({ provenance }) => provenance === null))
    .toBe(true)
})

test('consultation and library have no serious accessibility violation, in both themes', async () => {
  await expectAccessible(page())
  await openArea(page(), 'Library')
  await expect(page().getByRole('button').filter({ hasText: person })).toBeVisible()
  await expectAccessible(page())
})

test('it is found by tag and by a word that was said, and a hit opens its turn', async () => {
  await openConsultation()
  await addTags(page(), ['follow-up'])
  await openArea(page(), 'Library')
  await page()
    .getByRole('button', { name: /^follow-up/ })
    .click()
  await expect(page().getByRole('region', { name: 'follow-up' }).getByText('1 session')).toBeVisible()

  await page().keyboard.press('Control+KeyF')
  await page().keyboard.type('ibuprof')
  const hit = page().getByRole('region', { name: 'Found' }).getByRole('button').filter({ hasText: 'turn 2' })
  await expect(hit).toContainText('ibuprofen did nothing')
  await hit.click()
  const turn = page().getByRole('article', { name: 'Turn 2' })
  await expect(turn).toBeInViewport()
  await expect(turn).toHaveClass(/\blit\b/)

  await openArea(page(), 'Library')
  await page().getByRole('button', { name: 'Clear the search' }).click()
  await openConsultation()
})

test('the trash can be undone, and gives back what was put into it', async () => {
  const before = await record()
  const row = page().getByRole('button').filter({ hasText: person })
  const trash = async (): Promise<void> => {
    await page().getByRole('button', { name: 'More about this consultation' }).click()
    await page().getByRole('menuitem', { name: 'Move to the trash' }).click()
    await expect(page().getByText(`${person} moved to the trash.`)).toBeVisible()
    await expect(row).toHaveCount(0)
  }
  await trash()
  // The notice of an earlier step may still stand beside this one.
  await page()
    .getByRole('status', { name: 'Notices' })
    .locator('.toast')
    .filter({ hasText: `${person} moved to the trash.` })
    .last()
    .getByRole('button', { name: /^Undo/ })
    .click()
  await expect(row).toBeVisible()

  await row.click()
  await trash()
  await page()
    .getByRole('button', { name: /^Trash/ })
    .click()
  await page()
    .getByRole('button', { name: `Put back ${person}` })
    .click()
  await page()
    .getByRole('button', { name: /^All sessions/ })
    .click()
  await expect(row).toBeVisible()
  expect(contentOf(await record())).toEqual(contentOf(before))
})

test('without consent the model is asked nothing and nothing is typed', async () => {
  await openConsultation()
  await page().getByRole('button', { name: 'Consent: text' }).click()
  await page().getByRole('button', { name: 'Withdraw consent' }).click()
  await expect(
    page().getByText('Consent for text was withdrawn. Record it again to go on.').first(),
  ).toBeVisible()
  for (const name of [/^Ask the model\b/, /^Ask$/, /^Draft (all|the note)$/, /^Add turn\b/])
    await expect(page().getByRole('button', { name })).toHaveAttribute('aria-disabled', 'true')
  await expect(composer(page())).toHaveAttribute('readonly')

  // The window's word is not taken for it.
  const { session } = await record()
  for (const reply of [
    await call('consult.suggest', { session: session.id }),
    await call('consult.chat', { session: session.id, text: 'And now?' }),
    await call('consult.draftNote', { session: session.id, sections: ['plan'] }),
    await call('turn.add', { session: session.id, turn: { speaker: 'patient', text: 'x', atMs: 0 } }),
  ])
    expect(reply).toMatchObject({ ok: false, failure: { code: 'consent-missing' } })
})

test('after locking and unlocking everything is as it was', async () => {
  const before = await record()
  await lock(page())
  await expect(page().getByText(person)).toHaveCount(0)
  await unlock(page())
  await openConsultation()
  expect(contentOf(await record())).toEqual(contentOf(before))
  for (const turn of before.turns) expect(await wordsOfTurn(page(), turn.number)).toBe(turn.text)
  await expect(page().getByRole('button', { name: 'No consent' })).toBeVisible()
  await expect(page().getByRole('list', { name: 'Tags' })).toContainText('follow-up')
  await expect(
    page()
      .getByRole('article', { name: /^Answer by the model/ })
      .filter({ hasText: 'stopped' }),
  ).toBeVisible()
  expect(await call('audit.verify', {})).toMatchObject({ ok: true, value: { intact: true } })
})

/** All that was written; when it was last looked at or moved does not count. */
function contentOf({ session, ...rest }: SessionRecord): unknown {
  const { updatedAt: _updatedAt, ...head } = session
  return { ...rest, session: head }
}
