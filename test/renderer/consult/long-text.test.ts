import { fireEvent, screen, waitFor } from '@testing-library/svelte'
import userEvent from '@testing-library/user-event'
import fc from 'fast-check'
import { beforeEach, describe, expect, it } from 'vitest'
import { longestEditable, pieces } from '../../../renderer/views/consult/long-text.ts'
import ConsultView from '../../../renderer/views/consult/ConsultView.svelte'
import { mountView } from '../../support/mount.ts'
import { sessionRecord } from '../../support/session-records.ts'

const long = 'Brustschmerz seit Dienstag 😖 '.repeat(2000).trim()

beforeEach(() => {
  window.innerWidth = 1440
  // jsdom lays nothing out, so there is nothing to scroll to.
  Element.prototype.scrollIntoView = () => undefined
})

async function open(said: readonly (readonly ['clinician' | 'patient', string])[]) {
  const record = sessionRecord({}, said)
  const mounted = await mountView(ConsultView, { records: [record] })
  mounted.product.app.navigate({ area: 'consult', session: record.session.id })
  await screen.findByRole('region', { name: 'Transcript' })
  return { ...mounted, user: userEvent.setup() }
}

/** The clipboard of a browser, which jsdom lacks. */
const paste = (field: HTMLElement, text: string): Promise<boolean> =>
  fireEvent.paste(field, { clipboardData: { getData: () => text } })

describe('a long text in pieces', () => {
  it('is the text again when they are joined, and no piece is long or ends inside a character', () => {
    const text = fc
      .array(fc.constantFrom('word ', 'line\n', '😖', '胸痛', 'x'.repeat(900)), { maxLength: 60 })
      .map((parts) => parts.join('').repeat(9))
    fc.assert(
      fc.property(text, (whole) => {
        const found = pieces(whole)
        expect(found.join('')).toBe(whole)
        for (const piece of found) {
          expect(piece.length).toBeLessThanOrEqual(4000)
          // Throws on half a character.
          expect(() => encodeURIComponent(piece)).not.toThrow()
        }
      }),
      { numRuns: 50 },
    )
  })

  it('begins a new piece after a line break where there is one', () => {
    expect(pieces(`${'a b '.repeat(500)}\n${'c'.repeat(3000)}`)[0]).toBe(`${'a b '.repeat(500)}\n`)
  })
})

describe('a text too long for a field', () => {
  it('is held as it was pasted, shown by its beginning, and added whole', async () => {
    const { bridge } = await open([])
    const field = screen.getByRole<HTMLTextAreaElement>('textbox', { name: 'What the patient says' })
    await paste(field, long.replaceAll('Dienstag 😖 ', 'Dienstag 😖\r\n'))
    await waitFor(() => expect(field.readOnly).toBe(true))
    expect(field.value.length).toBeLessThan(longestEditable)
    expect(screen.getByText(/characters; only the beginning shows/)).toBeTruthy()
    await fireEvent.keyDown(field, { key: 'Enter', ctrlKey: true })
    await waitFor(() => expect(field.value).toBe(''))
    expect(bridge.requestsOf('turn.add')[0]?.turn.text).toBe(long.replaceAll('Dienstag 😖 ', 'Dienstag 😖\n'))
  })

  it('joins what was typed around it, and can be cleared', async () => {
    const { product, user } = await open([])
    const field = screen.getByRole<HTMLTextAreaElement>('textbox', { name: 'What the patient says' })
    await user.type(field, 'ab')
    field.setSelectionRange(1, 1)
    await paste(field, long)
    expect(product.consult.encounter?.transcript.draft).toBe(`a${long}b`)
    await user.click(await screen.findByRole('button', { name: 'Clear What the patient says' }))
    expect(field.readOnly).toBe(false)
    await user.type(field, 'short')
    expect(product.consult.encounter?.transcript.draft).toBe('short')
  })

  it('is held in the same way by the question to the model, and asked whole', async () => {
    const { bridge, user } = await open([['patient', 'It hurts.']])
    const field = screen.getByRole<HTMLTextAreaElement>('textbox', { name: 'Question about this case' })
    await user.type(field, 'Why? ')
    await paste(field, long)
    await waitFor(() => expect(field.readOnly).toBe(true))
    expect(field.value.length).toBeLessThan(longestEditable)
    expect(screen.getByText(/characters; only the beginning shows/)).toBeTruthy()
    await fireEvent.keyDown(field, { key: 'Enter', ctrlKey: true })
    await waitFor(() => expect(bridge.requestsOf('consult.chat')[0]?.text).toBe(`Why? ${long}`))
    expect(screen.getByRole('article', { name: /^Your question/ }).textContent.length).toBeLessThan(9000)
  })

  it('is held by a section of the note, saved whole, shown in pieces, and can be undone', async () => {
    const { bridge, product } = await open([['patient', 'It hurts.']])
    const field = screen.getByRole<HTMLTextAreaElement>('textbox', { name: 'Plan' })
    field.focus()
    await paste(field, long)
    await waitFor(() => expect(field.readOnly).toBe(true))
    expect(field.value.length).toBeLessThan(longestEditable)
    await waitFor(
      () => {
        const saved = bridge.requestsOf('note.save').at(-1)
        expect(saved?.sections.find(({ id }) => id === 'plan')?.text).toBe(long)
      },
      { timeout: 5000 },
    )
    await fireEvent.blur(field)
    expect(await screen.findByRole('button', { name: /^Show all/ })).toBeTruthy()
    const { note } = product.consult.encounter!
    note.undo()
    expect(note.section('plan').text).toBe('')
  })

  it('is held while a turn is changed, and saved whole', async () => {
    const { bridge, user } = await open([['patient', 'It hurts.']])
    screen.getByRole('article', { name: /^Turn\s*1/ }).focus()
    await user.keyboard('{Enter}')
    const field = await screen.findByRole<HTMLTextAreaElement>('textbox', { name: 'Words of turn 1' })
    field.setSelectionRange(0, field.value.length)
    await paste(field, long)
    await waitFor(() => expect(field.readOnly).toBe(true))
    await user.click(screen.getByRole('button', { name: 'Save turn' }))
    await waitFor(() => expect(bridge.requestsOf('turn.edit')[0]?.text).toBe(long))
  })

  it('is held when it is dropped instead of pasted', async () => {
    const { product } = await open([])
    const field = screen.getByRole<HTMLTextAreaElement>('textbox', { name: 'What the patient says' })
    await fireEvent.drop(field, { dataTransfer: { getData: () => long } })
    await waitFor(() => expect(product.consult.encounter?.transcript.draft).toBe(long))
    expect(field.readOnly).toBe(true)
  })

  it('is shown whole on request and not put into a field to be changed', async () => {
    const { user } = await open([['patient', long]])
    const turn = screen.getByRole('article', { name: /^Turn\s*1/ })
    expect(turn.querySelector('p')?.textContent.length).toBeLessThan(5000)
    await user.click(screen.getByRole('button', { name: /^Show all/ }))
    expect(turn.querySelector('p')?.textContent).toBe(long)
    turn.focus()
    await user.keyboard('{Enter}')
    expect(screen.queryByRole('textbox', { name: 'Words of turn 1' })).toBeNull()
    expect(screen.getByRole('button', { name: 'Edit turn 1' }).title).toContain('too long to change here')
  })
})
