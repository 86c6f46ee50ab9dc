/** What routers say when a packet cannot go on, and what the asker makes of it; settings that change on the run. */
import { confKey, ip, ping, run, sysctl } from '../../commands.ts'
import type { Draw } from '../../draw.ts'
import type { Twist } from '../../feature.ts'
import { addressNear, broadcastOf } from '../../plan.ts'
import type { LabPlan } from '../../plan.ts'
import { crossing, knock, pings, udp } from './words.ts'

export const ERROR_TWISTS: readonly Twist[] = [
  { name: 'redirects-run', apply: redirects },
  { name: 'path-mtu-run', apply: pathMtu },
  { name: 'fragments', apply: fragments },
  { name: 'fragments-lost', apply: fragmentsLost },
  { name: 'ttl-run', apply: timeToLive },
  { name: 'icmp-rate', apply: rate },
  { name: 'forwarding-run', apply: forwarding },
  { name: 'traceroute-words', apply: traceroute },
  { name: 'broadcast-forwarding', apply: broadcastForwarding },
  { name: 'bind-nonlocal', apply: nonlocal },
]

function redirects(lab: LabPlan, draw: Draw): void {
  const { from, to, router } = crossing(lab, draw)
  const change = (ns: string, dev: string): string =>
    sysctl(
      ns,
      confKey(
        draw.pick(['all', dev]),
        draw.pick(['send_redirects', 'accept_redirects', 'secure_redirects', 'shared_media', 'forwarding']),
      ),
      draw.pick([0, 1]),
    )
  lab.setup(ip(from.ns, `route replace 203.0.113.0/24 via ${addressNear(from, 254)}`))
  lab.setup(ip(router.ns, `route replace 203.0.113.0/24 via ${addressNear(from, draw.pick([253, 77, 1]))}`))
  const target = draw.pick([to.address, '203.0.113.5'])
  lab.group(
    draw.chance(0.5) ? change(router.ns, router.inDev) : change(from.ns, from.dev),
    pings(from.ns, target, 3, 0.5),
    ip(from.ns, draw.pick([`route get ${target}`, 'route show cache', 'neigh'])),
    draw.pick([
      ip(from.ns, 'route flush cache'),
      change(from.ns, from.dev),
      ip(from.ns, `route add 198.51.100.0/24 dev ${from.dev}`),
    ]),
    pings(from.ns, target, 2, 0.5),
    ip(from.ns, `route get ${target}`),
  )
}

/** The way gets narrower after it was used, and wide again. */
function pathMtu(lab: LabPlan, draw: Draw): void {
  const { from, to, router } = crossing(lab, draw)
  const size = draw.pick([600, 1000, 1200])
  if (draw.chance(0.3)) lab.setup(sysctl(from.ns, 'route.min_pmtu', draw.pick([1100, 1300])))
  if (draw.chance(0.3)) lab.setup(sysctl(router.ns, 'ip_forward_use_pmtu', 1))
  lab.group(
    ping(from.ns, to.address, `-M do -s ${size}`),
    ip(router.ns, `link set ${router.outDev} mtu ${size}`),
    pings(from.ns, to.address, 2, 0.4, `-M ${draw.pick(['do', 'want', 'dont'])} -s ${size}`),
    ip(from.ns, draw.pick(['route show cache', `route get ${to.address}`])),
    draw.pick([
      ip(from.ns, 'route flush cache'),
      ip(router.ns, `link set ${router.outDev} mtu 1500`),
      ip(from.ns, `link set ${from.dev} mtu ${size - 100}`),
    ]),
    ping(from.ns, to.address, `-M ${draw.pick(['do', 'want'])} -s ${draw.pick([size, size - 28])}`),
    ip(from.ns, `route get ${to.address}`),
  )
}

