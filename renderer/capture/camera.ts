/** The camera: its newest picture, scaled to what the face networks need. Nothing is played or painted. */
import { pictureSide } from '../../models/contract/emotion.ts'
import type { Camera, Picture } from './devices.ts'
import { framesOf } from './track-frames.ts'

/** Twice as many pictures as are read, so that the newest is never old; more would only be thrown away. */
const wishes: MediaTrackConstraints = {
  width: { ideal: 640 },
  height: { ideal: 480 },
  frameRate: { ideal: 10, max: 10 },
}

export async function openCamera(onEnd: () => void): Promise<Camera> {
  const stream = await navigator.mediaDevices.getUserMedia({ video: wishes })
  const [track] = stream.getVideoTracks()
  if (!track) throw new DOMException('The camera gave no picture.', 'NotReadableError')
  const release = (): void => {
    track.removeEventListener('ended', onEnd)
    for (const each of stream.getTracks()) each.stop()
  }
  try {
    track.addEventListener('ended', onEnd)
    const scaled = scaler()
    const frames = framesOf(track)
    return {
      label: track.label,
      take() {
        const newest = frames.take()
        return newest && { ...scaled(newest.frame), takenAt: newest.arrivedAt }
      },
      stop() {
        release()
        frames.stop()
      },
    }
  } catch (error) {
    release()
    throw error
  }
}

/** Takes the pixels out of a frame, as large as is read, and closes it. */
function scaler(): (frame: VideoFrame) => Omit<Picture, 'takenAt'> {
  const canvas = new OffscreenCanvas(1, 1)
  const context = canvas.getContext('2d', { alpha: false, willReadFrequently: true })
  if (!context) throw new DOMException('Pictures cannot be read here.', 'NotReadableError')
  return (frame) => {
    const { displayWidth, displayHeight } = frame
    const scale = Math.min(1, pictureSide / Math.max(displayWidth, displayHeight))
    const width = Math.max(16, Math.round(displayWidth * scale))
    const height = Math.max(16, Math.round(displayHeight * scale))
    if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height })
    context.drawImage(frame, 0, 0, width, height)
    frame.close()
    const { data } = context.getImageData(0, 0, width, height)
    return { width, height, pixels: new Uint8Array(data.buffer) }
  }
}
