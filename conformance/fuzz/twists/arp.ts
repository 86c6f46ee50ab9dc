/** How ARP asks, answers and learns. */
import { arping, confKey, ip, ping, run, sysctl } from '../commands.ts'
import type { Draw } from '../draw.ts'
import type { Twist } from '../feature.ts'
import { addressNear } from '../plan.ts'
import type { Host, LabPlan } from '../plan.ts'

export const ARP_TWISTS: readonly Twist[] = [
  { name: 'arp-ignore', apply: arpIgnore },
  { name: 'arp-announce', apply: arpAnnounce },
  { name: 'arp-filter', apply: arpFilter },
  { name: 'arp-accept', apply: arpAccept },
  { name: 'arp-notify', apply: arpNotify },
  { name: 'arp-proxy-pvlan', apply: proxyPvlan },
  { name: 'arping', apply: plainArping },
  { name: 'arping-duplicate-detection', apply: duplicateDetection },
  { name: 'arping-gratuitous', apply: gratuitous },
  { name: 'duplicate-address', apply: duplicateAddress },
  { name: 'accept-local', apply: acceptLocal },
]

/** The device's own setting, or the one for all devices of the namespace. */
const oneOrAll = (draw: Draw, { dev }: Host): string => (draw.chance(0.3) ? 'all' : dev)

function arpIgnore(lab: LabPlan, draw: Draw): void {
  const { from, to } = lab.near(draw)
  const elsewhere = draw.chance(0.5) ? '192.168.5.2' : addressNear(to, 52)
  lab.dummy(to.ns, `${elsewhere}/${draw.pick([24, 32])}`)
  lab.setup(sysctl(to.ns, confKey(oneOrAll(draw, to), 'arp_ignore'), draw.pick([1, 1, 2, 3, 8])))
  lab.group(arping(from.ns, from.dev, to.address), arping(from.ns, from.dev, elsewhere))
}

function arpAnnounce(lab: LabPlan, draw: Draw): void {
  const { from, to } = lab.near(draw)
  const source = draw.chance(0.6) ? '172.16.0.1' : addressNear(from, 61)
  lab.dummy(from.ns, `${source}/32`)
  lab.setup(sysctl(from.ns, confKey(oneOrAll(draw, from), 'arp_announce'), draw.pick([0, 1, 2])))
  lab.group(ip(from.ns, `neigh flush dev ${from.dev}`), ping(from.ns, to.address, `-I ${source}`))
}

function arpFilter(lab: LabPlan, draw: Draw): void {
  const { from, to } = lab.near(draw)
  lab.setup(sysctl(to.ns, confKey(oneOrAll(draw, to), 'arp_filter'), 1))
  if (draw.chance(0.6)) {
    const dev = lab.dummy(to.ns, '192.168.6.2/24')
    lab.setup(ip(to.ns, `route add ${from.address}/32 dev ${dev}`))
  }
  lab.group(arping(from.ns, from.dev, to.address), arping(from.ns, from.dev, to.address, '-D'))
}

function arpAccept(lab: LabPlan, draw: Draw): void {
  const { from, to } = lab.near(draw)
  lab.setup(sysctl(to.ns, confKey(oneOrAll(draw, to), 'arp_accept'), draw.pick([1, 1, 2])))
  const own = draw.chance(0.7) ? from.address : '172.30.0.9'
  if (own !== from.address) lab.setup(ip(from.ns, `addr add ${own}/32 dev ${from.dev}`))
  lab.group(arping(from.ns, from.dev, own, draw.pick(['-U', '-A'])), ip(to.ns, 'neigh'))
}

function arpNotify(lab: LabPlan, draw: Draw): void {
  const { from, to } = lab.near(draw)
  lab.setup(sysctl(from.ns, confKey(oneOrAll(draw, from), 'arp_notify'), 1))
  const change = draw.chance(0.4) ? `link set ${from.dev} address ${lab.freshMac()}` : `link set ${from.dev} down`
  lab.group(
    ping(from.ns, to.address),
    ip(from.ns, change),
    ...(change.endsWith('down') ? [ip(from.ns, `link set ${from.dev} up`)] : []),
    ip(to.ns, 'neigh'),
  )
}

function proxyPvlan(lab: LabPlan, draw: Draw): void {
  const { from, to } = lab.near(draw)
  lab.setup(sysctl(to.ns, confKey(to.dev, 'forwarding'), draw.pick([1, 1, 0])))
  lab.setup(sysctl(to.ns, confKey(oneOrAll(draw, to), 'proxy_arp_pvlan'), 1))
  lab.proxyDelay(to.ns, to.dev)
  lab.group(arping(from.ns, from.dev, addressNear(from, 77)), ping(from.ns, addressNear(from, 77)))
}

function plainArping(lab: LabPlan, draw: Draw): void {
  const { from, to } = lab.near(draw)
  const options = draw.pick(['', '-b', '-f', '-q', `-s ${from.address}`, '-s 10.77.0.1'])
  const target = draw.pick([to.address, to.address, to.address, addressNear(to, 99), '0.0.0.0', '127.0.0.1'])
  const twice = run(from.ns, `arping -c 2 -w 3 -I ${from.dev} ${to.address}`)
  lab.group(arping(from.ns, from.dev, target, options), draw.chance(0.5) ? twice : ip(to.ns, 'neigh'))
}

function duplicateDetection(lab: LabPlan, draw: Draw): void {
  const { from, to } = lab.near(draw)
  const target = draw.pick([to.address, addressNear(to, 98), from.address])
  lab.group(run(from.ns, `arping -D -c 2 -w 3 -I ${from.dev} ${target}`), ip(to.ns, 'neigh'))
}

function gratuitous(lab: LabPlan, draw: Draw): void {
  const { from, to } = lab.near(draw)
  const state = draw.pick(['stale', 'stale', 'permanent'])
  if (draw.chance(0.6)) {
    const known = draw.chance(0.6) ? '02:00:00:00:00:99' : lab.macOf(from)
    lab.setup(ip(to.ns, `neigh add ${from.address} lladdr ${known} dev ${to.dev} nud ${state}`))
  }
  lab.group(arping(from.ns, from.dev, from.address, draw.pick(['-U', '-A'])), ip(to.ns, 'neigh'))
}

function duplicateAddress(lab: LabPlan, draw: Draw): void {
  const { from, to } = lab.near(draw)
  const third = lab.hosts.find(({ ns, lan }) => lan === to.lan && ns !== to.ns && ns !== from.ns)
  const second = third ?? from
  lab.setup(ip(second.ns, `addr add ${to.address}/${to.prefix} dev ${second.dev}`))
  lab.group(arping(from.ns, from.dev, to.address), ping(from.ns, to.address), ip(from.ns, 'neigh'))
}

function acceptLocal(lab: LabPlan, draw: Draw): void {
  const { from, to } = lab.near(draw)
  lab.setup(ip(from.ns, 'addr add 10.99.9.9/32 dev lo'), ip(to.ns, 'addr add 10.99.9.9/32 dev lo'))
  if (draw.chance(0.7)) lab.setup(sysctl(to.ns, confKey(oneOrAll(draw, to), 'accept_local'), 1))
  lab.group(arping(from.ns, from.dev, to.address, '-s 10.99.9.9'), ping(from.ns, to.address, '-I 10.99.9.9'))
}
