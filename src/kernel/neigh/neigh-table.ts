// The neighbours of one device and its settings: struct neigh_parms, struct neighbour, struct pneigh_entry.
import type { RouteProtocol } from '../../contract/read-models.ts'
import type { NudState } from '../../contract/trace-events.ts'
import type { TimerHandle } from '../../sim/event-queue.ts'
import type { SimTime } from '../../sim/time.ts'
import type { Ipv4Address, MacAddress } from '../../wire/address.ts'
import type { Skb } from '../skb.ts'

/** net.ipv4.neigh.DEV.*; times in the unit that the name says. */
export interface NeighParms {
  anycast_delay: number
  app_solicit: number
  base_reachable_time_ms: number
  capture: number
  delay_first_probe_time: number
  gc_stale_time: number
  interval_probe_time_ms: number
  /** In hundredths of a second, as are proxy_delay and anycast_delay. */
  locktime: number
  mcast_resolicit: number
  mcast_solicit: number
  proxy_delay: number
  proxy_qlen: number
  retrans_time_ms: number
  ucast_solicit: number
  unres_qlen: number
  unres_qlen_bytes: number
}

/** One neighbour. */
export interface NeighEntry {
  readonly ip: Ipv4Address
  mac: MacAddress | undefined
  state: NudState
  probes: number
  /** NTF_ROUTER and NTF_EXT_LEARNED, as whoever added the entry said. */
  router: boolean
  externLearn: boolean
  /** The kernel keeps the address known by itself (NTF_MANAGED). */
  managed: boolean
  /** Who made the entry, where somebody said so (NDA_PROTOCOL). */
  protocol: RouteProtocol | undefined
  timer: TimerHandle
  usedAt: SimTime
  confirmedAt: SimTime
  updatedAt: SimTime
  /** Packets that wait for the answer (arp_queue). */
  queue: Skb[]
  /** A packet was sent to it, so that its Ethernet header is there to be copied (hh.hh_len). */
  headerReady: boolean
  dead: boolean
}

/** An ARP request whose proxy answer waits out its delay (pneigh_enqueue). */
export interface ProxyDelayed {
  readonly skb: Skb
  readonly dueAt: SimTime
  readonly timer: TimerHandle
}

export interface NeighTable {
  entries: Map<Ipv4Address, NeighEntry>
  /** `ip neigh add proxy` addresses on this device. */
  proxies: Set<Ipv4Address>
  delayed: ProxyDelayed[]
  parms: NeighParms
  /** How long a confirmation lasts: drawn between half and one and a half times the base. */
  reachableTimeNs: number
  reachableDrawnAt: SimTime
  /** When managed neighbours are looked after next; 0 while there are none. */
  managedTimer: TimerHandle
}
