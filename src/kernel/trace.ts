// The only writers of the trace. Everything that the page shows comes through here; with no sink attached they cost a test and a count.
import type { FdbEntry } from './link/bridge/bridge-state.ts'
import type { Check } from '../contract/decisions.ts'
import { decisionCode, type DecisionKind } from '../contract/decisions.ts'
import { dropReasonCode, type DropReason } from '../contract/drop-reasons.ts'
import { NUD_STATES, type EventSeq, type NudState, type TraceKind } from '../contract/trace-events.ts'
import type { Ipv4Address, MacAddress } from '../wire/address.ts'
import type { NetDevice } from './netdev/net-device.ts'
import { effectiveConf, IPV4_CONF_KEYS, type Ipv4ConfKey } from './sysctl/ipv4-conf.ts'
import type { Skb } from './skb.ts'
import type { NetnsId } from './system-call.ts'
import { netnsById, type World } from './world.ts'

function write(
  world: World,
  kind: TraceKind,
  device: NetDevice | undefined,
  netns: NetnsId,
  packet: number,
  code: number,
  a: number,
  b: number,
  c: number,
  skb: Skb | undefined,
): EventSeq {
  const seq = world.nextSeq++
  const { trace } = world.out
  if (trace !== undefined) {
    trace.write(
      seq,
      world.now,
      kind,
      world.cause,
      device?.id ?? 0,
      netns,
      packet,
      code,
      a,
      b,
      c,
      skb?.data,
      skb?.vlanProtocol ?? 0,
      skb?.vlanTci ?? 0,
    )
  }
  return seq
}

/** A frame passes a device's tap. What follows is its effect. */
export function sight(world: World, direction: 'in' | 'out', device: NetDevice, skb: Skb): void {
  if (direction === 'in') {
    device.rxPackets++
    device.rxBytes += skb.data.length
  } else {
    device.txPackets++
    device.txBytes += skb.data.length
  }
  const kind = direction === 'in' ? 'net.netif_receive_skb' : 'net.dev_xmit'
  skb.event = write(world, kind, device, device.netns, skb.packet, 0, 0, 0, 0, skb)
  world.cause = skb.event
}

/** The number of a decision in the trace; without a trace nobody reads it. */
function codeOf(world: World, kind: DecisionKind): number {
  return world.out.trace === undefined ? 0 : decisionCode(kind)
}

/** The kernel chose. The checks since the last conclusion led here; what follows is its effect. */
export function decide(
  world: World,
  kind: DecisionKind,
  device: NetDevice | undefined,
  skb: Skb | undefined,
  a = 0,
  b = 0,
  c = 0,
): EventSeq {
  const seq = write(
    world,
    'lab.decision',
    device,
    device?.netns ?? 0,
    skb?.packet ?? 0,
    codeOf(world, kind),
    a,
    b,
    c,
    undefined,
  )
  world.out.explain?.conclude(seq)
  world.cause = seq
  if (skb !== undefined) skb.event = seq
  return seq
}

/** A decision of a namespace that belongs to no device. */
export function decideInNetns(
  world: World,
  kind: DecisionKind,
  netns: NetnsId,
  skb: Skb | undefined,
  a = 0,
  b = 0,
  c = 0,
): EventSeq {
  const seq = write(world, 'lab.decision', undefined, netns, skb?.packet ?? 0, codeOf(world, kind), a, b, c, undefined)
  world.out.explain?.conclude(seq)
  world.cause = seq
  if (skb !== undefined) skb.event = seq
  return seq
}

/** A frame dies here (kfree_skb). */
export function drop(world: World, reason: DropReason, device: NetDevice, skb: Skb): void {
  const seq = write(world, 'skb.kfree_skb', device, device.netns, skb.packet, dropReasonCode(reason), 0, 0, 0, skb)
  world.out.explain?.conclude(seq)
}

