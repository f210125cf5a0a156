/** The camera: its newest picture, scaled to what the face networks need. */
import { pictureSide } from '../../models/contract/emotion.ts'
import type { Camera, Picture } from './devices.ts'

/** Enough for five readings a second; more would only be decoded and thrown away. */
const wishes: MediaTrackConstraints = {
  width: { ideal: 640 },
  height: { ideal: 480 },
  frameRate: { ideal: 10, max: 15 },
}

export async function openCamera(onEnd: () => void): Promise<Camera> {
  const stream = await navigator.mediaDevices.getUserMedia({ video: wishes })
  const [track] = stream.getVideoTracks()
  if (!track) throw new DOMException('The camera gave no picture.', 'NotReadableError')
  track.addEventListener('ended', onEnd)
  const video = document.createElement('video')
  video.muted = true
  video.srcObject = stream
  await video.play()

  const canvas = new OffscreenCanvas(1, 1)
  const context = canvas.getContext('2d', { alpha: false, willReadFrequently: true })
  if (!context) throw new DOMException('Pictures cannot be read here.', 'NotReadableError')
  let newest: number | null = null
  const watch: VideoFrameRequestCallback = (now, metadata) => {
    newest = metadata.captureTime ?? now
    video.requestVideoFrameCallback(watch)
  }
  let callback = video.requestVideoFrameCallback(watch)

  return {
    label: track.label,
    take(): Picture | null {
      const { videoWidth, videoHeight } = video
      if (newest === null || videoWidth === 0) return null
      const scale = Math.min(1, pictureSide / Math.max(videoWidth, videoHeight))
      const width = Math.max(16, Math.round(videoWidth * scale))
      const height = Math.max(16, Math.round(videoHeight * scale))
      if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height })
      context.drawImage(video, 0, 0, width, height)
      const { data } = context.getImageData(0, 0, width, height)
      const takenAt = newest
      newest = null
      return { width, height, pixels: new Uint8Array(data.buffer), takenAt }
    },
    stop() {
      video.cancelVideoFrameCallback(callback)
      callback = 0
      track.removeEventListener('ended', onEnd)
      for (const each of stream.getTracks()) each.stop()
      video.srcObject = null
    },
  }
}
