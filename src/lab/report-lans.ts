/** The LANs of a report's machines, as commands: a switch a network, its gateway, and whoever else is called there. */
import { BENCH } from './plain-commands.ts'

/** An interface of a machine that is plugged in somewhere. */
export interface Plug {
  readonly namespace: string
  readonly device: string
}

/** One whose address is known, with its prefix length. */
export interface AddressedPlug extends Plug {
  readonly address: string
}

export interface LanSource {
  readonly known: readonly AddressedPlug[]
  readonly bare: readonly Plug[]
  /** Default gateways, by `namespace/device`. */
  readonly gateways: ReadonlyMap<string, string>
  /** The gateways of interfaces without an address, with their prefix length. */
  readonly gatewaysOfBare: ReadonlyMap<string, string>
  /** Addresses that are called and that nothing in the report has. */
  readonly targets: readonly string[]
  /** Whether a machine's own commands set its default route. */
  readonly hasOwnRoute: (namespace: string) => boolean
}

export const keyOf = ({ namespace, device }: Plug): string => `${namespace}/${device}`

/** One switch a network. Who has no address is plugged in beside those of its name, or else into a switch of its own. */
export function buildLans(source: LanSource): string[] {
  const { known, bare, gatewaysOfBare, targets } = source
  const lans: Lan[] = []
  const nextLan = (): Lan => {
    const lan = new Lan(lans.length === 0 ? '' : String(lans.length + 1))
    lans.push(lan)
    return lan
  }
  const networks = [...new Set(known.map(({ address }) => networkOf(address)))]
  for (const network of networks) {
    const members = known.filter(({ address }) => networkOf(address) === network)
    fillLan(nextLan(), { network, members, networks }, source)
  }
  for (const { namespace, device } of bare) {
    const lan = lans.find(({ plugged }) => plugged.has(device)) ?? nextLan()
    lan.connect(namespace, device, undefined)
    const gateway = gatewaysOfBare.get(`${namespace}/${device}`)
    if (gateway !== undefined) lan.addGateway(`gw${lan.suffix}`, gateway, lan.suffix === '' ? targets : [])
  }
  return lans.flatMap(({ lines }) => lines)
}

interface LanContents {
  readonly network: string
  readonly members: readonly AddressedPlug[]
  readonly networks: readonly string[]
}

/** Its members, its gateway where a default route names one, and whoever else is called there. */
function fillLan(lan: Lan, { network, members, networks }: LanContents, source: LanSource): void {
  const { gateways, targets } = source
  const length = network.split('/')[1] ?? '24'
  const gateway = members
    .map((plug) => gateways.get(keyOf(plug)))
    .find((address) => address !== undefined && networkOf(`${address}/${length}`) === network)
  for (const plug of members) {
    const { namespace, device, address } = plug
    lan.connect(namespace, device, address)
    if (gateway !== undefined && gateways.get(keyOf(plug)) === gateway && !source.hasOwnRoute(namespace))
      lan.lines.push(`ip ${inside(namespace)}route add default via ${gateway} dev ${device}`)
  }
  const near = targets.filter((address) => networkOf(`${address}/${length}`) === network && address !== gateway)
  for (const address of near) lan.add(`h${address.split('.').at(-1) ?? ''}${lan.suffix}`, `${address}/${length}`)
  if (gateway === undefined) return
  const isFar = (address: string): boolean =>
    !networks.some((item) => networkOf(`${address}/${item.split('/')[1] ?? ''}`) === item)
  const far = network === networks[0] ? targets.filter(isFar) : []
  lan.addGateway(`gw${lan.suffix}`, `${gateway}/${length}`, far)
}

const inside = (namespace: string): string => (namespace === BENCH ? '' : `-n ${namespace} `)

/** A switch with what hangs on it. */
class Lan {
  readonly lines: string[]
  /** What the names of a further LAN end in. */
  readonly suffix: string
  /** Names of the interfaces that are plugged in. */
  readonly plugged = new Set<string>()
  readonly #name: string
  #ports = 0
  #hasGateway = false

  constructor(suffix: string) {
    this.suffix = suffix
    this.#name = `lan${suffix}`
    const name = this.#name
    this.lines = [`ip netns add ${name}`, `ip -n ${name} link add sw type bridge`, `ip -n ${name} link set sw up`]
  }

  connect(namespace: string, device: string, address: string | undefined): void {
    const port = `p${++this.#ports}`
    this.plugged.add(device)
    this.lines.push(
      `ip ${inside(namespace)}link add ${device} type veth peer name ${port} netns ${this.#name}`,
      `ip -n ${this.#name} link set ${port} master sw`,
      `ip -n ${this.#name} link set ${port} up`,
      ...(address === undefined ? [] : [`ip ${inside(namespace)}addr add ${address} dev ${device}`]),
      `ip ${inside(namespace)}link set ${device} up`,
    )
  }

  add(name: string, address: string): void {
    this.lines.push(`ip netns add ${name}`, `ip -n ${name} link set lo up`)
    this.connect(name, 'eth0', address)
  }

  /** Everything beyond the LAN is an address of the gateway's own. */
  addGateway(name: string, address: string, beyond: readonly string[]): void {
    if (this.#hasGateway) return
    this.#hasGateway = true
    this.add(name, address)
    this.lines.push(`ip netns exec ${name} sysctl -w net.ipv4.ip_forward=1`)
    if (beyond.length > 0)
      this.lines.push(`ip -n ${name} link add outside type dummy`, `ip -n ${name} link set outside up`)
    for (const far of beyond) this.lines.push(`ip -n ${name} addr add ${far}/32 dev outside`)
  }
}

/** `10.138.36.58/23` to `10.138.36.0/23`. */
export function networkOf(address: string): string {
  const [host = '', length = '32'] = address.split('/')
  const bits = Number(length)
  const value = host.split('.').reduce((sum, octet) => sum * 256 + Number(octet), 0)
  const block = 2 ** (32 - bits)
  const base = Math.floor(value / block) * block
  const octets = [24, 16, 8, 0].map((shift) => Math.floor(base / 2 ** shift) % 256)
  return `${octets.join('.')}/${bits}`
}
