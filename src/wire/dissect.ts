/**
 * A frame as a tree of layers and fields with their byte ranges, for people to read. It accepts any bytes: what does
 * not fit is shown as cut short, what is wrong is said in the field it is wrong in.
 */
import { ARP_FIXED_LENGTH, arpPacketLength } from './arp.ts'
import { ETHERTYPE_ARP, ETHERTYPE_IPV4, ETHERTYPE_MIN } from './ethernet.ts'
import { dissectArp } from './dissect/arp.ts'
import { dissectLink } from './dissect/ethernet.ts'
import { dissectIpv4 } from './dissect/ipv4.ts'
import { type DissectedLayer, dataLayer } from './dissect/layer.ts'
import { dissectLlc } from './dissect/stp.ts'
import { ipv4HeaderLength, ipv4TotalLength } from './ipv4.ts'

export type { DissectedLayer }

/** The layers of an Ethernet frame, outermost first and without a gap. Never throws, whatever the bytes. */
export function dissect(frame: Uint8Array): DissectedLayer[] {
  const { layers, payloadAt, payloadType } = dissectLink(frame)
  if (payloadType === undefined) return [...layers]
  const end = payloadEnd(frame, payloadAt, payloadType)
  const payload = dissectPayload(frame, { at: payloadAt, end, type: payloadType })
  const claimedTo = payload.at(-1)?.to ?? payloadAt
  return [
    ...layers,
    ...payload,
    ...dataLayer('data', 'Data', claimedTo, end),
    ...dataLayer('eth.padding', 'Padding', end, frame.length),
  ]
}

function dissectPayload(
  frame: Uint8Array,
  payload: { readonly at: number; readonly end: number; readonly type: number },
): DissectedLayer[] {
  const { at, end, type } = payload
  if (type < ETHERTYPE_MIN) return dissectLlc(frame, at, end)
  switch (type) {
    case ETHERTYPE_ARP:
      return [dissectArp(frame, at, end)]
    case ETHERTYPE_IPV4:
      return dissectIpv4(frame, at, end, false)
    default:
      return dataLayer('data', 'Data', at, end)
  }
}

/** Where the payload ends and the padding that short Ethernet frames carry begins. */
function payloadEnd(frame: Uint8Array, at: number, type: number): number {
  const available = frame.length - at
  if (type < ETHERTYPE_MIN) return at + Math.min(type, available)
  if (type === ETHERTYPE_ARP && available >= ARP_FIXED_LENGTH)
    return at + Math.min(arpPacketLength(frame, at), available)
  if (type === ETHERTYPE_IPV4 && available >= 20) {
    const length = Math.max(ipv4TotalLength(frame, at), ipv4HeaderLength(frame, at), 20)
    return at + Math.min(length, available)
  }
  return frame.length
}
