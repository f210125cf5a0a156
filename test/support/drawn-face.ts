/** A face drawn from ellipses and shading: enough for the face networks to take it for one, and nobody's picture. */
import type { RgbaImage } from '../../models/emotion/face/image.ts'

type Colour = readonly [red: number, green: number, blue: number]

/** Painted over what is there: `strength` 0..1 at the middle of the ellipse, soft over `edge` of its radius. */
interface Spot {
  readonly x: number
  readonly y: number
  readonly across: number
  readonly down: number
  readonly colour: Colour
  readonly strength?: number
  readonly edge?: number
}

const skin: Colour = [214, 168, 140]
const shade: Colour = [150, 100, 80]
const hair: Colour = [60, 42, 34]
const white: Colour = [240, 238, 235]
const dark: Colour = [30, 22, 20]
const lip: Colour = [170, 78, 76]

const bothSides = (spot: Spot): readonly Spot[] => [spot, { ...spot, x: 1 - spot.x }]

/** From back to front, in shares of the picture's side. */
const spots: readonly Spot[] = [
  { x: 0.5, y: 1.02, across: 0.42, down: 0.22, colour: [60, 80, 120] },
  { x: 0.5, y: 0.84, across: 0.11, down: 0.16, colour: shade },
  { x: 0.5, y: 0.4, across: 0.26, down: 0.32, colour: hair },
  { x: 0.5, y: 0.5, across: 0.215, down: 0.29, colour: skin, edge: 0.06 },
  ...bothSides({ x: 0.345, y: 0.56, across: 0.08, down: 0.2, colour: shade, strength: 0.45, edge: 1 }),
  { x: 0.5, y: 0.24, across: 0.2, down: 0.07, colour: hair, edge: 0.3 },
  ...bothSides({ x: 0.415, y: 0.45, across: 0.065, down: 0.045, colour: shade, strength: 0.6, edge: 1 }),
  ...bothSides({ x: 0.415, y: 0.455, across: 0.04, down: 0.018, colour: white, edge: 0.2 }),
  ...bothSides({ x: 0.415, y: 0.455, across: 0.017, down: 0.018, colour: dark, edge: 0.2 }),
  ...bothSides({ x: 0.415, y: 0.437, across: 0.045, down: 0.007, colour: dark, edge: 0.5 }),
  ...bothSides({ x: 0.41, y: 0.405, across: 0.055, down: 0.011, colour: hair, edge: 0.5 }),
  ...bothSides({ x: 0.47, y: 0.52, across: 0.02, down: 0.08, colour: shade, strength: 0.35, edge: 1 }),
  { x: 0.5, y: 0.55, across: 0.025, down: 0.05, colour: [235, 195, 170], strength: 0.7, edge: 1 },
  ...bothSides({ x: 0.48, y: 0.59, across: 0.014, down: 0.008, colour: [90, 50, 45], edge: 0.8 }),
  { x: 0.5, y: 0.605, across: 0.05, down: 0.016, colour: shade, strength: 0.5, edge: 1 },
  { x: 0.5, y: 0.662, across: 0.075, down: 0.022, colour: lip, edge: 0.25 },
  { x: 0.5, y: 0.66, across: 0.07, down: 0.005, colour: [80, 30, 30], edge: 0.6 },
  { x: 0.5, y: 0.7, across: 0.05, down: 0.014, colour: shade, strength: 0.5, edge: 1 },
]

/** A face that looks into the camera, `size` x `size` pixels. */
export function drawnFace(size: number): RgbaImage {
  const data = new Uint8Array(4 * size * size)
  for (let row = 0; row < size; row++)
    for (let column = 0; column < size; column++) {
      let colour: Colour = [176, 184, 190]
      for (const spot of spots) colour = painted(colour, spot, (column + 0.5) / size, (row + 0.5) / size)
      data.set([...colour.map(Math.round), 255], 4 * (row * size + column))
    }
  return { data, width: size, height: size }
}

function painted(under: Colour, spot: Spot, x: number, y: number): Colour {
  const { across, down, colour, strength = 1, edge = 0.05 } = spot
  const distance = Math.hypot((x - spot.x) / across, (y - spot.y) / down)
  const share = strength * Math.min(1, Math.max(0, (1 - distance) / edge))
  const mixed = (channel: 0 | 1 | 2): number => under[channel] + share * (colour[channel] - under[channel])
  return [mixed(0), mixed(1), mixed(2)]
}
