/** What iptables lets pass: rules in every chain, what they match, how they end, what they count. */
import { ping, run } from '../commands.ts'
import type { Draw } from '../draw.ts'
import type { Twist } from '../feature.ts'
import type { LabPlan } from '../plan.ts'
import { about, count, iptables, post, say, words } from './firewall-words.ts'

export const FILTER_TWISTS: readonly Twist[] = [
  { name: 'filter-drop', apply: drop },
  { name: 'filter-reject', apply: reject },
  { name: 'filter-tcp-reset', apply: tcpReset },
  { name: 'filter-policy', apply: policy },
  { name: 'filter-state', apply: state },
  { name: 'filter-chain', apply: userChain },
  { name: 'filter-device', apply: byDevice },
  { name: 'filter-icmp-type', apply: icmpType },
  { name: 'filter-ports', apply: ports },
  { name: 'filter-mark', apply: mark },
  { name: 'filter-edit', apply: edit },
  { name: 'filter-refused', apply: refused },
  { name: 'filter-untracked', apply: untracked },
  { name: 'filter-limit', apply: limit },
  { name: 'filter-addrtype', apply: addressType },
  { name: 'filter-flows', apply: flows },
  { name: 'filter-output', apply: output },
]

function drop(lab: LabPlan, draw: Draw): void {
  const at = post(lab, draw)
  lab.setup(iptables(at.ns, words(`-A ${at.chain}`, about(draw, at), '-j DROP')))
  lab.group(ping(at.from.ns, at.to.address), say(draw, at), count(draw, at))
}

const REJECTIONS = ['net', 'host', 'port', 'proto'].map((what) => `icmp-${what}-unreachable`)
const PROHIBITIONS = ['net', 'host', 'admin'].map((what) => `icmp-${what}-prohibited`)

function reject(lab: LabPlan, draw: Draw): void {
  const at = post(lab, draw)
  const how = draw.chance(0.3) ? '' : ` --reject-with ${draw.pick([...REJECTIONS, ...PROHIBITIONS])}`
  lab.setup(iptables(at.ns, words(`-A ${at.chain}`, about(draw, at), `-j REJECT${how}`)))
  lab.group(ping(at.from.ns, at.to.address), say(draw, at), count(draw, at))
}

function tcpReset(lab: LabPlan, draw: Draw): void {
  const at = post(lab, draw)
  lab.setup(iptables(at.ns, `-A ${at.chain} -p tcp --dport 80 -j REJECT --reject-with tcp-reset`))
  if (draw.chance(0.5)) lab.group(run(at.to.ns, 'nc -l 80 &'))
  lab.group(run(at.from.ns, `nc -z -v -w 1 ${at.to.address} 80`), count(draw, at))
}

/** Everything is forbidden but what a rule lets pass. */
function policy(lab: LabPlan, draw: Draw): void {
  const at = post(lab, draw)
  lab.setup(iptables(at.ns, `-P ${at.chain} DROP`))
  const open = draw.pick([
    '-m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT',
    `-s ${at.from.address} -j ACCEPT`,
    '-p icmp -j ACCEPT',
    '-p tcp -j ACCEPT',
  ])
  lab.setup(iptables(at.ns, `-A ${at.chain} ${open}`))
  lab.group(ping(at.from.ns, at.to.address), ping(at.to.ns, at.from.address), say(draw, at), count(draw, at))
}

/** The stateful firewall: who began decides. */
function state(lab: LabPlan, draw: Draw): void {
  const at = post(lab, draw)
  const match = draw.chance(0.7) ? '-m conntrack --ctstate' : '-m state --state'
  const accepted = draw.pick(['ESTABLISHED', 'RELATED,ESTABLISHED', 'NEW', 'NEW,ESTABLISHED', 'INVALID', 'RELATED'])
  lab.setup(iptables(at.ns, `-A ${at.chain} ${match} ${accepted} -j ACCEPT`))
  const rest = draw.pick(['-j DROP', '-j REJECT', '-m conntrack --ctstate NEW -j DROP', ''])
  lab.setup(iptables(at.ns, words(`-A ${at.chain}`, rest)))
  lab.group(say(draw, at), say(draw, { from: at.to, to: at.from }), count(draw, at))
}

