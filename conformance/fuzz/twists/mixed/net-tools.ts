/** The older tools that many reports use: ifconfig, route, arp and brctl, and what ip makes of their doings. */
import { ip, ping, run } from '../../commands.ts'
import type { Draw } from '../../draw.ts'
import type { Twist } from '../../feature.ts'
import { addressNear, networkOf } from '../../plan.ts'
import type { LabPlan } from '../../plan.ts'

export const NET_TOOLS_TWISTS: readonly Twist[] = [
  { name: 'ifconfig-words', apply: ifconfigWords },
  { name: 'route-words', apply: routeWords },
  { name: 'arp-words', apply: arpWords },
]

const some = (draw: Draw, count: number, ns: string, tool: string, words: readonly string[]): string[] =>
  draw
    .shuffle(words)
    .slice(0, count)
    .map((word) => run(ns, `${tool} ${word}`.trimEnd()))

function ifconfigWords(lab: LabPlan, draw: Draw): void {
  const { from, to } = lab.near(draw)
  const { ns, dev } = to
  const steps = [
    `${dev} ${addressNear(to, 51)} netmask 255.255.255.0`,
    `${dev} ${addressNear(to, 52)}/25`,
    `${dev}:1 ${addressNear(to, 53)} netmask 255.255.255.0 up`,
    `${dev}:1 down`,
    `${dev} add ${addressNear(to, 54)}`,
    `${dev} broadcast ${addressNear(to, 127)}`,
    `${dev} netmask 255.255.0.0`,
    `${dev} mtu 1300`,
    `${dev} mtu 60`,
    `${dev} -arp`,
    `${dev} promisc`,
    `${dev} allmulti`,
    `${dev} -multicast`,
    `${dev} txqueuelen 300`,
    `${dev} hw ether 02:00:00:00:00:7a`,
    `${dev} pointopoint 10.86.0.9`,
    `${dev} 10.86.0.1 pointopoint 10.86.0.9 netmask 255.255.255.255`,
    `${dev} down`,
    `${dev} up`,
    `${dev} 0.0.0.0`,
    `${dev} 0`,
    `nosuch up`,
    `${dev} txqueuelen 0`,
    `${dev} ${addressNear(to, 55)} netmask 255.0.255.0`,
  ]
  lab.group(
    ...some(draw, 3, ns, 'ifconfig', steps),
    ip(ns, draw.pick([`addr show ${dev}`, 'route show table all', 'route'])),
    ping(from.ns, draw.pick([to.address, addressNear(to, 51)])),
  )
}

function routeWords(lab: LabPlan, draw: Draw): void {
  const { from, to } = lab.asked(draw)
  const near = addressNear(from, 77)
  const steps = [
    `add -net 10.85.0.0 netmask 255.255.0.0 gw ${near}`,
    `add -net 10.85.0.0/16 dev ${from.dev}`,
    `add -host 10.85.0.7 gw ${near} metric 5`,
    `add -host 10.85.0.8 dev ${from.dev}`,
    `add -host 10.85.0.9 reject`,
    `add -net 10.84.0.0/16 reject`,
    `add default gw ${near}`,
    `add default gw ${near} metric 100 ${from.dev}`,
    `del default`,
    `del -net ${networkOf(from)}`,
    `del -host 10.85.0.7`,
    `del -net 10.85.0.0/16`,
    `add -net 10.85.0.1 netmask 255.255.0.0 dev ${from.dev}`,
    `add -host 10.85.0.7 gw 10.250.0.1`,
    `add -net 10.83.0.0/16 gw ${near} mss 900 window 4000`,
    `add 10.82.0.0 dev ${from.dev}`,
    'add -net 10.0.0.0/33 dev lo',
  ]
  lab.group(
    ...some(draw, 4, from.ns, 'route', steps),
    run(from.ns, draw.pick(['route -n', 'route -ne', 'route -nee'])),
    ip(from.ns, draw.pick(['route', 'route show table all'])),
    ping(from.ns, to.address),
  )
}

function arpWords(lab: LabPlan, draw: Draw): void {
  const { from, to } = lab.near(draw)
  const mac = lab.macOf(to)
  const other = addressNear(to, 66)
  const steps = [
    `-s ${to.address} ${mac}`,
    `-s ${other} 02:00:00:00:00:68`,
    `-i ${from.dev} -s ${other} 02:00:00:00:00:69 temp`,
    `-s ${other} ${mac} pub`,
    `-Ds ${other} ${from.dev} pub`,
    `-d ${to.address}`,
    `-d ${other}`,
    `-i ${from.dev} -d ${other} pub`,
    `-n ${to.address}`,
    `-an`,
    `-n -i ${from.dev}`,
    `-e -n`,
    `-s 10.250.0.9 ${mac}`,
    `-s ${other} nonsense`,
    `-d 10.250.0.9`,
  ]
  lab.group(
    ping(from.ns, to.address),
    ...some(draw, 3, from.ns, 'arp', steps),
    ip(from.ns, draw.pick(['neigh', 'neigh show proxy'])),
    ping(from.ns, draw.pick([to.address, to.address, other])),
    ping(to.ns, draw.pick([from.address, other])),
  )
}
