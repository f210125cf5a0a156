/** A served model that is asked for whole replies: what it sends is bounded, and nothing goes elsewhere. */
import { expect, it } from 'vitest'
import { completeAtEndpoint } from '../../electron/model-endpoint.ts'
import type { Answer, CompletionsServer } from '../support/completions-server.ts'
import { served } from '../support/served.ts'

const says =
  (content: string): Answer =>
  (_request, response) => {
    response.writeHead(200, { 'content-type': 'application/json' })
    response.end(JSON.stringify({ choices: [{ message: { content } }] }))
  }

const ask = ({ url }: Pick<CompletionsServer, 'url'>): Promise<string> =>
  completeAtEndpoint(url, 'm', 'secret-key')([{ role: 'user', content: 'Hello?' }], {})

it('answers with the reply of a server', async () => {
  const server = await served(says('Hello.'))
  expect(await ask(server)).toBe('Hello.')
  expect(server.received[0]?.authorization).toBe('Bearer secret-key')
})

it('follows no server to another address', async () => {
  const other = await served(says('Hello.'))
  const server = await served((_request, response) =>
    response.writeHead(307, { location: `${other.url}/chat/completions` }).end(),
  )
  await expect(ask(server)).rejects.toMatchObject({ failure: { code: 'io' } })
  expect(other.received).toEqual([])
})

it('reads no more than a reply can be', async () => {
  const server = await served((_request, response) => {
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
  const server = await served((_request, response) => response.end(body))
  await expect(ask(server)).rejects.toMatchObject({ failure: { code: 'model-invalid' } })
})
