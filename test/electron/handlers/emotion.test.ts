import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { permissionPolicy } from '../../../electron/security/permissions.ts'
import type { LiveEstimate } from '../../../models/contract/emotion.ts'
import { FailureError } from '../../../models/core/failure.ts'
import { strongest } from '../../../models/emotion/reading.ts'
import type { Id, Modality } from '../../../models/session/session.ts'
import { openProduct, passphrase, type TestProduct } from '../../support/product.ts'
import { clearly, faceAt } from '../../support/scripted-readers.ts'

let product: TestProduct
let session: Id

beforeAll(async () => {
  product = await openProduct(() => 'Acid when passing water, since Monday.')
})
afterAll(() => product.dispose())

beforeEach(async () => {
  session = await newSession()
  const { readers } = product
  readers.seconds += 1000
  readers.face = () => []
  readers.voice = () => ({ kind: 'missing', modality: 'voice', reasons: ['no-speech'] })
  readers.text = () => clearly('text', 'neutral')
  readers.before = Promise.resolve()
  readers.windows.length = 0
})

async function newSession(): Promise<Id> {
  const record = await product.ask('session.create', {
    kind: 'consult',
    person: 'A. Example',
    reason: '',
    tags: [],
    consents: [{ modality: 'text', granted: true }],
  })
  return record.session.id
}

const agree = (modality: Modality, of = session) =>
  product.ask('consent.set', { session: of, modality, granted: true })
const withdraw = (modality: Modality, forget?: boolean) =>
  product.ask('consent.set', {
    session,
    modality,
    granted: false,
    ...(forget === undefined ? {} : { forget }),
  })
const on = async (...modalities: readonly ('camera' | 'microphone')[]) => {
  for (const modality of modalities) {
    await agree(modality)
    await product.ask('emotion.begin', { session, modality })
  }
}
const picture = (of = session, atMs = 0) =>
  ({ session: of, atMs, width: 16, height: 16, pixels: new Uint8Array(1024) }) as const
const sound = (seconds: number, follows = true, of = session) =>
  ({ session: of, atMs: 0, samples: new Float32Array(16_000 * seconds), follows }) as const
const say = async (text: string, speaker: 'patient' | 'clinician' = 'patient') =>
  (await product.ask('turn.add', { session, turn: { speaker, text, atMs: 4000 } })).id
/** What the system's request for a device would be answered. */
const permitted = (media: readonly ('audio' | 'video')[]) =>
  permissionPolicy((modality) => product.expression.gate.isOpen(modality))({
    permission: 'media',
    origin: 'app://consilium/',
    isMainFrame: true,
    media,
  })
const lastActions = async (limit: number) =>
  (await product.ask('audit.list', { before: null, limit })).map(({ action }) => action).toReversed()

describe('without consent', () => {
  test('no device is permitted, no picture, sound or turn is read', async () => {
    const turn = await say('I am afraid.')
    for (const modality of ['camera', 'microphone'] as const)
      expect(await product.code('emotion.begin', { session, modality })).toBe('consent-missing')
    expect(await product.code('emotion.picture', picture())).toBe('refused')
    expect(await product.code('emotion.sound', sound(1))).toBe('refused')
    expect(await product.code('emotion.words', { session, turn })).toBe('consent-missing')
    expect([permitted(['video']), permitted(['audio']), permitted(['audio', 'video'])]).toEqual([
      false,
      false,
      false,
    ])
    expect(await product.ask('emotion.kept', { session })).toEqual([])
  })

  test('stored consent alone permits nothing: the sensor must have been turned on', async () => {
    await agree('camera')
    expect(permitted(['video'])).toBe(false)
    expect(await product.code('emotion.picture', picture())).toBe('refused')
    await product.ask('emotion.begin', { session, modality: 'camera' })
    expect(permitted(['video'])).toBe(true)
    expect(permitted(['audio', 'video'])).toBe(false)
    await product.ask('emotion.end', { session, modality: 'camera' })
    expect(permitted(['video'])).toBe(false)
    expect(await lastActions(3)).toEqual(['consent.grant', 'capture.start', 'capture.stop'])
  })

  test('one person’s consent is not another’s, nor another consultation’s', async () => {
    await on('camera')
    const other = await newSession()
    expect(await product.code('emotion.begin', { session: other, modality: 'camera' })).toBe(
      'consent-missing',
    )
    expect(await product.code('emotion.picture', picture(other))).toBe('refused')
    await product.ask('session.update', { session, person: 'Someone else' })
    expect(permitted(['video'])).toBe(false)
    expect(await product.code('emotion.picture', picture())).toBe('consent-missing')
  })

  test('a consultation in the trash is closed at once', async () => {
    await on('camera')
    await product.ask('session.trash', { session })
    expect(permitted(['video'])).toBe(false)
    expect(await product.code('emotion.picture', picture())).toBe('conflict')
    expect(await product.code('emotion.end', { session, modality: 'camera' })).toBe('ok')
  })
})

