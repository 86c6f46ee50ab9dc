// Reading and writing sysctls by their names, with what a write brings about elsewhere. Linux: devinet.c (devinet_sysctl_forward,
// devinet_conf_proc, ipv4_doint_and_flush), neighbour.c (neigh_sysctl_register), sysctl_net_ipv4.c.
import type { SysctlView } from '../../contract/read-models.ts'
import { drawReachableTime } from '../neigh/reachable-time.ts'
import type { NetDevice } from '../netdev/net-device.ts'
import type { Netns } from '../netns.ts'
import type { KernelError } from '../system-call.ts'
import { CONNTRACK_SETTINGS, type ConntrackKey, isConntrackValue } from '../netfilter/conntrack/settings.ts'
import { netfilterOf } from '../netfilter/state.ts'
import { sysctlWritten } from '../trace.ts'
import { deviceByName, type World } from '../world.ts'
import { isInertKey } from './inert.ts'
import { effectiveConf, IPV4_CONF_KEYS, type Ipv4Conf, type Ipv4ConfKey } from './ipv4-conf.ts'
import { IPV4_KEYS, IPV4_ROUTE_KEYS, type Ipv4KeyName, ipv4KeyRange } from './ipv4-table.ts'
import { NEIGH_KEYS } from './neigh-parms.ts'
import { parseProcInts } from './proc-int.ts'

/** Where a key's value lives. */
type Target =
  | { readonly kind: 'ip_forward' }
  | { readonly kind: 'port_range' }
  | { readonly kind: 'ipv4'; readonly name: Ipv4KeyName }
  | { readonly kind: 'fixed'; readonly value: string }
  | { readonly kind: 'conf'; readonly of: 'all' | 'default' | NetDevice; readonly name: Ipv4ConfKey }
  | { readonly kind: 'bridge_nf' }
  | { readonly kind: 'conntrack'; readonly name: ConntrackKey }
  | { readonly kind: 'conntrack_count' }
  | { readonly kind: 'neigh'; readonly device: NetDevice; readonly name: string }

/**
 * A key in its dotted form. With `/` as the first separator slashes part the words and dots belong to names, as sysctl(8) has it; in the dotted
 * form a `/` stands for a dot in an interface's name.
 */
function dotted(key: string): string {
  const first = /[./]/.exec(key)?.[0]
  return first === '/' ? key.replace(/[./]/g, (separator) => (separator === '/' ? '.' : '/')) : key
}

/** Written with anything, it forgets redirects and path MTUs (ipv4_sysctl_rtcache_flush); it cannot be read. */
const ROUTE_FLUSH_KEY = 'net.ipv4.route.flush'

/** br_netfilter's key, there while the module is loaded. */
const BRIDGE_NF_KEY = 'net.bridge.bridge-nf-call-iptables'

/** conntrack's keys, there while the module is loaded: since the first rule of the machine. */
const CONNTRACK_KEY = /^net\.netfilter\.nf_conntrack_([a-z_]+)$/

function findTarget(world: World, netns: Netns, key: string): Target | undefined {
  const path = dotted(key)
  if (path === BRIDGE_NF_KEY) return netns.bridgeNf === undefined ? undefined : { kind: 'bridge_nf' }
  const conntrackKey = CONNTRACK_KEY.exec(path)?.[1]
  if (conntrackKey !== undefined) return findConntrack(world, conntrackKey)
  const routeKey = /^net\.ipv4\.route\.([a-z_]+)$/.exec(path)?.[1]
  if (routeKey !== undefined)
    return routeKey in IPV4_ROUTE_KEYS ? { kind: 'ipv4', name: routeKey as Ipv4KeyName } : undefined
  const match = /^net\.ipv4\.(?:(conf|neigh)\.(.+)\.)?([a-z0-9_]+)$/.exec(path)
  if (match === null) return undefined
  const [, tree, owner, name] = match
  if (name === undefined) return undefined
  if (tree === undefined || owner === undefined) return findIpv4(name)
  const ofName = owner.replaceAll('/', '.')
  const found = deviceByName(world, netns, ofName)
  // Folders have the first name only.
  const device = found?.name === ofName ? found : undefined
  if (tree === 'neigh')
    return device !== undefined && NEIGH_KEYS.has(name) ? { kind: 'neigh', device, name } : undefined
  if (!(name in IPV4_CONF_KEYS)) return undefined
  const of = ofName === 'all' || ofName === 'default' ? ofName : device
  return of === undefined ? undefined : { kind: 'conf', of, name: name as Ipv4ConfKey }
}

function findConntrack(world: World, name: string): Target | undefined {
  if (!world.filtering) return undefined
  if (name === 'count') return { kind: 'conntrack_count' }
  return name in CONNTRACK_SETTINGS ? { kind: 'conntrack', name: name as ConntrackKey } : undefined
}

