// Numbers of 32 bits at places of a packet. Linux: xt_u32.c.
import type { FirewallMatch } from '../../../contract/firewall.ts'
import { NETWORK_HEADER } from '../../skb.ts'

const NUMBER_BYTES = 4

/** True when every test holds, or with `not` when one does not (u32_mt). */
export function matchU32({ tests, not }: Extract<FirewallMatch, { kind: 'u32' }>, data: Uint8Array): boolean {
  const holds = tests.every(({ steps, ranges }) => {
    const value = valueOf(steps, data)
    return value !== undefined && ranges.some(({ from, to }) => value >= from && value <= to)
  })
  return holds !== not
}

/** What stands where the steps lead; undefined behind the packet's end (u32_match_it). */
function valueOf(
  steps: Extract<FirewallMatch, { kind: 'u32' }>['tests'][number]['steps'],
  data: Uint8Array,
): number | undefined {
  const length = data.length - NETWORK_HEADER
  const read = (place: number): number | undefined => {
    if (place + NUMBER_BYTES > length) return undefined
    const at = NETWORK_HEADER + place
    return ((data[at]! << 24) | (data[at + 1]! << 16) | (data[at + 2]! << 8) | data[at + 3]!) >>> 0
  }
  let base = 0
  let value: number | undefined = 0
  for (const { operator, number } of steps) {
    if (value === undefined) return undefined
    if (operator === 'read') value = read(number)
    else if (operator === '@') {
      // The number says how much further on the next one stands.
      base += value
      value = read(base + number)
    } else value = shifted(operator, value, number)
  }
  return value
}

function shifted(operator: '&' | '<<' | '>>', value: number, number: number): number {
  if (operator === '&') return (value & number) >>> 0
  if (number > 31) return 0
  return operator === '<<' ? (value << number) >>> 0 : value >>> number
}
