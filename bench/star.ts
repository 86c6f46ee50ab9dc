// A star: hosts around one bridge, each pinging its neighbour once a millisecond. What ns-3 was measured on, too.
import { bootWorld } from '../src/kernel/boot.ts'
import { JournalledKernel } from '../src/kernel/kernel.ts'
import { step, upcoming } from '../src/kernel/run.ts'
import type { SystemCall, SystemResult } from '../src/kernel/system-call.ts'
import { DEFAULT_LIMITS, type World } from '../src/kernel/world.ts'
import { TraceStore } from '../src/engine/trace-store.ts'
import { MILLISECOND_NS } from '../src/sim/time.ts'
import { ipv4FromNumber, type Ipv4Address } from '../src/wire/address.ts'
import { emitIcmp, ICMP_ECHO, icmpEchoRest } from '../src/wire/icmp.ts'

/** What one run did. */
export interface StarResult {
  readonly pings: number
  readonly deliveries: number
  /** By the clock. */
  readonly seconds: number
  /** Processor time of the whole process, garbage collection included. */
  readonly cpuSeconds: number
}

interface Star {
  readonly world: World
  readonly call: (call: SystemCall) => SystemResult
  /** A raw ICMP socket a host, and whom it pings. */
  readonly hosts: { readonly socket: number; readonly neighbour: Ipv4Address }[]
}

const FIRST_HOST = 0x0a00_0001

function must(result: SystemResult): number {
  if (!result.ok) throw new Error(`${result.error.errno} ${result.error.message ?? ''}`)
  return result.value
}

/** Builds the star with the same calls that a lab's commands make. */
function buildStar(hostCount: number, trace: boolean): Star {
  const limits = { ...DEFAULT_LIMITS, deviceCount: 4 * hostCount + 100, eventsPerSecond: 1e9, framesInFlight: 1e7 }
  const world = bootWorld('bench', limits)
  const kernel = new JournalledKernel(world, undefined)
  const call = (input: SystemCall): SystemResult => kernel.call(input)
  const hub = must(call({ kind: 'netns.add', name: 'hub' }))
  const bridge = must(call({ kind: 'link.add', netns: hub, spec: { name: 'br0', up: true, data: { kind: 'bridge' } } }))
  const hosts: Star['hosts'] = []
  for (let i = 0; i < hostCount; i++) {
    const host = must(call({ kind: 'netns.add', name: `h${i}` }))
    must(call({ kind: 'link.set', netns: host, ifindex: 1, changes: { up: true } }))
    const port = must(
      call({
        kind: 'link.add',
        netns: hub,
        spec: { name: `p${i}`, data: { kind: 'veth', peer: { name: 'eth0', netns: host } } },
      }),
    )
    must(call({ kind: 'link.set', netns: hub, ifindex: port, changes: { master: bridge, up: true } }))
    const eth0 = kernel.read.linkByName(host, 'eth0')?.ifindex ?? 0
    must(
      call({
        kind: 'address.add',
        netns: host,
        spec: { ifindex: eth0, address: ipv4FromNumber(FIRST_HOST + i), prefixLength: 16 },
      }),
    )
    must(call({ kind: 'link.set', netns: host, ifindex: eth0, changes: { up: true } }))
    const socket = must(call({ kind: 'socket.open', netns: host, spec: { kind: 'raw', protocol: 1 } }))
    hosts.push({ socket, neighbour: ipv4FromNumber(FIRST_HOST + ((i + 1) % hostCount)) })
  }
  if (trace) world.out.trace = new TraceStore(world.nextSeq)
  return { world, call, hosts }
}

function drain(star: Star): number {
  let replies = 0
  for (const { socket } of star.hosts) {
    const queue = star.world.sockets.get(socket)?.receiveQueue
    if (queue === undefined) continue
    // A raw socket sees the neighbour's requests too.
    for (const message of queue) if (message.bytes[20] === 0) replies++
    queue.length = 0
  }
  return replies
}

/** Pings once a virtual millisecond from every host, for so much virtual time, and measures real time. */
export function runStar(hostCount: number, virtualNs: number, trace: boolean): StarResult {
  const star = buildStar(hostCount, trace)
  const { world } = star
  const payload = new Uint8Array(56)
  const messages = star.hosts.map((_, i) =>
    emitIcmp({ type: ICMP_ECHO, code: 0, rest: icmpEchoRest(i + 1, 1) }, payload),
  )
  const delivered = (): number => world.devices.reduce((sum, device) => sum + (device?.rxPackets ?? 0), 0)
  const before = delivered()
  const cpuBefore = process.cpuUsage()
  const began = performance.now()
  const end = world.now + virtualNs
  let pings = 0
  for (let at = world.now; at < end; at += MILLISECOND_NS) {
    for (let next = upcoming(world); next !== undefined && next <= at; next = upcoming(world)) step(world)
    if (world.now < at) world.now = at
    star.hosts.forEach((host, i) =>
      star.call({
        kind: 'socket.send',
        socket: host.socket,
        to: host.neighbour,
        port: 0,
        bytes: messages[i] ?? payload,
      }),
    )
    pings += drain(star)
  }
  for (let next = upcoming(world); next !== undefined && next <= end + MILLISECOND_NS; next = upcoming(world))
    step(world)
  pings += drain(star)
  const seconds = (performance.now() - began) / 1000
  const cpu = process.cpuUsage(cpuBefore)
  return { pings, deliveries: delivered() - before, seconds, cpuSeconds: (cpu.user + cpu.system) / 1e6 }
}