/** A neighbour changed its state or its address. */
export function neighChanged(
  world: World,
  device: NetDevice,
  ip: Ipv4Address,
  mac: MacAddress | undefined,
  from: NudState | undefined,
  to: NudState | undefined,
): void {
  const states =
    (from === undefined ? 0 : NUD_STATES.indexOf(from)) * 256 + (to === undefined ? 0 : NUD_STATES.indexOf(to))
  world.modules.rtnetlink.neigh(world, device, { ip, mac }, from, to)
  write(world, 'neigh.update', device, device.netns, 0, 0, ip, mac ?? 0, states, undefined)
}

/** A forwarding entry came, moved or went (port 0). */
export function fdbChanged(world: World, bridge: NetDevice, entry: FdbEntry, isDeleted = false): void {
  world.modules.rtnetlink.fdb(world, bridge, entry, isDeleted)
  const port = isDeleted ? 0 : entry.device
  write(world, 'bridge.fdb_update', bridge, bridge.netns, 0, 0, entry.mac, port, entry.vlan, undefined)
}

export function routeChanged(
  world: World,
  netns: NetnsId,
  destination: Ipv4Address,
  prefixLength: number,
  table: number,
  added: boolean,
): void {
  write(
    world,
    'fib.route_change',
    undefined,
    netns,
    0,
    0,
    destination,
    prefixLength + 64 * table,
    added ? 1 : 0,
    undefined,
  )
}

export function addressChanged(
  world: World,
  device: NetDevice,
  address: Ipv4Address,
  prefixLength: number,
  added: boolean,
): void {
  write(world, 'inet.address_change', device, device.netns, 0, 0, address, prefixLength, added ? 1 : 0, undefined)
}

export function linkChanged(world: World, device: NetDevice, what: 'created' | 'changed' | 'removed'): void {
  write(
    world,
    'link.change',
    device,
    device.netns,
    0,
    0,
    device.up ? 1 : 0,
    device.carrier ? 1 : 0,
    what === 'created' ? 0 : what === 'changed' ? 1 : 2,
    undefined,
  )
  world.modules.rtnetlink.link(world, device, what)
}

export function sysctlWritten(world: World, netns: NetnsId, value: number): void {
  write(world, 'sysctl.write', undefined, netns, 0, 0, value, 0, 0, undefined)
}

export function socketReceived(world: World, netns: NetnsId, socket: number, packet: number): void {
  write(world, 'sock.receive', undefined, netns, packet, 0, socket, 0, 0, undefined)
}

export function actionBegan(world: World, index: number): EventSeq {
  return write(world, 'lab.action_begin', undefined, 0, 0, 0, index, 0, 0, undefined)
}

export function actionEnded(world: World, index: number, exit: number): EventSeq {
  return write(world, 'lab.action_end', undefined, 0, 0, 0, index, exit, 0, undefined)
}

/**
 * One rung of a ladder of checks: records it when somebody asked for an explanation, and returns whether it held. The value and its
 * source are functions, so that nothing is formatted on the hot path. `device` is the one of several that the check is about.
 */
export function check(
  world: World,
  id: string,
  ok: boolean,
  value?: () => string,
  source?: () => string,
  device?: number,
): boolean {
  const { explain } = world.out
  if (explain !== undefined) {
    const record: { -readonly [K in keyof Check]: Check[K] } = { id, ok }
    if (value !== undefined) record.value = value()
    if (source !== undefined) record.source = source()
    if (device !== undefined) record.device = device
    explain.check(record)
  }
  return ok
}

/** A rung that is decided by a sysctl of a device: shows the value in force and both inputs. */
export function checkConf(world: World, id: string, ok: boolean, device: NetDevice, name: Ipv4ConfKey): boolean {
  const { explain } = world.out
  if (explain !== undefined) {
    const netns = netnsById(world, device.netns)
    const own = device.ipv4.conf[name]
    const { rule } = IPV4_CONF_KEYS[name]
    const source =
      rule === 'own'
        ? `net.ipv4.conf.${device.name}.${name} = ${own}`
        : `net.ipv4.conf.all.${name} = ${netns.confAll[name]}, net.ipv4.conf.${device.name}.${name} = ${own} (${rule})`
    explain.check({ id, ok, value: String(effectiveConf(netns, device, name)), source })
  }
  return ok
}
