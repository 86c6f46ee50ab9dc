// How far an address or a route reaches, as Linux numbers it (enum rt_scope_t): the larger, the nearer.
import type { AddressScope } from '../../contract/read-models.ts'

export const SCOPE_UNIVERSE = 0
const SCOPE_SITE = 200
export const SCOPE_LINK = 253
export const SCOPE_HOST = 254
export const SCOPE_NOWHERE = 255

const NUMBERS: Readonly<Partial<Record<AddressScope, number>>> = {
  global: SCOPE_UNIVERSE,
  site: SCOPE_SITE,
  link: SCOPE_LINK,
  host: SCOPE_HOST,
  nowhere: SCOPE_NOWHERE,
}

/** The number of a scope, 0 to 255: global 0, site 200, link 253, host 254, nowhere 255. */
export function scopeNumber(scope: AddressScope): number {
  return NUMBERS[scope] ?? Number(scope)
}
