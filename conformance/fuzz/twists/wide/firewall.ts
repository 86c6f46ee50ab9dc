/** Tables, chains, matches and targets that the stateful suite leaves out, on whole packets, fragments and errors. */
import { ip, ping, run, sysctl } from '../../commands.ts'
import type { Draw } from '../../draw.ts'
import type { Twist } from '../../feature.ts'
import { addressNear } from '../../plan.ts'
import type { Host, LabPlan, RouterPlan } from '../../plan.ts'
import { crossing, knock, pings, udp } from './words.ts'

export const FIREWALL_TWISTS: readonly Twist[] = [
  { name: 'iptables-every-hook', apply: everyHook },
  { name: 'iptables-header-targets', apply: headerTargets },
  { name: 'iptables-memory', apply: memory },
  { name: 'iptables-packet-matches', apply: packetMatches },
  { name: 'iptables-connmark', apply: connmark },
  { name: 'iptables-rejects', apply: rejects },
  { name: 'nat-netmap', apply: netmap },
  { name: 'nat-fragments', apply: natFragments },
  { name: 'nat-narrow', apply: natNarrow },
  { name: 'nat-local', apply: natLocal },
  { name: 'nat-run', apply: natRun },
]

interface Edge {
  readonly from: Host
  readonly to: Host
  readonly router: RouterPlan
  /** The router's own address on the far side. */
  readonly outside: Host
}

function edge(lab: LabPlan): Edge {
  const { from, to, router } = crossing(lab)
  const outside = lab.hosts.find(({ ns, dev }) => ns === router.ns && dev === router.outDev)
  if (outside === undefined) throw new Error('this twist needs a router with an address outside')
  return { from, to, router, outside }
}

const iptables = (ns: string, rest: string): string => run(ns, `iptables ${rest}`)

const HOOKS: readonly (readonly [table: string, chain: string])[] = [
  ['raw', 'PREROUTING'],
  ['raw', 'OUTPUT'],
  ['mangle', 'PREROUTING'],
  ['mangle', 'INPUT'],
  ['mangle', 'FORWARD'],
  ['mangle', 'OUTPUT'],
  ['mangle', 'POSTROUTING'],
  ['filter', 'INPUT'],
  ['filter', 'FORWARD'],
  ['filter', 'OUTPUT'],
  ['nat', 'PREROUTING'],
  ['nat', 'INPUT'],
  ['nat', 'OUTPUT'],
  ['nat', 'POSTROUTING'],
]

/** A packet is counted wherever it passes, and lost in one place. */
function everyHook(lab: LabPlan, draw: Draw): void {
  const { from, to, router } = edge(lab)
  const ns = draw.pick([router.ns, router.ns, to.ns, from.ns])
  for (const [table, chain] of draw.shuffle(HOOKS).slice(0, 5)) {
    const verdict =
      table === 'nat' ? draw.pick(['RETURN', 'ACCEPT']) : draw.pick(['DROP', 'ACCEPT', 'RETURN', 'ACCEPT'])
    lab.setup(iptables(ns, `-t ${table} -A ${chain} -p ${draw.pick(['icmp', 'udp', 'all'])} -j ${verdict}`))
  }
  const show = draw.shuffle(['raw', 'mangle', 'filter', 'nat']).slice(0, 2)
  lab.group(
    ping(from.ns, to.address),
    udp(from.ns, to.address, 5000),
    ping(ns, draw.pick([to.address, '127.0.0.1'])),
    ...show.map((table) => iptables(ns, `-t ${table} -nvL`)),
  )
}

function headerTargets(lab: LabPlan, draw: Draw): void {
  const { from, to, router } = edge(lab)
  const ns = draw.pick([router.ns, router.ns, from.ns])
  const chain =
    ns === router.ns ? draw.pick(['PREROUTING', 'FORWARD', 'POSTROUTING']) : draw.pick(['OUTPUT', 'POSTROUTING'])
  const target = draw.pick([
    'TOS --set-tos 0x10',
    'TOS --set-tos 0x08/0x3f',
    'TOS --and-tos 0x0f',
    'TOS --or-tos 0x04',
    'TOS --xor-tos 0x10',
    'DSCP --set-dscp 46',
    'DSCP --set-dscp-class AF21',
    'TTL --ttl-set 9',
    'TTL --ttl-dec 3',
    'TTL --ttl-inc 2',
  ])
  lab.setup(iptables(ns, `-t mangle -A ${chain} -j ${target}`))
  if (draw.chance(0.5))
    lab.setup(
      iptables(
        to.ns,
        `-A INPUT ${draw.pick(['-m tos --tos 0x10', '-m dscp --dscp 46', '-m ttl --ttl-lt 20', '-m dscp --dscp-class AF21'])}`,
      ),
    )
  lab.group(
    ping(from.ns, to.address, draw.pick(['', '-Q 0x08', '-t 5'])),
    udp(from.ns, to.address, 5000),
    knock(from.ns, to.address, 80),
    iptables(ns, '-t mangle -nvL'),
    iptables(to.ns, '-nvL'),
  )
}

