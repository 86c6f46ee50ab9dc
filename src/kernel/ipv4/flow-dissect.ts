// What a packet carries, for rules that ask for it. Linux: fib4_rules_early_flow_dissect, __skb_flow_dissect.
import { ipv4HeaderLength, ipv4IsFragment, ipv4Protocol, PROTOCOL_TCP, PROTOCOL_UDP } from '../../wire/ipv4.ts'
import { udpDestinationPort, udpSourcePort } from '../../wire/udp.ts'
import { NETWORK_HEADER } from '../skb.ts'
import type { FlowTransport } from './route.ts'

const PORTS_LENGTH = 4

/** Protocol and ports of a packet that arrived. No fragment shows its ports, not even the first. */
export function flowDissect(frame: Uint8Array): FlowTransport {
  const protocol = ipv4Protocol(frame, NETWORK_HEADER)
  const at = NETWORK_HEADER + ipv4HeaderLength(frame, NETWORK_HEADER)
  const hasPorts =
    (protocol === PROTOCOL_TCP || protocol === PROTOCOL_UDP) &&
    !ipv4IsFragment(frame, NETWORK_HEADER) &&
    frame.length >= at + PORTS_LENGTH
  // TCP's ports stand where UDP's do.
  return {
    protocol,
    sourcePort: hasPorts ? udpSourcePort(frame, at) : 0,
    destinationPort: hasPorts ? udpDestinationPort(frame, at) : 0,
  }
}
