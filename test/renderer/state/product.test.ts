import { describe, expect, it } from 'vitest'
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
