import { render, screen } from '@testing-library/svelte'
import { userEvent } from '@testing-library/user-event'
import { describe, expect, it } from 'vitest'
import App from '../../../renderer/App.svelte'
import { bundledModel, FakeBridge, recoveryCode, type FakeBridgeOptions } from '../../support/fake-bridge.ts'

async function begin(options: FakeBridgeOptions = {}) {
  const bridge = new FakeBridge({ vault: 'absent', ...options })
  render(App, { bridge })
  await screen.findByRole('heading', { name: 'Who uses Consilium here?' })
  return { bridge, user: userEvent.setup() }
}

async function toPassphrase(user: ReturnType<typeof userEvent.setup>) {
  await user.type(screen.getByLabelText('Name'), 'Dr Lindqvist')
  await user.click(screen.getByRole('button', { name: 'Continue' }))
  await screen.findByRole('heading', { name: 'Choose a passphrase' })
}

async function create(user: ReturnType<typeof userEvent.setup>) {
  await toPassphrase(user)
  await user.type(screen.getByLabelText('Passphrase'), 'seven quiet horses')
  await user.type(screen.getByLabelText('Passphrase again'), 'seven quiet horses')
  await user.click(screen.getByRole('button', { name: 'Create the encrypted database' }))
  await screen.findByRole('heading', { name: 'Keep this recovery code' })
}

describe('first run', () => {
  it('leads from the name to Home and keeps what was entered', async () => {
    const { bridge, user } = await begin()
    await user.click(screen.getByRole('radio', { name: 'Researcher' }))
    await create(user)
    expect(bridge.requestsOf('vault.create')).toEqual([
      { passphrase: 'seven quiet horses', useKeyring: false, userName: 'Dr Lindqvist', role: 'researcher' },
    ])
    expect(screen.getByText(recoveryCode)).toBeTruthy()
    await user.click(screen.getByRole('checkbox', { name: 'I have kept the code somewhere safe' }))
    await user.click(screen.getByRole('button', { name: 'Continue' }))
    expect(document.body.textContent).not.toContain(recoveryCode)
    await user.click(await screen.findByRole('button', { name: 'Go to Home' }))
    expect(await screen.findByRole('navigation', { name: 'Areas' })).toBeTruthy()
    expect(bridge.settings.showFirstRun).toBe(false)
  })

  it('asks for a name before going on', async () => {
    const { user } = await begin()
    await user.click(screen.getByRole('button', { name: 'Continue' }))
    expect(screen.getByRole('alert').textContent).toContain('Enter a name')
    expect(screen.getByRole('heading', { name: 'Who uses Consilium here?' })).toBeTruthy()
  })

  it('creates nothing while the two passphrases differ or are short', async () => {
    const { bridge, user } = await begin()
    await toPassphrase(user)
    await user.type(screen.getByLabelText('Passphrase'), 'short')
    await user.click(screen.getByRole('button', { name: 'Create the encrypted database' }))
    expect(
      screen
        .getAllByRole('alert')
        .map((each) => each.textContent)
        .join(' '),
    ).toContain('3 more characters needed.')
    await user.type(screen.getByLabelText('Passphrase'), ' but longer')
    await user.type(screen.getByLabelText('Passphrase again'), 'short and different')
    await user.click(screen.getByRole('button', { name: 'Create the encrypted database' }))
    expect(bridge.requestsOf('vault.create')).toEqual([])
    expect(screen.getByText('The two differ. Type the same passphrase again.')).toBeTruthy()
  })

  it('offers the keyring only where one protects a key, and says why not', async () => {
    const { user } = await begin({ keyring: { available: false, backend: 'basic_text' } })
    await toPassphrase(user)
    const box = screen.getByRole('checkbox', { name: 'Let this computer’s keyring open it too' })
    expect(box.hasAttribute('disabled')).toBe(true)
    expect(screen.getByText(/no keyring that protects a key/)).toBeTruthy()
  })

  it('does not go past the recovery code until it is kept', async () => {
    const { user } = await begin()
    await create(user)
    await user.click(screen.getByRole('button', { name: 'Continue' }))
    expect(screen.getByText(recoveryCode)).toBeTruthy()
  })

  it('prepares the model with progress and lets it go on while Home opens', async () => {
    const { bridge, user } = await begin({ models: [{ ...bundledModel, prepared: [] }] })
    await create(user)
    await user.click(screen.getByRole('checkbox'))
    await user.click(screen.getByRole('button', { name: 'Continue' }))
    await user.click(await screen.findByRole('button', { name: 'Prepare the model' }))
    const job = bridge.jobs[0]!
    bridge.progress(job.id, 'Reading weights', 0.25, 9)
    expect(await screen.findByText('Reading weights, 25 %, about 9 s left')).toBeTruthy()
    await user.click(screen.getByRole('button', { name: 'Go to Home, it goes on' }))
    await screen.findByRole('navigation', { name: 'Areas' })
    bridge.finish(job.id)
    expect(await screen.findByText('prepared, 145 MB')).toBeTruthy()
  })

  it('returns to the model step when the app was closed in between', async () => {
    const bridge = new FakeBridge({ settings: { showFirstRun: true } })
    render(App, { bridge })
    expect(await screen.findByRole('heading', { name: 'Prepare the model' })).toBeTruthy()
  })
})
