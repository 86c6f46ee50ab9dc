// The list of senders that a source-mode child listens to. Linux: macvlan_changelink_sources.
import { isValidDeviceMac, type MacAddress } from '../../../wire/address.ts'
import type { LinkStateOf } from '../../netdev/net-device.ts'
import type { KernelError, MacvlanSourceEdit } from '../../system-call.ts'
import { bucketOf } from './address-table.ts'

/** What is wrong with an edit by itself: only addresses that a device may have (macvlan_validate). */
export function validateSources(edit: MacvlanSourceEdit | undefined): KernelError | undefined {
  if (edit === undefined || edit.edit === 'set') return undefined
  return edit.macs.every(isValidDeviceMac) ? undefined : { errno: 'EADDRNOTAVAIL' }
}

/** Edits the list; EINVAL for a child in another mode. */
export function changeSources(state: LinkStateOf<'macvlan'>, edit: MacvlanSourceEdit): KernelError | undefined {
  if (state.mode !== 'source') return { errno: 'EINVAL' }
  switch (edit.edit) {
    case 'add':
      state.sources.push(...edit.macs.filter((mac) => !state.sources.includes(mac)))
      return undefined
    case 'del':
      state.sources = state.sources.filter((mac) => !edit.macs.includes(mac))
      return undefined
    case 'flush':
      state.sources = []
      return undefined
    case 'set':
      state.sources = [...new Set(edit.macs.filter(isValidDeviceMac))]
      return undefined
  }
}

/** The senders in the order in which Linux lists them: that of its hash table, the newest of a bucket first (macvlan_fill_info_macaddr). */
export function listedSources(state: LinkStateOf<'macvlan'>): MacAddress[] {
  return state.sources.toReversed().sort((a, b) => bucketOf(a) - bucketOf(b))
}
