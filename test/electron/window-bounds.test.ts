import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { fitBounds, readBounds, smallestWindow, writeBounds } from '../../electron/window-bounds.ts'

const screen = { x: 0, y: 0, width: 1920, height: 1040 }
const second = { x: 1920, y: 0, width: 1280, height: 1000 }
const bounds = { position: { x: 2000, y: 100 }, width: 1200, height: 800, maximized: false }

describe('the window', () => {
  test('comes back where it was', () => {
    const folder = mkdtempSync(join(tmpdir(), 'bounds-'))
    onTestFinished(() => rmSync(folder, { recursive: true }))
    const file = join(folder, 'deep', 'window.json')
    writeBounds(file, bounds)
    expect(readBounds(file, [screen, second])).toEqual(bounds)
  })

  test('is placed anew when its display is gone', () => {
    expect(fitBounds(bounds, [screen])).toEqual({ ...bounds, position: null })
  })

  test('shrinks to a smaller display, and never below what can be used', () => {
    const small = { x: 0, y: 0, width: 1000, height: 500 }
    expect(fitBounds({ ...bounds, position: { x: 0, y: 0 } }, [small])).toMatchObject({
      width: 1000,
      height: smallestWindow.height,
    })
  })

  test.each(['', 'null', '{}', '{"position":null,"width":"wide","height":1,"maximized":false}', '[1e999]'])(
    'opens in its first size when the file holds %j',
    (content) => {
      const folder = mkdtempSync(join(tmpdir(), 'bounds-'))
      onTestFinished(() => rmSync(folder, { recursive: true }))
      const file = join(folder, 'window.json')
      writeFileSync(file, content)
      expect(readBounds(file, [screen])).toEqual(readBounds(join(folder, 'missing'), [screen]))
    },
  )
})
