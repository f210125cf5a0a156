/** The audit trail, read newest first in pages, and the check of its chain. */
import type { AuditEntry, AuditReport } from '../../models/session/audit.ts'
import type { Requests } from './requests.ts'

const pageLength = 50

export class AuditState {
  entries = $state.raw<readonly AuditEntry[]>([])
  complete = $state(false)
  report = $state.raw<AuditReport | null>(null)
  verifying = $state(false)
  readonly #requests: Requests

  constructor(requests: Requests) {
    this.#requests = requests
  }

  async load(): Promise<void> {
    const page = await this.#page(null)
    if (page) this.entries = page
  }

  async more(): Promise<void> {
    const last = this.entries.at(-1)
    if (!last) return this.load()
    const page = await this.#page(last.sequence)
    if (page) this.entries = [...this.entries, ...page]
  }

  async verify(): Promise<void> {
    this.verifying = true
    const report = await this.#requests.ask('audit.verify', {}, () => void this.verify())
    if (report) this.report = report
    this.verifying = false
  }

  clear(): void {
    this.entries = []
    this.report = null
    this.complete = false
  }

  async #page(before: number | null): Promise<readonly AuditEntry[] | undefined> {
    const page = await this.#requests.ask('audit.list', { before, limit: pageLength })
    if (page) this.complete = page.length < pageLength
    return page
  }
}
