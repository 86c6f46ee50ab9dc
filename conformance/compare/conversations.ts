/** Which frames have to do with each other: only those have an order that the kernel decides. */

/** Frames of unrelated conversations may change places when they are at most this far apart in time. */
const EITHER_ORDER_S = 0.4

/** What a frame is about: who asks for which address, or which ping or connection it belongs to. */
type Topic =
  | {
      readonly kind: 'arp'
      readonly target: string
      readonly asker: string | undefined
      readonly ips: readonly string[]
    }
  | { readonly kind: 'ip'; readonly conversation: string; readonly ips: readonly string[] }
  | { readonly kind: 'other' }

/**
 * True when the same frames (normalised lines, a permutation of each other) differ in order only where close, unrelated
 * frames changed places. `timesS` are the times of `real`, in seconds.
 */
export function isHarmlessOrder(timesS: readonly number[], real: readonly string[], ours: readonly string[]): boolean {
  const places = placesInOurs(real, ours)
  for (let i = 0; i < real.length; i++) {
    for (let j = i + 1; j < real.length; j++) {
      if ((places[i] ?? 0) < (places[j] ?? 0)) continue
      const isClose = (timesS[j] ?? 0) - (timesS[i] ?? 0) <= EITHER_ORDER_S
      if (!isClose || !areUnrelated(real[i] ?? '', real[j] ?? '')) return false
    }
  }
  return true
}

/** For each frame of `real` its index in `ours`; frames that print the same are taken in their order. */
function placesInOurs(real: readonly string[], ours: readonly string[]): number[] {
  const indexes = new Map<string, number[]>()
  ours.forEach((line, k) => {
    const known = indexes.get(line)
    if (known === undefined) indexes.set(line, [k])
    else known.push(k)
  })
  return real.map((line) => indexes.get(line)?.shift() ?? -1)
}

/** True when two frames (normalised lines) belong to conversations that do not wait for each other. */
export function areUnrelated(first: string, second: string): boolean {
  const a = topicOf(first)
  const b = topicOf(second)
  if (a.kind === 'other' || b.kind === 'other') return a.kind !== b.kind
  if (a.kind === 'ip' && b.kind === 'ip') return a.conversation !== b.conversation
  if (a.kind === 'arp' && b.kind === 'arp') {
    const haveTwoAskers = a.asker !== undefined && b.asker !== undefined && a.asker !== b.asker
    return a.target !== b.target || haveTwoAskers
  }
  return !a.ips.some((ip) => b.ips.includes(ip))
}

function topicOf(line: string): Topic {
  const [, target, asker] = /who-has ([\d.]+).* tell ([\d.]+)/.exec(line) ?? []
  if (target !== undefined && asker !== undefined) return { kind: 'arp', target, asker, ips: [target, asker] }
  const answered = /Reply ([\d.]+) is-at/.exec(line)?.[1]
  if (answered !== undefined) return { kind: 'arp', target: answered, asker: undefined, ips: [answered] }
  const [, from, to] =
    /: ([\d.]+) > ([\d.]+): ICMP/.exec(line) ??
    /: (\d+\.\d+\.\d+\.\d+\.\S+) > (\d+\.\d+\.\d+\.\d+\.\S+):/.exec(line) ??
    []
  if (from === undefined || to === undefined) return { kind: 'other' }
  const conversation = /ICMP echo \w+, id (\S+),/.exec(line)?.[1] ?? [from, to].sort().join(' ') + aboutWhat(line)
  return { kind: 'ip', conversation, ips: [from, to].map(withoutPort) }
}

/** The protocol of the packet that an ICMP error quotes: errors about a ping do not wait for those about a datagram. */
const aboutWhat = (line: string): string => / icmp (?:3|5|11|12)\/\d+ \[[^\]]* (proto \d+)/.exec(line)?.[1] ?? ''

const withoutPort = (address: string): string => address.split('.').slice(0, 4).join('.')
