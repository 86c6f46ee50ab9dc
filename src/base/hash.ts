/**
 * A fast non-cryptographic hash with two 32-bit lanes, the same on every machine. It serves fingerprints and keyed
 * random values, so its results are part of what a saved lab plays back: a change here changes every lab.
 */
import { AssertionError } from './assert.ts'

/** A hash under way. Plain data; the functions below change it in place and return it. */
export interface HashState {
  a: number
  b: number
}

const TAG_UNDEFINED = 1
const TAG_NULL = 2
const TAG_FALSE = 3
const TAG_TRUE = 4
const TAG_INT32 = 5
const TAG_INTEGER = 6
const TAG_DOUBLE = 7
const TAG_TEXT = 8
const TAG_BYTES = 9
const TAG_ARRAY = 10
const TAG_OBJECT = 11
const TAG_MAP = 12
const TAG_SET = 13
const TAG_BIGINT = 14

const TWO_32 = 4294967296

/** Starts a hash; different seeds give unrelated hashes of the same data. */
export function hashInit(seed = 0): HashState {
  const state: HashState = { a: 0x243f6a88, b: 0x13198a2e }
  return seed === 0 ? state : hashNumber(state, seed)
}

/** Adds a number: by value, so 1 and 1.0 agree, 0 and -0 agree, and every NaN agrees. */
export function hashNumber(state: HashState, value: number): HashState {
  if ((value | 0) === value) {
    mixWord(state, TAG_INT32)
    mixWord(state, value)
  } else if (Number.isSafeInteger(value)) {
    mixWord(state, TAG_INTEGER)
    mixWord(state, Math.floor(value / TWO_32))
    mixWord(state, value >>> 0)
  } else {
    const view = new DataView(new ArrayBuffer(8))
    view.setFloat64(0, Number.isNaN(value) ? Number.NaN : value)
    mixWord(state, TAG_DOUBLE)
    mixWord(state, view.getInt32(0))
    mixWord(state, view.getInt32(4))
  }
  return state
}

/** Adds the bytes in [from, to) and their count. */
export function hashBytes(state: HashState, bytes: Uint8Array, from = 0, to = bytes.length): HashState {
  mixWord(state, TAG_BYTES)
  mixWord(state, to - from)
  let at = from
  for (; at + 4 <= to; at += 4) {
    mixWord(state, (bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!)
  }
  for (; at < to; at++) mixWord(state, bytes[at]!)
  return state
}

/** Adds a text by its UTF-16 code units and their count. */
export function hashText(state: HashState, text: string): HashState {
  mixWord(state, TAG_TEXT)
  mixWord(state, text.length)
  for (let at = 0; at < text.length; at++) mixWord(state, text.charCodeAt(at))
  return state
}

/**
 * Adds plain data: primitives, arrays, typed arrays of bytes, maps, sets, records. A record's keys count in sorted
 * order, so the order of assignment doesn't show; a map's and a set's insertion order does, because code iterates it.
 * Throws on functions, symbols, class instances it does not know, and data that contains itself.
 */
export function hashValue(state: HashState, value: unknown): HashState {
  return hashNested(state, value, 0)
}

/** The state as 16 hexadecimal digits. The hash may be continued afterwards. */
export function hashHex(state: HashState): string {
  const { a, b } = finish(state)
  return a.toString(16).padStart(8, '0') + b.toString(16).padStart(8, '0')
}

/** The state as an integer in [0, 2^53). */
export function hashInteger53(state: HashState): number {
  const { a, b } = finish(state)
  return (b & 0x1fffff) * TWO_32 + a
}

/** A text's hash as an integer in [0, 2^53). */
export function hash53(text: string, seed = 0): number {
  return hashInteger53(hashText(hashInit(seed), text))
}

const MAX_DEPTH = 200

function hashNested(state: HashState, value: unknown, depth: number): HashState {
  switch (typeof value) {
    case 'number':
      return hashNumber(state, value)
    case 'string':
      return hashText(state, value)
    case 'boolean':
      return mixWord(state, value ? TAG_TRUE : TAG_FALSE)
    case 'undefined':
      return mixWord(state, TAG_UNDEFINED)
    case 'bigint':
      return hashText(mixWord(state, TAG_BIGINT), value.toString(16))
    case 'object':
      return value === null ? mixWord(state, TAG_NULL) : hashObject(state, value, depth + 1)
    default:
      throw new AssertionError(`a ${typeof value} is no plain data`)
  }
}

function hashObject(state: HashState, value: object, depth: number): HashState {
  if (depth > MAX_DEPTH) throw new AssertionError('plain data is nested too deeply, or contains itself')
  if (value instanceof Uint8Array) return hashBytes(state, value)
  if (Array.isArray(value) || isNumberArray(value)) {
    mixWord(mixWord(state, TAG_ARRAY), value.length)
    for (const item of value) hashNested(state, item, depth)
  } else if (value instanceof Map) {
    mixWord(mixWord(state, TAG_MAP), value.size)
    for (const [key, item] of value) hashNested(hashNested(state, key, depth), item, depth)
  } else if (value instanceof Set) {
    mixWord(mixWord(state, TAG_SET), value.size)
    for (const item of value) hashNested(state, item, depth)
  } else {
    hashRecord(state, value, depth)
  }
  return state
}

function hashRecord(state: HashState, value: object, depth: number): void {
  const prototype: unknown = Object.getPrototypeOf(value)
  if (prototype !== Object.prototype && prototype !== null)
    throw new AssertionError('a class instance is no plain data')
  const record = value as Record<string, unknown>
  const keys = Object.keys(record).sort()
  mixWord(mixWord(state, TAG_OBJECT), keys.length)
  for (const key of keys) hashNested(hashText(state, key), record[key], depth)
}

type NumberArray = Uint32Array | Int32Array | Float64Array | Uint16Array

function isNumberArray(value: object): value is NumberArray {
  return (
    value instanceof Uint32Array ||
    value instanceof Int32Array ||
    value instanceof Float64Array ||
    value instanceof Uint16Array
  )
}

function mixWord(state: HashState, word: number): HashState {
  let a = Math.imul(state.a ^ word, 0x9e3779b1)
  a ^= a >>> 15
  let b = Math.imul(((state.b << 13) | (state.b >>> 19)) ^ word, 0x85ebca77)
  b = (b + a) | 0
  state.a = (a + ((b << 7) | (b >>> 25))) | 0
  state.b = b ^ (b >>> 16)
  return state
}

function finish(state: HashState): HashState {
  const a = avalanche(state.a ^ Math.imul(state.b, 0xc2b2ae3d))
  const b = avalanche((state.b + Math.imul(a, 0x27d4eb2f)) | 0)
  return { a, b }
}

/** Spreads every input bit over the whole word, which makes near-equal keys give unrelated values. */
function avalanche(word: number): number {
  let h = word ^ (word >>> 16)
  h = Math.imul(h, 0x85ebca6b)
  h ^= h >>> 13
  h = Math.imul(h, 0xc2b2ae35)
  return (h ^ (h >>> 16)) >>> 0
}
