/** Vital signs of a healthy person at rest. Educational, not clinically validated. */
import type { Random } from '../../core/random.ts'

interface Range {
  /** Upper end of the age band in years, not included. */
  readonly ageTo: number
  readonly pulse: readonly [number, number]
  readonly breaths: readonly [number, number]
  readonly systolic: readonly [number, number]
  readonly diastolic: readonly [number, number]
}

const ranges: readonly Range[] = [
  { ageTo: 0.25, pulse: [125, 150], breaths: [34, 46], systolic: [68, 82], diastolic: [40, 52] },
  { ageTo: 1, pulse: [112, 138], breaths: [28, 40], systolic: [78, 94], diastolic: [46, 58] },
  { ageTo: 3, pulse: [98, 122], breaths: [24, 32], systolic: [86, 100], diastolic: [50, 62] },
  { ageTo: 6, pulse: [88, 110], breaths: [20, 27], systolic: [90, 104], diastolic: [52, 64] },
  { ageTo: 12, pulse: [76, 98], breaths: [17, 23], systolic: [96, 112], diastolic: [56, 68] },
  { ageTo: 18, pulse: [64, 86], breaths: [14, 18], systolic: [106, 122], diastolic: [62, 74] },
  { ageTo: 40, pulse: [62, 80], breaths: [12, 16], systolic: [110, 126], diastolic: [66, 80] },
  { ageTo: 65, pulse: [62, 80], breaths: [12, 16], systolic: [116, 134], diastolic: [70, 84] },
  { ageTo: Infinity, pulse: [64, 82], breaths: [13, 17], systolic: [122, 142], diastolic: [68, 82] },
]

/** @param age years */
export function normalVitalSigns(age: number, random: Random): string {
  const { pulse, breaths, systolic, diastolic } = ranges.find(({ ageTo }) => age < ageTo)!
  const within = ([low, high]: readonly [number, number]): number => low + random.below(high - low + 1)
  return (
    `Temperature ${(36.4 + random.below(6) / 10).toFixed(1)} °C, pulse ${within(pulse)}/min regular, ` +
    `blood pressure ${within(systolic)}/${within(diastolic)} mmHg, respiratory rate ${within(breaths)}/min, ` +
    `oxygen saturation ${97 + random.below(3)}% on air.`
  )
}
