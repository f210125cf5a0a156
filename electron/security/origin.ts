/** The one origin that this app shows: its own files. */
export const appScheme = 'app'
export const appHost = 'consilium'
export const appOrigin = `${appScheme}://${appHost}`
export const appEntry = `${appOrigin}/index.html`

/**
 * Whether an address is one of the app's own. Compared after parsing, never by prefix, so that
 * `app://consilium.example/`, credentials, ports and odd spellings do not pass.
 */
export function isAppUrl(address: unknown): boolean {
  if (typeof address !== 'string' || !URL.canParse(address)) return false
  // The parser drops such characters, so that an address with them is not what it seems.
  if (/[\p{Cc}\s]/u.test(address)) return false
  const url = new URL(address)
  return (
    url.protocol === `${appScheme}:` &&
    url.hostname === appHost &&
    url.port === '' &&
    url.username === '' &&
    url.password === ''
  )
}
