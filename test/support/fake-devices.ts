/** A camera and a microphone that give what a test puts in. */
import type { Camera, Devices, Microphone, Picture } from '../../renderer/capture/devices.ts'
import { SoundQueue } from '../../renderer/capture/sound-queue.ts'

export class FakeDevices implements Devices {
  /** Devices that are on now. */
  readonly on = new Set<'camera' | 'microphone'>()
  opened = 0
  /** What opening answers; a test may refuse, or wait. */
  opening: () => Promise<void> = () => Promise.resolve()
  picture: Picture | null = null
  readonly sound = new SoundQueue()
  /** Takes the device away. */
  unplug: Partial<Record<'camera' | 'microphone', () => void>> = {}

  async openCamera(onEnd: () => void): Promise<Camera> {
    await this.#open('camera', onEnd)
    return {
      label: 'Fake camera',
      take: () => this.picture,
      stop: () => void this.on.delete('camera'),
    }
  }

  async openMicrophone(onEnd: () => void): Promise<Microphone> {
    await this.#open('microphone', onEnd)
    const { sound } = this
    return {
      label: 'Fake microphone',
      level: 0.5,
      get waiting() {
        return sound.waiting
      },
      take: (seconds) => {
        const samples = sound.take(seconds)
        return samples && { samples, heardAt: 0 }
      },
      stop: () => void this.on.delete('microphone'),
    }
  }

  async #open(which: 'camera' | 'microphone', onEnd: () => void): Promise<void> {
    await this.opening()
    this.opened += 1
    this.on.add(which)
    this.unplug[which] = onEnd
  }
}
