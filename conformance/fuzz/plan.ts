/**
 * A lab while it is being made: its statements, and what the parts that come later need to know of it, such as who has
 * which address and what a person would ping.
 */
import { bridge, ip, neighKey, run, sysctl } from './commands.ts'
import type { Draw } from './draw.ts'

/** An interface with an address. */
export interface Host {
  readonly ns: string
  readonly dev: string
  readonly address: string
  readonly prefix: number
  /** Hosts of one LAN hear each other's ARP requests, or would if nothing stood between. */
  readonly lan: string
  /** The interface whose MAC address answers for it, where that is not its own: an ipvlan child has its parent's. */
  readonly macOf?: { readonly ns: string; readonly dev: string }
}

export interface Pair {
  readonly from: Host
  readonly to: Host
}

export interface BridgePlan {
  readonly ns: string
  readonly name: string
  readonly ports: readonly string[]
}

/** A namespace that forwards: `inDev` is the side of the first pair's asker, `outDev` the other. */
export interface RouterPlan {
  readonly ns: string
  readonly inDev: string
  readonly outDev: string
}

/** A device with macvlan or ipvlan children, the bridge port that it is plugged into, and its children. */
export interface ParentPlan {
  readonly ns: string
  readonly dev: string
  readonly switchNs: string
  readonly switchPort: string
  readonly children: readonly Host[]
}

export const NAMESPACES_AT_MOST = 6

export class LabPlan {
  readonly draw: Draw
  readonly hosts: Host[] = []
  /** What a person would ping, the most interesting first. */
  readonly pairs: Pair[] = []
  readonly bridges: BridgePlan[] = []
  readonly routers: RouterPlan[] = []
  readonly parents: ParentPlan[] = []
  /** Actions that come before all others. */
  readonly first: string[] = []
  /** Actions that belong together and keep their order. */
  readonly groups: string[][] = []
  readonly #namespaces: string[] = []
  readonly #statements: string[] = []
  readonly #loDown = new Set<string>()
  readonly #macs = new Map<string, string>()
  /** What every bridge is told: nothing, or to join no group. */
  readonly #bridgeWords: string
  #counter = 0

  /** With `joinsNoGroup`, bridges send no reports, which come at times of chance and would show where flows are watched. */
  constructor(draw: Draw, { joinsNoGroup }: { readonly joinsNoGroup: boolean } = { joinsNoGroup: false }) {
    this.draw = draw
    this.#bridgeWords = joinsNoGroup ? ' mcast_snooping 0' : ''
  }

  get namespaces(): readonly string[] {
    return this.#namespaces
  }

  ns(...names: readonly string[]): void {
    this.#namespaces.push(...names)
  }

  hasRoomForNamespace(): boolean {
    return this.#namespaces.length < NAMESPACES_AT_MOST
  }

  /** Leaves `lo` of a namespace down. */
  leaveLoDown(ns: string): void {
    this.#loDown.add(ns)
  }

  setup(...statements: readonly string[]): void {
    this.#statements.push(...statements)
  }

  group(...actions: readonly string[]): void {
    this.groups.push([...actions])
  }

  /** The setup, namespaces first. */
  setupLines(): string[] {
    const up = this.#namespaces.filter((ns) => !this.#loDown.has(ns))
    return [
      ...this.#namespaces.map((ns) => `ip netns add ${ns}`),
      ...up.map((ns) => ip(ns, 'link set lo up')),
      ...this.#statements,
    ]
  }

  /** A name that nothing else has: `prefix` and a number. */
  fresh(prefix: string): string {
    return `${prefix}${this.#counter++}`
  }

  freshMac(): string {
    this.#counter++
    return `02:00:00:00:01:${this.#counter.toString(16).padStart(2, '0')}`
  }

  /**
   * A veth pair between two namespaces, made in one of three usual ways; both ends stay down. `macA`, where given, is the
   * first end's address.
   */
  cable(nsA: string, devA: string, nsB: string, devB: string, macA?: string): void {
    const way = nsA === nsB ? 2 : this.draw.integer(0, 4)
    const first = macA === undefined ? devA : `${devA} address ${macA}`
    if (way === 0) {
      const end = this.fresh('t')
      this.setup(ip(nsA, `link add ${first} type veth peer name ${end}`))
      this.setup(ip(nsA, `link set ${end} netns ${nsB}`), ip(nsB, `link set ${end} name ${devB}`))
    } else if (way === 2 && nsA === nsB) {
      this.setup(ip(nsA, `link add ${first} type veth peer name ${devB}`))
    } else {
      this.setup(ip(nsA, `link add ${first} type veth peer name ${devB} netns ${nsB}`))
    }
  }

  up(ns: string, ...devs: readonly string[]): void {
    for (const dev of devs) this.setup(ip(ns, `link set ${dev} up`))
  }

  /** Gives an interface an address and remembers the host. */
  host(host: Host): Host {
    this.setup(ip(host.ns, `addr add ${host.address}/${host.prefix} dev ${host.dev}`))
    this.hosts.push(host)
    return host
  }

