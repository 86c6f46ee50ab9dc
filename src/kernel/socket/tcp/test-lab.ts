// A machine that talks TCP with a test: what it sends is written as one line a segment, what it gets is written in the same words.
// `S 0`, `S. 0 ack 1`, `. 1 ack 1`, `P. 1:7 ack 1`, `F. 7 ack 1`, `R 1`: numbers count from each side's first.
import { DECISION_CODES } from '../../../contract/decisions.ts'
import { DROP_REASON_CODES } from '../../../contract/drop-reasons.ts'
import type { Errno } from '../../../contract/errno.ts'
import type { TcpState } from '../../../contract/read-models.ts'
import type { Check } from '../../../contract/decisions.ts'
import { MILLISECOND_NS } from '../../../sim/time.ts'
import { type Ipv4Address, IPV4_ANY, ipv4, mac } from '../../../wire/address.ts'
import { ETHERNET_HEADER_LENGTH, ETHERTYPE_IPV4, writeEthernetHeader } from '../../../wire/ethernet.ts'
import { emitIcmp } from '../../../wire/icmp.ts'
import { IPV4_HEADER_LENGTH, PROTOCOL_ICMP, PROTOCOL_TCP, ipv4Protocol, writeIpv4Header } from '../../../wire/ipv4.ts'
import { emitTcp, parseTcp, TCP_ACK, TCP_FIN, TCP_PSH, TCP_RST, TCP_SYN, type TcpOption } from '../../../wire/tcp.ts'
import { bootWorld } from '../../boot.ts'
import { kernelReads } from '../../kernel.ts'
import { addAddress } from '../../ipv4/devinet.ts'
import { isRefusal } from '../../link/link-kind.ts'
import { neighAdd } from '../../neigh/neigh-admin.ts'
import type { NetDevice } from '../../netdev/net-device.ts'
import { devQueueXmit } from '../../netdev/transmit.ts'
import type { Netns } from '../../netns.ts'
import { createNetns } from '../../netns-calls.ts'
import { runUntil } from '../../run.ts'
import { allocSkb } from '../../skb.ts'
import type { SocketId, SystemCall, SystemResult } from '../../system-call.ts'
import { applySystemCall } from '../../system-calls.ts'
import { deviceById, type World } from '../../world.ts'
import { seqAdd, seqDiff } from './sequence.ts'
import { addLink, devOpen } from '../../netdev/settled-test-lab.ts'

export const LOCAL = ipv4('10.0.0.1')
const REMOTE = ipv4('10.0.0.2')
const REMOTE_PORT = 5000
const REMOTE_FIRST = 0xffff_fff0

export interface TcpLab {
  readonly world: World
  readonly netns: Netns
  readonly eth0: NetDevice
  readonly far: NetDevice
  /** What was sent since it was last read, and what was decided and dropped. */
  segments: string[]
  words: string[]
  checks: Check[]
  /** First sequence number of the machine's side. */
  first: number | undefined
  /** The port of the machine's side: of the last segment that it sent. */
  port: number
}

/** A machine with 10.0.0.1/24 on eth0 that knows the address of 10.0.0.2. */
export function createTcpLab(): TcpLab {
  const world = bootWorld('tcp test')
  const netns = createNetns(world, 'a')
  const outside = createNetns(world, 'outside')
  const eth0 = addLink(world, netns, { name: 'eth0', data: { kind: 'veth', peer: { name: 'far', netns: outside.id } } })
  if (isRefusal(eth0)) throw new Error(eth0.errno)
  const far = deviceById(world, eth0.linkDevice)
  for (const device of [deviceById(world, netns.loopback), eth0, far]) devOpen(world, device)
  addAddress(world, netns, { ifindex: eth0.ifindex, address: LOCAL, prefixLength: 24 }, { replace: false })
  neighAdd(world, eth0, 'add', { ifindex: eth0.ifindex, ip: REMOTE, mac: mac('02:00:00:00:00:02') })
  runUntil(world, 100 * MILLISECOND_NS)
  const lab: TcpLab = { world, netns, eth0, far, segments: [], words: [], checks: [], first: undefined, port: 80 }
  world.out.trace = {
    write(_seq, _at, kind, _cause, device, _netns, _packet, code, _a, _b, _c, frame) {
      if (kind === 'lab.decision') lab.words.push(DECISION_CODES[code] ?? '')
      if (kind === 'skb.kfree_skb') lab.words.push(DROP_REASON_CODES[code] ?? '')
      if (kind === 'net.dev_xmit' && device === eth0.id && frame !== undefined) noteSent(lab, frame)
    },
  }
  world.out.explain = { begin: () => undefined, conclude: () => undefined, check: (check) => lab.checks.push(check) }
  return lab
}

