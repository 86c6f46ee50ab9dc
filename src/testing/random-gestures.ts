/**
 * Gestures at random, for property tests: a seed is data that shrinks, and becomes a gesture about whatever is in the lab
 * at its turn. Most can be carried out; some Linux would refuse, which a test may want to see too.
 */
import fc from 'fast-check'
import type { LinkView } from '../contract/read-models.ts'
import type { CableEnd, ChildSpec, DeviceRef, Gesture, LinkChange, Thing } from '../lab/build/gesture.ts'
import { PORT_FLAGS } from '../lab/build/gesture.ts'
import { indexOf, refOf } from '../lab/build/network-index.ts'
import type { NetworkIndex, PlacedLink } from '../lab/build/network-index.ts'
import type { BuildState } from '../lab/build/plan.ts'
import { routeWords } from '../lab/build/route-words.ts'
import { formatIpv4, formatMac, formatPrefix } from '../wire/address.ts'

/** What is to be done, and which of the things at hand it is about. */
export interface GestureSeed {
  readonly kind: Gesture['kind']
  readonly picks: readonly number[]
}

/** How often a kind comes up beside the others. What builds comes more often than what takes away. */
const WEIGHTS: Readonly<Record<Gesture['kind'], number>> = {
  'add-machine': 3,
  'add-container': 3,
  'add-outside': 1,
  'add-vm': 2,
  'add-link': 3,
  cable: 8,
  'add-child': 5,
  duplicate: 2,
  'set-master': 4,
  'move-link': 4,
  rename: 4,
  delete: 4,
  'set-link': 5,
  'set-port-flag': 3,
  'set-bridge': 3,
  'set-child': 3,
  'add-address': 3,
  'remove-address': 3,
  'change-address': 4,
  'add-route': 3,
  'remove-route': 2,
  'add-rule': 2,
  'remove-rule': 1,
  'add-neighbour': 2,
  'remove-neighbour': 1,
  'add-fdb': 2,
  'remove-fdb': 1,
  'add-port-vlan': 3,
  'remove-port-vlan': 2,
  'set-sysctl': 3,
  regroup: 2,
  'set-role': 1,
  'set-title': 1,
  'add-note': 1,
  'remove-note': 1,
}

/** Seeds of all kinds of gestures. */
export function gestureSeeds(): fc.Arbitrary<GestureSeed> {
  const kinds = Object.entries(WEIGHTS).map(([kind, weight]) => ({
    weight,
    arbitrary: fc.constant(kind as Gesture['kind']),
  }))
  return fc.record({
    kind: fc.oneof(...kinds),
    picks: fc.array(fc.nat({ max: 999 }), { minLength: 6, maxLength: 6 }),
  })
}

/** More machines than that are not made, so that a lab stays small. */
const NAMESPACES_AT_MOST = 12

/** The gesture that a seed means in a lab; undefined where there is nothing that it could be about. */
export function gestureOf(seed: GestureSeed, state: BuildState): Gesture | undefined {
  const pick = new Picker(seed.picks, indexOf(state))
  const isFull = state.network.namespaces.length > NAMESPACES_AT_MOST
  const makes = ['add-machine', 'add-container', 'add-outside', 'add-vm', 'duplicate'].includes(seed.kind)
  return isFull && makes ? ofThings('delete', pick) : MAKERS[seed.kind](pick)
}

/** Chooses among what is there, by the numbers of a seed in turn. */
class Picker {
  readonly index: NetworkIndex
  readonly links: readonly PlacedLink[]
  readonly namespaces: readonly string[]
  readonly #picks: readonly number[]
  #turn = 0

  constructor(picks: readonly number[], index: NetworkIndex) {
    this.#picks = picks
    this.index = index
    this.links = [...index.links.values()].filter(({ link }) => link.details.kind !== 'lo')
    this.namespaces = [...index.namespaces.keys()].filter((name) => name !== '')
  }

  number(): number {
    return this.#picks[this.#turn++ % this.#picks.length] ?? 0
  }

  among<T>(items: readonly T[]): T | undefined {
    return items[this.number() % Math.max(1, items.length)]
  }

  /** One of at least one. */
  of<T>(...items: readonly [T, ...T[]]): T {
    return this.among(items) ?? items[0]
  }

  link(isMeant: (link: LinkView) => boolean = () => true): PlacedLink | undefined {
    return this.among(this.links.filter(({ link }) => isMeant(link)))
  }

  device(isMeant?: (link: LinkView) => boolean): DeviceRef | undefined {
    const placed = this.link(isMeant)
    return placed === undefined ? undefined : refOf(placed)
  }