function userChain(lab: LabPlan, draw: Draw): void {
  const at = post(lab, draw)
  lab.setup(iptables(at.ns, '-N MINE'), iptables(at.ns, `-A ${at.chain} ${draw.pick(['-j', '-j', '-g'])} MINE`))
  lab.setup(iptables(at.ns, words('-A MINE', about(draw, at), `-j ${draw.pick(['RETURN', 'DROP', 'ACCEPT'])}`)))
  lab.setup(iptables(at.ns, words(`-A ${at.chain}`, about(draw, at), `-j ${draw.pick(['DROP', 'ACCEPT', 'REJECT'])}`)))
  lab.group(say(draw, at), iptables(at.ns, draw.pick(['-L -nv', '-S -v', '-L MINE -nv', '-X MINE', '-F MINE'])))
}

function byDevice(lab: LabPlan, draw: Draw): void {
  const at = post(lab, draw)
  const [router] = lab.routers
  const [inDev, outDev] =
    at.chain === 'FORWARD' && router !== undefined
      ? [router.inDev, router.outDev]
      : [at.to.dev, at.chain === 'OUTPUT' ? at.from.dev : undefined]
  const inMatch = at.chain === 'OUTPUT' ? '' : draw.pick([`-i ${inDev}`, `! -i ${inDev}`, '-i eth+', '-i lo'])
  const outMatch = at.chain === 'INPUT' || outDev === undefined ? '' : draw.pick([`-o ${outDev}`, `! -o ${outDev}`, ''])
  lab.setup(iptables(at.ns, words(`-A ${at.chain}`, inMatch, outMatch, `-j ${draw.pick(['DROP', 'REJECT'])}`)))
  lab.group(ping(at.from.ns, at.to.address), say(draw, { from: at.to, to: at.from }), count(draw, at))
}

function icmpType(lab: LabPlan, draw: Draw): void {
  const at = post(lab, draw)
  const type = draw.pick(['echo-request', 'echo-reply', '8', '3', '3/3', 'any', 'destination-unreachable'])
  const not = draw.chance(0.3) ? '! ' : ''
  lab.setup(iptables(at.ns, `-A ${at.chain} -p icmp ${not}--icmp-type ${type} -j DROP`))
  const knock = `echo hello | ${run(at.from.ns, `nc -u -w 1 ${at.to.address} 5000`)}`
  lab.group(ping(at.from.ns, at.to.address), ping(at.to.ns, at.from.address), knock, count(draw, at))
}

function ports(lab: LabPlan, draw: Draw): void {
  const at = post(lab, draw)
  const [protocol, udp] = draw.pick([['tcp', ''] as const, ['udp', '-u '] as const])
  const match = draw.pick([
    '--dport 5000',
    '--dport 5000:5010',
    '! --dport 5000',
    '--sport 1024:',
    '-m multiport --dports 53,5000,8000:8080',
  ])
  lab.setup(iptables(at.ns, `-A ${at.chain} -p ${protocol} ${match} -j ${draw.pick(['DROP', 'REJECT'])}`))
  lab.group(
    ...['5000', '5011'].map((port) => `echo hello | ${run(at.from.ns, `nc ${udp}-w 1 ${at.to.address} ${port}`)}`),
    count(draw, at),
  )
}

function mark(lab: LabPlan, draw: Draw): void {
  const at = post(lab, draw)
  const chain = at.chain === 'OUTPUT' ? 'OUTPUT' : 'PREROUTING'
  const how = draw.pick(['--set-mark 1', '--set-xmark 0x1/0xff', '--or-mark 1'])
  lab.setup(run(at.ns, `iptables -t mangle -A ${chain} -p icmp -j MARK ${how}`))
  lab.setup(iptables(at.ns, `-A ${at.chain} -m mark ${draw.chance(0.3) ? '! ' : ''}--mark 1 -j DROP`))
  lab.group(say(draw, at), count(draw, at), run(at.ns, 'iptables -t mangle -nvL'))
}

/** Rules come, change and go while packets pass. */
function edit(lab: LabPlan, draw: Draw): void {
  const at = post(lab, draw)
  lab.setup(iptables(at.ns, `-A ${at.chain} -p icmp -j DROP`), iptables(at.ns, `-A ${at.chain} -p udp -j ACCEPT`))
  const changes = [
    `-R ${at.chain} 1 -p icmp -j REJECT`,
    `-I ${at.chain} -s ${at.from.address} -j ACCEPT`,
    `-I ${at.chain} 2 -j REJECT`,
    `-D ${at.chain} 1`,
    `-D ${at.chain} -p icmp -j DROP`,
    `-Z ${at.chain}`,
    `-F ${at.chain}`,
    `-C ${at.chain} -p icmp -j DROP`,
  ]
  const [first = '', second = ''] = draw.shuffle(changes)
  lab.group(
    ping(at.from.ns, at.to.address),
    iptables(at.ns, first),
    iptables(at.ns, second),
    say(draw, at),
    count(draw, at),
  )
}

