/** What a rule may look at beyond addresses and ports, and what it may do besides letting pass or not. */
import { ping, run } from '../commands.ts'
import type { Draw } from '../draw.ts'
import type { Twist } from '../feature.ts'
import type { LabPlan } from '../plan.ts'
import { count, iptables, post, say } from './firewall-words.ts'

export const FILTER_MATCH_TWISTS: readonly Twist[] = [
  { name: 'filter-mac', apply: mac },
  { name: 'filter-flags', apply: flags },
  { name: 'filter-log', apply: log },
  { name: 'filter-bridged', apply: bridged },
]

/** Who sent the frame, which is the router where there is one. */
function mac(lab: LabPlan, draw: Draw): void {
  const at = post(lab, draw)
  const chain = at.chain === 'FORWARD' ? 'FORWARD' : 'INPUT'
  const ns = at.chain === 'FORWARD' ? at.ns : at.to.ns
  const address = draw.chance(0.7) ? lab.macOf(at.from) : '02:00:00:00:99:99'
  const not = draw.chance(0.3) ? '! ' : ''
  lab.setup(iptables(ns, `-A ${chain} -m mac ${not}--mac-source ${address} -j ${draw.pick(['DROP', 'REJECT'])}`))
  lab.group(ping(at.from.ns, at.to.address), say(draw, { from: at.to, to: at.from }), count(draw, { ns, chain }))
}

/** One of the handshake's segments goes, or is answered. */
function flags(lab: LabPlan, draw: Draw): void {
  const at = post(lab, draw)
  const match = draw.pick([
    '--syn',
    '! --syn',
    '--tcp-flags SYN,ACK SYN,ACK',
    '--tcp-flags FIN FIN',
    '--tcp-flags RST RST',
    '--tcp-flags ALL NONE',
  ])
  const verdict = draw.pick(['DROP', 'REJECT', 'REJECT --reject-with tcp-reset', 'ACCEPT'])
  lab.setup(iptables(at.ns, `-A ${at.chain} -p tcp ${match} -j ${verdict}`))
  if (draw.chance(0.6)) lab.group(run(at.to.ns, 'nc -l 80 &'))
  lab.group(run(at.from.ns, `nc -z -v -w 2 ${at.to.address} 80`), count(draw, at))
}

function log(lab: LabPlan, draw: Draw): void {
  const at = post(lab, draw)
  const how = draw.pick(['', ' --log-prefix seen:', ' --log-level 7 --log-tcp-options', ' --log-uid'])
  lab.setup(iptables(at.ns, `-A ${at.chain} -p ${draw.pick(['icmp', 'udp', 'all'])} -j LOG${how}`))
  if (draw.chance(0.5)) lab.setup(iptables(at.ns, `-A ${at.chain} -j DROP`))
  lab.group(say(draw, at), ping(at.from.ns, at.to.address), count(draw, at))
}

/** Frames that a bridge carries pass the firewall of its machine as well; where there is no bridge, the state decides. */
function bridged(lab: LabPlan, draw: Draw): void {
  const [bridge] = lab.bridges
  const pair = lab.pairs.find(({ from, to }) => from.lan === to.lan && from.ns !== bridge?.ns && to.ns !== bridge?.ns)
  if (bridge === undefined || pair === undefined) {
    log(lab, draw)
    return
  }
  const { from, to } = pair
  const [inPort = '', outPort = ''] = bridge.ports
  const on = draw.chance(0.8) ? 1 : 0
  lab.setup('modprobe br_netfilter', run(bridge.ns, `sysctl -w net.bridge.bridge-nf-call-iptables=${on}`))
  const match = draw.pick([
    `-m physdev --physdev-in ${inPort}`,
    `-m physdev --physdev-out ${outPort}`,
    `-m physdev ! --physdev-in ${inPort}`,
    '-m physdev --physdev-is-bridged',
    '-m physdev --physdev-is-in',
    `-i ${bridge.name} -o ${bridge.name}`,
    '-p icmp',
    '-m conntrack --ctstate NEW',
  ])
  lab.setup(iptables(bridge.ns, `-A FORWARD ${match} -j ${draw.pick(['DROP', 'REJECT', 'ACCEPT'])}`))
  lab.group(
    ping(from.ns, to.address),
    say(draw, { from: to, to: from }),
    count(draw, { ns: bridge.ns, chain: 'FORWARD' }),
  )
}
