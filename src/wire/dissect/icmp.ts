import { formatIpv4 } from '../address.ts'
import { readU16, readU32 } from '../bytes.ts'
import {
  ICMP_DEST_UNREACH,
  ICMP_ECHO,
  ICMP_ECHOREPLY,
  ICMP_FRAG_NEEDED,
  ICMP_HEADER_LENGTH,
  ICMP_PARAMETERPROB,
  ICMP_REDIRECT,
  ICMP_SOURCE_QUENCH,
  ICMP_TIMESTAMP,
  ICMP_TIMESTAMPREPLY,
  ICMP_TIME_EXCEEDED,
  icmpGateway,
  icmpId,
  icmpMtu,
  icmpPointer,
  icmpSequence,
  isIcmpError,
} from '../icmp.ts'
import { ipv4IsFragment } from '../ipv4.ts'
import { checksumProblem } from './checksum.ts'
import type { Ipv4Payload } from './ipv4.ts'
import {
  type DissectedLayer,
  type LayerBuilder,
  addField,
  closeLayer,
  dataLayer,
  hex,
  named,
  openLayer,
} from './layer.ts'

const TYPE_NAMES: Readonly<Record<number, string>> = {
  [ICMP_ECHOREPLY]: 'Echo (ping) reply',
  [ICMP_DEST_UNREACH]: 'Destination unreachable',
  [ICMP_SOURCE_QUENCH]: 'Source quench',
  [ICMP_REDIRECT]: 'Redirect',
  [ICMP_ECHO]: 'Echo (ping) request',
  [ICMP_TIME_EXCEEDED]: 'Time-to-live exceeded',
  [ICMP_PARAMETERPROB]: 'Parameter problem',
  [ICMP_TIMESTAMP]: 'Timestamp request',
  [ICMP_TIMESTAMPREPLY]: 'Timestamp reply',
}

const CODE_NAMES: Readonly<Record<number, Readonly<Record<number, string>>>> = {
  [ICMP_DEST_UNREACH]: {
    0: 'Network unreachable',
    1: 'Host unreachable',
    2: 'Protocol unreachable',
    3: 'Port unreachable',
    4: 'Fragmentation needed',
    5: 'Source route failed',
    6: 'Destination network unknown',
    7: 'Destination host unknown',
    8: 'Source host isolated',
    9: 'Network administratively prohibited',
    10: 'Host administratively prohibited',
    11: 'Network unreachable for TOS',
    12: 'Host unreachable for TOS',
    13: 'Communication administratively filtered',
    14: 'Host precedence violation',
    15: 'Precedence cutoff in effect',
  },
  [ICMP_REDIRECT]: {
    0: 'Redirect for network',
    1: 'Redirect for host',
    2: 'Redirect for TOS and network',
    3: 'Redirect for TOS and host',
  },
  [ICMP_TIME_EXCEEDED]: {
    0: 'Time to live exceeded in transit',
    1: 'Fragment reassembly time exceeded',
  },
}

type DissectIpv4 = (bytes: Uint8Array, from: number, end: number, isQuoted: boolean) => DissectedLayer[]

/** The message; an error's quoted packet is dissected into its children with `dissectQuote`. */
export function dissectIcmp(bytes: Uint8Array, payload: Ipv4Payload, dissectQuote: DissectIpv4): DissectedLayer[] {
  const { at: from, end } = payload
  const layer = openLayer(bytes, from, end)
  addHeader(layer, payload)
  if (layer.isCut) return [closeLayer(layer, { id: 'icmp', label: LABEL, value: 'cut short', to: end })]
  const type = bytes[from]!
  addRest(layer, type)
  const bodyAt = Math.min(from + ICMP_HEADER_LENGTH, end)
  if (isIcmpError(type) && bodyAt < end && !payload.isQuoted) {
    layer.children.push({
      id: 'icmp.quoted',
      label: 'Quoted packet',
      value: `${end - bodyAt} bytes`,
      from: bodyAt,
      to: end,
      children: dissectQuote(bytes, bodyAt, end, true),
    })
    return [closeLayer(layer, { id: 'icmp', label: LABEL, value: summary(bytes, from), to: end })]
  }
  const header = closeLayer(layer, { id: 'icmp', label: LABEL, value: summary(bytes, from), to: bodyAt })
  return [header, ...dataLayer('data', 'Data', bodyAt, end)]
}

const LABEL = 'Internet Control Message Protocol'

function addHeader(layer: LayerBuilder, payload: Ipv4Payload): void {
  const { bytes, from, end } = layer
  addField(layer, {
    id: 'icmp.type',
    label: 'Type',
    offset: 0,
    length: 1,
    value: (at) => named(TYPE_NAMES, bytes[at]!),
  })
  addField(layer, {
    id: 'icmp.code',
    label: 'Code',
    offset: 1,
    length: 1,
    value: (at) => named(CODE_NAMES[bytes[from]!] ?? {}, bytes[at]!),
  })
  addField(layer, {
    id: 'icmp.checksum',
    label: 'Checksum',
    offset: 2,
    length: 2,
    value: (at) => hex(readU16(bytes, at), 16),
    problem: (at) =>
      payload.isQuoted || ipv4IsFragment(bytes, payload.ipAt)
        ? undefined
        : checksumProblem(bytes, { from, to: end, checksumAt: at }),
  })
}

/** The four bytes whose meaning depends on the type. */
function addRest(layer: LayerBuilder, type: number): void {
  const { bytes, from } = layer
  const at16 = (id: string, label: string, offset: number, value: () => string): void =>
    addField(layer, { id, label, offset, length: 2, value })
  switch (type) {
    case ICMP_ECHO:
    case ICMP_ECHOREPLY:
    case ICMP_TIMESTAMP:
    case ICMP_TIMESTAMPREPLY:
      at16('icmp.ident', 'Identifier', 4, () => `${icmpId(bytes, from)} (${hex(icmpId(bytes, from), 16)})`)
      at16('icmp.seq', 'Sequence Number', 6, () => String(icmpSequence(bytes, from)))
      return
    case ICMP_REDIRECT:
      addField(layer, {
        id: 'icmp.redir_gw',
        label: 'Gateway Address',
        offset: 4,
        length: 4,
        value: () => formatIpv4(icmpGateway(bytes, from)),
      })
      return
    case ICMP_PARAMETERPROB:
      addField(layer, {
        id: 'icmp.pointer',
        label: 'Pointer',
        offset: 4,
        length: 1,
        value: () => String(icmpPointer(bytes, from)),
      })
      return
    case ICMP_DEST_UNREACH:
      if (bytes[from + 1] === ICMP_FRAG_NEEDED) {
        at16('icmp.unused', 'Unused', 4, () => hex(readU16(bytes, from + 4), 16))
        at16('icmp.mtu', 'MTU of next hop', 6, () => String(icmpMtu(bytes, from)))
        return
      }
  }
  addField(layer, {
    id: 'icmp.unused',
    label: 'Unused',
    offset: 4,
    length: 4,
    value: (at) => hex(readU32(bytes, at), 32),
  })
}

function summary(bytes: Uint8Array, at: number): string {
  const type = bytes[at]!
  const name = TYPE_NAMES[type] ?? `Type ${type}`
  const code = CODE_NAMES[type]?.[bytes[at + 1]!]
  return code !== undefined ? `${name} (${code})` : name
}
