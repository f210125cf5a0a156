/** The child's end of the channel: the same host runs as an Electron utility process and as a plain Node child. */
export interface ChildPort {
  send(message: unknown): void
  onMessage(listener: (message: unknown) => void): void
}

/** What Electron adds to `process` in a utility process. */
interface ParentPort {
  postMessage(message: unknown): void
  on(event: 'message', listener: (event: { readonly data: unknown }) => void): void
}

/** Throws when the process was started as neither. */
export function childPort(): ChildPort {
  const { parentPort } = process as unknown as { readonly parentPort?: ParentPort }
  if (parentPort) {
    return {
      send: (message) => parentPort.postMessage(message),
      onMessage: (listener) => parentPort.on('message', ({ data }) => listener(data)),
    }
  }
  const send = process.send?.bind(process)
  if (!send) throw new Error('the inference host must be started by its parent')
  // Nobody is left to answer once the parent is gone.
  process.on('disconnect', () => process.exit(0))
  return {
    send: (message) => void send(message),
    onMessage: (listener) => process.on('message', listener),
  }
}
