import { render, screen } from '@testing-library/svelte'
import { userEvent } from '@testing-library/user-event'
import { describe, expect, it } from 'vitest'
import App from '../../../renderer/App.svelte'
import { FakeBridge, recoveryCode, type FakeBridgeOptions } from '../../support/fake-bridge.ts'

async function door(options: FakeBridgeOptions = {}) {
  const bridge = new FakeBridge({ vault: 'locked', ...options })
  render(App, { bridge })
  await screen.findByRole('heading', { level: 1, name: /^(Locked|The database is)/ })
  return { bridge, user: userEvent.setup() }
}

describe('unlocking', () => {
  it('starts in the field, refuses a wrong passphrase beside it and opens for the right one', async () => {
    const { bridge, user } = await door()
    await expect.poll(() => document.activeElement).toBe(screen.getByLabelText('Passphrase'))
    await user.keyboard('wrong{Enter}')
    expect((await screen.findByRole('alert')).textContent).toContain('That does not open it.')
    expect(screen.getByLabelText<HTMLInputElement>('Passphrase').value).toBe('')
    await user.type(screen.getByLabelText('Passphrase'), `${bridge.passphrase}{Enter}`)
    expect(await screen.findByRole('navigation', { name: 'Areas' })).toBeTruthy()
  })

  it('makes the next attempt wait and says that nothing is erased', async () => {
    const { bridge, user } = await door()
    bridge.setVault({ retryInSeconds: 65 })
    expect(await screen.findByText('Wait 1 min 05 s.')).toBeTruthy()
    await user.type(screen.getByLabelText('Passphrase'), 'anything{Enter}')
    expect(bridge.requestsOf('vault.unlock')).toEqual([])
  })

  it('opens with the recovery code', async () => {
    const { user } = await door()
    await user.click(screen.getByRole('button', { name: 'Use the recovery code' }))
    await user.type(screen.getByLabelText('Recovery code'), `${recoveryCode.toLowerCase()}{Enter}`)
    expect(await screen.findByRole('navigation', { name: 'Areas' })).toBeTruthy()
  })

  it('offers the keyring only when it was enrolled', async () => {
    const { user } = await door({ keyringEnrolled: true })
    await user.click(screen.getByRole('button', { name: /keyring/ }))
    expect(await screen.findByRole('navigation', { name: 'Areas' })).toBeTruthy()
  })

  it('says what became of a damaged database and how to go on', async () => {
    const { bridge, user } = await door({ vault: 'damaged' })
    bridge.setVault({ quarantine: '/data/quarantine/1', reason: 'The file does not pass its check.' })
    expect(await screen.findByText('/data/quarantine/1')).toBeTruthy()
    expect(screen.getByRole('alert').textContent).toContain('does not pass its check')
    await user.click(screen.getByRole('button', { name: 'Show the copy' }))
    expect(bridge.requestsOf('app.openFolder')).toEqual([{ folder: 'quarantine' }])
    await user.click(screen.getByRole('button', { name: 'Restore a backup' }))
    await user.type(await screen.findByLabelText('Passphrase of the backup'), 'backup words')
    await user.click(screen.getByRole('button', { name: 'Choose the file' }))
    expect(bridge.requestsOf('vault.restore')).toEqual([{ passphrase: 'backup words', from: 'file' }])
  })

  it('offers the newest automatic backup of a damaged database first', async () => {
    const { bridge, user } = await door({ vault: 'damaged' })
    bridge.setVault({ newestBackup: '2026-11-24T18:20:04.000Z' })
    expect(await screen.findByText(/newest automatic backup is from 24 Nov 2026/)).toBeTruthy()
    await user.click(screen.getByRole('button', { name: 'Restore the automatic backup' }))
    await user.type(await screen.findByLabelText('Your passphrase'), 'own words')
    await user.click(screen.getByRole('button', { name: 'Restore' }))
    expect(bridge.requestsOf('vault.restore')).toEqual([{ passphrase: 'own words', from: 'newest' }])
  })

  it('leaves a newer database alone and asks for a newer Consilium', async () => {
    await door({ vault: 'newer' })
    expect(screen.getByText(/It was left untouched/)).toBeTruthy()
    expect(screen.queryByRole('button', { name: 'Restore a backup' })).toBeNull()
    expect(screen.queryByLabelText('Passphrase')).toBeNull()
  })
})