describe('a learner', () => {
  test('is never read: practice has no camera, no microphone and no words', async () => {
    const { record } = await product.ask('practice.start', { case: 'surg-sore-belly-01' })
    const practice = record.session.id
    for (const modality of ['camera', 'microphone', 'words'] as const) await agree(modality, practice)
    for (const modality of ['camera', 'microphone'] as const)
      expect(await product.code('emotion.begin', { session: practice, modality })).toBe('refused')
    expect(await product.code('emotion.words', { session: practice, turn: record.turns[0]!.id })).toBe(
      'refused',
    )
    expect(permitted(['video'])).toBe(false)
  })

  test('with the trainee profile turns nothing on', async () => {
    await agree('camera')
    await product.ask('settings.change', { role: 'trainee' })
    expect(await product.code('emotion.begin', { session, modality: 'camera' })).toBe('refused')
    await product.ask('settings.change', { role: 'clinician' })
    expect(await product.code('emotion.begin', { session, modality: 'camera' })).toBe('ok')
  })
})

describe('withdrawing', () => {
  test('closes the device at once, tells the window, and keeps what was read', async () => {
    await on('camera', 'microphone')
    product.readers.face = () => [faceAt(50, clearly('face', 'worried'))]
    await product.ask('emotion.picture', picture())
    await withdraw('camera')
    expect([permitted(['video']), permitted(['audio'])]).toEqual([false, true])
    expect(await product.code('emotion.picture', picture())).toBe('refused')
    expect(product.pushesOf('capture.ended').at(-1)).toEqual({ session, modality: 'camera' })
    expect((await product.ask('emotion.kept', { session })).map(({ source }) => source)).toEqual([
      'face',
      'voice',
      'fused',
    ])
    const actions = await lastActions(5)
    expect(actions).toContain('consent.withdraw')
    expect(actions).toContain('capture.stop')
  })

  test('with deletion leaves nothing of that modality, nor any joint estimate', async () => {
    await on('camera', 'microphone')
    product.readers.face = () => [faceAt(50, clearly('face', 'sad'))]
    await product.ask('emotion.picture', picture())
    await withdraw('camera', true)
    expect((await product.ask('emotion.kept', { session })).map(({ source }) => source)).toEqual(['voice'])
    const answer: LiveEstimate = await product.ask('emotion.sound', sound(0.5))
    expect(answer.face.kind).toBe('missing')
  })

  test('while a picture is being read throws that reading away', async () => {
    await on('camera')
    product.readers.face = () => [faceAt(50, clearly('face', 'angry'))]
    let answer = (): void => undefined
    product.readers.before = new Promise((resolve) => (answer = resolve))
    const underWay = product.call('emotion.picture', picture())
    await withdraw('camera')
    answer()
    expect(await underWay).toMatchObject({ ok: false, failure: { code: 'refused' } })
    expect(await product.ask('emotion.kept', { session })).toEqual([])
  })

  test('locking closes everything and keeps what was read', async () => {
    await on('camera')
    product.readers.face = () => [faceAt(50, clearly('face', 'happy'))]
    await product.ask('emotion.picture', picture())
    await product.ask('vault.lock', {})
    expect(permitted(['video'])).toBe(false)
    await product.ask('vault.unlock', { by: 'passphrase', passphrase })
    expect(permitted(['video'])).toBe(false)
    expect(await product.code('emotion.picture', picture())).toBe('refused')
    expect((await product.ask('emotion.kept', { session })).map(({ source }) => source)).toEqual([
      'face',
      'fused',
    ])
  })
})

