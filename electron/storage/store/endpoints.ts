/** Servers that a person named for panels. Their keys are read only to be sent to them. */
import { fail } from '../../../models/core/failure.ts'
import type { KeptEndpoint } from '../../../models/session/kept-panel.ts'
import type { Id } from '../../../models/session/session.ts'
import type { AuditedDatabase } from '../audited-database.ts'
import { exactText, newId } from '../audited-database.ts'

interface EndpointRow {
  readonly id: Id
  readonly name: string
  readonly url: string
  readonly model: string
  readonly key: string | null
}

const select = 'SELECT id, name, url, model, key FROM endpoints'

const toEndpoint = ({ id, name, url, model, key }: EndpointRow): KeptEndpoint => ({
  id,
  name,
  url,
  model,
  hasKey: key !== null,
})

export class Endpoints {
  readonly #audited: AuditedDatabase

  constructor(audited: AuditedDatabase) {
    this.#audited = audited
  }

  list(): readonly KeptEndpoint[] {
    return this.#audited.database.all<EndpointRow>(`${select} ORDER BY name`).map(toEndpoint)
  }

  key(id: Id): string | null {
    return this.#row(id).key
  }

  /** Fails with `not-found`, or `conflict` where another one has the name. */
  save(
    endpoint: { readonly id: Id | null } & Pick<KeptEndpoint, 'name' | 'url' | 'model'>,
    key: string | null,
  ): KeptEndpoint {
    const { database } = this.#audited
    const id = endpoint.id ?? newId()
    const kept = endpoint.id === null ? null : this.#row(endpoint.id).key
    const sameName = database.get<{ id: Id }>('SELECT id FROM endpoints WHERE name = ?', endpoint.name)
    if (sameName && sameName.id !== id)
      fail('conflict', 'Another server has this name. Choose a different one.')
    return this.#audited.change((log) => {
      database.run(
        `INSERT INTO endpoints (id, name, url, model, key) VALUES (?, ?, ?, ?, ?)
         ON CONFLICT (id) DO UPDATE SET name = excluded.name, url = excluded.url, model = excluded.model,
           key = excluded.key`,
        id,
        exactText(endpoint.name),
        exactText(endpoint.url),
        exactText(endpoint.model),
        key === null ? kept : key === '' ? null : exactText(key),
      )
      log('endpoint.save', id)
      return toEndpoint(this.#row(id))
    })
  }

  remove(id: Id): void {
    const { database } = this.#audited
    this.#row(id)
    this.#audited.change((log) => {
      database.run('DELETE FROM endpoints WHERE id = ?', id)
      log('endpoint.remove', id)
    })
    database.emptyLog()
  }

  #row(id: Id): EndpointRow {
    return (
      this.#audited.database.get<EndpointRow>(`${select} WHERE id = ?`, id) ??
      fail('not-found', 'This server is no longer on the list. Add it again.')
    )
  }
}
