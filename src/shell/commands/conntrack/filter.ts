/** Which flows a command line of conntrack is about. */
import type { ConntrackView, NatRange } from '../../../contract/firewall.ts'
import type { Ipv4Address } from '../../../wire/address.ts'
import { failed, type FlowWords, type MaskedAddress, type Parsed } from './options.ts'

/** True for a flow that is meant. */
export type FlowFilter = (flow: ConntrackView) => boolean

/** The test that a command line makes of each flow: all that it says must hold. */
export function flowFilter({ action, flow }: Parsed): FlowFilter {
  const tests = [...tupleTests(flow)]
  if (flow.zone !== 0 || flow.isIpv6) tests.push(() => false)
  // To change a flow its status and its mark are what it shall have, not what it has.
  if (action !== 'U') tests.push(...statusTests(flow), ...natTests(flow))
  return (each) => tests.every((test) => test(each))
}

function* tupleTests(words: FlowWords): Generator<FlowFilter> {
  const { source, destination, replySource, replyDestination, protocol, numbers, state } = words
  if (protocol !== undefined) yield (flow) => flow.protocol === protocol
  if (source !== undefined) yield ({ original }) => isIn(original.source, source)
  if (destination !== undefined) yield ({ original }) => isIn(original.destination, destination)
  if (replySource !== undefined) yield ({ reply }) => isIn(reply.source, replySource)
  if (replyDestination !== undefined) yield ({ reply }) => isIn(reply.destination, replyDestination)
  for (const [name, value] of numbers) yield (flow) => numberOf(flow, name) === value
  if (state !== undefined) yield (flow) => flow.state === state
}

const isIn = (address: Ipv4Address, { address: wanted, mask }: MaskedAddress): boolean =>
  ((address ^ wanted) & mask) === 0

function numberOf({ original, reply }: ConntrackView, name: string): number | undefined {
  switch (name) {
    case 'sport':
      return original.sourcePort
    case 'dport':
      return original.destinationPort
    case 'reply-sport':
      return reply.sourcePort
    case 'reply-dport':
      return reply.destinationPort
    case 'icmp-type':
      return original.icmp?.type
    case 'icmp-code':
      return original.icmp?.code
    default:
      return original.icmp?.id
  }
}

function* statusTests({ statuses, mark }: FlowWords): Generator<FlowFilter> {
  if (mark !== undefined) yield (flow) => ((flow.mark ^ mark.value) & mark.mask) === 0
  if (statuses.includes('UNSET')) throw failed('invalid parameters')
  for (const status of statuses) yield (flow) => hasStatus(flow, status)
}

function hasStatus(flow: ConntrackView, status: string): boolean {
  switch (status) {
    case 'ASSURED':
      return flow.assured
    case 'SEEN_REPLY':
      return flow.seenReply
    case 'UNREPLIED':
      return !flow.seenReply
    case 'SRC_NAT':
      return flow.sourceNat
    case 'DST_NAT':
      return flow.destinationNat
    default:
      return false
  }
}

function* natTests({ sourceNat, destinationNat, anyNat }: FlowWords): Generator<FlowFilter> {
  if (sourceNat !== undefined) yield (flow) => isSourceTranslated(flow, sourceNat)
  if (destinationNat !== undefined) yield (flow) => isDestinationTranslated(flow, destinationNat)
  if (anyNat !== undefined) yield (flow) => isSourceTranslated(flow, anyNat) || isDestinationTranslated(flow, anyNat)
}

/**
 * The library compares ports, and where ports would be an echo has its type on one side and its id on the other: once NAT has decided about
 * one, it counts as translated (getobjopt_is_spat, getobjopt_is_dpat).
 */
function isSourceTranslated(flow: ConntrackView, to: NatRange | 'any'): boolean {
  if (!flow.sourceNat && (flow.original.icmp === undefined || !flow.sourceNatDone)) return false
  return to === 'any' || fits(to, flow.reply.destination, flow.reply.destinationPort)
}

function isDestinationTranslated(flow: ConntrackView, to: NatRange | 'any'): boolean {
  if (!flow.destinationNat && (flow.original.icmp === undefined || !flow.destinationNatDone)) return false
  return to === 'any' || fits(to, flow.reply.source, flow.reply.sourcePort)
}

const fits = ({ addresses, ports }: NatRange, address: Ipv4Address, port: number): boolean =>
  addresses?.from === address && (ports === undefined || ports.from === port)
