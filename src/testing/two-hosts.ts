// Two machines on one cable, for tests of neighbours, ARP and ICMP: a (10.0.0.1/24) and b (10.0.0.2/24), told what to do by system calls.
import { DECISION_CODES } from '../contract/decisions.ts'
import { DROP_REASON_CODES } from '../contract/drop-reasons.ts'
import { TRACE_KIND_CODE, type NudState } from '../contract/trace-events.ts'
import { TraceStore } from '../engine/trace-store.ts'
import { bootWorld } from '../kernel/boot.ts'
import { JournalledKernel } from '../kernel/kernel.ts'
import { runUntil } from '../kernel/run.ts'
import type { SystemCall, SystemResult } from '../kernel/system-call.ts'
import type { World } from '../kernel/world.ts'
import { SECOND_NS } from '../sim/time.ts'
import { ipv4, type Ipv4Address } from '../wire/address.ts'
import { emitIcmp, ICMP_ECHO, icmpEchoRest } from '../wire/icmp.ts'
import { tcpdumpLine } from '../wire/tcpdump.ts'

export interface Host {
  readonly name: string
  readonly netns: number
  readonly eth0: number
  readonly socket: number
  readonly ip: Ipv4Address
}

export interface TwoHosts {
  readonly world: World
  readonly kernel: JournalledKernel
  readonly trace: TraceStore
  readonly a: Host
  readonly b: Host
}

/** The number that a call gave; throws with the refusal. */
export function must(result: SystemResult): number {
  if (!result.ok) throw new Error(`${result.error.errno} ${result.error.message ?? ''}`)
  return result.value
}

/** Builds both machines, loopback and cable up. */
export function twoHosts(): TwoHosts {
  const world = bootWorld('two hosts')
  const kernel = new JournalledKernel(world, [])
  const call = (input: SystemCall): number => must(kernel.call(input))
  const nets = ['a', 'b'].map((name) => call({ kind: 'netns.add', name }))
  const [na = 0, nb = 0] = nets
  call({
    kind: 'link.add',
    netns: na,
    spec: { name: 'eth0', data: { kind: 'veth', peer: { name: 'eth0', netns: nb } } },
  })
  const hosts = nets.map((netns, at): Host => {
    const ip = ipv4(`10.0.0.${at + 1}`)
    const eth0 = kernel.read.linkByName(netns, 'eth0')?.ifindex ?? 0
    call({ kind: 'link.set', netns, ifindex: 1, changes: { up: true } })
    call({ kind: 'address.add', netns, spec: { ifindex: eth0, address: ip, prefixLength: 24 } })
    call({ kind: 'link.set', netns, ifindex: eth0, changes: { up: true } })
    const socket = call({ kind: 'socket.open', netns, spec: { kind: 'raw', protocol: 1 } })
    call({ kind: 'socket.set', socket, options: { receiveErrors: true } })
    return { name: at === 0 ? 'a' : 'b', netns, eth0, socket, ip }
  })
  const trace = new TraceStore(world.nextSeq)
  world.out.trace = trace
  const [a, b] = hosts
  if (a === undefined || b === undefined) throw new Error('two hosts are needed')
  return { world, kernel, trace, a, b }
}

/** Sends one echo request; the reply and what else follows needs `pass`. */
export function ping(net: TwoHosts, from: Host, to: Ipv4Address, sequence = 1, bytes = 56): SystemResult {
  const message = emitIcmp({ type: ICMP_ECHO, code: 0, rest: icmpEchoRest(77, sequence) }, new Uint8Array(bytes))
  return net.kernel.call({ kind: 'socket.send', socket: from.socket, to, port: 0, bytes: message })
}

/** Lets virtual time pass. */
export function pass(net: TwoHosts, seconds: number): void {
  runUntil(net.world, net.world.now + Math.round(seconds * SECOND_NS))
}

/** Writes a sysctl. */
export function sysctl(net: TwoHosts, host: Host, key: string, value: number): void {
  must(net.kernel.call({ kind: 'sysctl.write', netns: host.netns, key, value: String(value) }))
}

/** The state of a neighbour of a host, or undefined. */
export function neighState(net: TwoHosts, host: Host, ip: Ipv4Address): NudState | undefined {
  return net.kernel.read.neighbours(host.netns).find((entry) => entry.ip === ip)?.state
}

/** What an interface sent, as tcpdump prints it without link headers, with seconds since a moment. */
export function sent(net: TwoHosts, host: Host, since = 0): string[] {
  const device = net.kernel.read.link(host.netns, host.eth0)?.device ?? 0
  const lines: string[] = []
  for (let i = 0; i < net.trace.count; i++) {
    if (net.trace.kind[i] !== TRACE_KIND_CODE['net.dev_xmit'] || net.trace.device[i] !== device) continue
    if ((net.trace.at[i] ?? 0) >= since) lines.push(tcpdumpLine(net.trace.frame(i), { linkLevel: false }))
  }
  return lines
}

/** The decisions and drops of a host, in order. */
export function verdicts(net: TwoHosts, host: Host): string[] {
  const { trace } = net
  const found: string[] = []
  for (let i = 0; i < trace.count; i++) {
    if (trace.netns[i] !== host.netns) continue
    if (trace.kind[i] === TRACE_KIND_CODE['lab.decision']) found.push(DECISION_CODES[trace.code[i] ?? 0] ?? '')
    if (trace.kind[i] === TRACE_KIND_CODE['skb.kfree_skb'])
      found.push(`drop ${DROP_REASON_CODES[trace.code[i] ?? 0] ?? ''}`)
  }
  return found
}

/** Everything that waits in a host's socket: `reply` or `error TYPE/CODE`. */
export function received(net: TwoHosts, host: Host): string[] {
  const found: string[] = []
  for (;;) {
    const result = net.kernel.call({ kind: 'socket.receive', socket: host.socket })
    if (!result.ok || result.message === undefined) return found
    const { message } = result
    if (message.kind === 'error') found.push(`error ${message.icmpType}/${message.icmpCode}`)
    else if (message.bytes[20] === 0) found.push('reply')
  }
}
