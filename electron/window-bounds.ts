/** Where the window was, kept in a small plain file without anything personal. */
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import * as v from 'valibot'

export interface Rectangle {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

export interface WindowBounds {
  /** null lets the system place it. */
  readonly position: { readonly x: number; readonly y: number } | null
  /** In device-independent pixels. */
  readonly width: number
  readonly height: number
  readonly maximized: boolean
}

export const smallestWindow = { width: 960, height: 640 } as const
const firstBounds: WindowBounds = { position: null, width: 1320, height: 860, maximized: false }

const pixel = v.pipe(v.number(), v.integer(), v.minValue(-100_000), v.maxValue(100_000))
const schema = v.strictObject({
  position: v.nullable(v.strictObject({ x: pixel, y: pixel })),
  width: pixel,
  height: pixel,
  maximized: v.boolean(),
})

/** The remembered bounds, fitted to the displays there are now. */
export function readBounds(file: string, workAreas: readonly Rectangle[]): WindowBounds {
  try {
    return fitBounds(v.parse(schema, JSON.parse(readFileSync(file, 'utf8'))), workAreas)
  } catch {
    // Missing or unreadable: nothing of value was in it.
    return fitBounds(firstBounds, workAreas)
  }
}

export function writeBounds(file: string, bounds: WindowBounds): void {
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(`${file}.part`, JSON.stringify(bounds))
  renameSync(`${file}.part`, file)
}

/** A display may be gone or smaller: the size shrinks to it, and a title bar out of reach is placed anew. */
export function fitBounds(bounds: WindowBounds, workAreas: readonly Rectangle[]): WindowBounds {
  const { position } = bounds
  const area =
    position &&
    workAreas.find(
      ({ x, y, width, height }) =>
        position.x + bounds.width / 2 >= x &&
        position.x + bounds.width / 2 <= x + width &&
        position.y >= y &&
        position.y <= y + height - 40,
    )
  const room = area ?? workAreas[0]
  const fit = (size: number, least: number, most: number): number => Math.max(least, Math.min(size, most))
  return {
    position: area ? position : null,
    width: fit(bounds.width, smallestWindow.width, room?.width ?? firstBounds.width),
    height: fit(bounds.height, smallestWindow.height, room?.height ?? firstBounds.height),
    maximized: bounds.maximized,
  }
}
