/** `ifconfig` of net-tools: shows interfaces, sets address, mask, MTU and flags. */
import { type Errno, strerror } from '../../contract/errno.ts'
import type { AddressView, LinkView } from '../../contract/read-models.ts'
import type { LinkChanges } from '../../kernel/api.ts'
import { broadcastOf, type Ipv4Address, IPV4_ANY, maskLength, parseMac, parsePrefix } from '../../wire/address.ts'
import { ifconfigRows, ifconfigText } from '../formats/ifconfig.ts'
import type { ProcessContext } from '../process/context.ts'
import { command } from './command-error.ts'
import { lookUpHost } from './hosts.ts'

export const ifconfig = command('ifconfig', 'show and change interfaces (net-tools)', async (ctx) => {
  const words = [...ctx.args]
  let all = false
  while (words[0] === '-a' || words[0] === '-v') if (words.shift() === '-a') all = true
  if (words[0] === '-V' || words[0] === '--version') return ctx.out('net-tools 2.10\n').then(() => 0)
  const isShort = words[0] === '-s'
  if (isShort) words.shift()
  if (words[0] === '-a') all = words.shift() === '-a'
  const [name, ...rest] = words
  if (name === undefined) {
    const links = [...ctx.read.links(ctx.netns)]
      .filter((link) => all || link.up)
      .sort((a, b) => (a.name < b.name ? -1 : 1))
    if (isShort) return ctx.out(ifconfigRows(links)).then(() => 0)
    await ctx.out(
      links.flatMap((link) => [link.name, ...aliasesOf(link)].map((label) => ifconfigText(link, label))).join(''),
    )
    return 0
  }
  const [device = '', alias] = name.split(':')
  const link = ctx.read.linkByName(ctx.netns, device)
  if (rest.length === 0) {
    if (link === undefined) return ctx.fail(`${name}: error fetching interface information: Device not found`)
    await ctx.out(isShort ? ifconfigRows([link]) : ifconfigText(link, name))
    return 0
  }
  if (link === undefined) return ctx.fail(`${name}: ERROR while getting interface flags: No such device`, 255)
  return new Changer(ctx, link, alias === undefined ? link.name : name).apply(rest)
})

/** Labels of addresses besides the interface's own name. */
function aliasesOf(link: LinkView): string[] {
  return [...new Set(link.addresses.map(({ label }) => label))].filter((label) => label !== link.name)
}

const FLAGS: Readonly<Record<string, LinkChanges>> = {
  up: { up: true },
  down: { up: false },
  promisc: { promisc: true },
  '-promisc': { promisc: false },
  arp: { arp: true },
  '-arp': { arp: false },
  multicast: { multicast: true },
  '-multicast': { multicast: false },
  allmulti: { allMulticast: true },
  '-allmulti': { allMulticast: false },
  dynamic: { dynamic: true },
  '-dynamic': { dynamic: false },
  trailers: { trailers: true },
  '-trailers': { trailers: false },
}

class Changer {
  readonly #ctx: ProcessContext
  readonly #ifindex: number
  readonly #label: string
  #status = 0

  constructor(ctx: ProcessContext, link: LinkView, label: string) {
    this.#ctx = ctx
    this.#ifindex = link.ifindex
    this.#label = label
  }

