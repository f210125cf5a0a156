/** IEEE 754 half precision to float32, by table. */

let table: Float32Array | undefined

/** The float32 value of each of the 65,536 bit patterns; NaN payloads are not kept. */
export function float16Table(): Float32Array {
  table ??= buildTable()
  return table
}

function buildTable(): Float32Array {
  const values = new Float32Array(65_536)
  for (let bits = 0; bits < 65_536; bits++) {
    const sign = bits & 0x8000 ? -1 : 1
    const exponent = (bits >> 10) & 31
    const fraction = bits & 1023
    if (exponent === 0) values[bits] = sign * fraction * 2 ** -24
    else if (exponent === 31) values[bits] = fraction === 0 ? sign * Infinity : NaN
    else values[bits] = sign * (1 + fraction / 1024) * 2 ** (exponent - 15)
  }
  return values
}
