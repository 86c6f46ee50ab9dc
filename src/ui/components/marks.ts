// What is particular about an interface, as short marks: its mode, its VLANs, the flags that change where frames go.
import type { LinkView, PortView, VlanMembership } from '../../contract/read-models.ts'
import { formatMac } from '../../wire/address.ts'
import type { en } from '../../i18n/en.ts'

/** Every mark has a sentence of the same key that says what it means. */
export type MarkId = keyof typeof en.mark

export interface Mark {
  readonly id: MarkId
  /** In Linux's words; empty where the glyph stands for itself. */
  readonly text: string
  /** What the sentence's words in braces stand for. */
  readonly params: Readonly<Record<string, string | number>>
  /** Marks of trouble are coloured. */
  readonly isTrouble: boolean
}

const mark = (id: MarkId, text: string, params: Mark['params'] = {}): Mark => ({ id, text, params, isTrouble: false })
const trouble = (id: MarkId, text: string, params: Mark['params'] = {}): Mark => ({
  ...mark(id, text, params),
  isTrouble: true,
})

/** What a child is to its parent: beside its name. */
export function modeMarks({ details }: LinkView): readonly Mark[] {
  switch (details.kind) {
    case 'macvlan': {
      const list = details.sources.map(formatMac).join(', ')
      return [mark(`macvlan-${details.mode}`, details.mode, { list: list === '' ? '–' : list })]
    }
    case 'ipvlan': {
      const mode = mark(`ipvlan-${details.mode}`, details.mode)
      return details.flag === 'bridge' ? [mode] : [mode, mark(`ipvlan-flag-${details.flag}`, details.flag)]
    }
    case 'vlan': {
      const isOuter = details.protocol === '802.1ad'
      return [mark(isOuter ? 'vlan-ad' : 'vlan', `${isOuter ? 'ad ' : ''}${details.id}`, { id: details.id })]
    }
    default:
      return []
  }
}

/** That a namespace has a firewall: beside its name. */
export function firewallMark(rules: number): Mark {
  return mark('firewall', String(rules), { rules })
}

/** Everything else that makes a difference: below the name, in the order of how much it explains. */
export function flagMarks(link: LinkView): readonly Mark[] {
  return [...stateMarks(link), ...bridgeMarks(link), ...(link.port === undefined ? [] : portMarks(link.port, link))]
}

/** All of them. */
export function marksOf(link: LinkView): readonly Mark[] {
  return [...modeMarks(link), ...flagMarks(link)]
}

const USUAL_MTU = 1500

function stateMarks(link: LinkView): readonly Mark[] {
  const { up, carrier, operState, details, noArp, promisc, promiscuityCount, allMulticast, mtuBytes } = link
  const isPort = link.master !== 0
  const isIpvlanL3 = details.kind === 'ipvlan' && details.mode !== 'l2'
  const marks: Mark[] = []
  if (up && !carrier) marks.push(trouble('no-carrier', operState === 'LOWERLAYERDOWN' ? operState : 'NO-CARRIER'))
  // A dummy has nobody to ask, a layer-3 ipvlan says so in its mode already.
  if (noArp && details.kind !== 'dummy') marks.push(mark(isIpvlanL3 ? 'noarp-l3' : 'noarp', 'NOARP'))
  // Every port of a bridge listens to everything: no news there.
  if (promisc || (promiscuityCount > 0 && !isPort)) marks.push(mark('promisc', 'PROMISC', { count: promiscuityCount }))
  if (allMulticast) marks.push(mark('allmulti', 'ALLMULTI'))
  if (details.kind !== 'lo' && mtuBytes !== USUAL_MTU) marks.push(mark('mtu', `mtu ${mtuBytes}`, { mtu: mtuBytes }))
  return marks
}

function bridgeMarks({ details, vlans }: LinkView): readonly Mark[] {
  if (details.kind !== 'bridge') return []
  const marks: Mark[] = []
  if (details.vlanFiltering) marks.push(mark('vlan-filtering', 'vlan_filtering'))
  if (details.stpState) marks.push(mark('stp', details.rootPort === 0 ? 'stp root' : 'stp'))
  return details.vlanFiltering ? [...marks, ...vlanMarks(vlans)] : marks
}

function portMarks(port: PortView, { up }: LinkView): readonly Mark[] {
  const marks: Mark[] = []
  if (up && port.state !== 'forwarding') marks.push(trouble('port-state', port.state, { state: port.state }))
  const flags: readonly (readonly [boolean, MarkId, string])[] = [
    [port.hairpin, 'hairpin', 'hairpin'],
    [port.isolated, 'isolated', 'isolated'],
    [!port.learning, 'learning-off', 'learning off'],
    [!port.flood, 'flood-off', 'flood off'],
    [!port.mcastFlood, 'mcast-flood-off', 'mcast_flood off'],
    [!port.bcastFlood, 'bcast-flood-off', 'bcast_flood off'],
    [port.locked, 'locked', 'locked'],
    [port.neighSuppress, 'neigh-suppress', 'neigh_suppress'],
    [port.guard, 'guard', 'guard'],
    [port.rootBlock, 'root-block', 'root_block'],
  ]
  for (const [isSet, id, text] of flags) if (isSet) marks.push(mark(id, text))
  return [...marks, ...vlanMarks(port.vlans)]
}

/** VLAN 1 alone, untagged, is how every port begins: no news. */
function vlanMarks(vlans: readonly VlanMembership[]): readonly Mark[] {
  const [only] = vlans
  if (vlans.length === 1 && only?.id === 1 && only.pvid && only.untagged) return []
  const listed = (wanted: (vlan: VlanMembership) => boolean): string =>
    vlans
      .filter(wanted)
      .map(({ id }) => id)
      .join(',')
  const marks: Mark[] = []
  const pvid = listed((vlan) => vlan.pvid)
  const untagged = listed((vlan) => vlan.untagged && !vlan.pvid)
  const tagged = listed((vlan) => !vlan.untagged)
  if (pvid !== '') marks.push(mark('pvid', `pvid ${pvid}`, { ids: pvid }))
  if (untagged !== '') marks.push(mark('untagged', `untagged ${untagged}`, { ids: untagged }))
  if (tagged !== '') marks.push(mark('tagged', `tagged ${tagged}`, { ids: tagged }))
  return marks
}
