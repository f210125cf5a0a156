/** A server on this machine that speaks the OpenAI form, for tests: what it answers is up to them. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export type Answer = (request: IncomingMessage, response: ServerResponse) => void

export interface CompletionsServer {
  /** Base address, as a person would type it. */
  readonly url: string
  readonly received: { readonly body: string; readonly authorization: string | undefined }[]
  readonly close: () => void
}

export async function serveCompletions(answer: Answer): Promise<CompletionsServer> {
  const received: CompletionsServer['received'] = []
  const server = createServer((request, response) => {
    let body = ''
    request.on('data', (bytes: Buffer) => (body += bytes.toString()))
    request.on('end', () => {
      received.push({ body, authorization: request.headers.authorization })
      answer(request, response)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    received,
    close: () => {
      server.closeAllConnections()
      server.close()
    },
  }
}

/** Opens a reply as a stream of events. */
export const streams = (response: ServerResponse): void => {
  response.writeHead(200, { 'content-type': 'text/event-stream' })
}

/** One event with a part of the reply. */
export const piece = (content: string): string =>
  `data: ${JSON.stringify({ choices: [{ delta: { content } }] })}\n\n`

/** Answers with the text, in parts. */
export const says =
  (text: string): Answer =>
  (_request, response) => {
    streams(response)
    for (const part of text.match(/.{1,7}/gs) ?? []) response.write(piece(part))
    response.end('data: [DONE]\n\n')
  }
