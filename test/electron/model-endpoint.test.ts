/** A served model that is asked for whole replies: what it sends is bounded, and nothing goes elsewhere. */
import { afterEach, expect, it } from 'vitest'
import { completeAtEndpoint } from '../../electron/model-endpoint.ts'
import { serveCompletions, type Answer, type CompletionsServer } from '../support/completions-server.ts'

const closing: (() => void)[] = []
afterEach(() => {
  for (const close of closing.splice(0)) close()
})

async function serve(answer: Answer): Promise<CompletionsServer> {
  const server = await serveCompletions(answer)
  closing.push(server.close)
  return server
}

const says =
  (content: string): Answer =>
  (_request, response) => {
    response.writeHead(200, { 'content-type': 'application/json' })
    response.end(JSON.stringify({ choices: [{ message: { content } }] }))
  }

const ask = ({ url }: Pick<CompletionsServer, 'url'>): Promise<string> =>
  completeAtEndpoint(url, 'm', 'secret-key')([{ role: 'user', content: 'Hello?' }], {})

it('answers with the reply of a server', async () => {
  const server = await serve(says('Hello.'))
  expect(await ask(server)).toBe('Hello.')
  expect(server.received[0]?.authorization).toBe('Bearer secret-key')
})

it('follows no server to another address', async () => {
  const other = await serve(says('Hello.'))
  const server = await serve((_request, response) =>
    response.writeHead(307, { location: `${other.url}/chat/completions` }).end(),
  )
  await expect(ask(server)).rejects.toMatchObject({ failure: { code: 'io' } })
  expect(other.received).toEqual([])
})

it('reads no more than a reply can be', async () => {
  const server = await serve((_request, response) => {
    response.writeHead(200, { 'content-type': 'application/json' })
    const block = 'x'.repeat(1024 * 1024)
    const more = (): void => {
      while (response.write(block));
    }
    response.on('drain', more)
    more()
  })
  await expect(ask(server)).rejects.toMatchObject({ failure: { code: 'model-invalid' } })
})

it.each(['<html>', '{"choices": []}', ''])('refuses %j as no completion', async (body) => {
  const server = await serve((_request, response) => response.end(body))
  await expect(ask(server)).rejects.toMatchObject({ failure: { code: 'model-invalid' } })
})