/** Rules that remember: who came lately, how many connections there are, how much there was. */
function memory(lab: LabPlan, draw: Draw): void {
  const { from, to, router } = edge(lab)
  const [ns, chain] = draw.pick([[router.ns, 'FORWARD'] as const, [to.ns, 'INPUT'] as const])
  const match = draw.pick([
    '-m recent --name seen --update --seconds 60 --hitcount 2',
    '-m recent --name seen --remove',
    '-m recent --name seen --update --seconds 60 --hitcount 3',
    '-m recent --name seen --rcheck',
    '-m recent --name seen --rcheck --rdest',
    '-m connlimit --connlimit-above 1',
    '-m connlimit --connlimit-upto 1',
    '-m limit --limit 2/s --limit-burst 2',
  ])
  if (match.includes('recent') && draw.chance(0.8))
    lab.setup(
      iptables(ns, `-A ${chain} -p icmp -m recent --name seen --set${match.includes('rdest') ? ' --rdest' : ''}`),
    )
  lab.setup(iptables(ns, `-A ${chain} ${match} -j ${draw.pick(['DROP', 'REJECT'])}`))
  lab.group(
    pings(from.ns, to.address, 4, 0.3),
    udp(from.ns, to.address, 5000),
    pings(from.ns, to.address, 2, 0.3),
    iptables(ns, `-nvL ${chain}`),
    iptables(ns, '-S'),
  )
}

function packetMatches(lab: LabPlan, draw: Draw): void {
  const { from, to, router } = edge(lab)
  const [ns, chain] = draw.pick([
    [router.ns, 'FORWARD'] as const,
    [to.ns, 'INPUT'] as const,
    [from.ns, 'OUTPUT'] as const,
  ])
  const matches = [
    `-m iprange --src-range ${from.address}-${addressNear(from, 99)}`,
    `-m iprange ! --dst-range ${to.address}-${addressNear(to, 200)}`,
    '-m length --length 84',
    '-m length --length 0:80',
    '-m length ! --length 84',
    '-m ttl --ttl-eq 64',
    '-m ttl --ttl-gt 63',
    '-m tos --tos 0x10',
    '-m pkttype --pkt-type unicast',
    '-m pkttype ! --pkt-type broadcast',
    '-m conntrack --ctproto icmp',
    `-m conntrack --ctorigsrc ${from.address}`,
    `-m conntrack --ctrepldst ${from.address}`,
    '-m conntrack --ctstatus SEEN_REPLY',
    '-m conntrack --ctstatus NONE',
    '-m conntrack --ctdir REPLY',
    '-m conntrack --ctstate NEW --ctproto udp',
    '-m conntrack --ctorigdstport 5000',
    '-p udp -m length --length 34',
    '-p udp -m multiport --dports 4999:5001',
    '-p tcp -m tcpmss --mss 1400:1500',
    '-f',
  ]
  const [first = '', second = ''] = draw.shuffle(matches)
  lab.setup(
    iptables(ns, `-A ${chain} ${first} -j ${draw.pick(['DROP', 'REJECT'])}`),
    iptables(ns, `-A ${chain} ${second}`),
  )
  lab.group(
    ping(from.ns, to.address),
    udp(from.ns, to.address, 5000),
    knock(from.ns, to.address, 80),
    ping(to.ns, from.address),
    iptables(ns, `-nvL ${chain}`),
  )
}