describe('with consent', () => {
  test('a face is read, and no face or several are missing with the reason, never neutral', async () => {
    await on('camera')
    expect((await product.ask('emotion.picture', picture())).face).toEqual({
      kind: 'missing',
      modality: 'face',
      reasons: ['no-face'],
    })
    product.readers.face = () => [faceAt(50, clearly('face', 'happy')), faceAt(300, clearly('face', 'sad'))]
    const several = await product.ask('emotion.picture', picture())
    expect(several.face).toMatchObject({ kind: 'missing', reasons: ['several-faces'] })
    expect(several.fused.kind).toBe('missing')
    product.readers.face = () => [faceAt(55, clearly('face', 'worried'))]
    const { face, fused } = await product.ask('emotion.picture', picture())
    expect(face.kind === 'reading' && strongest(face.scores)).toBe('worried')
    expect(fused).toMatchObject({ kind: 'estimate', shares: { face: 1, voice: 0, text: 0 } })
  })

  test('another face begins anew instead of being mixed into the first', async () => {
    await on('camera')
    product.readers.face = () => [faceAt(0, clearly('face', 'happy'))]
    for (let frame = 0; frame < 5; frame++) {
      product.readers.seconds += 0.2
      await product.ask('emotion.picture', picture())
    }
    product.readers.seconds += 0.2
    product.readers.face = () => [faceAt(400, clearly('face', 'sad', 0.5))]
    const { face } = await product.ask('emotion.picture', picture())
    expect(face.kind === 'reading' && face.scores.sad).toBeCloseTo(0.5, 6)
  })

  test('sound is read once a second over windows of five, and words differ from tone', async () => {
    await on('microphone')
    await agree('words')
    product.readers.voice = () => clearly('voice', 'angry')
    for (let piece = 0; piece < 14; piece++) await product.ask('emotion.sound', sound(0.5, piece > 0))
    expect(product.readers.windows.map(({ length }) => Math.floor(length / 16_000))).toEqual([
      1, 2, 3, 4, 5, 5, 5,
    ])
    product.readers.text = () => clearly('text', 'happy')
    const { fused } = await product.ask('emotion.words', { session, turn: await say('All is well.') })
    expect(fused.kind === 'estimate' && fused.disagreement.between).toEqual(['voice', 'text'])
  })

  test('sound outlives its reader: the same window is read again', async () => {
    await on('microphone')
    let died = 0
    product.readers.voice = () => {
      died += 1
      if (died === 1) throw new FailureError({ code: 'engine-crashed', message: 'It stopped.' })
      return clearly('voice', 'sad')
    }
    const { voice } = await product.ask('emotion.sound', sound(2, false))
    expect(voice.kind === 'reading' && strongest(voice.scores)).toBe('sad')
    expect(product.readers.windows.map(({ length }) => length)).toEqual([32_000, 32_000])
  })

  test('sound that ends every reader is passed over as a gap; what waits for a reader is not', async () => {
    await on('microphone')
    const stop = (code: 'engine-crashed' | 'engine-unavailable') => () => {
      throw new FailureError({ code, message: 'It stopped.' })
    }
    product.readers.voice = stop('engine-crashed')
    const passed = await product.ask('emotion.sound', sound(1, false))
    expect(passed.voice).toMatchObject({ kind: 'missing', reasons: ['reader-stopped'] })
    product.readers.voice = stop('engine-unavailable')
    expect(await product.code('emotion.sound', sound(1))).toBe('engine-unavailable')
    product.readers.voice = () => clearly('voice', 'happy')
    product.readers.windows.length = 0
    await product.ask('emotion.sound', sound(0.5))
    expect(product.readers.windows.map(({ length }) => length / 16_000)).toEqual([2.5])
  })

  test('only the patient’s words are read, and a turn is kept once', async () => {
    await agree('words')
    const turn = await say('I am glad it is over.')
    const own = await say('So am I.', 'clinician')
    product.readers.text = (text) => clearly('text', text.includes('glad') ? 'happy' : 'angry')
    expect(await product.code('emotion.words', { session, turn: own })).toBe('refused')
    const { text } = await product.ask('emotion.words', { session, turn })
    expect(text.kind === 'reading' && strongest(text.scores)).toBe('happy')
    await product.ask('emotion.words', { session, turn })
    expect(await product.ask('emotion.kept', { session })).toMatchObject([
      { source: 'text', turn: 1, atMs: 4000 },
    ])
  })

  test('one moment every two seconds is kept at once, gaps as gaps, and can be deleted', async () => {
    await on('camera')
    for (let frame = 0; frame < 60; frame++) {
      product.readers.face = () => (frame < 30 ? [faceAt(50, clearly('face', 'sad'))] : [])
      await product.ask('emotion.picture', picture(session, frame * 200))
      product.readers.seconds += 0.2
    }
    const kept = await product.ask('emotion.kept', { session })
    expect(kept.filter(({ source }) => source === 'face').map(({ atMs }) => atMs)).toEqual([
      0, 2000, 4000, 6000, 8000, 10_000,
    ])
    expect(kept.filter(({ source }) => source === 'face').at(-1)).toMatchObject({
      scores: null,
      reasons: ['no-face'],
    })
    expect(await product.ask('emotion.forget', { session, sources: ['face'] })).toEqual({ removed: 12 })
    expect(await product.ask('emotion.kept', { session })).toEqual([])
  })

  test('pictures and sound of the wrong size or content are refused', async () => {
    await on('camera', 'microphone')
    const wrong = { ...picture(), pixels: new Uint8Array(10) }
    expect(await product.code('emotion.picture', wrong)).toBe('invalid-request')
    expect(await product.code('emotion.picture', { ...picture(), width: 5000 })).toBe('invalid-request')
    for (const sample of [NaN, Infinity, 1e9]) {
      const samples = new Float32Array(160).fill(sample)
      expect(await product.code('emotion.sound', { ...sound(1), samples })).toBe('invalid-request')
    }
    expect(await product.code('emotion.sound', { ...sound(1), samples: new Float32Array(16_000 * 31) })).toBe(
      'invalid-request',
    )
    const huge = new Uint8Array(4 * 1024 * 1024)
    expect(await product.code('emotion.picture', { ...picture(), pixels: huge })).toBe('invalid-request')
  })
})