function noteSent(lab: TcpLab, frame: Uint8Array): void {
  if (ipv4Protocol(frame, ETHERNET_HEADER_LENGTH) !== PROTOCOL_TCP) {
    lab.segments.push(`protocol ${ipv4Protocol(frame, ETHERNET_HEADER_LENGTH)}`)
    return
  }
  const at = ETHERNET_HEADER_LENGTH + IPV4_HEADER_LENGTH
  const parsed = parseTcp(frame, at)
  if (!parsed.ok) throw new Error('an unreadable segment')
  const { flags, sequence, acknowledgement, headerLength, sourcePort, options } = parsed.value
  if ((flags & TCP_SYN) !== 0) lab.first = sequence
  lab.port = sourcePort
  const length = frame.length - at - headerLength
  const from = seqDiff(sequence, lab.first ?? 0)
  const letters = [
    (flags & TCP_SYN) !== 0 ? 'S' : '',
    (flags & TCP_FIN) !== 0 ? 'F' : '',
    (flags & TCP_RST) !== 0 ? 'R' : '',
    (flags & TCP_PSH) !== 0 ? 'P' : '',
    (flags & TCP_ACK) !== 0 ? '.' : '',
  ].join('')
  const ack = (flags & TCP_ACK) !== 0 ? ` ack ${seqDiff(acknowledgement, REMOTE_FIRST)}` : ''
  const sack = options.flatMap((option) =>
    option.kind === 'sack'
      ? option.blocks.map(({ left, right }) => ` sack ${seqDiff(left, REMOTE_FIRST)}:${seqDiff(right, REMOTE_FIRST)}`)
      : [],
  )
  lab.segments.push(`${letters} ${from}${length > 0 ? `:${from + length}` : ''}${ack}${sack.join('')}`)
}

/** What was sent since the last question. */
export function sent(lab: TcpLab): string[] {
  const { segments } = lab
  lab.segments = []
  return segments
}

/** What was decided and dropped about TCP since the last question. */
export function words(lab: TcpLab): string[] {
  const all = lab.words.filter((word) => word.startsWith('tcp.'))
  lab.words = []
  return all
}

/** Lets time pass. */
export function run(lab: TcpLab, durationMs = 1): void {
  runUntil(lab.world, lab.world.now + durationMs * MILLISECOND_NS)
}

export interface Extras {
  readonly window?: number
  readonly mss?: number
  readonly windowScale?: number
  /** Milliseconds; missing: the clock. */
  readonly timestamp?: number
  readonly options?: readonly TcpOption[]
  readonly badChecksum?: boolean
  readonly toMac?: 'broadcast'
}

function optionsOf(lab: TcpLab, isSyn: boolean, extras: Extras): readonly TcpOption[] {
  if (extras.options !== undefined) return extras.options
  const value = extras.timestamp ?? Math.floor(lab.world.now / MILLISECOND_NS) + 1
  const clock: TcpOption = { kind: 'timestamps', value, echo: 0 }
  if (!isSyn) return [{ kind: 'nop' }, { kind: 'nop' }, clock]
  return [
    { kind: 'mss', mss: extras.mss ?? 1460 },
    { kind: 'sack-permitted' },
    clock,
    { kind: 'nop' },
    { kind: 'window-scale', shift: extras.windowScale ?? 0 },
  ]
}

/** Sends the machine a segment and lets it be worked on. The payload is the letters a, b, c and so on. */
export function inject(lab: TcpLab, line: string, extras: Extras = {}): void {
  const match = /^([SFRP]*)(\.?) (-?\d+)(?::(-?\d+))?(?: ack (-?\d+))?$/.exec(line)
  if (match === null) throw new Error(`no segment: ${line}`)
  const [, letters = '', dot, from = '0', to, ack] = match
  const flags =
    (letters.includes('S') ? TCP_SYN : 0) |
    (letters.includes('F') ? TCP_FIN : 0) |
    (letters.includes('R') ? TCP_RST : 0) |
    (letters.includes('P') ? TCP_PSH : 0) |
    (dot === '.' ? TCP_ACK : 0)
  const length = to === undefined ? 0 : Number(to) - Number(from)
  const segment = emitTcp(
    {
      sourcePort: REMOTE_PORT,
      destinationPort: lab.port,
      sequence: seqAdd(REMOTE_FIRST, Number(from)),
      acknowledgement: ack === undefined ? 0 : seqAdd(lab.first ?? 0, Number(ack)),
      flags,
      window: extras.window ?? 0xffff,
      urgent: 0,
      options: optionsOf(lab, letters.includes('S'), extras),
    },
    Uint8Array.from({ length }, (_, k) => 97 + ((Number(from) + k - 1) % 26)),
    { source: REMOTE, destination: LOCAL },
  )
  if (extras.badChecksum === true) segment[16] = (segment[16] ?? 0) ^ 0xff
  deliver(lab, PROTOCOL_TCP, segment, extras.toMac)
}

