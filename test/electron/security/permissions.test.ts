import { describe, expect, test } from 'vitest'
import { permissionPolicy } from '../../../electron/security/permissions.ts'
import { sandboxPlan } from '../../../electron/security/sandbox.ts'

/** Every permission that Electron's two handlers can be asked for. */
const permissions = [
  'accessibility-events',
  'ambient-light-sensor',
  'background-fetch',
  'background-sync',
  'clipboard-read',
  'clipboard-sanitized-write',
  'deprecated-sync-clipboard-read',
  'display-capture',
  'fileSystem',
  'fullscreen',
  'geolocation',
  'hid',
  'idle-detection',
  'keyboardLock',
  'local-fonts',
  'media',
  'mediaKeySystem',
  'midi',
  'midiSysex',
  'notifications',
  'openExternal',
  'payment-handler',
  'periodic-background-sync',
  'persistent-storage',
  'pointerLock',
  'screen-wake-lock',
  'sensors',
  'serial',
  'speaker-selection',
  'storage-access',
  'top-level-storage-access',
  'unknown',
  'usb',
  'window-management',
]
const origins = ['app://consilium/', 'https://example.com/', 'app://consilium.example/', 'file:///', '']
const wishes = [[], ['audio'], ['video'], ['audio', 'video']] as const
const consents = [
  { microphone: false, camera: false },
  { microphone: true, camera: false },
  { microphone: false, camera: true },
  { microphone: true, camera: true },
]

describe('permissions', () => {
  const copies = (permission: string, origin: string, isMainFrame: boolean): boolean =>
    permission === 'clipboard-sanitized-write' && origin === 'app://consilium/' && isMainFrame

  test('are all refused without capture but copying text, for every permission, origin and wish', () => {
    const policy = permissionPolicy(() => false)
    let asked = 0
    for (const permission of permissions)
      for (const origin of origins)
        for (const isMainFrame of [true, false])
          for (const media of wishes) {
            asked += 1
            expect(policy({ permission, origin, isMainFrame, media })).toBe(
              copies(permission, origin, isMainFrame),
            )
          }
    expect(asked).toBe(34 * 5 * 2 * 4)
  })

  test('never go beyond the consents in force', () => {
    for (const consent of consents) {
      const policy = permissionPolicy((modality) => consent[modality])
      for (const permission of permissions)
        for (const origin of origins)
          for (const isMainFrame of [true, false])
            for (const media of wishes) {
              const captures =
                permission === 'media' &&
                origin === 'app://consilium/' &&
                isMainFrame &&
                media.length > 0 &&
                media.every((kind) => (kind === 'audio' ? consent.microphone : consent.camera))
              const expected = captures || copies(permission, origin, isMainFrame)
              expect(policy({ permission, origin, isMainFrame, media })).toBe(expected)
            }
    }
  })
})

describe('the sandbox', () => {
  test('is on for every ordinary user, whatever the command line says', () => {
    expect(sandboxPlan({ isRoot: false, noSandboxSwitch: false })).toEqual({ kind: 'enable' })
    expect(sandboxPlan({ isRoot: false, noSandboxSwitch: true })).toEqual({ kind: 'enable' })
  })

  test('is given up for root only when that was asked for by name', () => {
    expect(sandboxPlan({ isRoot: true, noSandboxSwitch: true })).toEqual({ kind: 'without' })
    const plan = sandboxPlan({ isRoot: true, noSandboxSwitch: false })
    expect(plan.kind).toBe('refuse')
    expect(plan.kind === 'refuse' && plan.message).toContain('--no-sandbox')
  })
})
