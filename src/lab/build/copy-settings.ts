/** What copies have in common with their originals besides links, addresses and routes: how their ports, rules, sysctls and neighbours are set. */
import { formatIpv4, formatMac, formatPrefix, type Ipv4Address } from '../../wire/address.ts'
import type { LinkView, NumberRange, PortView, RuleView, VlanMembership } from '../../contract/read-models.ts'
import { quoteWord } from '../../shell/syntax/quote.ts'
import { bridge as bridgeCommand, ip, sysctl } from './commands.ts'
import type { Copying } from './copy.ts'
import type { DeviceRef } from './gesture.ts'
import { deviceOfKey } from './replay.ts'

/** Sysctls of a whole namespace come before its links, which inherit them. */
export function copySharedSysctls({ draft, namespaces }: Copying): void {
  for (const [from, to] of namespaces) {
    for (const [key, value] of draft.index.state.sysctls?.get(from) ?? []) {
      const device = deviceOfKey(key)
      const isShared = device === undefined || device === 'all' || device === 'default'
      // A router forwards from its first command on.
      const isSaid = /^net[./]ipv4[./]ip_forward$/.test(key) && value === '1' && draft.roleOf(to) === 'router'
      if (isShared && !isSaid) draft.run(sysctl(to, key, value))
    }
  }
}

/** Everything that is said of links once they are there. */
export function copySettings(copying: Copying): void {
  for (const [device, copy] of copying.links) {
    const original = copying.draft.index.links.get(device)
    if (original === undefined) continue
    copyFlags(copying, original.link, copy)
    copyPort(copying, original.link, copy)
    copyLinkSysctls(copying, { namespace: original.namespace.name, name: original.link.name }, copy)
  }
  copyNeighbours(copying)
  for (const [from, to] of copying.namespaces) copyRules(copying, from, to)
}

function copyFlags({ draft }: Copying, link: LinkView, copy: DeviceRef): void {
  const flags = [
    ...(link.promisc ? ['promisc on'] : []),
    ...(link.allMulticast ? ['allmulticast on'] : []),
    ...(link.noArp && link.details.kind !== 'ipvlan' ? ['arp off'] : []),
    ...(link.alias === '' ? [] : [`alias ${quoteWord(link.alias)}`]),
  ]
  for (const flag of flags) draft.run(ip(copy.namespace, `link set ${copy.name} ${flag}`))
}

/** Each flag of a port with what Linux sets it to (BR_LEARNING | BR_FLOOD | BR_MCAST_FLOOD | BR_BCAST_FLOOD). */
const FLAGS: readonly (readonly [word: string, isOn: (port: PortView) => boolean, isDefault: boolean])[] = [
  ['hairpin', ({ hairpin }) => hairpin, false],
  ['isolated', ({ isolated }) => isolated, false],
  ['learning', ({ learning }) => learning, true],
  ['flood', ({ flood }) => flood, true],
  ['mcast_flood', ({ mcastFlood }) => mcastFlood, true],
  ['bcast_flood', ({ bcastFlood }) => bcastFlood, true],
  ['guard', ({ guard }) => guard, false],
  ['root_block', ({ rootBlock }) => rootBlock, false],
  ['neigh_suppress', ({ neighSuppress }) => neighSuppress, false],
  ['locked', ({ locked }) => locked, false],
]

function copyPort({ draft }: Copying, link: LinkView, copy: DeviceRef): void {
  const { port, details } = link
  if (port !== undefined) {
    for (const [word, isOn, isDefault] of FLAGS) {
      if (isOn(port) === isDefault) continue
      draft.run(bridgeCommand(copy.namespace, `link set dev ${copy.name} ${word} ${isDefault ? 'off' : 'on'}`))
    }
  }
  const bridge = port === undefined ? details : draft.index.links.get(port.bridge)?.link.details
  if (bridge?.kind !== 'bridge') return
  const vlans = port?.vlans ?? link.vlans
  for (const words of vlanWords(vlans, bridge.defaultPvid)) {
    const [verb, rest] = words
    const self = port === undefined ? ' self' : ''
    draft.run(bridgeCommand(copy.namespace, `vlan ${verb} dev ${copy.name} ${rest}${self}`))
  }
}