/** Pieces of pieces: each link on the way takes less. Not so many at once that a capture loses some. */
function fragments(lab: LabPlan, draw: Draw): void {
  const { from, to, router } = crossing(lab, draw)
  const [near, far] = draw.pick([[1500, 700] as const, [1000, 996] as const, [576, 300] as const, [1400, 200] as const])
  lab.setup(ip(from.ns, `link set ${from.dev} mtu ${near}`), ip(router.ns, `link set ${router.outDev} mtu ${far}`))
  if (draw.chance(0.4)) lab.setup(ip(to.ns, `link set ${to.dev} mtu ${far}`))
  if (draw.chance(0.3)) lab.setup(run(router.ns, 'iptables -A FORWARD -m conntrack --ctstate INVALID -j DROP'))
  const bytes = draw.pick([500, 1472, 2000, 3001])
  lab.group(
    ping(from.ns, to.address, `-M dont -s ${bytes}`),
    `printf '%${draw.pick([600, 1473, 2500])}s' '' | tr ' ' x | ${run(from.ns, `nc -u -w 1 ${to.address} 6200`)}`,
    ping(to.ns, from.address, `-s ${bytes}`),
    run(router.ns, 'iptables -L FORWARD -nv'),
  )
}

/** Some of the pieces are taken away on the way: what is left is given up after a time, and the sender is told or not. */
function fragmentsLost(lab: LabPlan, draw: Draw): void {
  const { from, to, router } = crossing(lab, draw)
  const which = draw.pick(['-f', '! -f', '-f'])
  const isRaw = draw.chance(0.5)
  lab.setup(
    run(router.ns, `iptables ${isRaw ? '-t raw -A PREROUTING' : '-A FORWARD'} -s ${from.address} ${which} -j DROP`),
  )
  lab.setup(sysctl(to.ns, 'ipfrag_time', draw.pick([1, 2])))
  lab.group(
    ping(from.ns, to.address, '-s 2000'),
    ping(from.ns, to.address),
    udp(from.ns, to.address, 5000),
    run(router.ns, `iptables ${isRaw ? '-t raw ' : ''}-nvL`),
  )
}

function timeToLive(lab: LabPlan, draw: Draw): void {
  const { from, to, router } = crossing(lab, draw)
  const how = draw.pick([`--ttl-set ${draw.pick([1, 2, 64])}`, '--ttl-dec 1', '--ttl-inc 5'])
  lab.setup(
    run(
      router.ns,
      `iptables -t mangle -A ${draw.pick(['PREROUTING', 'FORWARD', 'POSTROUTING'])} -p icmp -j TTL ${how}`,
    ),
  )
  if (draw.chance(0.4)) lab.setup(sysctl(router.ns, 'icmp_errors_use_inbound_ifaddr', 1))
  if (draw.chance(0.3)) lab.setup(sysctl(router.ns, 'ip_default_ttl', draw.pick([1, 5])))
  lab.group(
    pings(from.ns, to.address, 2, 0.3, `-t ${draw.pick([1, 2, 3, 4])}`),
    sysctl(from.ns, 'ip_default_ttl', draw.pick([1, 2, 3])),
    ping(from.ns, to.address),
    udp(from.ns, to.address, 5000),
  )
}

/** Errors are told so often and no oftener. */
function rate(lab: LabPlan, draw: Draw): void {
  const { from, to, router } = crossing(lab, draw)
  const ns = draw.pick([router.ns, to.ns])
  lab.setup(
    ...draw
      .shuffle([
        sysctl(ns, 'icmp_ratelimit', draw.pick([0, 250, 1000, 2000])),
        sysctl(ns, 'icmp_ratemask', draw.pick([0, 6168, 8, 65535])),
        sysctl(ns, 'icmp_msgs_burst', draw.pick([1, 2])),
        sysctl(ns, 'icmp_msgs_per_sec', draw.pick([1, 2])),
      ])
      .slice(0, 2),
  )
  lab.setup(ip(router.ns, `route add ${draw.pick(['unreachable', 'prohibit'])} 203.0.113.0/24`))
  lab.setup(ip(from.ns, `route replace 203.0.113.0/24 via ${addressNear(from, 254)}`))
  lab.group(
    pings(from.ns, draw.pick(['203.0.113.9', to.address]), 4, 0.25, draw.pick(['', '-t 1'])),
    ...[1, 2].map(() => udp(from.ns, to.address, 5000)),
    pings(from.ns, '203.0.113.9', 3, 0.4),
  )
}

