import { screen, within } from '@testing-library/svelte'
import { userEvent } from '@testing-library/user-event'
import { describe, expect, it } from 'vitest'
import PracticeView from '../../../renderer/views/practice/PracticeView.svelte'
import { mountView } from '../../support/mount.ts'

async function begin() {
  const mounted = await mountView(PracticeView)
  mounted.product.app.navigate({ area: 'practice', session: null })
  await userEvent.click(await screen.findByRole('button', { name: /A belly that got worse/ }))
  await screen.findByText('It hurts here.')
  return mounted
}
const field = () => screen.getByRole('textbox', { name: 'What you say' })

describe('Practice', () => {
  it('opens a case with the complaint, and takes a question with Enter', async () => {
    await begin()
    await userEvent.type(field(), 'When did it start?{Enter}')
    expect(await screen.findByText('Since yesterday.')).toBeTruthy()
    expect(field()).toHaveProperty('value', '')
  })

  it('orders by name and shows the result', async () => {
    const { bridge } = await begin()
    await userEvent.type(screen.getByRole('textbox', { name: 'What to examine' }), 'abdomen{Enter}')
    expect(await screen.findByText('soft, tender on the right.')).toBeTruthy()
    expect(bridge.requestsOf('practice.say').at(-1)?.text).toBe('I would like to examine: abdomen.')
  })

  it('ends with a diagnosis and shows what was missed', async () => {
    await begin()
    await userEvent.type(field(), 'The most likely diagnosis is gastritis.{Enter}')
    const debrief = within(await screen.findByRole('region', { name: 'Debrief' }))
    expect(debrief.getByText('The case is about: Acute appendicitis.')).toBeTruthy()
    expect(debrief.getByText('1 of 2')).toBeTruthy()
    expect(screen.getByRole('button', { name: 'Go to turn 2' })).toBeTruthy()
  })

  it('reviews the process afterwards: the steps, why a missed one matters, and the rules', async () => {
    const { bridge, product } = await begin()
    await userEvent.type(field(), 'The most likely diagnosis is gastritis.{Enter}')
    const review = within(await screen.findByRole('region', { name: 'Process' }))
    const process = product.practice.process
    expect(bridge.requestsOf('consult.process').length).toBe(1)
    const nodes = process?.nodes ?? []
    const missed = nodes.filter(({ state }) => state === 'missing')
    expect(missed.length).toBeGreaterThan(0)
    expect(nodes.map(({ title }) => review.queryAllByText(title).length)).toEqual(nodes.map(() => 1))
    expect(missed.map(({ why }) => review.queryAllByText(why).length)).toEqual(missed.map(() => 1))
    for (const { why } of nodes.filter(({ state }) => state === 'done'))
      expect(review.queryByText(why)).toBeNull()
  })

  it('keeps what was typed when it could not be stored, and says why', async () => {
    const { bridge } = await begin()
    bridge.failNext('practice.say', { code: 'disk-full', message: 'The disk is full. Free some space.' })
    await userEvent.type(field(), 'When did it start?{Enter}')
    expect(await screen.findByText('The disk is full. Free some space.')).toBeTruthy()
    expect(field()).toHaveProperty('value', 'When did it start?')
  })
})
