import { formatMac, isBroadcastMac, isGroupMac, type MacAddress, readMac } from '../address.ts'
import { readU16 } from '../bytes.ts'
import {
  ETHERNET_HEADER_LENGTH,
  ETHERTYPE_ARP,
  ETHERTYPE_IPV4,
  ETHERTYPE_IPV6,
  ETHERTYPE_MIN,
  ETHERTYPE_QINQ,
  ETHERTYPE_VLAN,
} from '../ethernet.ts'
import { VLAN_TAG_LENGTH, isVlanType, vlanTciDei, vlanTciId, vlanTciPriority } from '../vlan.ts'
import { type DissectedLayer, addField, closeLayer, hex, named, openLayer } from './layer.ts'

export const ETHERTYPE_NAMES: Readonly<Record<number, string>> = {
  [ETHERTYPE_IPV4]: 'IPv4',
  [ETHERTYPE_ARP]: 'ARP',
  [ETHERTYPE_VLAN]: '802.1Q Virtual LAN',
  [ETHERTYPE_QINQ]: '802.1ad Provider Bridge',
  [ETHERTYPE_IPV6]: 'IPv6',
}

/** The layers up to the payload, and where and of what type it is; a type below `ETHERTYPE_MIN` is an 802.3 length. */
export interface LinkLayers {
  readonly layers: readonly DissectedLayer[]
  readonly payloadAt: number
  readonly payloadType: number | undefined
}

/** The Ethernet header and the VLAN tags behind it. */
export function dissectLink(frame: Uint8Array): LinkLayers {
  const end = frame.length
  const layer = openLayer(frame, 0, end)
  addField(layer, {
    id: 'eth.dst',
    label: 'Destination',
    offset: 0,
    length: 6,
    value: (at) => macText(readMac(frame, at)),
  })
  addField(layer, {
    id: 'eth.src',
    label: 'Source',
    offset: 6,
    length: 6,
    value: (at) => macText(readMac(frame, at)),
    problem: (at) => (isGroupMac(readMac(frame, at)) ? 'a group address cannot send' : undefined),
  })
  const isCutBeforeType = end < ETHERNET_HEADER_LENGTH
  let type = isCutBeforeType ? undefined : readU16(frame, 12)
  addTypeField(layer, 12, type)
  const isLength = type !== undefined && type < ETHERTYPE_MIN
  const addresses = end < 12 ? 'cut short' : `${formatMac(readMac(frame, 6))} > ${formatMac(readMac(frame, 0))}`
  const label = isLength ? 'IEEE 802.3 Ethernet' : 'Ethernet II'
  const layers = [closeLayer(layer, { id: 'eth', label, value: addresses, to: ETHERNET_HEADER_LENGTH })]
  let at = ETHERNET_HEADER_LENGTH
  while (type !== undefined && isVlanType(type)) {
    const tag = dissectTag(frame, at, type)
    layers.push(tag.layer)
    type = tag.innerType
    at += VLAN_TAG_LENGTH
  }
  return { layers, payloadAt: Math.min(at, end), payloadType: type }
}

function addTypeField(layer: ReturnType<typeof openLayer>, offset: number, type: number | undefined): void {
  const isLength = type !== undefined && type < ETHERTYPE_MIN
  addField(layer, {
    id: isLength ? 'eth.len' : 'eth.type',
    label: isLength ? 'Length' : 'Type',
    offset,
    length: 2,
    value: (at) => typeText(readU16(layer.bytes, at)),
  })
}

/** The tag's information and the type behind it; its own type is the field before. */
function dissectTag(
  frame: Uint8Array,
  from: number,
  protocol: number,
): { layer: DissectedLayer; innerType: number | undefined } {
  const layer = openLayer(frame, from, frame.length)
  const tci = (at: number): number => readU16(frame, at)
  addField(layer, {
    id: 'vlan.priority',
    label: 'Priority',
    offset: 0,
    length: 2,
    value: (at) => String(vlanTciPriority(tci(at))),
  })
  addField(layer, {
    id: 'vlan.dei',
    label: 'Drop eligible',
    offset: 0,
    length: 2,
    value: (at) => (vlanTciDei(tci(at)) ? 'Yes' : 'No'),
  })
  addField(layer, {
    id: 'vlan.id',
    label: 'ID',
    offset: 0,
    length: 2,
    value: (at) => String(vlanTciId(tci(at))),
    problem: (at) => (vlanTciId(tci(at)) === 0xfff ? 'VLAN 4095 is reserved' : undefined),
  })
  addField(layer, {
    id: 'vlan.etype',
    label: 'Type',
    offset: 2,
    length: 2,
    value: (at) => typeText(readU16(frame, at)),
  })
  const label = protocol === ETHERTYPE_QINQ ? '802.1ad Provider Bridge' : '802.1Q Virtual LAN'
  const value = from + 2 > frame.length ? 'cut short' : `ID ${vlanTciId(tci(from))}`
  return {
    layer: closeLayer(layer, { id: 'vlan', label, value, to: from + VLAN_TAG_LENGTH }),
    innerType: layer.isCut ? undefined : readU16(frame, from + 2),
  }
}

function macText(address: MacAddress): string {
  const text = formatMac(address)
  if (isBroadcastMac(address)) return `Broadcast (${text})`
  return isGroupMac(address) ? `Multicast (${text})` : text
}

function typeText(type: number): string {
  return type < ETHERTYPE_MIN ? String(type) : named(ETHERTYPE_NAMES, type, hex(type, 16))
}
