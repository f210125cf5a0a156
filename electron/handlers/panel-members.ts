/** Who can be seated in a panel of the app, and how they are seated. */
import type { AvailableMember, PanelRequest } from '../../models/contract/panel.ts'
import type { Cancellation } from '../../models/core/cancellation.ts'
import { fail } from '../../models/core/failure.ts'
import { speakLocally, type Speak } from '../../models/panel/members/language.ts'
import { aligned, speakingMember } from '../../models/panel/members/list.ts'
import {
  reckoningIds,
  reckoningWords,
  type ReckoningId,
} from '../../models/panel/members/clinical-members.ts'
import type { Member, MemberDescription, MemberRole, PeerStatement } from '../../models/panel/member.ts'
import type { PanelQuestion } from '../../models/panel/question.ts'
import type { KeptEndpoint } from '../../models/session/kept-panel.ts'
import { completionsUrl } from '../model-endpoint.ts'
import { speakAtEndpoint, type Leaving } from '../panel-endpoint.ts'
import type { PanelTools } from '../panel-files.ts'
import type { Redacted } from './panel-question.ts'
import type { Ports } from './ports.ts'

/** The bundled model in its adapter that is aligned to the diagnostic process, and without any. */
const ownModels = [
  {
    ...aligned,
    goesBy:
      'The bundled model, trained on the diagnostic process. It judges the findings of the record as a list.',
  },
  {
    id: 'base',
    model: 'base',
    name: 'Base model',
    goesBy: 'The same model without its training here. It knows little medicine.',
  },
] as const

export const isReckoning = (id: string): id is ReckoningId => reckoningIds.some((each) => each === id)

/** What ids of members behind an address begin with. */
export const endpointPrefix = 'endpoint-'
export const endpointMember = ({ id }: Pick<KeptEndpoint, 'id'>): string => `${endpointPrefix}${id}`

export async function availableMembers(ports: Ports): Promise<readonly AvailableMember[]> {
  const here = { kind: 'this-computer' } as const
  const { calibration, adapters } = await ports.panel.tools()
  const measured = (id: string): AvailableMember['measured'] => {
    const found = calibration.setWords.members[id]
    return found ? { accuracy: found.accuracy, persons: found.persons } : null
  }
  const imported = (await ports.models.list()).filter(({ origin }) => origin === 'imported')
  return [
    ...reckoningIds.map((id): AvailableMember => ({
      id,
      name: reckoningWords[id].name,
      kind: id,
      description: reckoningWords[id].goesBy,
      place: here,
      measured: measured(id),
      unavailable: null,
    })),
    ...ownModels.map(({ id, name, goesBy }): AvailableMember => ({
      id,
      name,
      kind: 'language',
      description: goesBy,
      place: here,
      measured: measured(id),
      unavailable: null,
    })),
    ...adapters.flatMap((adapter): readonly AvailableMember[] => {
      const id = `base+${adapter}`
      if (ownModels.some(({ model }) => model === id)) return []
      return [
        {
          id,
          name: `Base model, ${adapter}`,
          kind: 'language',
          description: 'The same model in another training that comes with Consilium, to compare with.',
          place: here,
          measured: measured(id),
          unavailable: null,
        },
      ]
    }),
    ...imported.map(({ id, name, fit }): AvailableMember => ({
      id,
      name,
      kind: 'language',
      description: 'A model that you imported.',
      place: here,
      measured: measured(id),
      unavailable: fit.verdict === 'too-large' ? fit.reason : null,
    })),
    ...ports.vault
      .store()
      .endpoints()
      .map((endpoint): AvailableMember => ({
        id: endpointMember(endpoint),
        name: endpoint.name,
        kind: 'endpoint',
        description: `The model ${endpoint.model} on a server that you named. It is shown what leaves, each time.`,
        place: { kind: 'endpoint', url: completionsUrl(endpoint.url), model: endpoint.model },
        measured: null,
        unavailable: null,
      })),
  ]
}

export interface Seating {
  readonly question: PanelQuestion
  /** Without what names persons, for members elsewhere; null sends everything as it is. */
  readonly redacted: Pick<Redacted, 'question' | 'hide'> | null
  readonly mayLeave: (member: string, leaving: Leaving, signal: Cancellation) => Promise<boolean>
}

/** Fails with `not-found` where somebody cannot be asked any more. */
export async function seatMembers(
  ports: Ports,
  tools: PanelTools,
  members: PanelRequest['members'],
  seating: Seating,
): Promise<readonly Member[]> {
  const available = new Map((await availableMembers(ports)).map((member) => [member.id, member]))
  return members.map(({ id, role }) => {
    const found =
      available.get(id) ?? fail('not-found', 'A member is no longer there. Choose the panel anew.')
    if (found.unavailable !== null) fail('refused', found.unavailable)
    if (isReckoning(id)) return tools.seat(id, role)
    return found.kind === 'endpoint'
      ? elsewhere(speaking(found, role, tools, endpointVoice(ports, found, seating)), seating)
      : speaking(
          found,
          role,
          tools,
          speakLocally(ports.models, ownModels.find((own) => own.id === id)?.model ?? id),
        )
  })
}

function speaking(
  { id, name, kind, place }: AvailableMember,
  role: MemberRole,
  tools: PanelTools,
  speak: Speak,
): Member {
  const description: MemberDescription = {
    id,
    name,
    kind,
    role,
    place,
    replayable: place.kind === 'this-computer',
  }
  return speakingMember(description, speak, tools)
}

function endpointVoice(ports: Ports, { id, place }: AvailableMember, { mayLeave }: Seating): Speak {
  const endpoint = ports.vault
    .store()
    .endpoints()
    .find((each) => endpointMember(each) === id)
  if (!endpoint || place.kind !== 'endpoint')
    return fail('not-found', 'This server is no longer on the list. Add it again.')
  const { url, model } = endpoint
  return speakAtEndpoint(
    { url, model, key: ports.vault.store().endpointKey(endpoint.id) },
    (leaving, signal) => mayLeave(id, leaving, signal),
  )
}

/** A member elsewhere reads the question, and what others say of it, without what names persons. */
function elsewhere(member: Member, { redacted }: Seating): Member {
  if (redacted === null) return member
  const { question, hide } = redacted
  const hidden = async (peer: PeerStatement): Promise<PeerStatement> => ({
    ...peer,
    opinion: { ...peer.opinion, reasons: await hide(peer.opinion.reasons) },
  })
  return {
    description: member.description,
    open: (_question, ask) => member.open(question, ask),
    reconsider: async (_question, own, peers, ask) =>
      member.reconsider(question, own, await Promise.all(peers.map(hidden)), ask),
  }
}
