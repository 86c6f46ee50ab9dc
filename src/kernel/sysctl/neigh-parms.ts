// net.ipv4.neigh.DEV.*: settings of the neighbours of one device. Linux: neigh_sysctl_table, arp_tbl.parms.
import type { NeighParms } from '../neigh/neigh-table.ts'

/** Compiled-in values (arp_tbl). */
export function defaultNeighParms(): NeighParms {
  return {
    anycast_delay: 100,
    app_solicit: 0,
    base_reachable_time_ms: 30_000,
    capture: 0,
    delay_first_probe_time: 5,
    gc_stale_time: 60,
    interval_probe_time_ms: 5_000,
    locktime: 100,
    mcast_resolicit: 0,
    mcast_solicit: 3,
    proxy_delay: 80,
    proxy_qlen: 64,
    retrans_time_ms: 1_000,
    ucast_solicit: 3,
    unres_qlen: 101,
    unres_qlen_bytes: 212_992,
  }
}

/** One key: which setting it shows, and how the number in the file relates to the setting. */
export interface NeighKey {
  readonly parm: keyof NeighParms
  readonly read: (parms: NeighParms) => number
  readonly write: (parms: NeighParms, value: number) => void
}

function plain(parm: keyof NeighParms): NeighKey {
  return {
    parm,
    read: (parms) => parms[parm],
    write: (parms, value) => {
      parms[parm] = value
    },
  }
}

/** A clock tick in milliseconds: what times in milliseconds are rounded up to (HZ=250, msecs_to_jiffies). */
const TICK_MS = 4

/** A time in milliseconds, whole ticks. */
function milliseconds(parm: keyof NeighParms): NeighKey {
  return {
    parm,
    read: (parms) => parms[parm],
    write: (parms, value) => {
      parms[parm] = Math.ceil(value / TICK_MS) * TICK_MS
    },
  }
}

/** The older twin of a setting in milliseconds, in coarser units. */
function twin(parm: keyof NeighParms, unitMs: number): NeighKey {
  return {
    parm,
    read: (parms) => Math.floor(parms[parm] / unitMs),
    write: (parms, value) => {
      parms[parm] = value * unitMs
    },
  }
}

/** What one full Ethernet frame weighs in a queue (SKB_TRUESIZE of ETH_FRAME_LEN on 64 bit). */
const FRAME_TRUESIZE_BYTES = 2_090

/** Packets for which the bytes of the queue suffice (proc_unres_qlen). */
const unresQlen: NeighKey = {
  parm: 'unres_qlen_bytes',
  read: (parms) => Math.floor(parms.unres_qlen_bytes / FRAME_TRUESIZE_BYTES),
  write: (parms, value) => {
    parms.unres_qlen = value
    parms.unres_qlen_bytes = value * FRAME_TRUESIZE_BYTES
  },
}

const unresQlenBytes: NeighKey = {
  parm: 'unres_qlen_bytes',
  read: (parms) => parms.unres_qlen_bytes,
  write: (parms, value) => {
    parms.unres_qlen_bytes = value
    parms.unres_qlen = Math.floor(value / FRAME_TRUESIZE_BYTES)
  },
}

/** Keys by name. Times without `_ms` are in seconds (gc_stale_time, delay_first_probe_time, base_reachable_time) or hundredths of a second. */
export const NEIGH_KEYS: ReadonlyMap<string, NeighKey> = new Map<string, NeighKey>([
  ['anycast_delay', plain('anycast_delay')],
  ['app_solicit', plain('app_solicit')],
  ['base_reachable_time', twin('base_reachable_time_ms', 1_000)],
  ['base_reachable_time_ms', milliseconds('base_reachable_time_ms')],
  ['delay_first_probe_time', plain('delay_first_probe_time')],
  ['gc_stale_time', plain('gc_stale_time')],
  ['interval_probe_time_ms', milliseconds('interval_probe_time_ms')],
  ['locktime', plain('locktime')],
  ['mcast_resolicit', plain('mcast_resolicit')],
  ['mcast_solicit', plain('mcast_solicit')],
  ['proxy_delay', plain('proxy_delay')],
  ['proxy_qlen', plain('proxy_qlen')],
  ['retrans_time', twin('retrans_time_ms', 10)],
  ['retrans_time_ms', milliseconds('retrans_time_ms')],
  ['ucast_solicit', plain('ucast_solicit')],
  ['unres_qlen', unresQlen],
  ['unres_qlen_bytes', unresQlenBytes],
])
