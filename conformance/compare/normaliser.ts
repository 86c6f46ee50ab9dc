/**
 * Takes out of a recording's texts what chance decides: MAC addresses become the names of their owners, ICMP ids and
 * ephemeral ports the order of their first appearance, TCP's counters and clocks a letter.
 */
import type { Recording } from '../../src/contract/recording.ts'
import { macOwners } from './mac-names.ts'

const MAC = /\b[0-9a-f]{2}(?::[0-9a-f]{2}){5}\b/g
/** Addresses that mean the same everywhere: broadcast, none, IPv4 multicast, link-local control, IPv6 multicast. */
const WELL_KNOWN_MAC = /^(ff:ff:ff:ff:ff:ff|00:00:00:00:00:00|01:00:5e:.*|01:80:c2:.*|33:33:.*)$/
/** Linux: net.ipv4.ip_local_port_range starts here by default. */
const FIRST_EPHEMERAL_PORT = 32768
/** traceroute counts its destination ports up from 33434: those are its own choice, not the kernel's. */
const TRACEROUTE_PORTS = { first: 33434, end: 33600 }

/** One per recording: names are handed out in the order of first appearance, so the order of calls matters. */
export interface Normaliser {
  /** Any text, with the owners' names for MAC addresses. */
  text(text: string): string
  /** One frame as tcpdump prints it. */
  frame(line: string): string
  /** Forwarding entries of one namespace: the permanent entry for a port's own address reads "<own>". */
  fdb(text: string, ns: string | undefined): string
  /** An ICMP id by its first appearance, or the number itself where no frame carried it. */
  icmpId(id: string): string
  /** A port likewise. */
  port(port: string): string
}

/** The normaliser of one recording. */
export function createNormaliser(recording: Recording): Normaliser {
  const owners = macOwners(recording.state)
  const unknown = new Map<string, string>()
  const { ids, ports } = firstAppearances(recording)

  const mac = (address: string): string => {
    if (WELL_KNOWN_MAC.test(address)) return address
    return owners.get(address)?.label ?? nameOnce(unknown, address, (count) => `<unknown${count}>`)
  }
  const text = (s: string): string => s.replace(MAC, mac)
  const icmpId = (id: string): string => ids.get(id) ?? id
  const port = (number: string): string => ports.get(number) ?? number

  const fdbLine = (line: string, ns: string | undefined): string => {
    const [, address, dev] = /^([0-9a-f:]{17}) dev (\S+) .*permanent/.exec(line) ?? []
    if (address === undefined || !owners.get(address)?.interfaces.includes(`${ns}/${dev}`)) return line
    return line.replace(address, '<own>')
  }

  return {
    text,
    icmpId,
    port,
    fdb: (s, ns) =>
      text(
        s
          .split('\n')
          .map((line) => fdbLine(line, ns))
          .join('\n'),
      ),
    frame: (line) =>
      withoutTcpCounters(
        text(line)
          .replace(/(ICMP echo (?:request|reply), id )(\d+)/, (_, before: string, id: string) => before + icmpId(id))
          .replace(/(\d+\.\d+\.\d+\.\d+)\.(\d+)\b/g, (_, ip: string, number: string) => `${ip}.${port(number)}`),
      )
        .replace(/protocol 1 port \d+/, 'protocol 1 port P')
        .replace(/ \(oui [^)]*\)/g, '')
        .trimEnd(),
  }
}

/** Small sequence numbers are relative to the connection's first and stay; the absolute ones, window and clocks go. */
function withoutTcpCounters(line: string): string {
  return line
    .replace(/\bseq \d{4,}(?::\d{8,}(?=,))?((?::\d+)?, (?:ack \d+, )?win \d+)/, 'seq N$1')
    .replace(/\back \d{4,}/, 'ack N')
    .replace(/win \d+/, 'win W')
    .replace(/TS val \d+ ecr \d+/, 'TS')
}

interface Appearances {
  readonly ids: ReadonlyMap<string, string>
  readonly ports: ReadonlyMap<string, string>
}

/** ICMP ids and ephemeral ports, numbered over all interfaces in the order of time. */
function firstAppearances(recording: Recording): Appearances {
  const sightings = Object.entries(recording.captures).flatMap(([dev, frames]) =>
    frames.map(([at, line]) => ({ at, dev, line })),
  )
  sightings.sort((a, b) => (a.at !== b.at ? a.at - b.at : a.dev < b.dev ? -1 : 1))
  const ids = new Map<string, string>()
  const ports = new Map<string, string>()
  for (const { line } of sightings) {
    const id = /ICMP echo (?:request|reply), id (\d+)/.exec(line)?.[1]
    if (id !== undefined) nameOnce(ids, id, (count) => `#${count}`)
    for (const [, port] of line.matchAll(/\d+\.\d+\.\d+\.\d+\.(\d{5})\b/g)) {
      if (port !== undefined && isEphemeral(Number(port))) nameOnce(ports, port, (count) => `ephemeral${count}`)
    }
  }
  return { ids, ports }
}

const isEphemeral = (port: number): boolean =>
  port >= FIRST_EPHEMERAL_PORT && (port < TRACEROUTE_PORTS.first || port >= TRACEROUTE_PORTS.end)

function nameOnce(names: Map<string, string>, key: string, name: (count: number) => string): string {
  const known = names.get(key)
  if (known !== undefined) return known
  const given = name(names.size + 1)
  names.set(key, given)
  return given
}
