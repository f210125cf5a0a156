import { describe, expect, it } from 'vitest'
import { someRecords } from '../../support/fake-bridge.ts'
import { startProduct } from '../../support/mount.ts'

describe('what the menu asks', () => {
  it('opens the form for a new consultation', async () => {
    const { bridge, product } = await startProduct()
    bridge.push('app.command', { command: 'new-session' })
    expect(product.app.route).toEqual({ area: 'consult', session: null })
  })

  it('opens nothing while the vault is locked', async () => {
    const { bridge, product } = await startProduct({ vault: 'locked' })
    bridge.push('app.command', { command: 'new-session' })
    expect(product.app.route).toEqual({ area: 'home' })
  })

  it('locks', async () => {
    const { bridge, product } = await startProduct()
    bridge.push('app.command', { command: 'lock' })
    await expect.poll(() => product.vault.status?.state).toBe('locked')
    expect(product.settings.value).toBeNull()
  })
})

describe('after a restored backup', () => {
  it('shows what the backup holds and nothing of what was there before', async () => {
    const { bridge, product } = await startProduct({ records: someRecords() })
    product.app.navigate({ area: 'consult', session: product.library.sessions[0]!.session.id })
    bridge.records.splice(1)
    bridge.settings = { ...bridge.settings, userName: 'Dr Haddad' }
    await product.replaced()
    expect(product.library.sessions).toHaveLength(1)
    expect(product.settings.value?.userName).toBe('Dr Haddad')
    expect(product.app.route).toEqual({ area: 'home' })
  })
})