  namespace(): string | undefined {
    return this.among(this.namespaces)
  }

  machine(): string | undefined {
    return this.among(this.index.state.machines)?.name
  }

  address(): string {
    return `10.${this.of(0, 0, 9)}.${this.number() % 3}.${1 + (this.number() % 6)}/${this.of(24, 24, 16, 32)}`
  }

  end(): CableEnd | undefined {
    const bridge = this.number() % 2 === 0 ? this.device(isBridge) : undefined
    if (bridge !== undefined) return { namespace: bridge.namespace, bridge: bridge.name }
    const namespace = this.namespace()
    return namespace === undefined ? undefined : { namespace }
  }

  thing(): Thing | undefined {
    if (this.number() % 3 > 0) {
      const device = this.device()
      return device === undefined ? undefined : { kind: 'link', device }
    }
    const namespace = this.namespace()
    return namespace === undefined ? undefined : { kind: 'namespace', namespace }
  }

  child(): ChildSpec {
    switch (this.of('macvlan', 'ipvlan', 'vlan')) {
      case 'macvlan':
        return { kind: 'macvlan', mode: this.of('bridge', 'private', 'vepa', 'passthru') }
      case 'ipvlan':
        return { kind: 'ipvlan', mode: this.of('l2', 'l3', 'l3s'), flag: this.of('bridge', 'private', 'vepa') }
      case 'vlan':
        return { kind: 'vlan', id: 10 + (this.number() % 4), protocol: this.of('802.1Q', '802.1Q', '802.1ad') }
    }
  }

  mac(): string {
    return `02:00:00:00:00:${(16 + (this.number() % 16)).toString(16)}`
  }
}

const isBridge = ({ details }: LinkView): boolean => details.kind === 'bridge'
const isPort = ({ port }: LinkView): boolean => port !== undefined
const hasVlans = (link: LinkView): boolean => isPort(link) || isBridge(link)

type Maker = (pick: Picker) => Gesture | undefined

