/**
 * Docker's commands of a report as the network that Docker makes: a container is a namespace with an eth0 on a bridge, a macvlan or an
 * ipvlan. What has nothing to do with networks (images, volumes) is left out. Commands are as typed on the machine itself.
 */

/** What a command of Docker comes to. */
export interface DockerSteps {
  /** Commands on the machine, or with `in` inside a container. */
  readonly steps: readonly { readonly in?: string; readonly argv: readonly string[] }[]
  /** The container that the command makes. */
  readonly makes?: string
  /** The container in which a shell waits for what is typed next. */
  readonly enters?: string
}

type Driver = 'bridge' | 'macvlan' | 'ipvlan' | 'none'

interface Network {
  readonly driver: Driver
  readonly subnet: string
  readonly gateway: string | undefined
  /** The bridge, or the parent of macvlan and ipvlan. */
  readonly device: string
  readonly mode: string | undefined
  /** Host parts that are taken. */
  readonly taken: Set<string>
}

interface Options {
  readonly values: ReadonlyMap<string, readonly string[]>
  readonly operands: readonly string[]
}

/** Short options that take a word, by command; long ones take one unless they are switches. */
const SHORT_WITH_WORD = /^[dopvewuhlmc]$/
const SWITCHES = new Set(['rm', 'detach', 'interactive', 'tty', 'privileged', 'internal', 'attachable', 'init', 'ipv6'])
const DEFAULT_NETWORK = 'bridge'
const SHELL = /^(?:\S*\/)?(?:ba|da|z|a)?sh$/

/** The networks and containers of one machine. */
export class DockerHost {
  readonly #networks = new Map<string, Network>()
  readonly #containers = new Set<string>()

  /** The gateways that networks on an interface of the machine name: they are on the machine's LAN. */
  get gateways(): readonly { readonly device: string; readonly address: string }[] {
    return [...this.#networks.values()].flatMap(({ driver, device, gateway, subnet }) =>
      driver === 'bridge' || gateway === undefined ? [] : [{ device, address: `${gateway}/${lengthOf(subnet)}` }],
    )
  }

  /** What a command does to the network; undefined for one that does nothing to it, or that nothing here knows. */
  read([tool, verb, ...words]: readonly string[]): DockerSteps | undefined {
    if (tool !== 'docker' && tool !== 'podman' && tool !== 'nerdctl') return undefined
    if (verb === 'container') return this.read([tool, ...words])
    if (verb === 'network') return this.#network(words)
    if (verb === 'run') return this.#run(optionsOf(words, true))
    if (verb === 'rm' || verb === 'kill') return this.#remove(optionsOf(words, false).operands)
    return undefined
  }

  #network([verb, ...words]: readonly string[]): DockerSteps | undefined {
    const { values, operands } = optionsOf(words, false)
    if (verb === 'connect') {
      const [name = '', container = ''] = operands
      const network = this.#networks.get(name)
      if (network === undefined || !this.#containers.has(container)) return undefined
      return { steps: plug(network, container, { device: 'eth1', wanted: values.get('ip')?.[0], isFirst: false }) }
    }
    if (verb !== 'create') return undefined
    const [name] = operands
    if (name === undefined || !/^[\w.-]+$/.test(name)) return undefined
    const driver = driverOf(values.get('driver')?.[0] ?? values.get('d')?.[0])
    if (driver === undefined) return undefined
    const set = new Map((values.get('o') ?? values.get('opt') ?? []).map((word) => splitAt(word, '=')))
    const subnet = values.get('subnet')?.[0] ?? `172.${18 + this.#networks.size}.0.0/16`
    const mode = set.get(`${driver}_mode`)
    // A container on ipvlan l3 has no gateway: its host routes.
    const isRouted = mode?.startsWith('l3') === true
    return this.#create(name, {
      driver,
      subnet,
      gateway: values.get('gateway')?.[0] ?? (isRouted ? undefined : hostOf(subnet, 1)),
      device:
        driver === 'bridge'
          ? (set.get('com.docker.network.bridge.name') ?? `br-${name}`.slice(0, 15))
          : (set.get('parent') ?? ''),
      mode,
      taken: new Set(),
    })
  }

  #create(name: string, network: Network): DockerSteps {
    this.#networks.set(name, network)
    const { driver, device, gateway, subnet } = network
    if (gateway !== undefined) network.taken.add(gateway)
    const [parent = '', vlan] = device.split('.')
    // Docker makes the VLAN of a parent that is not there.
    if (driver !== 'bridge')
      return {
        steps:
          vlan === undefined
            ? []
            : [
                on('ip', 'link', 'add', 'link', parent, 'name', device, 'type', 'vlan', 'id', vlan),
                on('ip', 'link', 'set', device, 'up'),
              ],
      }
    return {
      steps: [
        on('ip', 'link', 'add', device, 'type', 'bridge'),
        on('ip', 'addr', 'add', `${gateway ?? hostOf(subnet, 1)}/${lengthOf(subnet)}`, 'dev', device),
        on('ip', 'link', 'set', device, 'up'),
        on('sysctl', '-w', 'net.ipv4.ip_forward=1'),
        on('iptables', '-t', 'nat', '-A', 'POSTROUTING', '-s', subnet, '!', '-o', device, '-j', 'MASQUERADE'),
      ],
    }
  }

  #run({ values, operands }: Options): DockerSteps | undefined {
    const [image, ...command] = operands
    const name = values.get('name')?.[0] ?? `ctr${this.#containers.size + 1}`
    const wanted = values.get('network')?.[0] ?? values.get('net')?.[0] ?? DEFAULT_NETWORK
    if (image === undefined || !/^[\w.-]+$/.test(name) || this.#containers.has(name)) return undefined
    const first =
      wanted === DEFAULT_NETWORK && !this.#networks.has(wanted)
        ? this.#create(wanted, {
            driver: 'bridge',
            subnet: '172.17.0.0/16',
            gateway: '172.17.0.1',
            device: 'docker0',
            mode: undefined,
            taken: new Set(),
          }).steps
        : []
    const network = this.#networks.get(wanted)
    if (network === undefined && wanted !== 'none') return undefined
    this.#containers.add(name)
    const made = [on('ip', 'netns', 'add', name), within(name, 'ip', 'link', 'set', 'lo', 'up')]
    const plugged =
      network === undefined
        ? []
        : plug(network, name, {
            device: 'eth0',
            wanted: values.get('ip')?.[0],
            isFirst: true,
            mac: values.get('mac-address')?.[0],
          })
    const [program = ''] = command
    const isShell = SHELL.test(program) && command.length === 1
    const isWatched = !values.has('d') && !values.has('detach')
    const typed =
      isShell || !isWatched || !/^(?:ping|ip|arping|traceroute|nc)$/.test(program) ? [] : [{ in: name, argv: command }]
    return {
      steps: [...first, ...made, ...plugged, ...typed],
      makes: name,
      ...(isShell && isWatched ? { enters: name } : {}),
    }
  }

  #remove(names: readonly string[]): DockerSteps | undefined {
    const known = names.filter((name) => this.#containers.delete(name))
    return known.length === 0 ? undefined : { steps: known.map((name) => on('ip', 'netns', 'del', name)) }
  }
}

