/** Listens to the window. The only file that touches ipcMain. */
import { ipcMain, type BrowserWindow, type IpcMainInvokeEvent } from 'electron'
import type { Push } from '../jobs/job-queue.ts'
import type { Answer, Sender } from './answer.ts'
import { callChannel, pushChannel } from './channels.ts'

/** `window` is asked for at each request: it may have been replaced, or be gone. */
export function serve(answer: Answer, window: () => BrowserWindow | null): void {
  const senderOf = (event: IpcMainInvokeEvent): Sender => {
    const contents = window()?.webContents
    const frame = event.senderFrame
    return {
      isOwnWindow: contents !== undefined && event.sender === contents,
      isMainFrame: frame !== null && frame.parent === null && frame === contents?.mainFrame,
      url: frame?.url ?? null,
    }
  }
  ipcMain.handle(callChannel, (event, operation: unknown, request: unknown) =>
    answer(senderOf(event), operation, request),
  )
}

/** Sends pushes to the window while there is one that listens. */
export function pushTo(window: () => BrowserWindow | null): Push {
  return (name, payload) => {
    const contents = window()?.webContents
    if (!contents || contents.isDestroyed() || contents.isCrashed()) return
    contents.send(pushChannel, name, payload)
  }
}
