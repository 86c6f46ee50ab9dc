/** `printf`: formats with every conversion that scripts use. */

/** Backslash escapes of `echo -e` and of printf's formats. `\c` ends the output. */
export function unescape(text: string): string {
  const end = /(?<!\\)(?:\\\\)*\\c/.exec(text)
  const kept = end === null ? text : text.slice(0, end.index + end[0].length - 2)
  return kept.replace(
    /\\(?:x([0-9a-fA-F]{1,2})|u([0-9a-fA-F]{1,4})|U([0-9a-fA-F]{1,8})|(0?[0-7]{1,3})|([abefnrtv\\"']))/g,
    (whole, hex?: string, short?: string, long?: string, octal?: string, letter?: string) => {
      const code = hex ?? short ?? long
      if (code !== undefined) return String.fromCodePoint(Math.min(Number.parseInt(code, 16), 0x10ffff))
      if (octal !== undefined) return String.fromCharCode(Number.parseInt(octal, 8) & 255)
      return letter === undefined ? whole : (ESCAPES[letter] ?? whole)
    },
  )
}

const ESCAPES: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  e: '\x1b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '\\': '\\',
  '"': '"',
  "'": "'",
}

const CONVERSION = /%(?:%|([-0 +#']*)(\*|\d+)?(?:\.(\*|\d*))?([a-zA-Z]))/g

/** A field that is wider fills memory and no screen. */
const WIDEST = 100_000

export interface Formatted {
  readonly text: string
  /** What was wrong, without the command's name. */
  readonly problems: readonly string[]
}

/** Applies a format again and again until the values are used up, or once as awk does. */
export function formatValues(format: string, values: readonly string[], times: 'all' | 'once' = 'all'): Formatted {
  const problems: string[] = []
  const template = unescape(format)
  let text = ''
  let at = 0
  const next = (): string | undefined => values[at++]
  do {
    const before = at
    let isCut = false
    text += template.replace(
      CONVERSION,
      (whole: string, flags?: string, width?: string, precision?: string, type?: string) => {
        if (isCut) return ''
        if (whole === '%%') return '%'
        const realWidth = width === '*' ? Number(next() ?? 0) : Number(width ?? 0)
        const digits =
          precision === undefined ? undefined : Math.min(WIDEST, Number(precision === '*' ? next() : precision))
        const converted = convert(next(), { type: type ?? 's', flags: flags ?? '', digits }, problems)
        isCut = type === 'b' && converted.endsWith('\u0000')
        if (Math.abs(realWidth) > WIDEST) {
          problems.push(`${width ?? ''}: Numerical result out of range`)
          return ''
        }
        return pad(isCut ? converted.slice(0, -1) : converted, realWidth, flags ?? '', type ?? 's')
      },
    )
    if (at === before || times === 'once') break
  } while (at < values.length)
  return { text, problems }
}

interface Conversion {
  readonly type: string
  readonly flags: string
  readonly digits: number | undefined
}

function convert(value: string | undefined, { type, flags, digits }: Conversion, problems: string[]): string {
  switch (type) {
    case 'd':
    case 'i':
    case 'u':
      return signed(withDigits(wholeNumber(value, problems), digits), flags)
    case 'x':
    case 'X':
    case 'o': {
      const number = wholeNumber(value, problems)
      const text = (number < 0 ? number + 2n ** 64n : number).toString(type === 'o' ? 8 : 16)
      const prefixed = !flags.includes('#') || number === 0n ? text : type === 'o' ? `0${text}` : `0x${text}`
      return type === 'X' ? prefixed.toUpperCase() : prefixed
    }
    case 'f':
    case 'F':
    case 'e':
    case 'E':
    case 'g':
    case 'G':
      return signed(floating(realNumber(value, problems), type, digits ?? 6), flags)
    case 'c':
      return Array.from(value ?? '')
        .slice(0, 1)
        .join('')
    case 'b':
      return unescape(value ?? '')
    case 'q':
      return quoted(value ?? '')
    case 's':
      return digits === undefined ? (value ?? '') : (value ?? '').slice(0, digits)
    default:
      problems.push(`\`${type}': invalid format character`)
      return ''
  }
}

function withDigits(value: bigint, digits: number | undefined): string {
  const text = String(value < 0n ? -value : value).padStart(digits ?? 0, '0')
  return value < 0n ? `-${text}` : text
}

function signed(text: string, flags: string): string {
  if (text.startsWith('-')) return text
  return flags.includes('+') ? `+${text}` : flags.includes(' ') ? ` ${text}` : text
}

/** A whole number: decimal, 0x…, octal, or the code of a character after a quote. */
function wholeNumber(value: string | undefined, problems: string[]): bigint {
  const text = (value ?? '').trim()
  if (text === '') return 0n
  if (/^['"]/.test(text)) return BigInt(text.codePointAt(1) ?? 0)
  const match = /^([-+]?)(0[xX][0-9a-fA-F]+|0[0-7]*|[1-9]\d*)/.exec(text)
  if (match === null || match[0] !== text) problems.push(`${text}: invalid number`)
  if (match === null) return 0n
  const digits = match[2]!
  const magnitude = BigInt(/^0[0-7]+$/.test(digits) ? `0o${digits.slice(1)}` : digits)
  return match[1] === '-' ? -magnitude : magnitude
}

function realNumber(value: string | undefined, problems: string[]): number {
  const text = (value ?? '').trim()
  if (text === '') return 0
  const number = Number(text)
  if (!Number.isNaN(number)) return number
  problems.push(`${text}: invalid number`)
  const start = Number.parseFloat(text)
  return Number.isNaN(start) ? 0 : start
}

/** A number as printf(3) of C writes it with %f, %e or %g. */
function floating(value: number, type: string, digits: number): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? 'nan' : value < 0 ? '-inf' : 'inf'
  const exponential = (text: string): string => text.replace(/e([-+])(\d)$/, 'e$10$2')
  const upper = type === type.toUpperCase()
  const cased = (text: string): string => (upper ? text.toUpperCase() : text)
  switch (type.toLowerCase()) {
    case 'f':
      return value.toFixed(Math.min(digits, 100))
    case 'e':
      return cased(exponential(value.toExponential(Math.min(digits, 100))))
    default: {
      const precision = Math.min(Math.max(digits, 1), 100)
      const exponent = value === 0 ? 0 : Number(value.toExponential(precision - 1).split('e')[1])
      const isShort = exponent >= -4 && exponent < precision
      const text = isShort
        ? value.toFixed(Math.max(0, precision - 1 - exponent))
        : exponential(value.toExponential(precision - 1))
      return cased(text.includes('.') ? text.replace(/\.?0+(?=e|$)/, '') : text)
    }
  }
}

/** `%q`: with backslashes, as bash prints it. */
function quoted(value: string): string {
  if (value === '') return "''"
  if (/[\n\t\r]/.test(value))
    return `$'${value.replace(/[\\']/g, '\\$&').replace(/\n/g, '\\n').replace(/\t/g, '\\t').replace(/\r/g, '\\r')}'`
  return value.replace(/[^A-Za-z0-9_@%+=:,./-]/g, '\\$&')
}

function pad(text: string, width: number, flags: string, type: string): string {
  const isLeft = flags.includes('-') || width < 0
  const size = Math.abs(width)
  const missing = size - Array.from(text).length
  if (missing <= 0) return text
  if (isLeft) return text + ' '.repeat(missing)
  if (!flags.includes('0') || /[scbq]/.test(type)) return ' '.repeat(missing) + text
  const sign = /^(?:[-+ ]|0[xX])?/.exec(text)![0]
  return sign + '0'.repeat(missing) + text.slice(sign.length)
}
