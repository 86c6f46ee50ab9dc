// Following one packet to its end: link by link, through routers, to the reply.
import type { TraceEvent } from '../../contract/trace-events.ts'
import { isOwnAddress } from '../../kernel/ipv4/devinet.ts'
import type { NetDevice } from '../../kernel/netdev/net-device.ts'
import type { World } from '../../kernel/world.ts'
import { ipv4FromNumber, isGroupMac, type Ipv4Address } from '../../wire/address.ts'
import { ETHERNET_HEADER_LENGTH, ethernetDestination } from '../../wire/ethernet.ts'
import { ipv4Source } from '../../wire/ipv4.ts'
import { explainLate, explainUnresolved } from './arp-question.ts'
import { frameCandidates, tellingEvents } from './frame-ways.ts'
import { ownersOfIp, ownersOfMac } from './topology.ts'
import { decisionOf, dropOf, isSighting } from './trail.ts'
import { best, netnsHas, placeOf, type Candidate, type Inquiry, type Place, type Verdict } from './verdict.ts'

/** The packets that were made in answer to another: echo replies. */
function repliesTo({ trail }: Inquiry, packet: number): number[] {
  return trail
    .ofPacket(packet)
    .flatMap((event) => (decisionOf(event) === 'icmp.echo_reply' ? trail.packetsFrom(event.seq) : []))
    .filter((reply) => reply !== packet)
}

/** True when an echo request had a reply that reached the program. */
export function wasAnswered(inquiry: Inquiry, packet: number): boolean {
  return repliesTo(inquiry, packet).some((reply) =>
    inquiry.trail.ofPacket(reply).some((event) => decisionOf(event) === 'icmp.reply_matched'),
  )
}

/** Why an echo request had no reply: what became of it, or of the reply that was made. */
export function followRequest(inquiry: Inquiry, packet: number): Verdict {
  const [reply] = repliesTo(inquiry, packet)
  if (reply === undefined) return follow(inquiry, packet, 'request')
  return followReply(inquiry, packet, reply)
}

/** Where one of two packets waited for an address until the program had gone. */
function waitedTooLong(inquiry: Inquiry, packets: readonly number[]): TraceEvent | undefined {
  for (const packet of packets) {
    const events = inquiry.trail.ofPacket(packet)
    for (const waiting of events.filter((event) => decisionOf(event) === 'neigh.wait')) {
      const next = events.find((event) => event.seq > waiting.seq && isSighting(event))
      if (next !== undefined && next.at > inquiry.until) return waiting
    }
  }
  return undefined
}

/** A reply that did not come back; one to an own address of its sender never leaves, and one may come too late. */
function followReply(inquiry: Inquiry, request: number, reply: number): Verdict {
  const asker = inquiry.trail.ofPacket(request).find(startsLink)?.netns
  const events = inquiry.trail.ofPacket(reply)
  const output = events.find((event) => decisionOf(event) === 'ip.output')
  const end = events.findLast((event) => dropOf(event) === 'socket.none')
  if (output !== undefined && end !== undefined) {
    const world = inquiry.worldAt(output.at)
    const netns = world.namespaces[output.netns]
    const isOwn = netns !== undefined && isOwnAddress(world, netns, ipv4FromNumber(output.a))
    // Where nobody has ever asked, the reply went astray, such as one to a broadcast address.
    if (!isOwn && end.netns !== asker) return follow(inquiry, reply, 'reply')
    const waiting = isOwn ? undefined : waitedTooLong(inquiry, [request, reply])
    const late = waiting && explainLate(inquiry, waiting, waiting.packet === request ? 'request' : 'reply')
    if (late !== undefined) return late
    const place = placeOf(events.findLast(isSighting) ?? end)
    return {
      code: isOwn ? 'reply-to-self' : 'reply-too-late',
      stopped: place,
      decided: place,
      ip: output.a,
      verdict: isOwn ? output.seq : end.seq,
      deciding: undefined,
      lost: 'reply',
    }
  }
  return follow(inquiry, reply, 'reply')
}

/** True for what begins a packet's way over another link. */
function startsLink(event: TraceEvent): boolean {
  const decision = decisionOf(event)
  return decision === 'ip.output' || decision === 'ip.forward' || decision === 'ipvlan.routed_by_parent'
}

/** Follows a packet to its end. */
function follow(inquiry: Inquiry, packet: number, lost: Verdict['lost']): Verdict {
  const events = inquiry.trail.ofPacket(packet)
  const start = Math.max(0, events.findLastIndex(startsLink))
  const link = events.slice(start)
  const waiting = link.findLast((event) => decisionOf(event) === 'neigh.wait')
  if (waiting !== undefined && !wentOn(link, waiting)) return explainUnresolved(inquiry, waiting, lost)
  const found = bestOnLink(inquiry, link)
  const ip = destinationOf(events)
  if (found !== undefined) return verdictOf(inquiry, found, ip, lost)
  const last = link.findLast(isSighting) ?? link.at(-1)
  const place: Place = last === undefined ? { device: 0, netns: 0 } : placeOf(last)
  const verdict = last?.seq ?? 0
  return { code: 'unanswered', stopped: place, decided: place, ip, verdict, deciding: undefined, lost }
}

