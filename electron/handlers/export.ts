/** A session as a file of the person's choosing. */
import { basename } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { redactRecord, sessionToMarkdown } from '../../models/consult/index.ts'
import type { ReplyOf, RequestOf } from '../../models/contract/operations.ts'
import type { Ports } from './ports.ts'
import { prepareFile } from './whole-file.ts'

export async function previewExport(
  ports: Ports,
  { session, redact }: RequestOf<'session.exportPreview'>,
): Promise<ReplyOf<'session.exportPreview'>> {
  const original = ports.vault.store().readSession(session)
  // A pause after each piece keeps the app responsive while a long session is searched.
  const { record, count } = redact
    ? await redactRecord(original, () => setImmediate())
    : { record: original, count: 0 }
  const options = { redacted: redact, exportedAt: ports.now().toISOString() }
  return { text: sessionToMarkdown(record, options), redactions: count }
}

/** The audit row is written before the file appears under its name, so that no export goes unrecorded. */
export async function exportSession(
  ports: Ports,
  request: RequestOf<'session.export'>,
): Promise<ReplyOf<'session.export'>> {
  const store = ports.vault.store()
  const { text } = await previewExport(ports, request)
  const path = await ports.dialogs.saveFile({
    title: 'Export the session',
    // No name of a person: file names are visible to everyone who sees the folder.
    name: `consultation-${ports.now().toISOString().slice(0, 10)}.md`,
    kind: { name: 'Markdown', extensions: ['md'] },
  })
  if (path === null) return { saved: false, name: null }
  try {
    const file = prepareFile(path, text)
    try {
      store.record('session.export', request.session, 'done')
      file.commit()
    } catch (error) {
      file.discard()
      throw error
    }
  } catch (error) {
    store.record('session.export', request.session, 'failed')
    throw error
  }
  return { saved: true, name: basename(path) }
}
