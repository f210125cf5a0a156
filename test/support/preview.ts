/**
 * The window on the fake bridge, for looking at screens in a browser. The address says what to show:
 * `?vault=absent|locked|open|damaged|newer&records=none|some&theme=system|light|dark&panel=none|kept`.
 */
import { mount } from 'svelte'
import type { VaultStatus } from '../../models/contract/operations.ts'
import { themes } from '../../models/session/settings.ts'
import App from '../../renderer/App.svelte'
import '../../renderer/styles/index.css'
import { bundledModel, FakeBridge, someRecords } from './fake-bridge.ts'
import { storedPanel } from './panel-replies.ts'

const asked = new URLSearchParams(location.search)
const states: readonly VaultStatus['state'][] = ['absent', 'locked', 'open', 'damaged', 'newer']
const vault = states.find((state) => state === asked.get('vault')) ?? 'open'
const theme = themes.find((each) => each === asked.get('theme')) ?? 'system'

const bridge = new FakeBridge({
  vault,
  autoplay: true,
  records: asked.get('records') === 'none' ? [] : someRecords(),
  settings: { theme },
  models: [asked.get('prepared') === 'no' ? { ...bundledModel, prepared: [] } : bundledModel],
  keyringEnrolled: vault === 'locked',
  blocked:
    asked.get('blocked') === 'some'
      ? [{ at: '2026-11-25T11:40:00.000Z', url: 'https://example.org/beacon.gif', type: 'image' }]
      : [],
})
if (vault === 'damaged') {
  bridge.setVault({
    quarantine: '/home/user/.config/Consilium/quarantine/2026-11-25',
    reason: 'The database file does not pass its check.',
  })
}
if (vault === 'newer') bridge.setVault({ reason: 'It has schema 9; this Consilium knows up to 1.' })

const [first] = bridge.records
if (asked.get('panel') === 'kept' && first) bridge.panel.stored = [storedPanel(first.session.id)]

const target = document.getElementById('app')
if (!target) throw new Error('preview.html has no #app')
mount(App, { target, props: { bridge } })
Object.assign(window, { fakeBridge: bridge })
