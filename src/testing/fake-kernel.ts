/** A kernel for tests of the shell: tables written by hand, calls recorded, answers scripted, and a clock with timers. */
import type {
  AddressView,
  FdbView,
  LinkView,
  NeighView,
  NetnsView,
  NexthopView,
  PortView,
  RouteDecisionView,
  RouteView,
  RuleView,
} from '../contract/read-models.ts'
import type { Errno } from '../contract/errno.ts'
import { DONE, refuse } from '../kernel/system-call.ts'
import type { Kernel, KernelReads, RouteQuery, SocketMessage, SystemCall, SystemResult } from '../kernel/api.ts'
import type { ProcessRunner } from '../shell/process/runner.ts'
import { ipv4, type Ipv4Address, mac, ZERO_MAC } from '../wire/address.ts'

export const ROOT_NETNS = 1

/** The call of a kind; some members of the union have several kinds. */
type CallOf<K extends SystemCall['kind'], C extends SystemCall = SystemCall> = C extends SystemCall
  ? K extends C['kind']
    ? C
    : never
  : never

type Answer = (call: SystemCall) => SystemResult | undefined

interface Event {
  readonly at: number
  readonly order: number
  readonly act: () => void
}

export class FakeKernel implements Kernel {
  nowNs = 0
  readonly calls: SystemCall[] = []
  readonly namespaces: NetnsView[] = [{ netns: ROOT_NETNS, name: '' }]
  readonly links: LinkView[] = [
    linkView({ device: 1, netns: ROOT_NETNS, ifindex: 1, name: 'lo', details: { kind: 'lo' } }),
  ]
  readonly routes: (RouteView & { readonly netns: number })[] = []
  readonly rules: (RuleView & { readonly netns: number })[] = []
  readonly neighbours: (NeighView & { readonly netns: number })[] = []
  readonly fdb: (FdbView & { readonly netns: number })[] = []
  /** Keys of every namespace alike. */
  readonly sysctls = new Map<string, string>([['net.ipv4.ip_forward', '0']])
  routeAnswer: (query: RouteQuery) => RouteDecisionView | Errno = () => 'ENETUNREACH'
  #answers: Answer[] = []
  #events: Event[] = []
  #order = 0
  #nextNumber = 100
  #runner: ProcessRunner | undefined
  readonly #timers = new Map<number, Event>()
  readonly #queues = new Map<number, SocketMessage[]>()

  readonly read: KernelReads = {
    now: () => this.nowNs,
    namespaces: () => this.namespaces,
    netnsByName: (name) => this.namespaces.find((view) => view.name === name)?.netns,
    isAnonymousNetns: (netns) => this.namespaces.some((view) => view.netns === netns && view.isAnonymous === true),
    netnsName: (netns) => this.namespaces.find((view) => view.netns === netns)?.name,
    links: (netns) => this.links.filter((link) => link.netns === netns),
    link: (netns, ifindex) => this.links.find((link) => link.netns === netns && link.ifindex === ifindex),
    linkByName: (netns, name) => this.links.find((link) => link.netns === netns && link.name === name),
    device: (device) => this.links.find((link) => link.device === device),
    routes: (netns, table) =>
      this.routes.filter((route) => route.netns === netns && (table === 0 || route.table === table)),
    tableExists: (netns, table) => this.routes.some((route) => route.netns === netns && route.table === table),
    rules: (netns) => this.rules.filter((rule) => rule.netns === netns),
    nexthopObjects: () => [],
    neighbours: (netns) => this.neighbours.filter((entry) => entry.netns === netns),
    fdb: (netns) => this.fdb.filter((entry) => entry.netns === netns),
    learnedDestinations: () => [],
    routeGet: (_netns, query) => {
      const answer = this.routeAnswer(query)
      return typeof answer === 'string' ? { ok: false, error: { errno: answer } } : { ok: true, value: answer }
    },
    sysctl: (_netns, key) => this.sysctls.get(key),
    sysctls: () =>
      [...this.sysctls]
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([key, value]) => ({ key, value, effective: undefined, rule: undefined, all: undefined, isInert: false })),
    firewall: () => ({ tables: [], tracking: false, bridgeCallsIptables: undefined }),
    firewallRuleCount: () => 0,
    conntrack: () => [],
    conntrackStatistics: () => ({ invalid: 0, insertFailed: 0 }),
    sockets: () => [],
    socket: () => undefined,
    socketPeek: (socket) => this.#queues.get(socket)?.[0],
    socketReadable: (socket) => (this.#queues.get(socket)?.length ?? 0) > 0,
    socketWritable: () => true,
  }

