/** What the twists of the firewall have in common: where a packet can be judged, and what is said to see the judgement. */
import { ping, run } from '../commands.ts'
import type { Draw } from '../draw.ts'
import type { Host, LabPlan } from '../plan.ts'

/** Where a packet from one host to another can be judged. */
export interface Post {
  readonly ns: string
  readonly chain: 'INPUT' | 'FORWARD' | 'OUTPUT'
  readonly from: Host
  readonly to: Host
}

export function post(lab: LabPlan, draw: Draw): Post {
  const [first] = lab.pairs
  const { from, to } = first ?? lab.near(draw)
  const [router] = draw.shuffle(lab.routers)
  const ways: Post[] = [
    { ns: to.ns, chain: 'INPUT', from, to },
    { ns: from.ns, chain: 'OUTPUT', from, to },
    ...(router === undefined ? [] : [{ ns: router.ns, chain: 'FORWARD', from, to } as const]),
  ]
  return draw.pick(router === undefined ? ways : [...ways, ...ways.slice(2), ...ways.slice(2)])
}

export const iptables = (ns: string, rest: string): string => run(ns, `iptables ${rest}`)
export const count = (draw: Draw, { ns, chain }: Pick<Post, 'ns' | 'chain'>): string =>
  iptables(ns, draw.pick([`-L ${chain} -nv`, `-L ${chain} -nvx`, `-S ${chain} -v`, '-L -nv', '-L -n --line-numbers']))

/** A word from one host to the other, by some protocol. */
export function say(draw: Draw, { from, to }: Pick<Post, 'from' | 'to'>): string {
  return draw.pick([
    ping(from.ns, to.address),
    ping(from.ns, to.address),
    `echo hello | ${run(from.ns, `nc -u -w 1 ${to.address} 5000`)}`,
    run(from.ns, `nc -z -v -w 1 ${to.address} 80`),
  ])
}

/** What a rule may look for in a packet from one host to the other. */
export function about(draw: Draw, { from, to }: Pick<Post, 'from' | 'to'>): string {
  return draw.pick([
    '',
    '-p icmp',
    `-s ${from.address}`,
    `-d ${to.address}`,
    `! -s ${from.address}`,
    `-s ${from.address} -d ${to.address}`,
    '-p udp',
    '-p tcp --dport 80',
    '! -p icmp',
  ])
}

export const words = (...parts: readonly string[]): string => parts.filter((part) => part !== '').join(' ')
