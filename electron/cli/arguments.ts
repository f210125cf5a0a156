/** Arguments of several commands, parsed once. */
import { InvalidArgumentError } from 'commander'
import { precisions, type Precision } from '../../models/decoding/language-model.ts'

export function precisionArgument(text: string): Precision {
  const found = precisions.find((precision) => precision === text)
  if (!found) throw new InvalidArgumentError(`It is one of ${precisions.join(', ')}.`)
  return found
}

/** A number between `least` and `most`. */
export function numberArgument(least: number, most: number, whole: boolean): (text: string) => number {
  return (text) => {
    const value = Number(text)
    if (text.trim() === '' || !(value >= least && value <= most) || (whole && !Number.isInteger(value)))
      throw new InvalidArgumentError(`It is a ${whole ? 'whole ' : ''}number from ${least} to ${most}.`)
    return value
  }
}

export const threadsArgument = numberArgument(1, 256, true)
