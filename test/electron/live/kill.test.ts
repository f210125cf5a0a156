import { expect, it } from 'vitest'
import { addSession, ended, newVault, reopen, startChild } from '../storage/support.ts'
import { seededRandom } from '../../../models/core/random.ts'

it(
  'killed while a face is read, the app has lost no more than the latest two seconds, each time',
  { timeout: 120_000 },
  async () => {
    const { folder, vault } = await newVault()
    const { id } = addSession(vault.store())
    vault.store().setConsent(id, 'camera', true)
    vault.lock()
    const random = seededRandom(7)
    let from = 0
    for (let kill = 0; kill < 5; kill++) {
      const child = startChild('read-face', folder, id, String(from))
      const end = ended(child)
      child.stdin!.write('go\n')
      const wait = 1500 + random.below(3500)
      child.stdout!.once('data', () => void setTimeout(() => child.kill('SIGKILL'), wait))
      const { output, errors } = await end
      const last = Number(output.trim().split('\n').at(-1))
      expect(last, errors).toBeGreaterThan(from + 1000)
      const opened = await reopen(folder)
      const kept = opened.store().readings(id)
      expect(opened.store().verifyAudit().intact).toBe(true)
      opened.lock()
      const times = kept
        .filter(({ source, atMs }) => source === 'face' && atMs >= from)
        .map(({ atMs }) => atMs)
      // A picture may come up to a fifth of a second after the moment was due.
      expect(last - times.at(-1)!).toBeLessThanOrEqual(2000 + 400)
      expect(kept.filter(({ source, atMs }) => source === 'fused' && atMs >= from)).toHaveLength(times.length)
      from = last + 1
    }
  },
)
