/** Every saved session: the list, its tags, full-text search, the trash, and the bundled samples. */
import type { SampleSummary } from '../../models/contract/operations.ts'
import type { Id, SearchHit, Session, SessionSummary } from '../../models/session/session.ts'
import type { Undo } from './notices.svelte.ts'
import type { Requests } from './requests.ts'

const searchLimit = 100

export class LibraryState {
  sessions = $state.raw<readonly SessionSummary[]>([])
  trash = $state.raw<readonly SessionSummary[]>([])
  tags = $state.raw<readonly { readonly tag: string; readonly sessions: number }[]>([])
  samples = $state.raw<readonly SampleSummary[]>([])
  tag = $state<string | null>(null)
  query = $state('')
  /** Null while nothing is searched for. */
  hits = $state.raw<readonly SearchHit[] | null>(null)
  loaded = $state(false)
  readonly recent = $derived(
    [...this.sessions].sort((a, b) => b.session.updatedAt.localeCompare(a.session.updatedAt)).slice(0, 6),
  )
  /** The list under the chosen tag, newest change first. */
  readonly shown = $derived(
    this.sessions
      .filter(({ session }) => this.tag === null || session.tags.includes(this.tag))
      .toSorted((a, b) => b.session.updatedAt.localeCompare(a.session.updatedAt)),
  )
  readonly #requests: Requests
  readonly #toast: (text: string, undo: Undo | null) => void
  #searches = 0

  constructor(requests: Requests, toast: (text: string, undo: Undo | null) => void) {
    this.#requests = requests
    this.#toast = toast
  }

  async load(): Promise<void> {
    const everything = { tag: null, kind: null }
    const [sessions, trash, tags, samples] = await Promise.all([
      this.#requests.ask('session.list', { trashed: false, ...everything }, () => void this.load()),
      this.#requests.ask('session.list', { trashed: true, ...everything }),
      this.#requests.ask('session.tags', {}),
      this.#requests.ask('sample.list', {}),
    ])
    if (sessions) this.sessions = sessions
    if (trash) this.trash = trash
    if (tags) this.tags = tags
    if (samples) this.samples = samples
    if (this.tag !== null && !this.tags.some(({ tag }) => tag === this.tag)) this.tag = null
    this.loaded = true
  }

  filterBy(tag: string | null): void {
    this.tag = tag
  }

  /** Searches turns, chats, notes and session heads; empty text ends the search. */
  async search(text: string): Promise<void> {
    this.query = text
    const turn = ++this.#searches
    if (text.trim() === '') {
      this.hits = null
      return
    }
    const hits = await this.find(text, searchLimit)
    // A slower answer to an earlier query must not replace this one.
    if (turn === this.#searches && hits) this.hits = hits
  }

  /** Hits for another place that searches, such as the palette; leaves `hits` alone. */
  async find(text: string, limit: number): Promise<readonly SearchHit[] | undefined> {
    return text.trim() === '' ? [] : this.#requests.ask('session.search', { text: text.slice(0, 500), limit })
  }

  async openSample(sample: string): Promise<Session | undefined> {
    const record = await this.#requests.ask('session.openSample', { sample })
    if (record) void this.load()
    return record?.session
  }

  async moveToTrash(session: Session): Promise<void> {
    if (!(await this.#requests.ask('session.trash', { session: session.id }))) return
    await this.#refresh()
    this.#toast(`${nameOf(session)} moved to the trash.`, {
      label: 'Undo',
      run: () => void this.restore(session),
    })
  }

  async restore(session: Session): Promise<void> {
    if (!(await this.#requests.ask('session.restore', { session: session.id }))) return
    await this.#refresh()
    this.#toast(`${nameOf(session)} is back in the library.`, null)
  }

  /** Destroys for good; the caller has asked the person. */
  async destroy(session: Session): Promise<void> {
    if ((await this.#requests.ask('session.destroy', { session: session.id })) === undefined) return
    await this.#refresh()
    this.#toast(`${nameOf(session)} is destroyed.`, null)
  }

  async retag(id: Id, tags: readonly string[]): Promise<void> {
    if (await this.#requests.ask('session.update', { session: id, tags })) await this.#refresh()
  }

  clear(): void {
    this.sessions = []
    this.trash = []
    this.tags = []
    this.hits = null
    this.query = ''
    this.tag = null
    this.loaded = false
  }

  async #refresh(): Promise<void> {
    await this.load()
    if (this.hits) await this.search(this.query)
  }
}

/** How a session is named in sentences. */
export function nameOf(session: Pick<Session, 'person'>): string {
  return session.person.trim() || 'Unnamed person'
}
