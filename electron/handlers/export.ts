/** A session as a file of the person's choosing. */
import { basename } from 'node:path'
import { sessionToMarkdown } from '../../models/consult/index.ts'
import type { ReplyOf, RequestOf } from '../../models/contract/operations.ts'
import type { Ports } from './ports.ts'
import { prepareFile } from './whole-file.ts'

export function previewExport(
  ports: Ports,
  { session, redact }: RequestOf<'session.exportPreview'>,
): ReplyOf<'session.exportPreview'> {
  const record = ports.vault.store().readSession(session)
  return sessionToMarkdown(record, { redact, exportedAt: ports.now().toISOString() })
}

/** The audit row is written before the file appears under its name, so that no export goes unrecorded. */
export async function exportSession(
  ports: Ports,
  request: RequestOf<'session.export'>,
): Promise<ReplyOf<'session.export'>> {
  const store = ports.vault.store()
  const { text } = previewExport(ports, request)
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
