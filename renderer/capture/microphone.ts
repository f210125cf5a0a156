/** The microphone: every sample it hears, mono at 16 kHz. */
import { soundRate } from '../../models/contract/emotion.ts'
import collector from './collector.worklet.ts?worker&url'
import type { Microphone, Sound } from './devices.ts'
import { Resampler } from '../../models/core/resampler.ts'
import { SoundQueue } from './sound-queue.ts'

/** As it is: what makes speech pleasant to hear also changes how it sounds. */
const wishes: MediaTrackConstraints = {
  channelCount: { ideal: 1 },
  echoCancellation: false,
  noiseSuppression: false,
  autoGainControl: false,
}

/** Nothing is played, so no loudspeaker is opened. The type library does not know this sink yet. */
const unheard: AudioContextOptions & { readonly sinkId: { readonly type: 'none' } } = {
  latencyHint: 'playback',
  sinkId: { type: 'none' },
}

export async function openMicrophone(onEnd: () => void): Promise<Microphone> {
  const stream = await navigator.mediaDevices.getUserMedia({ audio: wishes })
  const [track] = stream.getAudioTracks()
  if (!track) throw new DOMException('The microphone gave no sound.', 'NotReadableError')
  const context = new AudioContext(unheard)
  await context.audioWorklet.addModule(collector)
  const source = context.createMediaStreamSource(stream)
  const node = new AudioWorkletNode(context, 'collector', {
    numberOfOutputs: 0,
    channelCount: 1,
    channelCountMode: 'explicit',
  })
  const resampler = new Resampler(context.sampleRate, soundRate)
  const queue = new SoundQueue()
  let heardAt = 0
  let level = 0
  node.port.onmessage = ({ data }: MessageEvent<Float32Array>) => {
    queue.push(resampler.push(data))
    heardAt = performance.now()
    level = loudness(data)
  }
  source.connect(node)
  track.addEventListener('ended', onEnd)
  await context.resume()

  return {
    label: track.label,
    get level() {
      return level
    },
    get waiting() {
      return queue.waiting
    },
    take(seconds): Sound | null {
      const samples = queue.take(seconds)
      return samples && { samples, heardAt: heardAt - 1000 * queue.waiting }
    },
    stop() {
      track.removeEventListener('ended', onEnd)
      node.port.onmessage = null
      for (const each of stream.getTracks()) each.stop()
      source.disconnect()
      void context.close()
    },
  }
}

function loudness(samples: Float32Array): number {
  const power = samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length
  return Math.max(0, Math.min(1, 1 + (10 * Math.log10(power + 1e-12)) / 60))
}