  get #link(): LinkView | undefined {
    return this.#ctx.read.link(this.#ctx.netns, this.#ifindex)
  }

  /** The address that the label names. */
  get #address(): AddressView | undefined {
    return this.#link?.addresses.find(({ label }) => label === this.#label)
  }

  async apply(words: readonly string[]): Promise<number> {
    for (let at = 0; at < words.length; at++) {
      const word = words[at]!
      const flags = FLAGS[word]
      if (flags !== undefined) await this.#changeFlags(flags)
      else if (word === 'mtu') await this.#setNumber('mtuBytes', words[++at], 'SIOCSIFMTU')
      else if (word === 'txqueuelen') await this.#setNumber('txQueueLength', words[++at], 'SIOCSIFTXQLEN')
      else if (word === 'hw') {
        if (words[at + 1] === 'ether') at += 1
        const mac = parseMac(words[++at] ?? '')
        if (mac === undefined) return this.#ctx.fail(`${words[at] ?? ''}: invalid ether address.`)
        await this.#change({ mac }, 'SIOCSIFHWADDR')
      } else if (word === 'netmask') await this.#setMask(words[++at] ?? '')
      else if (word === 'broadcast') await this.#setOther('broadcast', words[++at] ?? '', 'SIOCSIFBRDADDR')
      else if (word === 'pointopoint' || word === 'dstaddr')
        await this.#setOther('peer', words[++at] ?? '', 'SIOCSIFDSTADDR')
      else if (word === 'add' || word === 'del') {
        if (!(await this.#changeAlias(word, words[++at] ?? '')))
          return this.#ctx.fail(`${words[at] ?? ''}: Unknown host`)
      } else if (word !== 'inet' && !(await this.#setAddress(word))) {
        return this.#ctx.fail(`${word}: Host name lookup failure\nifconfig: \`--help' gives usage information.`)
      }
    }
    return this.#status
  }

  async #refused(call: string, errno: Errno): Promise<void> {
    this.#status = 1
    await this.#ctx.err(`${call}: ${strerror(errno)}\n`)
  }

  async #change(changes: LinkChanges, call: string): Promise<void> {
    const result = this.#ctx.call({ kind: 'link.set', netns: this.#ctx.netns, ifindex: this.#ifindex, changes })
    if (!result.ok) await this.#refused(call, result.error.errno)
  }

  /** Flags are those of the interface; a label that goes down takes its address along, and without one it is nothing (dev_ifsioc, devinet_ioctl). */
  async #changeFlags(flags: LinkChanges): Promise<void> {
    const link = this.#link
    const address = this.#address
    if (this.#label === link?.name) return this.#change(flags, 'SIOCSIFFLAGS')
    if (address === undefined) {
      await this.#refused('SIOCSIFFLAGS', 'EADDRNOTAVAIL')
      this.#status = 255
    } else if (flags.up === false) {
      const spec = { ifindex: this.#ifindex, address: address.address, prefixLength: address.prefixLength }
      this.#ctx.call({ kind: 'address.delete', netns: this.#ctx.netns, spec })
    } else await this.#change(flags, 'SIOCSIFFLAGS')
  }

  async #setNumber(key: 'mtuBytes' | 'txQueueLength', word: string | undefined, call: string): Promise<void> {
    const value = Number.parseInt(word ?? '', 10)
    if (Number.isNaN(value)) await this.#refused(call, 'EINVAL')
    else await this.#change({ [key]: value }, call)
  }

  /** The broadcast address or the other end of what the label names. */
  async #setOther(key: 'broadcast' | 'peer', word: string, call: string): Promise<void> {
    const other = lookUpHost(this.#ctx, word)
    const old = this.#address
    if (other === undefined) await this.#refused(call, 'EINVAL')
    else if (old === undefined) await this.#refused(call, 'EADDRNOTAVAIL')
    else await this.#replace(old.address, old.prefixLength, { [key]: other })
  }

  /** Sets the address, with the mask of its class unless it brings one; also sets the interface up. */
  async #setAddress(word: string): Promise<boolean> {
    const prefix = word.includes('/') ? parsePrefix(word) : undefined
    const address = prefix?.address ?? lookUpHost(this.#ctx, word)
    if (address === undefined) return false
    const first = address >>> 24
    const byClass = first < 128 ? 8 : first < 192 ? 16 : 24
    if (await this.#replace(address, prefix?.length ?? byClass)) await this.#change({ up: true }, 'SIOCSIFFLAGS')
    return true
  }

  /**
   * A further address under the first free label (`eth0:0`), with the mask and the broadcast address of the one that the interface has; or one
   * of these goes. What is to go and is not there comes instead, as with the tool itself.
   */
  async #changeAlias(verb: 'add' | 'del', word: string): Promise<boolean> {
    const address = lookUpHost(this.#ctx, word)
    if (address === undefined) return false
    const [{ netns }, ifindex, parent] = [this.#ctx, this.#ifindex, this.#address]
    const aliases = this.#link?.addresses.filter(({ label }) => label.startsWith(`${this.#label}:`)) ?? []
    const gone = verb === 'del' ? aliases.find((alias) => alias.address === address) : undefined
    if (gone !== undefined) {
      const spec = { ifindex, address, prefixLength: gone.prefixLength }
      this.#ctx.call({ kind: 'address.delete', netns, spec })
      return true
    }
    let number = 0
    while (aliases.some(({ label }) => label === `${this.#label}:${number}`)) number++
    const broadcast = parent?.broadcast === undefined ? {} : { broadcast: parent.broadcast }
    const label = `${this.#label}:${number}`
    const spec = { ifindex, address, prefixLength: parent?.prefixLength ?? 0, label, ...broadcast }
    this.#ctx.call({ kind: 'address.add', netns, spec })
    return true
  }

  async #setMask(word: string): Promise<void> {
    const mask = lookUpHost(this.#ctx, word)
    const length = mask === undefined ? undefined : maskLength(mask)
    const old = this.#address
    if (length === undefined) await this.#refused('SIOCSIFNETMASK', 'EINVAL')
    else if (old === undefined) await this.#refused('SIOCSIFNETMASK', 'EADDRNOTAVAIL')
    else await this.#replace(old.address, length)
  }

  /** Takes the label's old address away and gives it the new one; 0.0.0.0 only takes away. */
  async #replace(
    address: Ipv4Address,
    prefixLength: number,
    other: { readonly broadcast?: Ipv4Address; readonly peer?: Ipv4Address } = {},
  ): Promise<boolean> {
    const { netns } = this.#ctx
    const old = this.#address
    if (old !== undefined) {
      const spec = { ifindex: this.#ifindex, address: old.address, prefixLength: old.prefixLength }
      this.#ctx.call({ kind: 'address.delete', netns, spec })
    }
    if (address === IPV4_ANY) return false
    const broadcast = prefixLength < 31 ? { broadcast: broadcastOf(address, prefixLength) } : {}
    const kept = old?.address === address && old.broadcast !== undefined ? { broadcast: old.broadcast } : broadcast
    const isChange = other.broadcast !== undefined || other.peer !== undefined
    const rest = isChange ? { ...kept, ...other } : broadcast
    const spec = { ifindex: this.#ifindex, address, prefixLength, label: this.#label, ...rest }
    const result = this.#ctx.call({ kind: 'address.add', netns, spec })
    if (!result.ok) await this.#refused('SIOCSIFADDR', result.error.errno)
    return result.ok
  }
}
