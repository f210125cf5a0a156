/** One parser per operation: unknown input is checked here, once, and trusted afterwards. */
import * as v from 'valibot'
import { modalities, noteSections, sessionKinds, speakers } from '../session/session.ts'
import { roles, themes } from '../session/settings.ts'
import { ok, type Result } from '../core/failure.ts'
import type { OperationName, Operations, RequestOf } from './operations.ts'
import { emotionSchemas } from './emotion.ts'
import { panelSchemas } from './panel.ts'
import { readingSchemas } from './reading.ts'

/** Longest single text, in UTF-16 units. A 5 MB turn is accepted; more is refused with advice. */
export const maxTextLength = 5 * 1024 * 1024

const text = v.pipe(v.string(), v.maxLength(maxTextLength))
const filled = v.pipe(
  text,
  v.check((value) => value.trim().length > 0, 'must not be empty'),
)
const line = v.pipe(v.string(), v.maxLength(500))
const id = v.pipe(v.string(), v.regex(/^[0-9a-f]{32}$/, 'must be an id'))
const name = v.pipe(v.string(), v.maxLength(200), v.regex(/^[\w.-]+$/))
const secret = v.pipe(v.string(), v.minLength(1), v.maxLength(1024))
const newSecret = v.pipe(v.string(), v.minLength(8, 'needs at least 8 characters'), v.maxLength(1024))
const tags = v.pipe(v.array(v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(60))), v.maxLength(30))
const none = v.strictObject({})
const inSession = v.strictObject({ session: id })
const modality = v.picklist(modalities)
const count = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(1000))

const provenance = v.strictObject({
  model: line,
  modelName: line,
  weightsHash: line,
  adapterHash: v.nullable(line),
  precision: line,
  seed: v.number(),
  temperature: v.number(),
  topP: v.number(),
  promptTokens: v.number(),
  tokens: v.number(),
  msPerToken: v.number(),
  finish: v.picklist(['end', 'length', 'cancelled', 'repetition']),
  dropped: v.nullable(v.strictObject({ messages: v.number(), tokens: v.number() })),
  lastTurn: v.number(),
  at: line,
})

const settingsChange = v.strictObject({
  userName: v.exactOptional(v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(100))),
  role: v.exactOptional(v.picklist(roles)),
  theme: v.exactOptional(v.picklist(themes)),
  lockAfterMinutes: v.exactOptional(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(240))),
  temperature: v.exactOptional(v.pipe(v.number(), v.minValue(0), v.maxValue(5))),
  topP: v.exactOptional(v.pipe(v.number(), v.gtValue(0), v.maxValue(1))),
  maxTokens: v.exactOptional(v.pipe(v.number(), v.integer(), v.minValue(16), v.maxValue(4096))),
  seed: v.exactOptional(v.nullable(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(0xffff_ffff)))),
  showFirstRun: v.exactOptional(v.boolean()),
})

const exportRequest = v.strictObject({
  session: id,
  format: v.picklist(['markdown']),
  redact: v.boolean(),
})

type Schemas = { readonly [K in OperationName]: v.GenericSchema<unknown, RequestOf<K>> }

