import { describe, expect, it, vi } from 'vitest'
import type { SearchHit } from '../../../models/session/session.ts'
import { someRecords } from '../../support/fake-bridge.ts'
import { startProduct } from '../../support/mount.ts'
import { session } from '../../support/session-records.ts'

describe('the library', () => {
  it('lists newest change first and only what carries the tag', async () => {
    const { product } = await startProduct({ records: someRecords() })
    const people = () => product.library.shown.map(({ session: { person } }) => person)
    expect(people()).toEqual(['Ruth Okafor', 'Amos Field', ''])
    product.library.filterBy('review')
    expect(people()).toEqual(['Amos Field'])
  })

  it('offers undo for a move to the trash, and undo puts it back', async () => {
    const { bridge, product } = await startProduct({ records: someRecords() })
    const chosen = product.library.shown[0]!.session
    await product.library.moveToTrash(chosen)
    expect(product.library.sessions).toHaveLength(2)
    expect(product.notices.latestUndo).not.toBeNull()
    product.notices.undoLatest()
    await expect.poll(() => product.library.sessions.length).toBe(3)
    expect(bridge.record(chosen.id).session.trashedAt).toBeNull()
  })

  it('destroys only what is in the trash and says why otherwise', async () => {
    const { product } = await startProduct({ records: someRecords() })
    await product.library.destroy(product.library.shown[0]!.session)
    expect(product.notices.troubles[0]?.failure.code).toBe('conflict')
    expect(product.library.sessions).toHaveLength(3)
    await product.library.destroy(product.library.trash[0]!.session)
    expect(product.library.trash).toHaveLength(0)
  })

  it('keeps the newest search when an older answer comes late', async () => {
    const { product } = await startProduct({ records: someRecords() })
    const answers: ((hits: readonly SearchHit[]) => void)[] = []
    const answer = vi.spyOn(product.requests, 'ask').mockImplementation(
      // Searches wait until the test answers them.
      () => new Promise<never>((resolve) => answers.push((hits) => resolve(hits as never))),
    )
    const hit = (excerpt: string): SearchHit => ({ session: session(), where: 'note', turn: null, excerpt })
    const first = product.library.search('pa')
    const second = product.library.search('pain')
    answers[1]?.([hit('new')])
    await second
    answers[0]?.([hit('old')])
    await first
    answer.mockRestore()
    expect(product.library.hits?.map(({ excerpt }) => excerpt)).toEqual(['new'])
  })

  it('ends the search when nothing is typed', async () => {
    const { product } = await startProduct({ records: someRecords() })
    await product.library.search('breath')
    expect(product.library.hits).toHaveLength(2)
    await product.library.search('  ')
    expect(product.library.hits).toBeNull()
  })

  it('drops a tag filter whose last session went to the trash', async () => {
    const { product } = await startProduct({ records: someRecords() })
    product.library.filterBy('review')
    await product.library.moveToTrash(product.library.shown[0]!.session)
    expect(product.library.tag).toBeNull()
    expect(product.library.shown).toHaveLength(2)
  })
})
