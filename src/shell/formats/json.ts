/** JSON as iproute2 writes it: one line, or with `-p` its own kind of indentation. */

/** A number that keeps its decimals: `0.00`. */
export interface JsonDecimal {
  readonly decimal: string
}

export type Json = string | number | boolean | null | JsonDecimal | readonly Json[] | JsonObject
export interface JsonObject {
  /** Fields that are undefined are left out. */
  readonly [key: string]: Json | undefined
}

/** A list of objects as `-j` prints it, with the line end. */
export function jsonText(value: Json, isPretty: boolean): string {
  return `${isPretty ? pretty(value, 0) : compact(value)}\n`
}

const isList = (value: Json): value is readonly Json[] => Array.isArray(value)

function fields(value: JsonObject): (readonly [string, Json])[] {
  return Object.entries(value).flatMap(([key, field]) => (field === undefined ? [] : [[key, field] as const]))
}

function scalar(value: Exclude<Json, readonly Json[] | JsonObject> | JsonDecimal): string {
  return typeof value === 'object' && value !== null ? value.decimal : JSON.stringify(value)
}

const isScalar = (value: Json): value is string | number | boolean | null | JsonDecimal =>
  typeof value !== 'object' || value === null || 'decimal' in value

function compact(value: Json): string {
  if (isScalar(value)) return scalar(value)
  if (isList(value)) return `[${value.map(compact).join(',')}]`
  return `{${fields(value)
    .map(([key, field]) => `${JSON.stringify(key)}:${compact(field)}`)
    .join(',')}}`
}

const STEP = 4

/** `indent` is where the closing brace of an object stands. */
function pretty(value: Json, indent: number): string {
  if (isScalar(value)) return scalar(value)
  if (isList(value))
    return value.length === 0 ? '[ ]' : `[ ${value.map((item) => pretty(item, indent + STEP)).join(',')} ]`
  const inner = fields(value)
  if (inner.length === 0) return '{}'
  const lines = inner.map(
    ([key, field]) => `${' '.repeat(indent + STEP)}${JSON.stringify(key)}: ${pretty(field, indent + STEP)}`,
  )
  return `{\n${lines.join(',\n')}\n${' '.repeat(indent)}}`
}
