/** A WebM clip made of given pictures and sound, for tests that need one: VP8 or VP9 with Opus. */
import { openLibav, type LibavPacket } from '../../electron/media/libav.ts'

export interface ClipForm {
  readonly codec: 'libvpx' | 'libvpx-vp9'
  readonly width: number
  readonly height: number
  readonly framesPerSecond: number
  /** Planar 4:2:0 of each frame. */
  readonly frames: readonly Uint8Array[]
  /** Mono at 48 kHz. */
  readonly sound?: Float32Array
}

const opusFrame = 960

export async function webm(form: ClipForm): Promise<Uint8Array> {
  const libav = await openLibav()
  const chunks: { position: number; data: Uint8Array }[] = []
  libav.onwrite = (_name, position, data) => chunks.push({ position, data: data.slice() })
  const { codec, width, height, framesPerSecond, frames, sound } = form
  const video = await libav.ff_init_encoder(codec, {
    ctx: { bit_rate: 1_000_000, pix_fmt: libav.AV_PIX_FMT_YUV420P, width, height },
    time_base: [1, framesPerSecond],
    options: { 'cpu-used': '8', deadline: 'realtime' },
  })
  const streams: [number, number, number][] = [[video[1], 1, framesPerSecond]]
  const audio = sound
    ? await libav.ff_init_encoder('libopus', {
        ctx: {
          bit_rate: 64_000,
          sample_fmt: libav.AV_SAMPLE_FMT_FLT,
          sample_rate: 48_000,
          channel_layout: 4,
          channels: 1,
        },
        time_base: [1, 48_000],
      })
    : null
  if (audio) streams.push([audio[1], 1, 48_000])
  const [muxer] = await libav.ff_init_muxer(
    { format_name: 'webm', filename: 'clip.webm', open: true, device: true },
    streams,
  )
  await libav.avformat_write_header(muxer, 0)
  const half = { width: width / 2, height: height / 2 }
  const pictures = await libav.ff_encode_multi(
    video[1],
    video[2],
    video[3],
    frames.map((data, pts) => ({
      data,
      format: libav.AV_PIX_FMT_YUV420P,
      width,
      height,
      pts,
      ptshi: 0,
      layout: [
        { offset: 0, stride: width },
        { offset: width * height, stride: half.width },
        { offset: width * height + half.width * half.height, stride: half.width },
      ],
    })),
    true,
  )
  const tag = (packets: readonly LibavPacket[], stream_index: number, base: number): LibavPacket[] =>
    packets.map((packet) => ({ ...packet, stream_index, time_base_num: 1, time_base_den: base }))
  const packet = await libav.av_packet_alloc()
  await libav.ff_write_multi(muxer, packet, tag(pictures, 0, framesPerSecond))
  if (audio && sound) {
    const pieces = Array.from({ length: Math.floor(sound.length / opusFrame) }, (_, index) => ({
      data: sound.slice(index * opusFrame, (index + 1) * opusFrame),
      format: libav.AV_SAMPLE_FMT_FLT,
      channel_layout: 4,
      channels: 1,
      sample_rate: 48_000,
      pts: index * opusFrame,
      ptshi: 0,
    }))
    const sounds = await libav.ff_encode_multi(audio[1], audio[2], audio[3], pieces, true)
    await libav.ff_write_multi(muxer, packet, tag(sounds, 1, 48_000))
  }
  await libav.av_write_trailer(muxer)
  libav.terminate()
  const bytes = new Uint8Array(Math.max(...chunks.map(({ position, data }) => position + data.length)))
  for (const { position, data } of chunks) bytes.set(data, position)
  return bytes
}