function connmark(lab: LabPlan, draw: Draw): void {
  const { from, to, router } = edge(lab)
  const mangle = (rest: string): string => iptables(router.ns, `-t mangle -A ${rest}`)
  lab.setup(mangle(`PREROUTING -j CONNMARK --restore-mark`))
  lab.setup(
    mangle(
      `PREROUTING -m mark --mark 0 -i ${router.inDev} -p ${draw.pick(['icmp', 'udp', 'tcp'])} -j MARK --set-mark ${draw.pick([1, 2])}`,
    ),
  )
  lab.setup(mangle(`${draw.pick(['POSTROUTING', 'FORWARD'])} -j CONNMARK --save-mark`))
  lab.setup(
    iptables(
      router.ns,
      `-A FORWARD -m connmark --mark ${draw.pick(['1', '2', '0', '1/1'])} -j ${draw.pick(['ACCEPT', 'DROP', 'REJECT'])}`,
    ),
  )
  if (draw.chance(0.4)) lab.setup(ip(router.ns, 'rule add fwmark 1 prohibit'))
  lab.group(
    pings(from.ns, to.address, 2, 0.3),
    udp(from.ns, to.address, 5000),
    run(router.ns, draw.pick(['conntrack -L', 'conntrack -L -m 1', 'iptables -t mangle -nvL'])),
    iptables(router.ns, '-nvL FORWARD'),
  )
}

/** Rejected in every place, also what is a fragment, a broadcast, or an answer. */
function rejects(lab: LabPlan, draw: Draw): void {
  const { from, to, router } = edge(lab)
  const [ns, chain] = draw.pick([
    [router.ns, 'FORWARD'] as const,
    [to.ns, 'INPUT'] as const,
    [to.ns, 'OUTPUT'] as const,
    [from.ns, 'OUTPUT'] as const,
    [from.ns, 'INPUT'] as const,
  ])
  const how = draw.pick([
    '',
    ' --reject-with icmp-proto-unreachable',
    ' --reject-with icmp-net-prohibited',
    ' --reject-with icmp-host-unreachable',
  ])
  lab.setup(
    iptables(
      ns,
      `-A ${chain} ${draw.pick(['-p udp', '-p icmp', '-f', '-p icmp --icmp-type 3', '-m conntrack --ctstate ESTABLISHED', '-p tcp'])} -j REJECT${how}`,
    ),
  )
  lab.group(
    ping(from.ns, to.address, draw.pick(['', '-s 2000'])),
    udp(from.ns, to.address, 5000),
    knock(from.ns, to.address, 80),
    ping(to.ns, from.address),
    iptables(ns, `-nvL ${chain}`),
  )
}

function netmap(lab: LabPlan, draw: Draw): void {
  const { from, to, router, outside } = edge(lab)
  const inside = from.address.replace(/\d+$/, '0/24')
  const shown = '198.51.100.0/24'
  lab.setup(iptables(router.ns, `-t nat -A PREROUTING -d ${shown} -j NETMAP --to ${inside}`))
  if (draw.chance(0.7)) lab.setup(iptables(router.ns, `-t nat -A POSTROUTING -s ${inside} -j NETMAP --to ${shown}`))
  lab.setup(ip(to.ns, `route replace ${shown} via ${outside.address}`))
  const alias = `198.51.100.${from.address.replace(/.*\./, '')}`
  lab.group(
    ping(to.ns, alias),
    ping(from.ns, to.address),
    udp(to.ns, alias, 5000),
    run(router.ns, draw.pick(['conntrack -L', 'iptables -t nat -nvL'])),
  )
}

/** What is translated is put together first, and cut again where the way is narrow. */
function natFragments(lab: LabPlan, draw: Draw): void {
  const { from, to, router } = edge(lab)
  lab.setup(
    iptables(
      router.ns,
      `-t nat -A POSTROUTING -o ${router.outDev} -j ${draw.pick(['MASQUERADE', 'MASQUERADE', 'ACCEPT'])}`,
    ),
  )
  const mtu = draw.pick([1500, 1000, 576])
  if (mtu !== 1500) lab.setup(ip(draw.pick([from.ns]), `link set ${from.dev} mtu ${mtu}`))
  if (draw.chance(0.4)) lab.setup(ip(router.ns, `link set ${router.outDev} mtu ${draw.pick([700, 1400])}`))
  if (draw.chance(0.3)) lab.setup(iptables(router.ns, `-A FORWARD -f -j DROP`))
  lab.group(
    ping(from.ns, to.address, `-s ${draw.pick([1473, 2000, 4000])}`),
    `printf '%${draw.pick([1473, 3000])}s' '' | tr ' ' x | ${run(from.ns, `nc -u -w 1 ${to.address} 6200`)}`,
    ping(from.ns, to.address),
    run(router.ns, draw.pick(['conntrack -L', 'iptables -nvL FORWARD', 'iptables -t nat -nvL'])),
  )
}

