import { afterEach, describe, expect, it, vi } from 'vitest'
import { startProduct } from '../../support/mount.ts'
import { recoveryCode, someRecords } from '../../support/fake-bridge.ts'

describe('the vault as the window sees it', () => {
  afterEach(() => vi.useRealTimers())

  it('reads everything once it opens and forgets everything when it locks', async () => {
    const { bridge, product } = await startProduct({ vault: 'locked', records: someRecords() })
    expect(bridge.requestsOf('session.list')).toHaveLength(0)
    await product.vault.unlock({ by: 'passphrase', passphrase: bridge.passphrase })
    await vi.waitFor(() => expect(product.library.sessions).toHaveLength(3))
    product.notices.toast('Ruth Okafor moved to the trash.')
    product.app.navigate({ area: 'library' })
    product.app.heading = { title: 'Ruth Okafor' }

    bridge.setVault({ state: 'locked' })
    expect(product.library.sessions).toEqual([])
    expect(product.settings.value).toBeNull()
    expect(product.audit.entries).toEqual([])
    expect(product.notices.toasts).toEqual([])
    expect(product.app.heading).toBeNull()
    expect(product.app.route).toEqual({ area: 'home' })
  })

  it('does not read again when an open vault reports itself', async () => {
    const { bridge, product } = await startProduct()
    await vi.waitFor(() => expect(product.library.loaded).toBe(true))
    const before = bridge.requestsOf('session.list').length
    bridge.setVault({ keyringEnrolled: true })
    expect(bridge.requestsOf('session.list')).toHaveLength(before)
  })

  it('says why a wrong passphrase failed and takes the recovery code in any spelling', async () => {
    const { product } = await startProduct({ vault: 'locked' })
    expect(await product.vault.unlock({ by: 'passphrase', passphrase: 'wrong' })).toBe(false)
    expect(product.vault.failure?.code).toBe('wrong-passphrase')
    const spelled = recoveryCode.toLowerCase().replaceAll('-', ' ')
    expect(await product.vault.unlock({ by: 'recovery', code: spelled })).toBe(true)
    expect(product.vault.failure).toBeNull()
  })

  it('counts the wait down to nothing', async () => {
    vi.useFakeTimers()
    const { bridge, product } = await startProduct({ vault: 'locked' })
    bridge.setVault({ retryInSeconds: 2.4 })
    expect(product.vault.retryIn).toBe(3)
    vi.advanceTimersByTime(2000)
    expect(product.vault.retryIn).toBe(1)
    vi.advanceTimersByTime(5000)
    expect(product.vault.retryIn).toBe(0)
    expect(vi.getTimerCount()).toBe(0)
  })
})
