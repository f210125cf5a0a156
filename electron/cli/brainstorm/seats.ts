/** Members by their names on the command line: `knowledge`, `guided:challenger`, a model, a named endpoint. */
import { InvalidArgumentError } from 'commander'
import { fail } from '../../../models/core/failure.ts'
import type { LanguageModels } from '../../../models/decoding/language-model.ts'
import {
  memberRoles,
  type Member,
  type MemberDescription,
  type MemberRole,
} from '../../../models/panel/member.ts'
import { reckoningIds } from '../../../models/panel/members/clinical-members.ts'
import { speakLocally, type Speak } from '../../../models/panel/members/language.ts'
import { aligned, speakingMember } from '../../../models/panel/members/list.ts'
import { fewestMembers } from '../../../models/panel/run.ts'
import { speakAtEndpoint, type EndpointAddress, type Leaving } from '../../panel-endpoint.ts'
import type { PanelTools } from '../../panel-files.ts'

export interface Seat {
  readonly id: string
  readonly role: MemberRole
}

export interface NamedEndpoint extends EndpointAddress {
  readonly name: string
}

const seatsIn = (text: string): readonly Seat[] =>
  text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .map((part): Seat => {
      const [id = '', said] = part.split(':')
      const role = said === undefined ? 'physician' : memberRoles.find((each) => each === said)
      if (role === undefined) throw new InvalidArgumentError(`A role is one of ${memberRoles.join(', ')}.`)
      return { id, role }
    })

export function seatsArgument(text: string): readonly Seat[] {
  const seats = seatsIn(text)
  if (seats.filter(({ role }) => role !== 'challenger').length < fewestMembers)
    throw new InvalidArgumentError('A panel needs at least two members who vote.')
  if (new Set(seats.map(({ id }) => id)).size < seats.length)
    throw new InvalidArgumentError('A panel cannot hold the same member twice.')
  return seats
}

/** Whoever could be seated, in any number. */
export function outsidersArgument(text: string): readonly Seat[] {
  const seats = seatsIn(text)
  if (seats.length === 0 || seats.some(({ role }) => role === 'challenger'))
    throw new InvalidArgumentError('Name one or more members; a challenger has no answer of its own.')
  return seats
}

/** Models only: who reckons is measured with the others. */
export function speakersArgument(text: string): readonly Seat[] {
  const seats = seatsIn(text)
  if (seats.length === 0 || seats.some(({ id }) => isReckoning(id)))
    throw new InvalidArgumentError('Name one or more members that are language models.')
  return seats
}

/** `NAME=URL#MODEL`; may be given several times. */
export function endpointArgument(
  text: string,
  before: readonly NamedEndpoint[] = [],
): readonly NamedEndpoint[] {
  const found = /^([\w.-]+)=(https?:\/\/[^#\s]+)#(\S+)$/.exec(text)
  if (!found) throw new InvalidArgumentError('It is NAME=URL#MODEL.')
  const [, name = '', url = '', model = ''] = found
  return [...before, { name, url, model, key: process.env['CONSILIUM_ENDPOINT_KEY'] ?? null }]
}

const isReckoning = (id: string): id is (typeof reckoningIds)[number] =>
  reckoningIds.some((each) => each === id)

export const needsModels = (seats: readonly Seat[], endpoints: readonly NamedEndpoint[]): boolean =>
  seats.some(({ id }) => !isReckoning(id) && !endpoints.some(({ name }) => name === id))

/** @param temperature 0 for the run, more for answers that are to differ */
export function seat(
  { id, role }: Seat,
  tools: PanelTools,
  models: LanguageModels | null,
  endpoints: readonly NamedEndpoint[],
  temperature = 0,
): Member {
  if (isReckoning(id)) return tools.seat(id, role)
  const endpoint = endpoints.find(({ name }) => name === id)
  const description: MemberDescription = {
    id,
    name: endpoint ? id : id === aligned.id ? aligned.name : id === 'base' ? 'Base model' : id,
    kind: endpoint ? 'endpoint' : 'language',
    role,
    place: endpoint
      ? { kind: 'endpoint', url: endpoint.url, model: endpoint.model }
      : { kind: 'this-computer' },
    replayable: !endpoint,
  }
  const speak: Speak = endpoint
    ? speakAtEndpoint(endpoint, tellLeaving(id))
    : speakLocally(
        models ?? fail('internal', 'No models were opened.'),
        id === aligned.id ? aligned.model : id,
      )
  return speakingMember(description, speak, tools, temperature)
}

/** Naming an endpoint on the command line is leave to send to it; what is sent is shown all the same. */
const tellLeaving =
  (id: string) =>
  (leaving: Leaving): Promise<boolean> => {
    process.stderr.write(`To ${id} at ${leaving.url}: ${JSON.stringify(leaving.messages)}\n`)
    return Promise.resolve(true)
  }