const on = (...argv: string[]): { readonly argv: readonly string[] } => ({ argv })
const within = (container: string, ...argv: string[]): { readonly in: string; readonly argv: readonly string[] } => ({
  in: container,
  argv,
})

interface Plug {
  readonly device: string
  readonly wanted: string | undefined
  /** The first network has the default route. */
  readonly isFirst: boolean
  readonly mac?: string | undefined
}

function plug(network: Network, container: string, { device, wanted, isFirst, mac }: Plug): DockerSteps['steps'] {
  const { driver, mode, gateway, subnet } = network
  const address = wanted ?? nextHost(network)
  network.taken.add(address)
  const far = `veth-${container}`.slice(0, device === 'eth0' ? 15 : 13) + (device === 'eth0' ? '' : '-1')
  const link =
    driver === 'bridge'
      ? [
          on('ip', 'link', 'add', far, 'type', 'veth', 'peer', 'name', device, 'netns', container),
          on('ip', 'link', 'set', far, 'master', network.device, 'up'),
        ]
      : [
          on(
            'ip',
            'link',
            'add',
            'link',
            network.device,
            'name',
            device,
            'netns',
            container,
            'type',
            driver,
            'mode',
            mode ?? (driver === 'ipvlan' ? 'l2' : 'bridge'),
          ),
        ]
  const way = gateway === undefined ? ['dev', device] : ['via', gateway]
  return [
    ...link,
    ...(mac === undefined ? [] : [within(container, 'ip', 'link', 'set', device, 'address', mac)]),
    within(container, 'ip', 'addr', 'add', `${address}/${lengthOf(subnet)}`, 'dev', device),
    within(container, 'ip', 'link', 'set', device, 'up'),
    ...(isFirst ? [within(container, 'ip', 'route', 'add', 'default', ...way)] : []),
  ]
}

function driverOf(word = 'bridge'): Driver | undefined {
  return word === 'bridge' || word === 'macvlan' || word === 'ipvlan' ? word : undefined
}

function lengthOf(subnet: string): string {
  return subnet.split('/')[1] ?? '24'
}

/** The n-th address of a subnet. */
function hostOf(subnet: string, n: number): string {
  const octets = (subnet.split('/')[0] ?? '').split('.').map(Number)
  const value = octets.reduce((sum, octet) => sum * 256 + octet, 0) + n
  return [24, 16, 8, 0].map((shift) => Math.floor(value / 2 ** shift) % 256).join('.')
}

function nextHost({ subnet, taken }: Network): string {
  let n = 1
  while (taken.has(hostOf(subnet, n))) n++
  return hostOf(subnet, n)
}

function splitAt(word: string, sign: string): readonly [string, string] {
  const at = word.indexOf(sign)
  return at < 0 ? [word, ''] : [word.slice(0, at), word.slice(at + 1)]
}

/** The options before the first operand, or (`isUpToFirst` false) anywhere. Those that take no word have none. */
function optionsOf(words: readonly string[], isUpToFirst: boolean): Options {
  const values = new Map<string, string[]>()
  const operands: string[] = []
  const put = (name: string, value?: string): void => {
    values.set(name, [...(values.get(name) ?? []), ...(value === undefined ? [] : [value])])
  }
  for (let at = 0; at < words.length; at++) {
    const word = words[at] ?? ''
    if (isUpToFirst && operands.length > 0) operands.push(word)
    else if (word.startsWith('--')) {
      const [name, value] = splitAt(word.slice(2), '=')
      if (word.includes('=')) put(name, value)
      else put(name, SWITCHES.has(name) ? undefined : words[++at])
    } else if (/^-[a-z]+$/.test(word)) {
      const letter = word.slice(1)
      // `run -d` is a switch, `network create -d` names the driver.
      const takesWord = SHORT_WITH_WORD.test(letter) && !(isUpToFirst && letter === 'd')
      if (takesWord) put(letter, words[++at])
      else for (const each of letter) put(each)
    } else operands.push(word)
  }
  return { values, operands }
}