/** An ICMP error about the segment that the machine sent with this sequence number. */
export function injectIcmp(lab: TcpLab, type: number, code: number, sequence: number, rest = 0): void {
  const quoted = new Uint8Array(IPV4_HEADER_LENGTH + 8)
  writeIpv4Header(quoted, 0, {
    tos: 0,
    totalLength: 60,
    id: 1,
    dontFragment: true,
    moreFragments: false,
    fragmentOffset: 0,
    ttl: 64,
    protocol: PROTOCOL_TCP,
    source: LOCAL,
    destination: REMOTE,
  })
  const view = new DataView(quoted.buffer)
  view.setUint16(IPV4_HEADER_LENGTH, lab.port)
  view.setUint16(IPV4_HEADER_LENGTH + 2, REMOTE_PORT)
  view.setUint32(IPV4_HEADER_LENGTH + 4, seqAdd(lab.first ?? 0, sequence))
  deliver(lab, PROTOCOL_ICMP, emitIcmp({ type, code, rest }, quoted))
}

function deliver(lab: TcpLab, protocol: number, payload: Uint8Array, toMac?: 'broadcast'): void {
  const frame = new Uint8Array(ETHERNET_HEADER_LENGTH + IPV4_HEADER_LENGTH + payload.length)
  const target = toMac === undefined ? lab.eth0.mac : mac('ff:ff:ff:ff:ff:ff')
  writeEthernetHeader(frame, target, mac('02:00:00:00:00:02'), ETHERTYPE_IPV4)
  writeIpv4Header(frame, ETHERNET_HEADER_LENGTH, {
    tos: 0,
    totalLength: frame.length - ETHERNET_HEADER_LENGTH,
    id: 1,
    dontFragment: true,
    moreFragments: false,
    fragmentOffset: 0,
    ttl: 64,
    protocol,
    source: REMOTE,
    destination: LOCAL,
  })
  frame.set(payload, ETHERNET_HEADER_LENGTH + IPV4_HEADER_LENGTH)
  devQueueXmit(lab.world, lab.far, allocSkb(lab.world, frame, ETHERTYPE_IPV4, lab.far.id))
  runUntil(lab.world, lab.world.now + 100_000)
}

export function call(lab: TcpLab, systemCall: SystemCall): SystemResult {
  return applySystemCall(lab.world, systemCall)
}

/** The number that a call gives, or its error. */
export function outcome(result: SystemResult): number | Errno {
  return result.ok ? result.value : result.error.errno
}

export function open(lab: TcpLab): SocketId {
  const result = call(lab, { kind: 'socket.open', netns: lab.netns.id, spec: { kind: 'tcp' } })
  if (!result.ok) throw new Error(result.error.errno)
  return result.value
}

export function bind(lab: TcpLab, socket: SocketId, port: number, address: Ipv4Address = IPV4_ANY): number | Errno {
  return outcome(call(lab, { kind: 'socket.bind', socket, address, port }))
}

/** A socket that listens on port 80. */
export function listening(lab: TcpLab, backlog = 8): SocketId {
  const socket = open(lab)
  bind(lab, socket, 80)
  call(lab, { kind: 'socket.listen', socket, backlog })
  return socket
}

/** A socket that has sent its SYN to 10.0.0.2:5000. */
export function connecting(lab: TcpLab): SocketId {
  const socket = open(lab)
  call(lab, { kind: 'socket.connect', socket, address: REMOTE, port: REMOTE_PORT })
  return socket
}

/** A connection that the machine opened; nothing of the handshake is left to read. */
export function connected(lab: TcpLab, extras: Extras = {}): SocketId {
  const socket = connecting(lab)
  inject(lab, 'S. 0 ack 1', extras)
  sent(lab)
  words(lab)
  return socket
}

/** A connection that the test opened and a program accepted. */
export function accepted(lab: TcpLab): SocketId {
  const listener = listening(lab)
  inject(lab, 'S 0')
  inject(lab, '. 1 ack 1')
  const result = call(lab, { kind: 'socket.accept', socket: listener })
  sent(lab)
  words(lab)
  return result.ok ? result.value : 0
}

/** The state of a socket; `gone` when the kernel has forgotten it. */
export function state(lab: TcpLab, socket: SocketId): TcpState | 'gone' {
  return kernelReads(lab.world).socket(socket)?.state ?? 'gone'
}

export function write(lab: TcpLab, socket: SocketId, bytes: string | number): number | Errno {
  const payload = typeof bytes === 'number' ? new Uint8Array(bytes) : Uint8Array.from(bytes, (c) => c.charCodeAt(0))
  return outcome(call(lab, { kind: 'socket.send', socket, to: IPV4_ANY, port: 0, bytes: payload }))
}

/** What a program reads: text, `EOF`, or an error. */
export function read(lab: TcpLab, socket: SocketId): string {
  const result = call(lab, { kind: 'socket.receive', socket })
  if (!result.ok) return result.error.errno
  return result.value === 0 ? 'EOF' : String.fromCharCode(...(result.message?.bytes ?? []))
}

export function close(lab: TcpLab, socket: SocketId): void {
  call(lab, { kind: 'socket.close', socket })
}

export function shutdown(lab: TcpLab, socket: SocketId, how: 'read' | 'write' | 'both' = 'write'): number | Errno {
  return outcome(call(lab, { kind: 'socket.shutdown', socket, how }))
}

/** The error that waits on a socket. */
export function errorOf(lab: TcpLab, socket: SocketId): number | Errno {
  return outcome(call(lab, { kind: 'socket.error', socket }))
}
