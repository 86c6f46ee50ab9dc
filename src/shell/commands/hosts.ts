/** Addresses and names of hosts, as inet_aton and /etc/hosts have them. There is no DNS in the lab. */
import { formatIpv4, type Ipv4Address, ipv4FromNumber } from '../../wire/address.ts'
import type { ProcessContext } from '../process/context.ts'
import { isIpv6, parseInteger } from './arguments.ts'

/** One to four numbers; the last fills what is left: `10.2` is 10.0.0.2. */
export function parseHostAddress(text: string): Ipv4Address | undefined {
  const parts = text.split('.').map((part) => parseInteger(part))
  if (parts.length > 4) return undefined
  let value = 0
  for (const [k, part] of parts.entries()) {
    const isLast = k === parts.length - 1
    if (part === undefined || part >= (isLast ? 256 ** (4 - k) : 256)) return undefined
    value = value * (isLast ? 256 ** (4 - k) : 256) + part
  }
  return ipv4FromNumber(value)
}

/** The address of a name or of an address as text. */
export function lookUpHost(ctx: ProcessContext, name: string): Ipv4Address | undefined {
  const address = parseHostAddress(name)
  if (address !== undefined) return address
  return hosts(ctx).find(([, names]) => names.includes(name))?.[0]
}

/** What a command says below Linux's words about a host that it can't find: what is missing here, and what to do instead. */
export function unresolvedHint(name: string): string {
  if (isIpv6(name)) return '\nvethlab: IPv6 is not modelled. Use an IPv4 address.'
  // A mistyped address is no name.
  if (/^[\d.]*$/.test(name)) return ''
  return '\nvethlab: there is no DNS. Use an address, or put the name into /etc/hosts.'
}

/** The name of an address. */
export function nameOfHost(ctx: ProcessContext, address: Ipv4Address): string | undefined {
  return hosts(ctx).find(([entry]) => entry === address)?.[1][0]
}

function hosts(ctx: ProcessContext): [Ipv4Address, readonly string[]][] {
  return (ctx.machine.files.readText('/etc/hosts') ?? '')
    .split('\n')
    .flatMap((line): [Ipv4Address, readonly string[]][] => {
      const [text = '', ...names] = line.replace(/#.*/, '').trim().split(/\s+/)
      const address = parseHostAddress(text)
      return address === undefined || names.length === 0 ? [] : [[address, names]]
    })
}

/** `name (address)`, or the address alone. */
export function describeHost(ctx: ProcessContext, address: Ipv4Address): string {
  const name = nameOfHost(ctx, address)
  return name === undefined ? formatIpv4(address) : `${name} (${formatIpv4(address)})`
}
