import { describe, expect, test } from 'vitest'
import { hasIdledOut, idleSeconds } from '../../../electron/security/idle.ts'

describe('locking when unattended', () => {
  test('happens once the minutes are over', () => {
    expect(hasIdledOut(15 * 60 - 1, 15)).toBe(false)
    expect(hasIdledOut(15 * 60, 15)).toBe(true)
  })

  test('never happens when set to 0', () => {
    expect(hasIdledOut(1e9, 0)).toBe(false)
  })

  test('trusts the system where it can tell', () => {
    expect(idleSeconds({ system: 7, systemKnows: true, lastInputAt: 0, now: 1e6 })).toBe(7)
  })

  test('counts from the window’s last input where the system cannot tell', () => {
    expect(idleSeconds({ system: 0, systemKnows: false, lastInputAt: 10_000, now: 70_000 })).toBe(60)
    expect(idleSeconds({ system: -1, systemKnows: true, lastInputAt: 10_000, now: 70_000 })).toBe(60)
    expect(idleSeconds({ system: 0, systemKnows: false, lastInputAt: 70_000, now: 10_000 })).toBe(0)
  })
})