  /**
   * A bridge, up. It borrows its lowest port's address unless it has one of its own. Which port that is must not be
   * chance, so ports have addresses then; see `portMac`.
   */
  bridge(ns: string, name: string, ports: readonly string[]): void {
    const mac = this.draw.chance(0.3) ? `address ${this.freshMac()} ` : ''
    this.setup(ip(ns, `link add ${name} ${mac}type bridge${this.#bridgeWords}`))
    this.up(ns, name)
    this.bridges.push({ ns, name, ports })
  }

  /** A cable from a port of a bridge to an interface, which stays down; the port is up. */
  plug(ns: string, bridgeName: string, port: string, hostNs: string, hostDev: string): void {
    this.cable(ns, port, hostNs, hostDev, this.portMac(ns, port))
    this.setup(ip(ns, `link set ${port} master ${bridgeName}`))
    this.up(ns, port)
  }

  /** An address for a bridge port, in no order. */
  portMac(ns: string, port: string): string {
    const draw = this.draw.sub(`mac ${ns}/${port}`)
    return [2, draw.integer(0, 255), draw.integer(0, 255), draw.integer(0, 255), 2, this.#counter++]
      .map((byte) => byte.toString(16).padStart(2, '0'))
      .join(':')
  }

  /**
   * Answers that a device gives for others come at once in most labs. Otherwise they come after a random time, and so does
   * all that follows from them, which makes many differences chance.
   */
  proxyDelay(ns: string, dev: string): void {
    const isQuick = this.draw.sub(`proxy delay ${ns}/${dev}`).chance(0.8)
    if (isQuick) this.setup(sysctl(ns, neighKey(dev, 'proxy_delay'), 0))
  }

  pair(from: Host, to: Host): void {
    this.pairs.push({ from, to })
  }

  /** The MAC address of a host, set in the setup on the first call, for random ones cannot be written down. */
  macOf(host: Host): string {
    const { ns, dev } = host.macOf ?? host
    const known = this.#macs.get(`${ns}/${dev}`)
    if (known !== undefined) return known
    const mac = this.freshMac()
    this.#macs.set(`${ns}/${dev}`, mac)
    this.setup(ip(ns, `link set ${dev} address ${mac}`))
    return mac
  }

  /** Two hosts of one LAN in different namespaces, where there are any. */
  near(draw: Draw): Pair {
    const near = this.hosts.flatMap((from) =>
      this.hosts.filter((to) => to.lan === from.lan && to.ns !== from.ns).map((to): Pair => ({ from, to })),
    )
    return draw.pick(near.length > 0 ? near : this.pairs)
  }

  /** A pair that a person would ping, the first one most often. */
  asked(draw: Draw): Pair {
    return draw.pick([...this.pairs.slice(0, 1), ...this.pairs])
  }

  /** An interface with an address that is up and that nothing else uses; undone by nothing. */
  dummy(ns: string, address: string): string {
    const dev = this.fresh('dum')
    this.setup(ip(ns, `link add ${dev} type dummy`), ip(ns, `addr add ${address} dev ${dev}`))
    this.up(ns, dev)
    return dev
  }
}

/** An unused address of the host's own /24 or smaller network, `last` its last number. */
export function addressNear(host: Host, last: number): string {
  return host.address.replace(/\d+$/, String(last))
}

/** The directed broadcast address of a host's network. */
export function broadcastOf({ address, prefix }: Host): string {
  const value = address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0)
  const size = 2 ** (32 - prefix)
  const last = Math.floor(value / size) * size + size - 1
  return [24, 16, 8, 0].map((shift) => Math.floor(last / 2 ** shift) % 256).join('.')
}

/** The host's network with its prefix length. */
export function networkOf({ address, prefix }: Host): string {
  const value = address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0)
  const size = 2 ** (32 - prefix)
  const first = Math.floor(value / size) * size
  return `${[24, 16, 8, 0].map((shift) => Math.floor(first / 2 ** shift) % 256).join('.')}/${prefix}`
}

/** A look at the tables of a host, by one of the commands that people use. */
export function look(draw: Draw, { ns, dev }: Host): string {
  return draw.pick([
    ip(ns, 'neigh'),
    ip(ns, 'neigh show dev ' + dev),
    ip(ns, 'route'),
    ip(ns, `addr show ${dev}`),
    ip(ns, `link show ${dev}`),
    ip(ns, '-br link'),
    ip(ns, '-br addr'),
    ip(ns, 'route show table local'),
    ip(ns, 'route show table all'),
    run(ns, 'arp -n'),
    run(ns, 'route -n'),
  ])
}

/** A look at a bridge. */
export function lookAtBridge(draw: Draw, { ns, name, ports }: BridgePlan): string {
  const port = draw.pick(ports)
  return draw.pick([
    bridge(ns, `fdb show br ${name}`),
    bridge(ns, `fdb show br ${name} dynamic`),
    bridge(ns, `fdb show brport ${port}`),
    bridge(ns, 'link'),
    bridge(ns, `-d link show dev ${port}`),
    run(ns, `brctl show ${name}`),
    ip(ns, `link show master ${name}`),
  ])
}
