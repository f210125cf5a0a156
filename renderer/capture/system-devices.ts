/** The camera and the microphone of this machine. */
import { openCamera } from './camera.ts'
import type { Devices } from './devices.ts'
import { openMicrophone } from './microphone.ts'

export const systemDevices: Devices = { openCamera, openMicrophone }
