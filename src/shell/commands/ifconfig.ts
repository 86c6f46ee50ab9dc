/** `ifconfig` of net-tools: shows interfaces, sets address, mask, MTU and flags. */
import { type Errno, strerror } from '../../contract/errno.ts'
import type { AddressView, LinkView } from '../../contract/read-models.ts'
import type { LinkChanges } from '../../kernel/api.ts'
import { broadcastOf, type Ipv4Address, IPV4_ANY, maskLength, parseMac, parsePrefix } from '../../wire/address.ts'
import { ifconfigText } from '../formats/ifconfig.ts'
import type { ProcessContext } from '../process/context.ts'
import { command } from './command-error.ts'
import { lookUpHost } from './hosts.ts'

export const ifconfig = command('ifconfig', 'show and change interfaces (net-tools)', async (ctx) => {
  const words = [...ctx.args]
  let all = false
  while (words[0] === '-a' || words[0] === '-v') if (words.shift() === '-a') all = true
  if (words[0] === '-s') return ctx.fail('ifconfig: -s is not modelled in vethlab. Use ip -s link.')
  const [name, ...rest] = words
  if (name === undefined) {
    const links = [...ctx.read.links(ctx.netns)]
      .filter((link) => all || link.up)
      .sort((a, b) => (a.name < b.name ? -1 : 1))
    await ctx.out(
      links.flatMap((link) => [link.name, ...aliasesOf(link)].map((label) => ifconfigText(link, label))).join(''),
    )
    return 0
  }
  const [device = '', alias] = name.split(':')
  const link = ctx.read.linkByName(ctx.netns, device)
  if (rest.length === 0) {
    if (link === undefined) return ctx.fail(`${name}: error fetching interface information: Device not found`)
    await ctx.out(ifconfigText(link, name))
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
      if (flags !== undefined) await this.#change(flags, 'SIOCSIFFLAGS')
      else if (word === 'mtu') await this.#change({ mtuBytes: Number(words[++at]) }, 'SIOCSIFMTU')
      else if (word === 'hw') {
        if (words[at + 1] === 'ether') at += 1
        const mac = parseMac(words[++at] ?? '')
        if (mac === undefined) return this.#ctx.fail(`${words[at] ?? ''}: invalid ether address.`)
        await this.#change({ mac }, 'SIOCSIFHWADDR')
      } else if (word === 'netmask') await this.#setMask(words[++at] ?? '')
      else if (word === 'broadcast') at += 1
      else if (word === 'add' || word === 'del' || word === 'txqueuelen' || word === 'metric') at += 1
      else if (word !== 'inet' && !(await this.#setAddress(word))) {
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

  async #setMask(word: string): Promise<void> {
    const mask = lookUpHost(this.#ctx, word)
    const length = mask === undefined ? undefined : maskLength(mask)
    const old = this.#address
    if (length === undefined) await this.#refused('SIOCSIFNETMASK', 'EINVAL')
    else if (old === undefined) await this.#refused('SIOCSIFNETMASK', 'EADDRNOTAVAIL')
    else await this.#replace(old.address, length)
  }

  /** Takes the label's old address away and gives it the new one; 0.0.0.0 only takes away. */
  async #replace(address: Ipv4Address, prefixLength: number): Promise<boolean> {
    const { netns } = this.#ctx
    const old = this.#address
    if (old !== undefined) {
      const spec = { ifindex: this.#ifindex, address: old.address, prefixLength: old.prefixLength }
      this.#ctx.call({ kind: 'address.delete', netns, spec })
    }
    if (address === IPV4_ANY) return false
    const broadcast = prefixLength < 31 ? { broadcast: broadcastOf(address, prefixLength) } : {}
    const spec = { ifindex: this.#ifindex, address, prefixLength, label: this.#label, ...broadcast }
    const result = this.#ctx.call({ kind: 'address.add', netns, spec })
    if (!result.ok) await this.#refused('SIOCSIFADDR', result.error.errno)
    return result.ok
  }
}