/** Forwarding goes off and on; with it go the settings that depend on it. */
function forwarding(lab: LabPlan, draw: Draw): void {
  const { from, to, router } = crossing(lab, draw)
  const keys = [
    'ip_forward',
    'conf.all.forwarding',
    'conf.default.forwarding',
    confKey(router.inDev, 'forwarding'),
    confKey(router.outDev, 'forwarding'),
  ]
  const [one = '', two = ''] = draw.shuffle(keys)
  const show = draw.pick([
    run(router.ns, 'sysctl net.ipv4.ip_forward'),
    run(router.ns, `sysctl net.ipv4.${confKey(router.inDev, 'forwarding')}`),
    run(router.ns, `sysctl net.ipv4.${confKey(router.outDev, 'accept_redirects')}`),
  ])
  lab.group(
    sysctl(router.ns, one, 0),
    ping(from.ns, to.address),
    show,
    sysctl(router.ns, draw.pick([one, two, 'ip_forward']), 1),
    ping(from.ns, to.address),
    ping(router.ns, to.address),
  )
}

function traceroute(lab: LabPlan, draw: Draw): void {
  const { from, to, router } = crossing(lab, draw)
  const target = draw.pick([to.address, to.address, addressNear(to, 92), addressNear(from, 254)])
  const base = 'traceroute -n -q 1 -w 1 -N 1 -m 4'
  const forms = [
    `${base} ${target}`,
    `${base} -I ${target}`,
    `${base} -U -p 33500 ${target}`,
    `${base} -F ${target} 1400`,
    `${base} -f 2 ${target}`,
    `${base} -p 40000 ${target}`,
    `${base} -s ${from.address} ${target}`,
    `${base} -i ${from.dev} ${target}`,
    `${base} -t 16 ${target}`,
    `traceroute -n -q 3 -w 1 -m 3 ${target}`,
    `traceroute -n -I -q 2 -w 1 -m 3 ${target} 200`,
    `traceroute -n -z 0.1 -q 2 -w 1 -m 2 ${target}`,
    `${base} -f 5 ${target}`,
    `traceroute -m 256 ${target}`,
  ]
  if (draw.chance(0.4))
    lab.setup(
      run(
        router.ns,
        `iptables -A FORWARD -p ${draw.pick(['udp', 'icmp'])} -j ${draw.pick(['REJECT', 'REJECT --reject-with icmp-admin-prohibited', 'DROP'])}`,
      ),
    )
  if (draw.chance(0.3))
    lab.setup(ip(router.ns, `route replace ${draw.pick(['unreachable', 'prohibit'])} ${to.address}`))
  lab.group(
    ...draw
      .shuffle(forms)
      .slice(0, 2)
      .map((form) => run(from.ns, form)),
  )
}

function broadcastForwarding(lab: LabPlan, draw: Draw): void {
  const { from, to, router } = crossing(lab, draw)
  for (const dev of draw.pick([
    ['all'],
    ['all', router.outDev],
    ['all', router.inDev],
    ['all', router.inDev, router.outDev],
  ]))
    lab.setup(sysctl(router.ns, confKey(dev, 'bc_forwarding'), 1))
  lab.setup(sysctl(to.ns, 'icmp_echo_ignore_broadcasts', 0))
  if (draw.chance(0.3)) lab.setup(sysctl(router.ns, 'icmp_echo_ignore_broadcasts', 0))
  lab.group(
    ping(from.ns, broadcastOf(to), draw.pick(['-b', ''])),
    udp(from.ns, broadcastOf(to), 5000, draw.pick(['-b', ''])),
    ip(router.ns, 'neigh'),
  )
}

/** A source address that the machine does not have. */
function nonlocal(lab: LabPlan, draw: Draw): void {
  const { from, to } = crossing(lab, draw)
  const source = draw.pick([addressNear(from, 39), '172.23.0.1'])
  const on = (value: number): string => sysctl(from.ns, 'ip_nonlocal_bind', value)
  lab.group(
    on(draw.pick([1, 1, 0])),
    ping(from.ns, to.address, `-I ${source}`),
    udp(from.ns, to.address, 5000, `-s ${source}`),
    knock(from.ns, to.address, 80, `-z -v -w 1 -s ${source}`),
    ip(from.ns, `route get ${to.address} from ${source}`),
  )
}
