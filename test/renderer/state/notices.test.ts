import { describe, expect, it, vi } from 'vitest'
import { Notices } from '../../../renderer/state/notices.svelte.ts'

describe('notices', () => {
  it('undoes the newest first and only once', () => {
    const notices = new Notices()
    const first = vi.fn()
    const second = vi.fn()
    notices.toast('One', { label: 'Undo', run: first })
    notices.toast('Two', { label: 'Undo', run: second })
    notices.toast('Three')
    notices.undoLatest()
    expect(second).toHaveBeenCalledOnce()
    expect(first).not.toHaveBeenCalled()
    notices.undoLatest()
    notices.undoLatest()
    expect(first).toHaveBeenCalledOnce()
    expect(second).toHaveBeenCalledOnce()
  })

  it('shows one failure once, however often it returns', () => {
    const notices = new Notices()
    const failure = { code: 'io', message: 'The file could not be read. Choose another.' } as const
    notices.report(failure)
    notices.report(failure)
    expect(notices.troubles).toHaveLength(1)
  })
})
