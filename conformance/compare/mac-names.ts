/** Which interfaces own a MAC address: addresses are drawn by chance, so two plays can only agree on the owners. */
import type { Recording } from '../../src/contract/recording.ts'

export interface MacOwner {
  /** The interfaces with this address, as `namespace/device`. */
  readonly interfaces: readonly string[]
  /** What stands for the address in a normalised text: the owners between angle brackets. */
  readonly label: string
}

/** Every MAC address that some interface of the recording had at its end. */
export function macOwners(state: Recording['state']): Map<string, MacOwner> {
  const namespaces = Object.keys(state).sort()
  const interfacesByMac = new Map<string, string[]>()
  const bridges = new Set<string>()
  for (const ns of namespaces) {
    const text = state[ns]?.link ?? ''
    for (const { dev, mac } of interfacesIn(text)) {
      const owners = interfacesByMac.get(mac)
      if (owners === undefined) interfacesByMac.set(mac, [`${ns}/${dev}`])
      else owners.push(`${ns}/${dev}`)
    }
    for (const [, bridge] of text.matchAll(/ master (\S+) /g)) bridges.add(`${ns}/${bridge}`)
  }
  return new Map(
    [...interfacesByMac].map(([mac, owners]) => [mac, { interfaces: owners, label: label(owners, bridges) }]),
  )
}

/** A bridge without an address of its own borrows the lowest one of its ports, which is chance: only the bridge is named. */
function label(owners: readonly string[], bridges: ReadonlySet<string>): string {
  return `<${owners.find((name) => bridges.has(name)) ?? [...owners].sort().join('=')}>`
}

function interfacesIn(ipLink: string): { dev: string; mac: string }[] {
  const found: { dev: string; mac: string }[] = []
  let dev: string | undefined
  for (const line of ipLink.split('\n')) {
    dev = /^\d+: ([^:@]+)/.exec(line)?.[1] ?? dev
    const mac = /link\/ether ([0-9a-f:]{17})/.exec(line)?.[1]
    if (mac !== undefined && dev !== undefined) found.push({ dev, mac })
  }
  return found
}