/** From what a new port has, the bridge's default VLAN untagged, to memberships. */
function vlanWords(vlans: readonly VlanMembership[], defaultPvid: number): readonly (readonly [string, string])[] {
  const isNew = ({ id, pvid, untagged }: VlanMembership): boolean => !(id === defaultPvid && pvid && untagged)
  const isGone = defaultPvid !== 0 && !vlans.some(({ id }) => id === defaultPvid)
  const flags = ({ pvid, untagged }: VlanMembership): string => `${pvid ? ' pvid' : ''}${untagged ? ' untagged' : ''}`
  return [
    ...(isGone ? [['del', `vid ${defaultPvid}`] as const] : []),
    ...vlans.filter(isNew).map((vlan) => ['add', `vid ${vlan.id}${flags(vlan)}`] as const),
  ]
}

function copyLinkSysctls({ draft }: Copying, from: DeviceRef, to: DeviceRef): void {
  for (const [key, value] of draft.index.state.sysctls?.get(from.namespace) ?? []) {
    if (deviceOfKey(key) !== from.name) continue
    draft.run(sysctl(to.namespace, key.replace(from.name, to.name), value))
  }
}

function copyNeighbours({ draft, links, addresses }: Copying): void {
  for (const { neighbours } of draft.index.state.network.namespaces) {
    for (const { device, ip: address, mac, state, proxy } of neighbours) {
      const copy = links.get(device)
      // A copy of the neighbour has a MAC address of its own, which it is not for the original's entry to say.
      if (copy === undefined || addresses.has(address)) continue
      const where = `${formatIpv4(address)} dev ${copy.name}`
      if (proxy) draft.run(ip(copy.namespace, `neigh add proxy ${where}`))
      else if (state === 'PERMANENT' && mac !== undefined) {
        draft.run(ip(copy.namespace, `neigh add ${formatIpv4(address)} lladdr ${formatMac(mac)} dev ${copy.name}`))
      }
    }
  }
}

/** The rules that every namespace begins with: local, main, default. */
const OWN_PRIORITIES = [0, 32766, 32767]

function copyRules({ draft, addresses }: Copying, from: string, to: string): void {
  for (const rule of draft.index.namespaces.get(from)?.rules ?? []) {
    if (!OWN_PRIORITIES.includes(rule.priority)) draft.run(ip(to, `rule add ${ruleWords(rule, addresses)}`))
  }
}

function ruleWords(rule: RuleView, addresses: ReadonlyMap<Ipv4Address, Ipv4Address>): string {
  const prefix = (part: NonNullable<RuleView['from']>): string => {
    const address = part.length === 32 ? (addresses.get(part.address) ?? part.address) : part.address
    return formatPrefix({ address, length: part.length })
  }
  const mark = rule.fwmask >>> 0 === 0xffffffff ? String(rule.fwmark) : `${rule.fwmark}/${rule.fwmask}`
  return [
    ...(rule.not ? ['not'] : []),
    ...(rule.from === undefined ? [] : [`from ${prefix(rule.from)}`]),
    ...(rule.to === undefined ? [] : [`to ${prefix(rule.to)}`]),
    ...(rule.iif === '' ? [] : [`iif ${rule.iif}`]),
    ...(rule.oif === '' ? [] : [`oif ${rule.oif}`]),
    ...(rule.tos === 0 ? [] : [`tos 0x${rule.tos.toString(16)}`]),
    ...(rule.fwmark === 0 && rule.fwmask === 0 ? [] : [`fwmark ${mark}`]),
    `priority ${rule.priority}`,
    ...extraWords(rule),
  ].join(' ')
}

function extraWords(rule: RuleView): string[] {
  const { action, realms, ipProtocol, suppressPrefixLength, suppressGroup, protocol } = rule
  const range = ({ first, last }: NumberRange): string => (first === last ? `${first}` : `${first}-${last}`)
  return [
    ...(rule.users === undefined ? [] : [`uidrange ${rule.users.first}-${rule.users.last}`]),
    ...(ipProtocol === undefined ? [] : [`ipproto ${ipProtocol}`]),
    ...(rule.sourcePorts === undefined ? [] : [`sport ${range(rule.sourcePorts)}`]),
    ...(rule.destinationPorts === undefined ? [] : [`dport ${range(rule.destinationPorts)}`]),
    action.kind === 'lookup'
      ? `lookup ${action.table}`
      : action.kind === 'goto'
        ? `goto ${action.target}`
        : action.kind,
    ...(suppressPrefixLength === undefined ? [] : [`suppress_prefixlength ${suppressPrefixLength}`]),
    ...(suppressGroup === undefined ? [] : [`suppress_ifgroup ${suppressGroup}`]),
    ...(realms === undefined ? [] : [`realms ${realms >>> 16}/${realms & 0xffff}`]),
    ...(protocol === undefined ? [] : [`protocol ${protocol}`]),
  ]
}