  /** Answers calls; the answer that was added last is asked first, and undefined passes to the next. */
  answer(answer: Answer): void {
    this.#answers = [answer, ...this.#answers]
  }

  /** Refuses every call of a kind. */
  refuseAll(kind: SystemCall['kind'], errno: Errno, message?: string): void {
    this.answer((call) => (call.kind === kind ? refuse(errno, message) : undefined))
  }

  /** Recorded calls of a kind. */
  callsOf<K extends SystemCall['kind']>(kind: K): CallOf<K>[] {
    return this.calls.filter((call): call is CallOf<K> => call.kind === kind)
  }

  call(call: SystemCall): SystemResult {
    this.calls.push(call)
    for (const answer of this.#answers) {
      const result = answer(call)
      if (result !== undefined) return result
    }
    switch (call.kind) {
      case 'netns.add':
        if (this.read.netnsByName(call.name) !== undefined) return refuse('EEXIST')
        this.namespaces.push({ netns: this.#nextNumber, name: call.name })
        return { ok: true, value: this.#nextNumber++ }
      case 'netns.delete': {
        const at = this.namespaces.findIndex(({ name }) => name === call.name)
        if (at < 0) return refuse('ENOENT')
        this.namespaces.splice(at, 1)
        return DONE
      }
      case 'sysctl.write':
        this.sysctls.set(call.key, call.value)
        return DONE
      case 'socket.open':
        return { ok: true, value: this.#nextNumber++ }
      case 'socket.receive': {
        const message = this.#queues.get(call.socket)?.shift()
        return message === undefined ? refuse('EAGAIN') : { ok: true, value: 0, message }
      }
      case 'timer.set': {
        const timer = this.#nextNumber++
        this.#timers.set(
          timer,
          this.#plan(call.at, () => this.#runner?.wake({ kind: 'timer', timer })),
        )
        return { ok: true, value: timer }
      }
      case 'timer.cancel': {
        const event = this.#timers.get(call.timer)
        this.#events = this.#events.filter((other) => other !== event)
        return DONE
      }
      default:
        return DONE
    }
  }

  /** Does something at a moment of virtual time. */
  at(ns: number, act: () => void): void {
    this.#plan(ns, act)
  }

  #plan(at: number, act: () => void): Event {
    const event: Event = { at: Math.max(at, this.nowNs), order: this.#order++, act }
    this.#events.push(event)
    this.#events.sort((a, b) => (a.at === b.at ? a.order - b.order : a.at - b.at))
    return event
  }

  /** Puts a message into a socket's queue after a while. */
  deliver(socket: number, afterNs: number, message: Partial<SocketMessage>): void {
    this.#plan(this.nowNs + afterNs, () => {
      const queue = this.#queues.get(socket) ?? []
      queue.push({ ...EMPTY_MESSAGE, at: this.nowNs, ...message })
      this.#queues.set(socket, queue)
      this.#runner?.wake({ kind: 'socket', socket })
    })
  }

  /** The engine's loop: lets time pass while processes wait, until a run has ended or nothing more can happen. */
  async drive<R>(runner: ProcessRunner, run: { readonly ended: boolean; readonly done: Promise<R> }): Promise<R> {
    this.#runner = runner
    for (;;) {
      await runner.idle()
      if (run.ended) return run.done
      const event = this.#events.shift()
      if (event === undefined) throw new Error('the run waits for something that cannot happen')
      this.nowNs = event.at
      event.act()
    }
  }

  /** Lets everything happen that is planned, for what goes on in the background. */
  async settle(runner: ProcessRunner): Promise<void> {
    this.#runner = runner
    for (;;) {
      await runner.idle()
      const event = this.#events.shift()
      if (event === undefined) return
      this.nowNs = event.at
      event.act()
    }
  }
}

const EMPTY_MESSAGE: SocketMessage = {
  kind: 'data',
  at: 0,
  from: 0 as Ipv4Address,
  port: 0,
  bytes: new Uint8Array(0),
  icmpType: 0,
  icmpCode: 0,
  info: 0,
  local: false,
  ifindex: 0,
  packetType: 'host',
  errno: undefined,
}

/** A device that is up, with what a test says about it. */
export function linkView(given: Partial<LinkView> & Pick<LinkView, 'device' | 'netns' | 'ifindex' | 'name'>): LinkView {
  const address = given.mac ?? ZERO_MAC
  const isLoopback = given.details?.kind === 'lo'
  return {
    mac: address,
    permanentMac: address,
    mtuBytes: isLoopback ? 65536 : 1500,
    up: true,
    carrier: true,
    operState: isLoopback ? 'UNKNOWN' : 'UP',
    noArp: false,
    broadcast: !isLoopback,
    multicast: !isLoopback,
    promisc: false,
    allMulticast: false,
    promiscuityCount: 0,
    allMulticastCount: 0,
    qdisc: 'noqueue',
    alias: '',
    txQueueLength: 1000,
    group: 0,
    linkDevice: 0,
    linkIfindex: 0,
    linkNetns: 0,
    master: 0,
    details: { kind: 'veth' },
    port: undefined,
    vlans: [],
    filter: [],
    stats: { rxPackets: 0, rxBytes: 0, rxDropped: 0, rxMulticast: 0, txPackets: 0, txBytes: 0, txDropped: 0 },
    addresses: [],
    ...given,
  }
}

/** An address such as `10.0.0.1/24`. */
export function addressView(text: string, given: Partial<AddressView> = {}): AddressView {
  const [address = '', length = '32'] = text.split('/')
  return {
    address: ipv4(address),
    prefixLength: Number(length),
    peer: ipv4(address),
    broadcast: undefined,
    scope: 'global',
    secondary: false,
    noPrefixRoute: false,
    metric: 0,
    label: 'eth0',
    ...given,
  }
}

export function nexthopView(given: Partial<NexthopView>): NexthopView {
  return { device: 0, gateway: undefined, onlink: false, weight: 1, dead: false, linkDown: false, ...given }
}

/** A route to a prefix such as `10.0.0.0/24` in the main table of the root namespace. */
export function routeView(prefix: string, given: Partial<RouteView> = {}): RouteView & { readonly netns: number } {
  const [address = '', length = '32'] = prefix.split('/')
  return {
    netns: ROOT_NETNS,
    table: 254,
    destination: ipv4(address),
    prefixLength: Number(length),
    tos: 0,
    metric: 0,
    type: 'unicast',
    scope: 'global',
    protocol: 'boot',
    source: undefined,
    mtuBytes: 0,
    mtuLocked: false,
    otherMetrics: [],
    nexthops: [],
    ...given,
  }
}

export function neighView(ip: string, given: Partial<NeighView> = {}): NeighView & { readonly netns: number } {
  return {
    netns: ROOT_NETNS,
    device: 2,
    ip: ipv4(ip),
    mac: undefined,
    state: 'REACHABLE',
    proxy: false,
    usedAt: 0,
    confirmedAt: 0,
    updatedAt: 0,
    timerAt: undefined,
    probes: 0,
    ...given,
  }
}

export function fdbView(address: string, given: Partial<FdbView> = {}): FdbView & { readonly netns: number } {
  return {
    netns: ROOT_NETNS,
    bridge: 2,
    device: 3,
    mac: mac(address),
    vlan: 0,
    local: false,
    isStatic: false,
    sticky: false,
    usedAt: 0,
    updatedAt: 0,
    ...given,
  }
}

/** A forwarding port of a bridge. */
export function portView(given: Partial<PortView> = {}): PortView {
  return {
    bridge: 2,
    state: 'forwarding',
    portNo: 1,
    priority: 32,
    cost: 2,
    hairpin: false,
    learning: true,
    flood: true,
    mcastFlood: true,
    bcastFlood: true,
    isolated: false,
    locked: false,
    neighSuppress: false,
    guard: false,
    rootBlock: false,
    groupFwdMask: 0,
    designatedBridge: '8000.000000000000',
    designatedRoot: '8000.000000000000',
    designatedPort: 32769,
    designatedCost: 0,
    vlans: [],
    ...given,
  }
}
