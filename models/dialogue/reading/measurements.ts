/** Vital signs written as numbers, as findings of the knowledge base. */

export interface MeasuredFinding {
  readonly finding: string
  readonly present: boolean
}

interface Limits {
  readonly pulse: readonly [slow: number, fast: number]
  readonly breathing: number
  readonly lowPressure: number
}

/** Rough limits by age in years (advanced paediatric life support tables, rounded). */
function limitsAt(age: number): Limits {
  if (age < 1) return { pulse: [90, 165], breathing: 50, lowPressure: 65 }
  if (age < 5) return { pulse: [75, 145], breathing: 36, lowPressure: 75 }
  if (age < 12) return { pulse: [65, 125], breathing: 28, lowPressure: 80 }
  return { pulse: [55, 100], breathing: 20, lowPressure: 95 }
}

const under = /(?:under|below|less than|<)\s*$/i
const over = /(?:over|above|more than|>)\s*$/i
/** Less than any measurement is precise to. */
const step = 0.01

/** The number that the pattern captures; "under 38" is a little less than 38, "above 38" a little more. */
const number = (text: string, pattern: RegExp): number | null => {
  const match = pattern.exec(text)
  const digits = match?.[1]
  if (!match || digits === undefined) return null
  const before = text
    .slice(0, match.index + match[0].lastIndexOf(digits))
    .replace(/at or (?:above|over)\s*$/i, '')
  const value = Number(digits.replace(',', '.'))
  return under.test(before) ? value - step : over.test(before) ? value + step : value
}

/** Findings of the observations that `text` states in numbers; what it does not state is left out. */
export function measuredFindings(text: string, age: number): readonly MeasuredFinding[] {
  const limits = limitsAt(age)
  const found: MeasuredFinding[] = []
  const add = (finding: string, present: boolean): void => {
    found.push({ finding, present })
  }
  const celsius =
    number(text, /(\d{2}[.,]\d)\s*(?:°|degrees|C\b)/i) ??
    number(text, /temperature\D{0,12}(\d{2}(?:[.,]\d)?)/i)
  const fahrenheit = number(text, /(\d{2,3}(?:[.,]\d)?)\s*(?:°|degrees)?\s*F\b/)
  // "16 F" is the size of a catheter.
  const temperature = fahrenheit !== null && fahrenheit > 85 ? (fahrenheit - 32) / 1.8 : celsius
  if (temperature !== null && temperature > 30 && temperature < 45) {
    add('temperature-raised', temperature >= 38)
    add('temperature-over-forty', temperature > 40)
  }
  const pulse = number(text, /\b(?:pulse|heart rate|HR)\b\D{0,14}(\d{2,3})/i)
  if (pulse !== null) {
    add('fast-heart-rate', pulse > limits.pulse[1])
    add('slow-heart-rate', pulse < limits.pulse[0])
  }
  const pressure = /(\d{2,3})\s*(?:\/|over)\s*(\d{2,3})/.exec(text)
  const [systolic, diastolic] = [Number(pressure?.[1]), Number(pressure?.[2])]
  // "20/40" is how well an eye sees.
  if (systolic >= 50 && systolic <= 280 && diastolic < systolic) {
    add('high-blood-pressure', systolic >= 140 || diastolic >= 90)
    add('low-blood-pressure', systolic < limits.lowPressure)
  }
  const breaths = number(text, /\b(?:respirat\w*|breath(?:s|ing)|resp|RR)\b(?: rate)?\D{0,12}(\d{2})/i)
  if (breaths !== null) add('fast-breathing', breaths > limits.breathing)
  const oxygen = number(
    text,
    /(?<!transferrin |iron |lowest |minimum )\b(?:saturations?|sats?|SpO2|oxygen)\b\D{0,16}(\d{2,3})\s*%?/i,
  )
  if (oxygen !== null && oxygen <= 100 && oxygen > 50) add('low-oxygen', oxygen < 94)
  return found
}