describe('what was read of a mood', () => {
  /** What the knowledge base and the language model are given and answer. */
  async function everything(): Promise<unknown> {
    product.models.requests.length = 0
    const reading = await product.ask('consult.reading', { session })
    const process = await product.ask('consult.process', { session })
    const chat = await product.ask('consult.chat', { session, text: 'What is likely?' })
    await product.ended(chat.job)
    const suggest = await product.ask('consult.suggest', { session })
    await product.ended(suggest.job)
    const note = await product.ask('consult.draftNote', {
      session,
      sections: ['subjective', 'objective', 'assessment', 'plan'],
    })
    await product.ended(note.job)
    return { reading, process, prompts: product.models.requests.map(({ messages }) => messages) }
  }

  test('changes neither differential, guided question, process, prompts nor export', async () => {
    const results: string[] = []
    for (const moody of [false, true]) {
      session = await newSession()
      const turn = await say('It burns like acid when I pee, and I cough at night.')
      if (moody) {
        await on('camera', 'microphone')
        await agree('words')
        product.readers.face = () => [faceAt(50, clearly('face', 'worried'))]
        product.readers.voice = () => clearly('voice', 'angry')
        product.readers.text = () => clearly('text', 'sad')
        for (let frame = 0; frame < 40; frame++) {
          await product.ask('emotion.picture', picture())
          await product.ask('emotion.sound', sound(0.5))
          product.readers.seconds += 1
        }
        await product.ask('emotion.words', { session, turn })
        expect((await product.ask('emotion.kept', { session })).length).toBeGreaterThan(10)
      }
      const answered = await everything()
      const { text } = await product.ask('session.exportPreview', {
        session,
        format: 'markdown',
        redact: false,
      })
      // Ids, times, seeds and the consents themselves differ; everything that was said or written may not.
      results.push(
        JSON.stringify([answered, text.split('## Transcript')[1]])
          .replaceAll(turn, 'the turn')
          .replace(/\d{4}-\d\d-\d\dT[\d:.]+Z|seed \d+/g, ''),
      )
    }
    expect(results[1]).toEqual(results[0])
    expect(results[0]).toContain('burns like acid')
  })

  test('is no part of the session’s record', async () => {
    await agree('words')
    product.readers.text = () => clearly('text', 'sad')
    await product.ask('emotion.words', { session, turn: await say('I cry a lot.') })
    const record = await product.ask('session.open', { session })
    expect(Object.keys(record).sort()).toEqual([
      'chat',
      'consents',
      'note',
      'session',
      'suggestions',
      'turns',
    ])
    expect(JSON.stringify(record)).not.toMatch(/"(sad|worried|scores)"/)
  })
})