/** Keys whose value nobody changes here: no group may open datagram sockets for ping, and no port is kept free. */
const FIXED: Readonly<Record<string, string>> = { ip_local_reserved_ports: '', ping_group_range: '1\t0' }

function findIpv4(name: string): Target | undefined {
  if (name === 'ip_forward') return { kind: 'ip_forward' }
  if (name === 'ip_local_port_range') return { kind: 'port_range' }
  const fixed = FIXED[name]
  if (fixed !== undefined) return { kind: 'fixed', value: fixed }
  return name in IPV4_KEYS ? { kind: 'ipv4', name: name as Ipv4KeyName } : undefined
}

function confOf(netns: Netns, of: 'all' | 'default' | NetDevice): Ipv4Conf {
  return of === 'all' ? netns.confAll : of === 'default' ? netns.confDefault : of.ipv4.conf
}

function readTarget(netns: Netns, target: Target): string {
  switch (target.kind) {
    case 'ip_forward':
      return String(netns.confAll.forwarding)
    case 'bridge_nf':
      return String(netns.bridgeNf?.callIptables ?? 0)
    case 'conntrack':
      return String((netns.netfilter?.conntrack.settings ?? CONNTRACK_SETTINGS)[target.name])
    case 'conntrack_count':
      return String(netns.netfilter?.conntrack.connections.size ?? 0)
    case 'port_range':
      return `${netns.ipv4.ip_local_port_low}\t${netns.ipv4.ip_local_port_high}`
    case 'fixed':
      return target.value
    case 'ipv4':
      return String(netns.ipv4[target.name])
    case 'conf':
      return String(confOf(netns, target.of)[target.name])
    case 'neigh':
      return String(NEIGH_KEYS.get(target.name)?.read(target.device.neigh.parms) ?? 0)
  }
}

/** The value of a key as the file shows it, without the newline; undefined when there is no such key. */
export function sysctlRead(world: World, netns: Netns, key: string): string | undefined {
  const target = findTarget(world, netns, key)
  return target === undefined ? undefined : readTarget(netns, target)
}

/**
 * Writes a key. ENOENT when it does not exist, EACCES when it cannot be written, EINVAL for what is no number or out of range. Times that the
 * kernel keeps in ticks are rounded up to them.
 */
export function sysctlWrite(world: World, netns: Netns, key: string, value: string): KernelError | undefined {
  if (dotted(key) === ROUTE_FLUSH_KEY) {
    netns.routeExceptions.clear()
    sysctlWritten(world, netns.id, 1)
    return undefined
  }
  const target = findTarget(world, netns, key)
  if (target === undefined) return { errno: 'ENOENT' }
  if (target.kind === 'conf' && target.name === 'mc_forwarding') return { errno: 'EACCES' }
  const numbers = parseProcInts(value, target.kind === 'port_range' ? 2 : 1)
  const first = numbers?.[0]
  if (numbers === undefined || first === undefined) return { errno: 'EINVAL' }
  const refused = writeTarget(world, netns, target, first, numbers[1] ?? 0)
  if (refused === undefined) sysctlWritten(world, netns.id, first)
  return refused
}

function writeTarget(
  world: World,
  netns: Netns,
  target: Target,
  value: number,
  second: number,
): KernelError | undefined {
  switch (target.kind) {
    case 'ip_forward':
      writeForwarding(world, netns, 'all', value)
      return undefined
    case 'bridge_nf':
      // Any number but 0 means yes (brnf_sysctl_call_tables).
      netns.bridgeNf = { callIptables: value === 0 ? 0 : 1 }
      return undefined
    case 'port_range':
      if (value < 1 || second > 65535 || second < value || value < netns.ipv4.ip_unprivileged_port_start)
        return { errno: 'EINVAL' }
      netns.ipv4.ip_local_port_low = value
      netns.ipv4.ip_local_port_high = second
      return undefined
    case 'fixed':
      return undefined
    case 'conntrack_count':
      return { errno: 'EINVAL' }
    case 'conntrack':
      if (!isConntrackValue(target.name, value)) return { errno: 'EINVAL' }
      netfilterOf(netns).conntrack.settings[target.name] = value
      return undefined
    case 'ipv4':
      return writeIpv4(netns, target.name, value)
    case 'conf':
      if (target.name === 'forwarding') writeForwarding(world, netns, target.of, value)
      else writeConf(world, netns, target.of, target.name, value)
      return undefined
    case 'neigh':
      return writeNeigh(world, netns, target.device, target.name, value)
  }
}

