// What may be typed into the inspector's fields: each check says what is wrong before Linux would, with an example in the text.
import { IPv4 } from 'ipaddr.js'
import type { edit } from '../../../../i18n/en/edit.ts'

/** What a field's text comes to, or the key of the sentence that says what is wrong with it. */
export type Checked =
  { readonly ok: true; readonly value: string } | { readonly ok: false; readonly problem: keyof typeof edit }

export type Check = (text: string) => Checked

const good = (value: string): Checked => ({ ok: true, value })
const bad = (problem: keyof typeof edit): Checked => ({ ok: false, problem })

/** IFNAMSIZ is 16 with the final zero byte; dev_valid_name also refuses slashes, colons and blanks. */
export const checkName: Check = (text) =>
  text.length > 15
    ? bad('nameTooLong')
    : /^[^\s/:]+$/.test(text) && text !== '.' && text !== '..'
      ? good(text)
      : bad('badName')

/** An address with its prefix length; one without is a host's own, /32. */
export const checkAddress: Check = (text) => {
  const [address = '', length = '32', ...rest] = text.split('/')
  if (!isIpv4(address) || rest.length > 0) return bad('badAddress')
  if (!/^\d{1,2}$/.test(length) || Number(length) > 32) return bad('badPrefixLength')
  return good(`${address}/${length}`)
}

/** A unicast MAC address: is_valid_ether_addr refuses group addresses and all zeros. */
export const checkMac: Check = (text) => {
  const mac = text.toLowerCase().replaceAll('-', ':')
  if (!/^[0-9a-f]{2}(:[0-9a-f]{2}){5}$/.test(mac)) return bad('badMac')
  if ((parseInt(mac.slice(0, 2), 16) & 1) === 1) return bad('groupMac')
  return mac === '00:00:00:00:00:00' ? bad('zeroMac') : good(mac)
}

/** A MAC address that a forwarding entry may name: groups too. */
export const checkFdbMac: Check = (text) => {
  const mac = text.toLowerCase().replaceAll('-', ':')
  return /^[0-9a-f]{2}(:[0-9a-f]{2}){5}$/.test(mac) ? good(mac) : bad('badMac')
}

/** A whole number within bounds. */
export function checkNumber(least: number, most: number, problem: keyof typeof edit): Check {
  return (text) => {
    const number = /^\d{1,10}$/.test(text) ? Number(text) : NaN
    return number >= least && number <= most ? good(String(number)) : bad(problem)
  }
}

/** ETH_MIN_MTU to ETH_MAX_MTU. */
export const checkMtu = checkNumber(68, 65_535, 'badMtu')

const ROUTE_TYPES = ['unicast', 'blackhole', 'unreachable', 'prohibit', 'throw', 'local', 'broadcast']
const ROUTE_WORDS = [
  'via',
  'dev',
  'src',
  'metric',
  'table',
  'scope',
  'proto',
  'onlink',
  'mtu',
  'tos',
  'nexthop',
  'nhid',
  'weight',
  'lock',
]

/** What follows `ip route add`: a destination, then pairs such as `via 10.0.0.1 dev eth0`. */
export const checkRoute: Check = (text) => {
  const words = text.trim().split(/\s+/)
  const [first = ''] = words
  const [destination = '', ...rest] = ROUTE_TYPES.includes(first) ? words.slice(1) : words
  if (destination !== 'default' && !isPrefix(destination)) return bad('badRouteDestination')
  const isBlocked = ROUTE_TYPES.slice(1, 5).includes(first)
  if (!isBlocked && !rest.some((word) => ['via', 'dev', 'nexthop', 'nhid'].includes(word))) return bad('routeNeedsHop')
  const via = rest[rest.indexOf('via') + 1]
  if (rest.includes('via') && (via === undefined || !isIpv4(via))) return bad('badGateway')
  const stray = rest.find((word, index) => !ROUTE_WORDS.includes(word) && !ROUTE_WORDS.includes(rest[index - 1] ?? ''))
  return stray === undefined ? good(words.join(' ')) : bad('badRouteWord')
}

/** What follows `ip rule add`. */
export const checkRule: Check = (text) => {
  const words = text.trim().split(/\s+/)
  const isSound =
    words.includes('from') ||
    words.includes('to') ||
    words.includes('iif') ||
    words.includes('oif') ||
    words.includes('fwmark')
  if (!isSound) return bad('badRule')
  const isComplete = ['lookup', 'table', 'blackhole', 'unreachable', 'prohibit'].some((word) => words.includes(word))
  return isComplete ? good(words.join(' ')) : bad('ruleNeedsTable')
}

/** What follows `ip neigh add`: an address and who has it, or an address that is answered for. */
export const checkNeighbour: Check = (text) => {
  const [ip = '', mac, ...rest] = text.trim().split(/[\s]+(?:lladdr\s+)?/)
  if (!isIpv4(ip) || rest.length > 0) return bad('badNeighbour')
  const checked = mac === undefined ? good('') : checkMac(mac)
  return checked.ok ? good(`${ip} ${checked.value}`.trim()) : checked
}

/** A VLAN id with how it leaves: `10`, `10 pvid untagged`. */
export const checkPortVlan: Check = (text) => {
  const [id = '', ...flags] = text.trim().split(/\s+/)
  const isKnown = flags.every((flag) => flag === 'pvid' || flag === 'untagged')
  return checkVlanId(id).ok && isKnown ? good([id, ...flags].join(' ')) : bad('badPortVlan')
}

export const checkVlanId = checkNumber(1, 4094, 'badVlanId')

/** A sysctl's value: one line. */
export const checkValue: Check = (text) => (/^[-\w. \t]+$/.test(text) ? good(text.trim()) : bad('badValue'))

export const checkText: Check = (text) => (/["'\\\n$`]/.test(text) ? bad('badText') : good(text))

function isIpv4(text: string): boolean {
  return IPv4.isValidFourPartDecimal(text)
}

function isPrefix(text: string): boolean {
  const [address = '', length] = text.split('/')
  return isIpv4(address) && (length === undefined || (/^\d{1,2}$/.test(length) && Number(length) <= 32))
}