/** An error about a packet that was translated finds its sender, with what it says of sizes. */
function natNarrow(lab: LabPlan, draw: Draw): void {
  const { from, to, router } = edge(lab)
  lab.setup(iptables(router.ns, `-t nat -A POSTROUTING -o ${router.outDev} -j MASQUERADE`))
  const mtu = draw.pick([1000, 1300])
  const ns = draw.pick([router.ns, to.ns])
  lab.setup(ip(ns, `link set ${ns === to.ns ? to.dev : router.outDev} mtu ${mtu}`))
  const clamp = draw.pick(['', '', '--clamp-mss-to-pmtu', '--clamp-mss-to-pmtu', '--set-mss 500', '--set-mss 1000'])
  const syn = '-t mangle -A FORWARD -p tcp --tcp-flags SYN,RST SYN -j TCPMSS'
  if (clamp !== '') lab.setup(iptables(router.ns, `${syn} ${clamp}`))
  lab.group(
    ping(from.ns, to.address, `-M do -s ${mtu}`),
    ip(from.ns, `route get ${to.address}`),
    run(to.ns, 'nc -l 6100 &'),
    `printf '%900s' '' | tr ' ' x | ${run(from.ns, `nc -N ${to.address} 6100`)}`,
    knock(from.ns, to.address, 80),
  )
}

/** To programs of the router itself, by REDIRECT or DNAT, and what the filter sees of it. */
function natLocal(lab: LabPlan, draw: Draw): void {
  const { from, to, router } = edge(lab)
  const inside = lab.hosts.find(({ ns, lan }) => ns === router.ns && lan === from.lan)
  const address = inside?.address ?? from.address
  const target = draw.pick([
    'REDIRECT --to-ports 9053',
    `DNAT --to-destination ${address}:9053`,
    'REDIRECT',
    'DNAT --to-destination :9053',
  ])
  lab.setup(iptables(router.ns, `-t nat -A PREROUTING -i ${router.inDev} -p udp --dport 9050:9060 -j ${target}`))
  if (draw.chance(0.4)) lab.setup(iptables(router.ns, '-A INPUT -p udp -m conntrack ! --ctstate DNAT -j DROP'))
  lab.group(
    ...(draw.chance(0.7) ? [`echo answer | ${run(router.ns, 'nc -u -l 9053 &')}`] : []),
    udp(from.ns, to.address, 9055),
    udp(from.ns, draw.pick([to.address, address]), 9053, '-p 4000'),
    run(router.ns, draw.pick(['conntrack -L -p udp', 'iptables -t nat -nvL'])),
  )
}

/** Rules of translation change while a flow is known: it keeps what it was given. */
function natRun(lab: LabPlan, draw: Draw): void {
  const { from, to, router, outside } = edge(lab)
  const second = addressNear(outside, 78)
  lab.setup(ip(router.ns, `addr add ${second}/32 dev ${outside.dev}`))
  lab.setup(
    iptables(
      router.ns,
      `-t nat -A POSTROUTING -o ${router.outDev} -j ${draw.pick(['MASQUERADE', `SNAT --to-source ${second}`])}`,
    ),
  )
  const change = draw.pick([
    '-t nat -F',
    `-t nat -R POSTROUTING 1 -o ${router.outDev} -j SNAT --to-source ${draw.pick([second, outside.address])}`,
    '-t raw -A PREROUTING -j NOTRACK',
    '-P FORWARD DROP',
    `-I FORWARD -m conntrack --ctstate NEW -j DROP`,
  ])
  lab.group(
    udp(from.ns, to.address, 5000, '-p 4000'),
    iptables(router.ns, change),
    udp(from.ns, to.address, 5000, '-p 4000'),
    draw.pick([
      run(router.ns, 'conntrack -F'),
      sysctl(router.ns, 'ip_forward', 0),
      run(router.ns, 'conntrack -D -p udp'),
    ]),
    udp(from.ns, to.address, 5000, '-p 4000'),
    run(router.ns, 'conntrack -L'),
  )
}