export const schemas: Schemas = {
  'app.status': none,
  'app.openFolder': v.strictObject({ folder: v.picklist(['data', 'quarantine', 'licences']) }),

  'vault.create': v.strictObject({
    passphrase: newSecret,
    useKeyring: v.boolean(),
    userName: v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(100)),
    role: v.picklist(roles),
  }),
  'vault.unlock': v.variant('by', [
    v.strictObject({ by: v.literal('passphrase'), passphrase: secret }),
    v.strictObject({ by: v.literal('recovery'), code: secret }),
    v.strictObject({ by: v.literal('keyring') }),
  ]),
  'vault.lock': none,
  'vault.changePassphrase': v.strictObject({ passphrase: newSecret }),
  'vault.newRecoveryCode': v.strictObject({ passphrase: secret }),
  'vault.setKeyring': v.strictObject({ enrolled: v.boolean() }),
  'vault.backup': v.strictObject({ passphrase: newSecret }),
  'vault.restore': v.strictObject({ passphrase: secret, from: v.picklist(['file', 'newest']) }),

  'session.create': v.strictObject({
    kind: v.picklist(sessionKinds),
    person: line,
    reason: v.pipe(v.string(), v.maxLength(2000)),
    tags,
    consents: v.pipe(
      v.array(v.strictObject({ modality, granted: v.boolean() })),
      v.maxLength(modalities.length),
    ),
  }),
  'session.openSample': v.strictObject({ sample: name }),
  'session.open': inSession,
  'session.update': v.strictObject({
    session: id,
    person: v.exactOptional(line),
    reason: v.exactOptional(v.pipe(v.string(), v.maxLength(2000))),
    tags: v.exactOptional(tags),
  }),
  'session.list': v.strictObject({
    trashed: v.boolean(),
    tag: v.nullable(line),
    kind: v.nullable(v.picklist(sessionKinds)),
  }),
  'session.tags': none,
  'session.search': v.strictObject({ text: line, limit: count }),
  'session.trash': inSession,
  'session.restore': inSession,
  'session.destroy': inSession,
  'session.export': exportRequest,
  'session.exportPreview': exportRequest,
  'sample.list': none,

  'consent.set': v.strictObject({
    session: id,
    modality,
    granted: v.boolean(),
    forget: v.exactOptional(v.boolean()),
  }),
  'turn.add': v.strictObject({
    session: id,
    turn: v.strictObject({
      speaker: v.picklist(speakers),
      text: filled,
      atMs: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(7 * 24 * 3600 * 1000)),
    }),
  }),
  'turn.edit': v.strictObject({
    session: id,
    turn: id,
    speaker: v.exactOptional(v.picklist(speakers)),
    text: v.exactOptional(filled),
  }),
  'turn.remove': v.strictObject({ session: id, turn: id }),
  'turn.restore': v.strictObject({ session: id, turn: id }),
  'suggestion.state': v.strictObject({
    session: id,
    suggestion: id,
    state: v.picklist(['offered', 'used', 'skipped']),
  }),
  'note.save': v.strictObject({
    session: id,
    sections: v.pipe(
      v.array(v.strictObject({ id: v.picklist(noteSections), text, provenance: v.nullable(provenance) })),
      v.maxLength(noteSections.length),
    ),
  }),

  'consult.chat': v.strictObject({ session: id, text: filled }),
  'consult.suggest': inSession,
  'consult.process': inSession,
  'consult.draftNote': v.strictObject({
    session: id,
    sections: v.pipe(v.array(v.picklist(noteSections)), v.minLength(1), v.maxLength(4)),
  }),

  ...readingSchemas,
  ...emotionSchemas,
  ...panelSchemas,

  'practice.cases': none,
  'practice.start': v.strictObject({ case: name }),
  'practice.open': inSession,
  'practice.say': v.strictObject({
    session: id,
    text: v.pipe(filled, v.maxLength(2000)),
    atMs: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(7 * 24 * 3600 * 1000)),
  }),
  'practice.debrief': inSession,

  'models.list': none,
  'models.prepare': v.strictObject({ model: name }),
  'models.import': none,
  'models.remove': v.strictObject({ model: name }),
  'models.selfTest': v.strictObject({ model: name }),

  'job.list': none,
  'job.cancel': v.strictObject({ job: id }),

  'settings.get': none,
  'settings.change': settingsChange,
  'audit.list': v.strictObject({
    before: v.nullable(v.pipe(v.number(), v.integer(), v.minValue(0))),
    limit: count,
  }),
  'audit.verify': none,
}

export const operationNames = Object.keys(schemas) as readonly OperationName[]

/** Checks one request. The failure names the field and what it must be. */
export function parseRequest<K extends OperationName>(
  operation: K,
  input: unknown,
): Result<Operations[K]['request']> {
  const schema: v.GenericSchema<unknown, RequestOf<K>> = schemas[operation]
  const parsed = v.safeParse(schema, input, { abortEarly: true })
  if (parsed.success) return ok(parsed.output)
  const issue = parsed.issues[0]
  const field = v.getDotPath(issue) ?? 'request'
  return {
    ok: false,
    failure: {
      code: 'invalid-request',
      message: `“${field}” cannot be used: ${issue.message}. Change it and try again.`,
      details: { operation, field },
    },
  }
}
