/** Saves preferences from a section and shows in the top bar whether they are on disk. */
import type { Settings } from '../../../models/session/settings.ts'
import type { Product } from '../../state/product.svelte.ts'

/** Returns the saver of this product; it resolves to why it could not be saved, or null. */
export function saver({ app, notices, settings }: Product) {
  return async (change: Partial<Settings>): Promise<string | null> => {
    app.heading = { title: 'Settings', save: { kind: 'saving' } }
    const failure = await settings.change(change)
    if (failure) notices.report(failure)
    app.heading = {
      title: 'Settings',
      save: failure ? { kind: 'failed' } : { kind: 'saved', at: new Date() },
    }
    return failure?.message ?? null
  }
}
