/**
 * Random values that are a hash of what they are for, never the next number of a stream: one more draw in one place
 * changes no value in another, so two runs that differ in one input stay comparable.
 */
import { assert } from './assert.ts'
import { type HashState, hashInit, hashInteger53, hashNumber, hashText } from './hash.ts'

const TWO_53 = 9007199254740992

/** What a value is for, whose it is, how many came before: `('arp.proxy_delay', 'ns1/eth0', 3)`. */
export type RandomKey = readonly (string | number)[]

/** A value in [0, 1), equally likely everywhere, that depends on the seed and the key only. */
export function keyedRandom(seed: string | number, ...key: RandomKey): number {
  return keyedHash(seed, key) / TWO_53
}

/** An integer in [min, max], both included. Throws if there is none. */
export function keyedInteger(min: number, max: number, seed: string | number, ...key: RandomKey): number {
  assert(Number.isSafeInteger(min) && Number.isSafeInteger(max) && min <= max, `no integer in [${min}, ${max}]`)
  return min + Math.floor((keyedHash(seed, key) / TWO_53) * (max - min + 1))
}

function keyedHash(seed: string | number, key: RandomKey): number {
  const state = hashInit()
  addPart(state, seed)
  for (const part of key) addPart(state, part)
  return hashInteger53(state)
}

function addPart(state: HashState, part: string | number): void {
  if (typeof part === 'string') hashText(state, part)
  else hashNumber(state, part)
}
