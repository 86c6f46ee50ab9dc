/** Why something can't be done: in the words that Linux answers with, and with a key for ours. Rules that need no plan stand in `rules.ts`. */

export const REFUSAL_CODES = [
  'no-namespace',
  'no-device',
  'no-machine',
  'not-a-bridge',
  'not-a-port',
  'not-a-child',
  'namespace-taken',
  'device-taken',
  'name-invalid',
  'name-too-long',
  'bench-stays',
  'loopback-stays',
  'loopback-as-port',
  'loopback-as-parent',
  'bridge-in-bridge',
  'bridge-stays',
  'bridge-elsewhere',
  'port-of-itself',
  'parent-as-port',
  'ipvlan-as-port',
  'port-as-parent',
  'ipvlan-as-parent',
  'other-kind-of-children',
  'passthru-alone',
  'passthru-fixed',
  'child-stays',
  'software-stays',
  'already-there',
  'vlan-id-range',
  'vlan-taken',
  'vlan-unsupported',
  'vlan-fixed',
  'mac-invalid',
  'mac-group',
  'mac-of-parent',
  'mtu-range',
  'mtu-over-parent',
  'parent-down',
  'text-invalid',
  'value-range',
  'address-invalid',
  'address-taken',
  'address-missing',
  'ip-invalid',
  'words-invalid',
  'route-exists',
  'gateway-unreachable',
  'key-invalid',
  'subnets-used-up',
  // For a caller whose commands were refused after all.
  'refused-by-linux',
  'rename-breaks',
  'start-fails',
] as const
export type RefusalCode = (typeof REFUSAL_CODES)[number]

/** A refusal: in the words of Linux where it would answer at all, and in ours as a code, for which each language has its sentence. */
export interface Refusal {
  /** Such as `RTNETLINK answers: Device or resource busy`; empty when Linux would never be asked. */
  readonly linux: string
  readonly code: RefusalCode
  readonly params: Readonly<Record<string, string>>
}

export function refuse(code: RefusalCode, params: Readonly<Record<string, string>> = {}, linux = ''): Refusal {
  return { code, params, linux }
}

export const BUSY = 'RTNETLINK answers: Device or resource busy'
export const INVALID = 'RTNETLINK answers: Invalid argument'
export const EXISTS = 'RTNETLINK answers: File exists'
export const UNSUPPORTED = 'RTNETLINK answers: Operation not supported'
export const OUT_OF_RANGE = 'RTNETLINK answers: Numerical result out of range'