function writeIpv4(netns: Netns, name: Ipv4KeyName, value: number): KernelError | undefined {
  const { min, max } = ipv4KeyRange(name)
  if (value < min || value > max) return { errno: 'EINVAL' }
  netns.ipv4[name] = value
  return undefined
}

function* devicesOf(world: World, netns: Netns): Generator<NetDevice> {
  for (const id of netns.deviceByIndex.values()) {
    const device = world.devices[id]
    if (device !== undefined) yield device
  }
}

/**
 * devinet_sysctl_forward: writing `all` (which is what ip_forward is) sets `default` and every device too and turns all.accept_redirects to the
 * opposite (inet_forward_change), but only when the value changes; `default` reaches no device that exists.
 */
function writeForwarding(world: World, netns: Netns, of: 'all' | 'default' | NetDevice, value: number): void {
  const conf = confOf(netns, of)
  const changed = conf.forwarding !== value
  conf.forwarding = value
  if (of !== 'all' || !changed) return
  netns.confAll.accept_redirects = value === 0 ? 1 : 0
  netns.confDefault.forwarding = value
  for (const device of devicesOf(world, netns)) {
    device.ipv4.conf.forwarding = value
    device.ipv4.confWritten.add('forwarding')
  }
}

/** Keys whose writes leave no mark and reach no other device (DEVINET_SYSCTL_FLUSHING_ENTRY). */
const UNPROPAGATED: ReadonlySet<Ipv4ConfKey> = new Set([
  'disable_policy',
  'disable_xfrm',
  'drop_unicast_in_l2_multicast',
  'promote_secondaries',
  'route_localnet',
])

/** devinet_conf_proc, devinet_copy_dflt_conf: `default` reaches devices that never had an address and whose own key was never written. */
function writeConf(
  world: World,
  netns: Netns,
  of: 'all' | 'default' | NetDevice,
  name: Ipv4ConfKey,
  value: number,
): void {
  confOf(netns, of)[name] = value
  if (UNPROPAGATED.has(name) || of === 'all') return
  if (of !== 'default') {
    of.ipv4.confWritten.add(name)
    return
  }
  netns.confDefaultWritten.add(name)
  for (const { ipv4 } of devicesOf(world, netns)) {
    if (!ipv4.hadAddress && !ipv4.confWritten.has(name)) ipv4.conf[name] = value
  }
}

function writeNeigh(
  world: World,
  netns: Netns,
  device: NetDevice,
  name: string,
  value: number,
): KernelError | undefined {
  const key = NEIGH_KEYS.get(name)
  if (key === undefined || value < 0) return { errno: 'EINVAL' }
  key.write(device.neigh.parms, value)
  if (key.parm === 'base_reachable_time_ms') {
    // neigh_proc_base_reachable_time draws at once; otherwise the change would wait for the next round of neigh_periodic_work.
    device.neigh.reachableTimeNs = drawReachableTime(world, `${netns.name}/${device.name}`, device.neigh.parms)
  }
  return undefined
}

/** Every key of a namespace with its value, sorted by name. Keys of an interface also show what the kernel acts on, and why. */
export function sysctlList(world: World, netns: Netns): readonly SysctlView[] {
  const views: SysctlView[] = []
  const add = (key: string, more?: Pick<SysctlView, 'effective' | 'rule' | 'all'>) => {
    const value = sysctlRead(world, netns, key)
    if (value === undefined) return
    const combined = more ?? { effective: undefined, rule: undefined, all: undefined }
    views.push({ key, value, ...combined, isInert: isInertKey(key) })
  }
  add(BRIDGE_NF_KEY)
  for (const name of ['count', ...Object.keys(CONNTRACK_SETTINGS)]) add(`net.netfilter.nf_conntrack_${name}`)
  for (const name of ['ip_forward', 'ip_local_port_range', ...Object.keys(FIXED), ...Object.keys(IPV4_KEYS)])
    add(`net.ipv4.${name}`)
  for (const name of Object.keys(IPV4_ROUTE_KEYS)) add(`net.ipv4.route.${name}`)
  for (const name of Object.keys(IPV4_CONF_KEYS) as Ipv4ConfKey[]) {
    add(`net.ipv4.conf.all.${name}`)
    add(`net.ipv4.conf.default.${name}`)
    for (const device of devicesOf(world, netns)) {
      add(`net.ipv4.conf.${device.name.replaceAll('.', '/')}.${name}`, {
        effective: String(effectiveConf(netns, device, name)),
        rule: IPV4_CONF_KEYS[name].rule,
        all: String(netns.confAll[name]),
      })
    }
  }
  for (const device of devicesOf(world, netns)) {
    for (const name of NEIGH_KEYS.keys()) add(`net.ipv4.neigh.${device.name.replaceAll('.', '/')}.${name}`)
  }
  return views.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0))
}
