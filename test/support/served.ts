/** A server of the OpenAI form for as long as one test runs. */
import { onTestFinished } from 'vitest'
import { serveCompletions, type Answer, type CompletionsServer } from './completions-server.ts'

export async function served(answer: Answer): Promise<CompletionsServer> {
  const server = await serveCompletions(answer)
  onTestFinished(server.close)
  return server
}
