import { screen, within } from '@testing-library/svelte'
import { userEvent } from '@testing-library/user-event'
import { describe, expect, it } from 'vitest'
import Models from '../../../renderer/views/models/Models.svelte'
import { bundledModel } from '../../support/fake-bridge.ts'
import { mountView } from '../../support/mount.ts'

const imported = {
  ...bundledModel,
  id: 'qwen',
  name: 'Qwen2.5-0.5B',
  origin: 'imported',
  prepared: [],
  licence: '',
} as const

describe('Models', () => {
  it('tells fit, size, licence, hash and what is prepared', async () => {
    await mountView(Models)
    const item = within(screen.getByRole('article'))
    expect(item.getByText('fits')).toBeTruthy()
    expect(item.getByText('135M parameters, 145 MB on disk')).toBeTruthy()
    expect(item.getByText('Apache-2.0')).toBeTruthy()
    expect(item.getByText(bundledModel.weightsHash)).toBeTruthy()
    expect(item.getByText('int8')).toBeTruthy()
    expect(item.getByText(bundledModel.process.reason)).toBeTruthy()
    expect(item.queryByRole('button', { name: /^Remove/ })).toBeNull()
  })

  it('tests itself and tells what guessing changed and what it brought', async () => {
    const { bridge } = await mountView(Models)
    const item = within(screen.getByRole('article'))
    await userEvent.click(item.getByRole('button', { name: /^Self-test/ }))
    expect(bridge.requestsOf('models.selfTest')).toEqual([{ model: bundledModel.id }])
    bridge.finish(bridge.jobs[0]!.id)
    expect((await item.findByRole('status')).textContent).toContain('2.40 times as fast')
  })

  it('shows how the newest reply was guessed, and why guessing stopped', async () => {
    const { bridge, product } = await mountView(Models)
    bridge.push('engine.status', {
      ...product.engine.status!,
      lastReply: {
        tokensPerStep: 2.5,
        speculation: {
          decoder: 'clover',
          refusal: null,
          drafted: 120,
          accepted: 60,
          acceptanceByDepth: [0.8, 0.5],
          draftShare: 0.1,
          speedup: 1.75,
          switchedOff: 'The last 64 guesses were too unlikely to be worth checking.',
        },
      },
    })
    expect(await screen.findByText('60 of 120 guesses')).toBeTruthy()
    expect(screen.getByText('80 %, 50 %')).toBeTruthy()
    expect(screen.getByText('1.75 times one token per step')).toBeTruthy()
    expect(screen.getByText(/too unlikely to be worth checking/)).toBeTruthy()
  })

  it('prepares a model in place and blocks the others meanwhile', async () => {
    const { bridge } = await mountView(Models, { models: [{ ...bundledModel, prepared: [] }, imported] })
    const [first, second] = screen.getAllByRole('article').map((each) => within(each))
    await userEvent.click(first!.getByRole('button', { name: 'Prepare' }))
    const bar = await first!.findByRole('progressbar')
    bridge.progress(bridge.jobs[0]!.id, 'Writing layers', 0.5)
    await expect.poll(() => bar.getAttribute('aria-valuenow')).toBe('50')
    expect(second!.getByRole('button', { name: 'Prepare' }).title).toBe('Another model is being prepared')
    bridge.finish(bridge.jobs[0]!.id)
    expect(await first!.findByText('prepared')).toBeTruthy()
  })

  it('does not prepare what does not fit, and says so', async () => {
    const { bridge } = await mountView(Models, {
      models: [
        {
          ...imported,
          fit: { verdict: 'too-large', reason: 'Needs about 9 GB of memory; this computer has 8.' },
        },
      ],
    })
    expect(screen.getByText('too large')).toBeTruthy()
    await userEvent.click(screen.getByRole('button', { name: 'Prepare' }))
    expect(bridge.requestsOf('models.prepare')).toEqual([])
  })

  it('removes an imported model only after a question', async () => {
    const { bridge } = await mountView(Models, { models: [bundledModel, imported] })
    await userEvent.click(screen.getByRole('button', { name: 'Remove Qwen2.5-0.5B' }))
    const dialog = within(await screen.findByRole('alertdialog', { name: 'Remove Qwen2.5-0.5B?' }))
    await userEvent.click(dialog.getByRole('button', { name: 'Remove the model' }))
    expect(await screen.findByText('Qwen2.5-0.5B is removed.')).toBeTruthy()
    expect(bridge.requestsOf('models.remove')).toEqual([{ model: 'qwen' }])
  })

  it('imports with progress and lists the new model', async () => {
    const { bridge } = await mountView(Models)
    await userEvent.click(screen.getByRole('button', { name: 'Import a model' }))
    bridge.progress(bridge.jobs[0]!.id, 'Checking the file', 0.1)
    expect(await screen.findByText('Checking the file, 10 %')).toBeTruthy()
    bridge.finish(bridge.jobs[0]!.id)
    expect(await screen.findByRole('heading', { name: 'Qwen2.5-0.5B-Instruct' })).toBeTruthy()
    expect(screen.getByText('Qwen2.5-0.5B-Instruct is imported.')).toBeTruthy()
  })

  it('says in which kind of process a model runs and why', async () => {
    const reason = 'A separate Node process: its largest table takes 1,002 MB in one piece.'
    const { bridge } = await mountView(Models, {
      models: [bundledModel, { ...imported, process: { kind: 'node', reason } }],
    })
    const [, large] = screen.getAllByRole('article').map((each) => within(each))
    expect(large!.getByText(reason)).toBeTruthy()
    const pane = within(screen.getByRole('region', { name: 'Engine' }))
    expect(pane.getByText('one of the app’s own')).toBeTruthy()
    bridge.setEngine({ process: 'node' })
    expect(await pane.findByText('a separate Node process')).toBeTruthy()
    bridge.setEngine({ process: null })
    expect(await pane.findByText('none; it starts with the first question')).toBeTruthy()
  })

  it('says why the engine is not well', async () => {
    const { bridge } = await mountView(Models)
    bridge.setEngine({
      state: 'open-circuit',
      anonymousMb: null,
      reason: 'It stopped three times. Load a smaller model, or restart Consilium.',
    })
    const pane = within(screen.getByRole('region', { name: 'Engine' }))
    expect(await pane.findByText(/It stopped three times/)).toBeTruthy()
    expect(pane.getByText('this system does not tell')).toBeTruthy()
  })
})