const MAKERS: Readonly<Record<Gesture['kind'], Maker>> = {
  'add-machine': (pick) => ({
    kind: 'add-machine',
    role: pick.of('host', 'router', 'switch'),
    ...(pick.number() % 2 === 0 ? { at: { x: pick.number(), y: pick.number() } } : {}),
  }),
  'add-container': (pick) => withSome(pick.machine(), (machine) => ({ kind: 'add-container', machine })),
  'add-outside': (pick) => ({ kind: 'add-outside', at: { x: pick.number(), y: pick.number() } }),
  'add-vm': (pick) => withSome(pick.device(isBridge), (bridge) => ({ kind: 'add-vm', bridge })),
  'add-link': (pick) =>
    withSome(pick.namespace(), (namespace) => ({ kind: 'add-link', namespace, type: pick.of('bridge', 'dummy') })),
  cable: (pick) => withSome(pick.end(), (from) => withSome(pick.end(), (to) => ({ kind: 'cable', from, to }) as const)),
  'add-child': (pick) =>
    withSome(pick.device(), (parent) => {
      const inside = pick.index.machineOf(parent.namespace).namespaces
      const namespace = pick.among(inside) ?? parent.namespace
      return { kind: 'add-child', parent, namespace, child: pick.child() }
    }),
  duplicate: (pick) => ofThings('duplicate', pick),
  delete: (pick) => ofThings('delete', pick),
  'set-master': (pick) =>
    withSome(pick.device(), (device) => {
      const bridges = pick.index.namespaces.get(device.namespace)?.links.filter(isBridge) ?? []
      const bridge = pick.number() % 3 === 0 ? undefined : pick.among(bridges)?.name
      return { kind: 'set-master', device, bridge }
    }),
  'move-link': (pick) =>
    withSome(pick.device(), (device) =>
      withSome(pick.namespace(), (namespace) => ({ kind: 'move-link', device, namespace }) as const),
    ),
  rename: (pick) =>
    withSome(pick.thing(), (thing) => ({ kind: 'rename', thing, name: pick.of('wan', 'lan0', 'hostZ', 'eth7', 'x') })),
  'set-link': (pick) => withSome(pick.device(), (device) => ({ kind: 'set-link', device, change: linkChange(pick) })),
  'set-port-flag': (pick) =>
    withSome(pick.device(isPort), (device) => {
      return { kind: 'set-port-flag', device, flag: pick.of(...PORT_FLAGS), on: pick.number() % 2 === 0 }
    }),
  'set-bridge': (pick) => withSome(pick.device(isBridge), (device) => bridgeChange(pick, device)),
  'set-child': (pick) => withSome(pick.link(isModal), (placed) => childChange(pick, placed)),
  'add-address': (pick) =>
    withSome(pick.device(), (device) => ({ kind: 'add-address', device, address: pick.address() })),
  'remove-address': (pick) =>
    withSome(
      pick.link(({ addresses }) => addresses.length > 0),
      (placed) =>
        withSome(pick.among(placed.link.addresses), ({ address, prefixLength }) => {
          const prefix = formatPrefix({ address, length: prefixLength })
          return { kind: 'remove-address', device: refOf(placed), address: prefix } as const
        }),
    ),
  'change-address': (pick) =>
    withSome(
      pick.link(({ addresses }) => addresses.length > 0),
      (placed) =>
        withSome(pick.among(placed.link.addresses), ({ address, prefixLength }) => {
          const prefix = formatPrefix({ address, length: prefixLength })
          const near = prefix.replace(/\d+\//, `${1 + (pick.number() % 9)}/`)
          return { kind: 'change-address', device: refOf(placed), address: prefix, to: pick.of(near, pick.address()) }
        }),
    ),
  'add-route': addRoute,
  'remove-route': removeRoute,
  'add-rule': (pick) =>
    withSome(pick.namespace(), (namespace) => ({ kind: 'add-rule', namespace, words: ruleWords(pick) })),
  'remove-rule': (pick) =>
    withSome(pick.namespace(), (namespace) => ({ kind: 'remove-rule', namespace, words: ruleWords(pick) })),
  'add-neighbour': (pick) =>
    withSome(pick.device(), (device) => {
      const ip = `10.0.0.${1 + (pick.number() % 9)}`
      return { kind: 'add-neighbour', device, ip, ...(pick.number() % 3 === 0 ? {} : { mac: pick.mac() }) }
    }),
  'remove-neighbour': removeNeighbour,
  'add-fdb': (pick) =>
    withSome(pick.device(isPort), (device) => ({ kind: 'add-fdb', device, mac: pick.mac(), words: 'master static' })),
  'remove-fdb': removeFdb,
  'add-port-vlan': (pick) =>
    withSome(pick.device(hasVlans), (device) => {
      const flags = pick.of('', ' pvid untagged', ' untagged')
      return { kind: 'add-port-vlan', device, words: `vid ${10 + (pick.number() % 4)}${flags}` }
    }),
  'remove-port-vlan': (pick) =>
    withSome(pick.link(hasVlans), (placed) =>
      withSome(pick.among(placed.link.port?.vlans ?? placed.link.vlans), ({ id }) => {
        return { kind: 'remove-port-vlan', device: refOf(placed), words: `vid ${id}` } as const
      }),
    ),
  'set-sysctl': setSysctl,
  regroup: (pick) =>
    withSome(pick.namespace(), (namespace) => {
      return { kind: 'regroup', namespace, machine: pick.number() % 2 === 0 ? undefined : pick.machine() }
    }),
  'set-role': (pick) =>
    withSome(pick.machine(), (name) => ({ kind: 'set-role', name, role: pick.of('host', 'router', 'outside') })),
  'set-title': (pick) => ({ kind: 'set-title', text: `Lab ${pick.number()}` }),
  'add-note': (pick) => ({ kind: 'add-note', ...note(pick) }),
  'remove-note': (pick) => ({ kind: 'remove-note', ...note(pick) }),
}

function withSome<T, G>(value: T | undefined, make: (value: T) => G | undefined): G | undefined {
  return value === undefined ? undefined : make(value)
}

function ofThings(kind: 'delete' | 'duplicate', pick: Picker): Gesture | undefined {
  const first = pick.thing()
  const second = pick.number() % 3 === 0 ? pick.thing() : undefined
  const things = [first, second].filter((thing) => thing !== undefined)
  return things.length === 0 ? undefined : { kind, things }
}

function linkChange(pick: Picker): LinkChange {
  const on = pick.number() % 2 === 0
  const property = pick.of('up', 'promisc', 'arp', 'multicast', 'allmulticast', 'address', 'alias', 'mtu')
  switch (property) {
    case 'address':
      return { property, value: pick.mac() }
    case 'alias':
      return { property, value: pick.of('uplink', 'to the left', "b's", '#4') }
    case 'mtu':
      return { property, value: pick.of(1300, 1400, 1500, 9000) }
    default:
      return { property, on }
  }
}

function bridgeChange(pick: Picker, device: DeviceRef): Gesture {
  const [option, value] = pick.of(
    ['stp_state', 1],
    ['stp_state', 0],
    ['vlan_filtering', 1],
    ['vlan_filtering', 0],
    ['ageing_time', 1000],
    ['forward_delay', 400],
    ['priority', 4096],
    ['vlan_default_pvid', 10],
  ) as readonly [Extract<Gesture, { kind: 'set-bridge' }>['option'], number]
  return { kind: 'set-bridge', device, option, value }
}

function isModal({ details }: LinkView): boolean {
  return details.kind === 'macvlan' || details.kind === 'ipvlan'
}

function childChange(pick: Picker, placed: PlacedLink): Gesture {
  const isMacvlan = placed.link.details.kind === 'macvlan'
  const child: ChildSpec = isMacvlan
    ? { kind: 'macvlan', mode: pick.of('bridge', 'private', 'vepa') }
    : { kind: 'ipvlan', mode: pick.of('l2', 'l3', 'l3s'), flag: pick.of('bridge', 'private', 'vepa') }
  return { kind: 'set-child', device: refOf(placed), child }
}

function addRoute(pick: Picker): Gesture | undefined {
  return withSome(
    pick.link(({ addresses }) => addresses.length > 0),
    ({ link, namespace }) => {
      const target = pick.of('default', '10.77.0.0/16', '10.0.7.0/24', '192.0.2.1')
      const [first] = link.addresses
      const near = first === undefined ? '10.0.0.1' : formatIpv4(first.address).replace(/\d+$/, '1')
      const hop = pick.of(`via ${near}`, `dev ${link.name}`, `via ${near} dev ${link.name}`)
      const more = pick.of('', '', ' metric 100', ' table 100')
      return { kind: 'add-route', namespace: namespace.name, words: `${target} ${hop}${more}` }
    },
  )
}

function removeRoute(pick: Picker): Gesture | undefined {
  return withSome(pick.namespace(), (namespace) => {
    const written = pick.index.namespaces.get(namespace)?.routes.filter(({ protocol }) => protocol !== 'kernel') ?? []
    const links = new Map(pick.links.map((placed) => [placed.link.device, refOf(placed)]))
    const words = withSome(pick.among(written), (route) => routeWords(route, { links }))
    return words === undefined ? undefined : { kind: 'remove-route', namespace, words }
  })
}

function ruleWords(pick: Picker): string {
  return `from 10.0.${pick.number() % 2}.0/24 lookup ${pick.of(100, 200)}`
}

function removeNeighbour(pick: Picker): Gesture | undefined {
  return withSome(pick.namespace(), (namespace) => {
    const entry = pick.among(pick.index.namespaces.get(namespace)?.neighbours ?? [])
    const placed = pick.index.links.get(entry?.device ?? 0)
    if (entry === undefined || placed === undefined) return undefined
    const ip = formatIpv4(entry.ip)
    return { kind: 'remove-neighbour', device: refOf(placed), ip, ...(entry.proxy ? {} : { mac: '' }) }
  })
}

function removeFdb(pick: Picker): Gesture | undefined {
  return withSome(pick.namespace(), (namespace) => {
    const entry = pick.among(pick.index.namespaces.get(namespace)?.fdb.filter(({ local }) => !local) ?? [])
    const placed = pick.index.links.get(entry?.device ?? 0)
    if (entry === undefined || placed?.link.port === undefined) return undefined
    const vlan = entry.vlan === 0 ? '' : ` vlan ${entry.vlan}`
    return { kind: 'remove-fdb', device: refOf(placed), mac: formatMac(entry.mac), words: `master${vlan}` }
  })
}

function setSysctl(pick: Picker): Gesture | undefined {
  return withSome(pick.namespace(), (namespace) => {
    const device = pick.among(pick.index.namespaces.get(namespace)?.links ?? [])?.name ?? 'lo'
    const [key, value] = pick.of(
      ['net.ipv4.ip_forward', '1'],
      ['net.ipv4.ip_forward', '0'],
      [`net.ipv4.conf.${device}.proxy_arp`, '1'],
      [`net.ipv4.conf.${device}.rp_filter`, '2'],
      [`net.ipv4.conf.${device}.forwarding`, '1'],
      ['net.ipv4.conf.all.rp_filter', '1'],
      ['net.ipv4.conf.default.arp_ignore', '1'],
      [`net.ipv4.neigh.${device}.gc_stale_time`, '30'],
    )
    return { kind: 'set-sysctl', namespace, key, value }
  })
}

function note(pick: Picker): { readonly text: string; readonly at: { readonly x: number; readonly y: number } } {
  return { text: pick.of('see here', 'the gateway', '$HOME "x"'), at: { x: (pick.number() % 2) * 40, y: 80 } }
}
