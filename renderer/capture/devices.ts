/** What capture needs of a camera and a microphone, so that it runs without either in tests. */

export interface Picture {
  readonly width: number
  readonly height: number
  /** RGBA, row-major. */
  readonly pixels: Uint8Array
  /** When the camera took it, on the clock of `performance.now()`. */
  readonly takenAt: number
}

export interface Camera {
  /** As the system names it. */
  readonly label: string
  /** The newest picture; null before the first and when there is none newer than the last one taken. */
  take(): Picture | null
  /** Turns the device off. */
  stop(): void
}

export interface Sound {
  /** Mono at `soundRate`, -1..1. */
  readonly samples: Float32Array
  /** When its last sample was heard, at the earliest, on the clock of `performance.now()`. */
  readonly heardAt: number
}

export interface Microphone {
  readonly label: string
  /** How loud it is now: 0 (silence) .. 1 (full scale) on a scale of 60 decibels. */
  readonly level: number
  /** Seconds of sound that wait to be taken. */
  readonly waiting: number
  /** The oldest of it, at most `seconds`; null when there is none. Nothing is ever left out. */
  take(seconds: number): Sound | null
  stop(): void
}

/** Both reject with a DOMException, as the browser does. `onEnd` is called when the device goes away. */
export interface Devices {
  openCamera(onEnd: () => void): Promise<Camera>
  openMicrophone(onEnd: () => void): Promise<Microphone>
}
