/** The newest frame of a video track, without an element that plays it: a page that plays is painted each time. */

/** The part of Chromium's processor that is used; the type library does not describe it. */
declare class MediaStreamTrackProcessor {
  constructor(init: { readonly track: MediaStreamTrack; readonly maxBufferSize: number })
  readonly readable: ReadableStream<VideoFrame>
}

export interface ArrivedFrame {
  /** Whoever takes it closes it. */
  readonly frame: VideoFrame
  /** When it reached the window, on the clock of `performance.now()`: a few milliseconds after the camera took it. */
  readonly arrivedAt: number
}

export interface TrackFrames {
  /** The newest frame; null when there is none newer than the last one taken. */
  take(): ArrivedFrame | null
  stop(): void
}

export function framesOf(track: MediaStreamTrack): TrackFrames {
  // Of one that waits to be read, the older makes room for the newer.
  const reader = new MediaStreamTrackProcessor({ track, maxBufferSize: 1 }).readable.getReader()
  let newest: ArrivedFrame | null = null
  let stopped = false
  const drop = (): void => {
    newest?.frame.close()
    newest = null
  }
  const watch = async (): Promise<void> => {
    for (let read = await reader.read(); !read.done; read = await reader.read()) {
      drop()
      newest = { frame: read.value, arrivedAt: performance.now() }
      if (stopped) drop()
    }
  }
  // A track that ends in an error says so itself.
  watch().catch(drop)
  return {
    take() {
      const taken = newest
      newest = null
      return taken
    },
    stop() {
      stopped = true
      drop()
      void reader.cancel()
    },
  }
}
