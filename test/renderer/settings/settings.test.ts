import { screen, within } from '@testing-library/svelte'
import { userEvent } from '@testing-library/user-event'
import { describe, expect, it } from 'vitest'
import type { SettingsSection } from '../../../renderer/state/app.svelte.ts'
import Settings from '../../../renderer/views/settings/Settings.svelte'
import { newerRecoveryCode, type FakeBridgeOptions } from '../../support/fake-bridge.ts'
import { mountView } from '../../support/mount.ts'

async function section(name: SettingsSection, options: FakeBridgeOptions = {}) {
  const mounted = await mountView(Settings, options)
  mounted.product.app.navigate({ area: 'settings', section: name })
  return mounted
}

describe('Settings', () => {
  it('saves the name when the field is left, and shows that it is saved', async () => {
    const { bridge, product } = await section('profile')
    const field = await screen.findByLabelText('Name')
    await userEvent.clear(field)
    await userEvent.tab()
    expect(bridge.requestsOf('settings.change')).toEqual([])
    await userEvent.type(field, 'Dr Amal Haddad')
    await userEvent.tab()
    await expect.poll(() => bridge.settings.userName).toBe('Dr Amal Haddad')
    await expect.poll(() => product.app.heading?.save?.kind).toBe('saved')
  })

  it('explains top-p away at temperature 0 and enables it above', async () => {
    const { bridge } = await section('generation')
    const topP = await screen.findByLabelText<HTMLInputElement>('Top-p')
    expect(topP.disabled).toBe(true)
    expect(screen.getByText('Has no effect at temperature 0.')).toBeTruthy()
    const temperature = screen.getByLabelText('Temperature')
    await userEvent.clear(temperature)
    await userEvent.type(temperature, '0.8{Enter}')
    await expect.poll(() => topP.disabled).toBe(false)
    expect(bridge.settings.temperature).toBe(0.8)
  })

  it('fixes the seed and frees it again', async () => {
    const { bridge } = await section('generation')
    await userEvent.click(await screen.findByRole('radio', { name: 'Fixed' }))
    const seed = await screen.findByLabelText('Fixed seed')
    await userEvent.clear(seed)
    await userEvent.type(seed, '4294967296{Enter}')
    expect(screen.getByText('Type a number from 0 to 4294967295.')).toBeTruthy()
    await userEvent.clear(seed)
    await userEvent.type(seed, '42{Enter}')
    await expect.poll(() => bridge.settings.seed).toBe(42)
    await userEvent.click(screen.getByRole('radio', { name: 'Fresh each time' }))
    await expect.poll(() => bridge.settings.seed).toBeNull()
  })

  it('sets the minutes before locking and warns about never', async () => {
    const { bridge } = await section('appearance')
    await userEvent.selectOptions(await screen.findByLabelText('Lock after'), 'Never')
    await expect.poll(() => bridge.settings.lockAfterMinutes).toBe(0)
    expect(screen.getByText(/Anyone at this computer can read it/)).toBeTruthy()
  })

  it('changes the passphrase once both agree', async () => {
    const { bridge } = await section('security')
    await userEvent.click(await screen.findByRole('button', { name: 'Change the passphrase' }))
    await userEvent.type(screen.getByLabelText('New passphrase'), 'nine calm rivers')
    await userEvent.type(screen.getByLabelText('New passphrase again'), 'nine calm river')
    await userEvent.click(screen.getByRole('button', { name: 'Change the passphrase' }))
    expect(bridge.requestsOf('vault.changePassphrase')).toEqual([])
    await userEvent.type(screen.getByLabelText('New passphrase again'), 's')
    await userEvent.click(screen.getByRole('button', { name: 'Change the passphrase' }))
    await expect.poll(() => bridge.passphrase).toBe('nine calm rivers')
    expect(await screen.findByText(/The passphrase is changed/)).toBeTruthy()
  })

  it('makes a new recovery code after the passphrase, shows it once and says what became of the old one', async () => {
    const { bridge } = await section('security')
    await userEvent.click(await screen.findByRole('button', { name: 'Make a new recovery code' }))
    const field = screen.getByLabelText('Passphrase')
    await userEvent.click(screen.getByRole('button', { name: 'Make a new code' }))
    expect(screen.getByRole('alert').textContent).toBe('Type the passphrase first.')
    expect(bridge.requestsOf('vault.newRecoveryCode')).toEqual([])
    await userEvent.type(field, 'wrong one')
    await userEvent.click(screen.getByRole('button', { name: 'Make a new code' }))
    expect(await screen.findByText('This is not the right passphrase.')).toBeTruthy()
    expect(screen.queryByLabelText('Recovery code')).toBeNull()
    await userEvent.type(field, bridge.passphrase)
    await userEvent.click(screen.getByRole('button', { name: 'Make a new code' }))
    expect((await screen.findByLabelText('Recovery code')).textContent).toBe(newerRecoveryCode)
    expect(screen.getByText(/the old one no longer works/)).toBeTruthy()
    await userEvent.click(screen.getByRole('button', { name: 'I have kept it' }))
    expect(screen.queryByText(newerRecoveryCode)).toBeNull()
  })

  it('enrols the keyring', async () => {
    const { bridge } = await section('security')
    await userEvent.click(await screen.findByRole('checkbox', { name: /keyring/ }))
    await expect.poll(() => bridge.vault.keyringEnrolled).toBe(true)
  })

  it('writes a backup under its own passphrase and shows a refusal beside it', async () => {
    const { bridge } = await section('security')
    await userEvent.click(await screen.findByRole('button', { name: 'Write a backup' }))
    const sheet = within(await screen.findByRole('dialog', { name: 'Write a backup' }))
    await userEvent.type(sheet.getByLabelText('Passphrase of the backup'), 'backup words here')
    await userEvent.type(sheet.getByLabelText('Passphrase of the backup again'), 'backup words here')
    bridge.failNext('vault.backup', { code: 'disk-full', message: 'That disk is full. Choose another.' })
    await userEvent.click(sheet.getByRole('button', { name: 'Choose where to write it' }))
    expect((await sheet.findByRole('alert')).textContent).toBe('That disk is full. Choose another.')
    await userEvent.click(sheet.getByRole('button', { name: 'Choose where to write it' }))
    expect(await screen.findByText('The backup is written: consilium-2026-11-25.backup.')).toBeTruthy()
  })

  it('lists the audit log in words and says whether the chain holds', async () => {
    const { bridge } = await section('audit')
    expect(await screen.findByText('Database created')).toBeTruthy()
    await userEvent.click(screen.getByRole('button', { name: 'Check the chain' }))
    expect(await screen.findByText(/unbroken/)).toBeTruthy()
    bridge.auditIntact = false
    await userEvent.click(screen.getByRole('button', { name: 'Check the chain' }))
    expect((await screen.findByRole('alert')).textContent).toContain('The chain is broken at entry 1.')
    expect(screen.queryByText(/unbroken/)).toBeNull()
  })

  it('pages back through a long audit log without repeating an entry', async () => {
    const { bridge } = await section('profile')
    for (let change = 0; change < 60; change++)
      await bridge.call('settings.change', { maxTokens: 100 + change })
    await userEvent.click(screen.getByRole('button', { name: 'Audit log' }))
    const more = await screen.findByRole('button', { name: 'Show earlier entries' })
    expect(screen.getAllByRole('row')).toHaveLength(51)
    await userEvent.click(more)
    await expect.poll(() => screen.getAllByRole('row').length).toBe(62)
    expect(screen.queryByRole('button', { name: 'Show earlier entries' })).toBeNull()
  })

  it('lists blocked requests under privacy', async () => {
    await section('privacy', {
      blocked: [{ at: '2026-11-25T11:40:00.000Z', url: 'https://example.org/a', type: 'script' }],
    })
    expect(await screen.findByRole('cell', { name: 'https://example.org/a' })).toBeTruthy()
  })
})