function refused(lab: LabPlan, draw: Draw): void {
  const { ns, chain } = post(lab, draw)
  const attempts = [
    `-A NOCHAIN -j DROP`,
    `-A ${chain} -j NOTARGET`,
    `-D ${chain} 7`,
    `-D ${chain} -p icmp -j DROP`,
    '-P NOCHAIN DROP',
    `-P ${chain} REJECT`,
    `-A ${chain} --dport 80 -j DROP`,
    `-A ${chain} -p tcp --dport http,https -j DROP`,
    `-t nat -A ${chain === 'FORWARD' ? 'FORWARD' : 'POSTROUTING'} -j DROP`,
    '-t nosuch -L',
    '-N INPUT',
    '-X NOCHAIN',
    `-I ${chain} 9 -j DROP`,
    `-A INPUT -o eth0 -j DROP`,
    `-t nat -A POSTROUTING -j DNAT --to 10.0.0.1`,
    `-A ${chain} -m state --state WRONG -j DROP`,
    `-A ${chain} -j REJECT --reject-with wrong`,
  ]
  lab.group(
    ...draw
      .shuffle(attempts)
      .slice(0, 3)
      .map((rest) => iptables(ns, rest)),
  )
}

function untracked(lab: LabPlan, draw: Draw): void {
  const at = post(lab, draw)
  const chain = at.chain === 'OUTPUT' ? 'OUTPUT' : 'PREROUTING'
  lab.setup(run(at.ns, `iptables -t raw -A ${chain} -p icmp -j ${draw.pick(['NOTRACK', 'CT --notrack'])}`))
  const wanted = draw.pick(['UNTRACKED', 'NEW', 'INVALID'])
  lab.setup(iptables(at.ns, `-A ${at.chain} -m conntrack --ctstate ${wanted} -j DROP`))
  lab.group(say(draw, at), ping(at.to.ns, at.from.address), count(draw, at))
}

function limit(lab: LabPlan, draw: Draw): void {
  const at = post(lab, draw)
  const rate = draw.pick(['1/min --limit-burst 2', '1/s --limit-burst 1', '6/min --limit-burst 3'])
  lab.setup(iptables(at.ns, `-A ${at.chain} -p icmp -m limit --limit ${rate} -j ACCEPT`))
  lab.setup(iptables(at.ns, `-A ${at.chain} -p icmp -j DROP`))
  lab.group(run(at.from.ns, `ping -c 5 -i 0.2 -W 1 ${at.to.address}`), count(draw, at))
}

function addressType(lab: LabPlan, draw: Draw): void {
  const at = post(lab, draw)
  const type = draw.pick([
    '--dst-type LOCAL',
    '--src-type LOCAL',
    '! --dst-type LOCAL',
    '--dst-type UNICAST',
    '--src-type UNICAST',
  ])
  lab.setup(iptables(at.ns, `-A ${at.chain} -m addrtype ${type} -j ${draw.pick(['DROP', 'REJECT'])}`))
  lab.group(ping(at.from.ns, at.to.address), count(draw, at))
}

/** What is known of flows, where something makes the kernel watch them. */
function flows(lab: LabPlan, draw: Draw): void {
  const at = post(lab, draw)
  lab.setup(iptables(at.ns, `-A ${at.chain} -m conntrack --ctstate ${draw.pick(['NEW', 'INVALID', 'ESTABLISHED'])}`))
  const look = draw.pick(['-L', '-L -p icmp', '-L -p udp', '-C', `-L -s ${at.from.address}`])
  lab.group(say(draw, at), run(at.ns, `conntrack ${look}`), count(draw, at))
}

/** A machine's own packets, which programs hear the refusal of. */
function output(lab: LabPlan, draw: Draw): void {
  const { from, to } = lab.asked(draw)
  lab.setup(iptables(from.ns, words('-A OUTPUT', about(draw, { from, to }), `-j ${draw.pick(['DROP', 'REJECT'])}`)))
  lab.group(
    ping(from.ns, to.address),
    say(draw, { from, to }),
    say(draw, { from: to, to: from }),
    count(draw, { ns: from.ns, chain: 'OUTPUT' }),
  )
}
