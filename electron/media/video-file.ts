/** Video files without a window: frames as pixels and the sound, decoded by FFmpeg's libraries as WebAssembly. */
import { open, type FileHandle } from 'node:fs/promises'
import { fail, FailureError } from '../../models/core/failure.ts'
import type { OnProgress } from '../../models/core/progress.ts'
import type { RgbaImage } from '../../models/emotion/face/image.ts'
import { voiceFrontEnd } from '../../models/emotion/voice/log-mel.ts'
import { resampled } from '../../models/emotion/voice/resampling.ts'
import { openLibav, type Libav, type LibavFrame, type LibavStream } from './libav.ts'
import { rgbaOf } from './video-pixels.ts'

export interface VideoDecoding {
  /** At most so many frames a second are given; the others are decoded and let go. */
  readonly framesPerSecond: number
  /** Called in order and awaited. @param at seconds from the start of the file's clock */
  readonly onFrame: (image: RgbaImage, at: number) => Promise<void>
  readonly onProgress?: OnProgress
  readonly signal?: AbortSignal
}

export interface DecodedVideo {
  /** Mono at 16 kHz, or null when the file has no sound. */
  readonly sound: Float32Array | null
  readonly hasPicture: boolean
  /** Up to the end of the last frame or sample. */
  readonly seconds: number
}

/** Whole recordings of sound are held while they are decoded. */
const longest = 3600
const mostBytes = 8 * 2 ** 30
const mostPixels = 3840 * 2160
const pieceBytes = 128 * 2 ** 10
const advice = 'Convert it to WebM (VP8 or VP9 with Opus), for instance with a video editor.'

/**
 * WebM and Matroska with VP8 or VP9 and Opus, FLAC or PCM. Fails with `not-found`, `cancelled`, `tool-missing`
 * when it is a container or codec that cannot be decoded here (H.264, AAC and others), or `invalid-request` when
 * it is no video, is damaged, or is longer than an hour.
 */
export async function readVideo(path: string, decoding: VideoDecoding): Promise<DecodedVideo> {
  let file: FileHandle
  try {
    file = await open(path)
  } catch (error) {
    return fail('not-found', `The video cannot be read. Check the path ${path}.`, { path }, error)
  }
  const libav = await openLibav()
  try {
    const { size } = await file.stat()
    if (size > mostBytes) refuse(path, 'it is larger than 8 GB', 'Cut it into shorter recordings.')
    await refuseForeign(file, path)
    libav.onblockread = (name, position, length) => void sendBlock(libav, file, name, position, length)
    await libav.mkblockreaderdev('video', size)
    return await decode(libav, path, size, decoding)
  } catch (error) {
    if (error instanceof FailureError) throw error
    return refuse(path, 'it is damaged or no video', advice, error)
  } finally {
    libav.terminate()
    await file.close()
  }
}

const refuse = (path: string, reason: string, next: string, cause?: unknown): never =>
  fail('invalid-request', `The video ${path} cannot be read: ${reason}. ${next}`, { path, reason }, cause)

async function sendBlock(
  libav: Libav,
  file: FileHandle,
  name: string,
  position: number,
  length: number,
): Promise<void> {
  const { buffer, bytesRead } = await file
    .read(new Uint8Array(length), 0, length, position)
    .catch(() => ({ buffer: new Uint8Array(0), bytesRead: 0 }))
  await libav.ff_block_reader_dev_send(name, position, bytesRead > 0 ? buffer.subarray(0, bytesRead) : null)
}

/** Containers whose usual codecs are not in this build are named before anything is tried. */
async function refuseForeign(file: FileHandle, path: string): Promise<void> {
  const { buffer, bytesRead } = await file.read(new Uint8Array(12), 0, 12, 0)
  const head = Buffer.from(buffer.subarray(0, bytesRead)).toString('latin1')
  if (head.slice(4, 8) === 'ftyp') lacking(path, 'MP4 or MOV')
  if (head.startsWith('RIFF') && head.slice(8) === 'AVI ') lacking(path, 'AVI')
}

const lacking = (path: string, form: string): never =>
  fail('tool-missing', `The video ${path} is ${form}, which cannot be decoded here. ${advice}`, {
    path,
    form,
  })

interface OpenStream {
  readonly stream: LibavStream
  readonly codec: string
  readonly decode: (
    packets: Parameters<Libav['ff_decode_multi']>[3],
    end: boolean,
  ) => Promise<readonly LibavFrame[]>
}

async function openStream(
  libav: Libav,
  stream: LibavStream | undefined,
  path: string,
): Promise<OpenStream | null> {
  if (!stream) return null
  const codec = await libav.avcodec_get_name(stream.codec_id)
  const [, context, packet, frame] = await libav
    .ff_init_decoder(stream.codec_id, stream.codecpar)
    .catch(() => lacking(path, `coded as ${codec}`))
  return {
    stream,
    codec,
    decode: (packets, fin) =>
      libav.ff_decode_multi(context, packet, frame, packets, { fin, ignoreErrors: true }),
  }
}

