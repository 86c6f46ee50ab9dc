import { formatIpv4, formatMac } from '../address.ts'
import {
  ARP_FIXED_LENGTH,
  ARP_HARDWARE_ETHERNET,
  ARP_REPLY,
  ARP_REQUEST,
  arpHardwareLength,
  arpHardwareType,
  arpOperation,
  arpPacketLength,
  arpProtocolLength,
  arpProtocolType,
  arpSenderIp,
  arpSenderMac,
  arpTargetIp,
  arpTargetMac,
} from '../arp.ts'
import { ETHERTYPE_IPV4 } from '../ethernet.ts'
import { ETHERTYPE_NAMES } from './ethernet.ts'
import { type DissectedLayer, type LayerBuilder, addField, closeLayer, hex, named, openLayer } from './layer.ts'

const OPERATION_NAMES = { [ARP_REQUEST]: 'request', [ARP_REPLY]: 'reply' }

/** An ARP packet in [from, end). Bytes behind it are the caller's. */
export function dissectArp(bytes: Uint8Array, from: number, end: number): DissectedLayer {
  const layer = openLayer(bytes, from, end)
  addHeader(layer)
  const length = layer.isCut ? ARP_FIXED_LENGTH : arpPacketLength(bytes, from)
  // Other address formats move the addresses; showing them at the usual place would be wrong.
  const isUsual = !layer.isCut && arpHardwareLength(bytes, from) === 6 && arpProtocolLength(bytes, from) === 4
  if (isUsual) addAddresses(layer)
  else if (length > ARP_FIXED_LENGTH) addUnknownAddresses(layer, length - ARP_FIXED_LENGTH)
  return closeLayer(layer, {
    id: 'arp',
    label: 'Address Resolution Protocol',
    value: isUsual && !layer.isCut ? summary(bytes, from) : layer.isCut ? 'cut short' : 'unknown address formats',
    to: from + length,
  })
}

function addHeader(layer: LayerBuilder): void {
  const { bytes, from } = layer
  addField(layer, {
    id: 'arp.hw.type',
    label: 'Hardware type',
    offset: 0,
    length: 2,
    value: () => named({ [ARP_HARDWARE_ETHERNET]: 'Ethernet' }, arpHardwareType(bytes, from)),
    problem: () => (arpHardwareType(bytes, from) === ARP_HARDWARE_ETHERNET ? undefined : 'not Ethernet'),
  })
  addField(layer, {
    id: 'arp.proto.type',
    label: 'Protocol type',
    offset: 2,
    length: 2,
    value: () => named(ETHERTYPE_NAMES, arpProtocolType(bytes, from), hex(arpProtocolType(bytes, from), 16)),
    problem: () => (arpProtocolType(bytes, from) === ETHERTYPE_IPV4 ? undefined : 'not IPv4'),
  })
  addField(layer, {
    id: 'arp.hw.size',
    label: 'Hardware size',
    offset: 4,
    length: 1,
    value: () => String(arpHardwareLength(bytes, from)),
    problem: () => (arpHardwareLength(bytes, from) === 6 ? undefined : 'a MAC address has 6 bytes'),
  })
  addField(layer, {
    id: 'arp.proto.size',
    label: 'Protocol size',
    offset: 5,
    length: 1,
    value: () => String(arpProtocolLength(bytes, from)),
    problem: () => (arpProtocolLength(bytes, from) === 4 ? undefined : 'an IPv4 address has 4 bytes'),
  })
  addField(layer, {
    id: 'arp.opcode',
    label: 'Opcode',
    offset: 6,
    length: 2,
    value: () => named(OPERATION_NAMES, arpOperation(bytes, from)),
    problem: () => (arpOperation(bytes, from) in OPERATION_NAMES ? undefined : 'neither request nor reply'),
  })
}

function addAddresses(layer: LayerBuilder): void {
  const { bytes, from } = layer
  addField(layer, {
    id: 'arp.src.hw_mac',
    label: 'Sender MAC address',
    offset: 8,
    length: 6,
    value: () => formatMac(arpSenderMac(bytes, from)),
  })
  addField(layer, {
    id: 'arp.src.proto_ipv4',
    label: 'Sender IP address',
    offset: 14,
    length: 4,
    value: () => formatIpv4(arpSenderIp(bytes, from)),
  })
  addField(layer, {
    id: 'arp.dst.hw_mac',
    label: 'Target MAC address',
    offset: 18,
    length: 6,
    value: () => formatMac(arpTargetMac(bytes, from)),
  })
  addField(layer, {
    id: 'arp.dst.proto_ipv4',
    label: 'Target IP address',
    offset: 24,
    length: 4,
    value: () => formatIpv4(arpTargetIp(bytes, from)),
  })
}

function addUnknownAddresses(layer: LayerBuilder, length: number): void {
  addField(layer, {
    id: 'arp.addresses',
    label: 'Addresses',
    offset: ARP_FIXED_LENGTH,
    length,
    value: () => `${length} bytes`,
  })
}

function summary(bytes: Uint8Array, at: number): string {
  const sender = formatIpv4(arpSenderIp(bytes, at))
  const operation = arpOperation(bytes, at)
  if (operation === ARP_REQUEST) return `Who has ${formatIpv4(arpTargetIp(bytes, at))}? Tell ${sender}`
  if (operation === ARP_REPLY) return `${sender} is at ${formatMac(arpSenderMac(bytes, at))}`
  return `Opcode ${operation}`
}
