/**
 * The recovery code: what a person prints and keeps. Eight groups of four characters of Crockford's
 * base 32, which leaves out the letters that look like digits; 150 bits are random, 10 are a checksum,
 * so that a typing error is told apart from a wrong code.
 */
import { createHash, randomInt } from 'node:crypto'

const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
const digitsOnly = /^[0-9A-HJKMNP-TV-Z]+$/
const groups = 8
const groupLength = 4
const checksumLength = 2
const secretLength = groups * groupLength - checksumLength

/** A fresh code such as `4KQT-…-9B0X`. */
export function newRecoveryCode(): string {
  const secret = Array.from({ length: secretLength }, () => alphabet.charAt(randomInt(alphabet.length))).join(
    '',
  )
  const code = secret + checksum(secret)
  return Array.from({ length: groups }, (_, group) =>
    code.slice(group * groupLength, (group + 1) * groupLength),
  ).join('-')
}

/**
 * The code as its 32 bare characters, or null when it cannot be one. Spaces, dashes and case do not
 * matter; O reads as 0, I and L read as 1.
 */
export function readRecoveryCode(typed: string): string | null {
  const code = typed
    .toUpperCase()
    .replace(/[\s\p{Pd}]/gu, '')
    .replaceAll('O', '0')
    .replace(/[IL]/g, '1')
  if (code.length !== groups * groupLength || !digitsOnly.test(code)) return null
  const secret = code.slice(0, secretLength)
  return code === secret + checksum(secret) ? code : null
}

function checksum(secret: string): string {
  const digest = createHash('sha256').update(`consilium recovery code ${secret}`).digest()
  return Array.from(digest.subarray(0, checksumLength), (byte) => alphabet.charAt(byte & 31)).join('')
}