async function decode(
  libav: Libav,
  path: string,
  size: number,
  { framesPerSecond, onFrame, onProgress, signal }: VideoDecoding,
): Promise<DecodedVideo> {
  const [context, streams] = await libav.ff_init_demuxer_file('video')
  const first = (type: number): LibavStream | undefined =>
    streams.find(({ codec_type }) => codec_type === type)
  const picture = await openStream(libav, first(libav.AVMEDIA_TYPE_VIDEO), path)
  const sound = await openStream(libav, first(libav.AVMEDIA_TYPE_AUDIO), path)
  if (!picture && !sound) refuse(path, 'it has neither picture nor sound', advice)
  const packet = await libav.av_packet_alloc()
  const track = new SoundTrack(path)
  const started = Date.now()
  let seconds = 0
  let frames = 0
  let due = -Infinity
  let bytes = 0
  for (let end = false; !end;) {
    if (signal?.aborted) fail('cancelled', 'The video is no longer read.', { path })
    const [status, read] = await libav.ff_read_frame_multi(context, packet, {
      limit: pieceBytes,
      unify: true,
    })
    end = status !== -libav.EAGAIN
    const packets = read[0] ?? []
    bytes += packets.reduce((sum, { data }) => sum + data.length, 0)
    const of = (opened: OpenStream): typeof packets =>
      packets.filter(({ stream_index }) => stream_index === opened.stream.index)
    if (sound) for (const frame of await sound.decode(of(sound), end)) track.add(frame)
    if (picture)
      for (const frame of await picture.decode(of(picture), end)) {
        frames++
        const at = secondsOf(frame, picture.stream)
        seconds = Math.max(seconds, at)
        if (at > longest) refuse(path, 'it is longer than an hour', 'Cut it into shorter recordings.')
        if (at < due) continue
        // Half a frame's time of leeway: clocks of cameras are uneven.
        due = at + 0.9 / framesPerSecond
        if (frame.format !== libav.AV_PIX_FMT_YUV420P)
          lacking(path, `${picture.codec} with more than 8 bits or other than 4:2:0 pixels`)
        if ((frame.width ?? 0) * (frame.height ?? 0) > mostPixels)
          refuse(path, 'its pictures are larger than 3840 x 2160', advice)
        await onFrame(rgbaOf(frame, picture.codec), at)
        if (signal?.aborted) fail('cancelled', 'The video is no longer read.', { path })
      }
    const fraction = end ? 1 : Math.min(1, bytes / size)
    onProgress?.({
      stage: 'Reading the video',
      fraction,
      secondsLeft: fraction > 0.02 ? ((Date.now() - started) / 1000) * (1 / fraction - 1) : null,
    })
  }
  if (frames === 0 && track.length === 0) refuse(path, 'nothing in it can be decoded', advice)
  return {
    sound: track.length > 0 ? track.samples() : null,
    hasPicture: frames > 0,
    seconds: Math.max(seconds, track.seconds),
  }
}

function secondsOf(
  { pts = 0, ptshi = 0 }: LibavFrame,
  { time_base_num, time_base_den }: LibavStream,
): number {
  return ((ptshi * 2 ** 32 + (pts >>> 0)) * time_base_num) / time_base_den
}

/** The sound so far, mono at the file's own rate. */
class SoundTrack {
  readonly #path: string
  readonly #pieces: Float32Array[] = []
  #rate = 0
  length = 0

  constructor(path: string) {
    this.#path = path
  }

  get seconds(): number {
    return this.#rate > 0 ? this.length / this.#rate : 0
  }

  add({ data, sample_rate = 0, channels = 1 }: LibavFrame): void {
    if (this.#rate > 0 && sample_rate !== this.#rate)
      refuse(this.#path, 'the rate of its sound changes', advice)
    this.#rate = sample_rate
    const mono = monoOf(data, channels)
    this.#pieces.push(mono)
    this.length += mono.length
    if (this.seconds > longest)
      refuse(this.#path, 'it is longer than an hour', 'Cut it into shorter recordings.')
  }

  samples(): Float32Array {
    const all = new Float32Array(this.length)
    let at = 0
    for (const piece of this.#pieces) {
      all.set(piece, at)
      at += piece.length
    }
    return resampled(all, this.#rate, voiceFrontEnd.sampleRate)
  }
}

/** Planes or interleaved samples of any depth as one channel, -1..1. */
function monoOf(data: unknown, channels: number): Float32Array {
  if (Array.isArray(data)) {
    const planes = data.map((plane: unknown) => levels(plane))
    return Float32Array.from(
      planes[0] ?? [],
      (_, index) => planes.reduce((sum, plane) => sum + plane[index]!, 0) / planes.length,
    )
  }
  const samples = levels(data)
  return Float32Array.from({ length: Math.floor(samples.length / channels) }, (_, index) => {
    let sum = 0
    for (let channel = 0; channel < channels; channel++) sum += samples[index * channels + channel]!
    return sum / channels
  })
}

function levels(data: unknown): Float32Array {
  if (data instanceof Float32Array) return data
  if (data instanceof Int16Array) return Float32Array.from(data, (value) => value / 2 ** 15)
  if (data instanceof Int32Array) return Float32Array.from(data, (value) => value / 2 ** 31)
  if (data instanceof Uint8Array) return Float32Array.from(data, (value) => (value - 128) / 128)
  throw new TypeError('The sound has samples of an unknown form.')
}