/** True when a packet got further than the queue where it waited for an address. */
function wentOn(events: readonly TraceEvent[], waiting: TraceEvent): boolean {
  return events.some((event) => {
    const drop = dropOf(event)
    const gone = drop !== undefined && !drop.startsWith('neigh.')
    return event.seq > waiting.seq && (gone || isSighting(event))
  })
}

function destinationOf(events: readonly TraceEvent[]): number {
  return events.find(startsLink)?.a ?? 0
}

/** What stopped a packet on its last link. */
function bestOnLink(inquiry: Inquiry, link: readonly TraceEvent[]): Candidate | undefined {
  const first = link[0]
  if (first === undefined) return undefined
  const world = inquiry.worldAt(first.at)
  const telling = tellingEvents(link)
  const checksOf = inquiry.rewind.explainAll(telling.map(({ seq }) => seq))
  const sender = startsLink(first) ? world.devices[first.c] : undefined
  const targets = targetsOf(inquiry, world, link)
  const deaf = withoutArp(inquiry, sender, link)
  if (deaf !== undefined) return deaf
  return best(
    frameCandidates(inquiry, { world, targets, sender, checksOf }, telling).map((each) => prefer(world, link, each)),
  )
}

/** A device without ARP asks nobody, so what it sends carries its own address: on an Ethernet nobody takes that. */
function withoutArp(
  { trail }: Inquiry,
  sender: NetDevice | undefined,
  link: readonly TraceEvent[],
): Candidate | undefined {
  const kind = sender?.state.kind
  if (sender?.noArp !== true || kind === 'dummy' || kind === 'ipvlan' || kind === 'lo') return undefined
  const frame = trail.frameOf(link.filter(isSighting))
  const event = link.findLast((each) => dropOf(each) !== undefined) ?? link.at(-1)
  if (frame === undefined || event === undefined || ethernetDestination(frame) !== sender.mac) return undefined
  const decided: Place = { device: sender.id, netns: sender.netns }
  return { code: 'arp-off', event, decided, rank: 0, deciding: undefined }
}

/** Of machines that are not addressed that one is named which has the IP address; of a group one that was meant to answer. */
function prefer(world: World, link: readonly TraceEvent[], candidate: Candidate): Candidate {
  const owners = ownersOfIp(world, ipv4FromNumber(link[0]?.a ?? 0))
  const isOwner = candidate.code === 'neigh-wrong-mac' && netnsHas(owners, candidate.event.netns)
  const isMember = candidate.code === 'echo-ignored' || candidate.code === 'echo-broadcast-ignored'
  return isOwner || isMember ? { ...candidate, rank: candidate.rank + 1 } : candidate
}

/** The devices that a frame is addressed to: of several with one MAC address those of the machine with the IP address. */
function targetsOf({ trail }: Inquiry, world: World, link: readonly TraceEvent[]): NetDevice[] {
  const frame = trail.frameOf(link.filter(isSighting))
  if (frame === undefined) return []
  const destination = ethernetDestination(frame)
  if (isGroupMac(destination)) return []
  const owners = ownersOfMac(world, destination)
  const named = ownersOfIp(world, ipv4FromNumber(link[0]?.a ?? 0))
  const both = owners.filter(({ netns }) => netnsHas(named, netns))
  return both.length > 0 ? both : owners
}

/** Puts together where a packet was last seen, who decided, and the address that it was about. */
function verdictOf(inquiry: Inquiry, found: Candidate, destination: number, lost: Verdict['lost']): Verdict {
  const { event, code, deciding } = found
  const seen = inquiry.trail.lastSeenBefore(event)
  const nowhere: Place = { device: 0, netns: event.netns }
  if (code === 'no-route-for-reply') {
    const asker = sourceOf(inquiry, event)
    return { code, stopped: nowhere, decided: nowhere, ip: asker, verdict: event.seq, deciding, lost: 'reply' }
  }
  // What its own machine refused was never given to a device; one without carrier or power was.
  const isOwnDevice = code === 'neigh-no-carrier' || code === 'device-down'
  const stopped = seen === undefined ? (isOwnDevice ? placeOf(event) : nowhere) : placeOf(seen)
  const decided = seen === undefined && !isOwnDevice ? nowhere : found.decided
  return { code, stopped, decided, ip: destination, verdict: event.seq, deciding, lost }
}

function sourceOf({ trail }: Inquiry, event: TraceEvent): Ipv4Address | 0 {
  const frame = trail.frameOf([event])
  return frame === undefined ? 0 : ipv4Source(frame, ETHERNET_HEADER_LENGTH)
}
