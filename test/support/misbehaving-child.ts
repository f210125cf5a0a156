/**
 * An inference child that does what the model's id of each job says, for tests of the supervisor: a real
 * process with the real protocol.
 */
import type { FromChild } from '../../electron/inference/protocol.ts'
import { parseToChild } from '../../electron/inference/protocol.ts'

const send = (message: FromChild): void => void process.send!(message)
const behaviour = process.env['CONSILIUM_TEST_CHILD']

process.on('disconnect', () => process.exit(0))
process.on('message', (raw) => {
  const message = parseToChild(raw)
  if (message?.kind === 'configure') {
    if (behaviour === 'never-ready') for (;;);
    if (behaviour === 'dies-at-once') process.exit(7)
    send({ kind: 'ready', providers: ['cpu'], threads: 1 })
  }
  if (message?.kind !== 'job' || message.job.kind !== 'compile') return
  const { id } = message
  const end = (): void => send({ kind: 'ended', id, result: { ok: true, value: { built: true } } })
  switch (message.job.model) {
    case 'works': {
      end()
      return
    }
    case 'dies':
      return process.kill(process.pid, 'SIGKILL')
    case 'stops':
      return process.kill(process.pid, 'SIGSTOP')
    case 'complains-and-dies': {
      process.stderr.write('std::bad_alloc: cannot allocate 1073741824 bytes\n', () =>
        process.kill(process.pid, 'SIGKILL'),
      )
      return
    }
    case 'spins':
      for (;;);
    case 'lives-on-progress': {
      let steps = 0
      const timer = setInterval(() => {
        send({ kind: 'progress', id, progress: { stage: 'Working', fraction: null, secondsLeft: null } })
        if (++steps < 12) return
        clearInterval(timer)
        end()
      }, 150)
      return
    }
    case 'talks-nonsense':
      process.send!({ kind: 'ended', id, result: 'what?' })
      return
    case 'answers-something-else': {
      send({ kind: 'ended', id, result: { ok: true, value: { built: 'perhaps' } } })
      return
    }
    case 'refuses': {
      send({
        kind: 'ended',
        id,
        result: { ok: false, failure: { code: 'disk-full', message: 'Full.' } },
      })
      return
    }
  }
})
