/** What is used of FFmpeg's libraries as WebAssembly (LGPL), by types narrower than the package's own. */
export interface LibavPacket {
  readonly data: Uint8Array
  readonly stream_index?: number
}

export interface LibavFrame {
  /** Bytes for video and unsigned 8-bit sound; planar sound is one array per channel. */
  readonly data: unknown
  readonly format: number
  readonly pts?: number
  readonly ptshi?: number
  /** Planes of a video frame, in bytes from the start of `data`. */
  readonly layout?: readonly { readonly offset: number; readonly stride: number }[]
  readonly width?: number
  readonly height?: number
  readonly sample_rate?: number
  readonly channels?: number
}

export interface LibavStream {
  readonly index: number
  readonly codecpar: number
  readonly codec_type: number
  readonly codec_id: number
  readonly time_base_num: number
  readonly time_base_den: number
  readonly duration: number
}

export interface Libav {
  onblockread?: (name: string, position: number, length: number) => void
  mkblockreaderdev(name: string, size: number): Promise<void>
  ff_block_reader_dev_send(name: string, position: number, data: Uint8Array | null): Promise<void>
  mkwriterdev(name: string): Promise<void>
  onwrite?: (name: string, position: number, data: Uint8Array) => void
  avcodec_get_name(codec: number): Promise<string>
  av_packet_alloc(): Promise<number>
  ff_init_demuxer_file(name: string): Promise<[number, LibavStream[]]>
  ff_init_decoder(codec: number, parameters: number): Promise<[number, number, number, number]>
  ff_read_frame_multi(
    context: number,
    packet: number,
    options: { limit: number; unify: true },
  ): Promise<[number, Partial<Record<number, LibavPacket[]>>]>
  ff_decode_multi(
    context: number,
    packet: number,
    frame: number,
    packets: readonly LibavPacket[],
    options: { fin?: boolean; ignoreErrors?: boolean },
  ): Promise<LibavFrame[]>
  ff_init_encoder(
    name: string,
    options: {
      ctx: Record<string, number>
      time_base: [number, number]
      options?: Record<string, string>
    },
  ): Promise<[number, number, number, number, number]>
  ff_encode_multi(
    context: number,
    frame: number,
    packet: number,
    frames: readonly object[],
    end: boolean,
  ): Promise<LibavPacket[]>
  ff_init_muxer(
    options: { format_name: string; filename: string; open: true; device: true },
    streams: [number, number, number][],
  ): Promise<[number, number, number, number[]]>
  avformat_write_header(context: number, options: number): Promise<number>
  ff_write_multi(context: number, packet: number, packets: readonly LibavPacket[]): Promise<void>
  av_write_trailer(context: number): Promise<number>
  /** -8 says nothing at all. */
  av_log_set_level(level: number): Promise<void>
  terminate(): void
  readonly EAGAIN: number
  readonly AVMEDIA_TYPE_VIDEO: number
  readonly AVMEDIA_TYPE_AUDIO: number
  readonly AV_PIX_FMT_YUV420P: number
  readonly AV_SAMPLE_FMT_FLT: number
  readonly AV_SAMPLE_FMT_FLTP: number
}

/** A new instance with its own memory, silent: what its libraries say of damage is no text for people. */
export async function openLibav(): Promise<Libav> {
  // Imported here: most commands need not load its three megabytes.
  const { default: wrapper } = await import('@libav.js/variant-webm-vp9')
  const libav: unknown = await wrapper.LibAV({ noworker: true, nothreads: true })
  const opened = libav as Libav
  await opened.av_log_set_level(-8)
  return opened
}
