/** What routers do with packets: forward, filter by source, answer errors, tell better ways, answer for others. */
import { arping, confKey, ip, ping, run, sysctl } from '../commands.ts'
import type { Draw } from '../draw.ts'
import type { Twist } from '../feature.ts'
import { addressNear } from '../plan.ts'
import type { Host, LabPlan, RouterPlan } from '../plan.ts'

export const FORWARDING_TWISTS: readonly Twist[] = [
  { name: 'forwarding-off', apply: forwardingOff },
  { name: 'forwarding-device', apply: forwardingDevice },
  { name: 'rp-filter', apply: rpFilter },
  { name: 'martian-source', apply: martian },
  { name: 'redirects', apply: redirects },
  { name: 'ttl', apply: timeToLive },
  { name: 'traceroute-udp', apply: tracerouteUdp },
  { name: 'traceroute-icmp', apply: tracerouteIcmp },
  { name: 'path-mtu', apply: pathMtu },
  { name: 'proxy-arp', apply: proxyArp },
  { name: 'linkdown-routes', apply: linkdown },
  { name: 'router-link-down', apply: routerLinkDown },
]

interface Crossing {
  readonly from: Host
  readonly to: Host
  readonly router: RouterPlan
}

/** A question that crosses a router, and one of the routers. */
function crossing(lab: LabPlan, draw: Draw): Crossing {
  const [first] = lab.pairs
  if (first === undefined || lab.routers.length === 0) throw new Error('this twist needs a router')
  return { ...first, router: draw.pick(lab.routers) }
}

function forwardingOff(lab: LabPlan, draw: Draw): void {
  const { from, to, router } = crossing(lab, draw)
  const key = draw.pick(['ip_forward', 'conf.all.forwarding'])
  lab.group(
    sysctl(router.ns, key, 0),
    ping(from.ns, to.address),
    run(router.ns, `sysctl net.ipv4.conf.${router.inDev}.forwarding`),
    ...(draw.chance(0.4) ? [sysctl(router.ns, key, 1), ping(from.ns, to.address)] : []),
  )
}

function forwardingDevice(lab: LabPlan, draw: Draw): void {
  const { from, to, router } = crossing(lab, draw)
  lab.setup(sysctl(router.ns, confKey(draw.pick([router.inDev, router.outDev, 'default']), 'forwarding'), 0))
  lab.group(ping(from.ns, to.address), ping(to.ns, from.address))
}

function rpFilter(lab: LabPlan, draw: Draw): void {
  const { from, to, router } = crossing(lab, draw)
  const ns = draw.pick([router.ns, router.ns, to.ns])
  const dev = ns === to.ns ? to.dev : router.inDev
  lab.setup(sysctl(ns, confKey(draw.pick(['all', dev]), 'rp_filter'), draw.pick([1, 1, 2])))
  const source = draw.chance(0.6) ? '172.27.0.1' : addressNear(to, 37)
  lab.setup(ip(from.ns, `addr add ${source}/32 dev lo`))
  if (draw.chance(0.4)) lab.setup(ip(ns, `route add ${source} dev ${draw.pick([router.outDev, 'lo', dev])}`))
  lab.group(ping(from.ns, to.address), ping(from.ns, to.address, `-I ${source}`))
}

function martian(lab: LabPlan, draw: Draw): void {
  const { from, to, router } = crossing(lab, draw)
  const source = draw.pick([to.address, addressNear(to, 255), '0.0.0.0', '240.0.0.1', '127.0.0.1', '169.254.7.7'])
  if (!['0.0.0.0', '127.0.0.1'].includes(source)) lab.setup(ip(from.ns, `addr add ${source}/32 dev lo`))
  const target = source === to.address ? addressNear(to, 254) : to.address
  lab.group(ping(from.ns, target, `-I ${source}`), ip(router.ns, 'neigh'))
}

function redirects(lab: LabPlan, draw: Draw): void {
  const { from, to, router } = crossing(lab, draw)
  const setting = draw.pick(['send_redirects', 'accept_redirects', 'shared_media', 'secure_redirects'])
  const ns = setting === 'accept_redirects' || setting === 'secure_redirects' ? from.ns : router.ns
  const dev = ns === from.ns ? from.dev : router.inDev
  for (const key of draw.pick([['all', dev], [dev], ['all']])) lab.setup(sysctl(ns, confKey(key, setting), 0))
  // A way through the router that leads back to the same network.
  lab.setup(ip(from.ns, `route add 203.0.113.5 via ${addressNear(from, 254)}`))
  lab.group(
    run(from.ns, `ping -c 3 -i 0.6 -W 1 ${draw.pick([to.address, to.address, '203.0.113.5'])}`),
    ip(from.ns, `route get ${to.address}`),
  )
}

function timeToLive(lab: LabPlan, draw: Draw): void {
  const { from, to, router } = crossing(lab, draw)
  const [one, two] = draw.shuffle([1, 2, 3, 4])
  if (draw.chance(0.3)) lab.setup(sysctl(to.ns, 'ip_default_ttl', draw.pick([1, 2, 3, 100])))
  if (draw.chance(0.4)) {
    lab.setup(ip(router.ns, `addr add 10.123.0.${lab.draw.integer(1, 200)}/32 dev lo`))
    lab.setup(sysctl(router.ns, 'icmp_errors_use_inbound_ifaddr', 1))
  }
  lab.group(ping(from.ns, to.address, `-t ${one}`), ping(from.ns, to.address, `-t ${two}`))
}

function tracerouteUdp(lab: LabPlan, draw: Draw): void {
  const { from, to, router } = crossing(lab, draw)
  if (draw.chance(0.2)) lab.setup(sysctl(router.ns, 'ip_forward', 0))
  const target = draw.pick([to.address, to.address, addressNear(to, 92), '203.0.113.1'])
  const options = draw.pick(['-N 1', '-N 1', '', '-f 2 -N 1', '-p 40000 -N 1', '-F -N 1'])
  lab.group(run(from.ns, `traceroute -n -q 1 -w 1 -m 5 ${options === '' ? '' : `${options} `}${target}`))
}

function tracerouteIcmp(lab: LabPlan, draw: Draw): void {
  const { from, to } = crossing(lab, draw)
  const target = draw.pick([to.address, to.address, addressNear(to, 91)])
  const options = draw.pick(['-N 1', '-N 1', '', '-f 2 -N 1'])
  lab.group(run(from.ns, `traceroute -I -n -q 1 -w 1 -m 5 ${options === '' ? '' : `${options} `}${target}`))
}

function pathMtu(lab: LabPlan, draw: Draw): void {
  const { from, to, router } = crossing(lab, draw)
  const size = draw.pick([1000, 1300, 1400])
  lab.setup(ip(router.ns, `link set ${router.outDev} mtu ${size}`))
  if (draw.chance(0.5)) lab.setup(sysctl(from.ns, 'ip_no_pmtu_disc', draw.pick([1, 2, 3])))
  lab.group(
    ping(from.ns, to.address, `-M do -s ${size}`),
    ping(from.ns, to.address, `-M ${draw.pick(['do', 'want', 'dont'])} -s ${draw.pick([size, size - 28, size - 27])}`),
    ip(from.ns, `route get ${to.address}`),
  )
}

function proxyArp(lab: LabPlan, draw: Draw): void {
  const { from, to, router } = crossing(lab, draw)
  lab.setup(sysctl(router.ns, confKey(draw.pick(['all', router.inDev]), 'proxy_arp'), 1))
  lab.proxyDelay(router.ns, router.inDev)
  if (draw.chance(0.3)) lab.setup(sysctl(router.ns, confKey(router.inDev, 'medium_id'), draw.pick([1, -1])))
  lab.setup(ip(from.ns, `route replace ${to.address} dev ${from.dev}`))
  const target = draw.pick([to.address, '203.0.113.6', addressNear(from, 90)])
  lab.group(ping(from.ns, to.address), arping(from.ns, from.dev, target), ip(from.ns, 'neigh'))
}

/** The other end of a cable goes down: its routes stay, marked, and count or not. */
function linkdown(lab: LabPlan, draw: Draw): void {
  const { from, to, router } = crossing(lab, draw)
  const key = draw.pick(['all', router.outDev])
  if (draw.chance(0.7)) lab.setup(sysctl(router.ns, confKey(key, 'ignore_routes_with_linkdown'), 1))
  lab.group(
    ip(to.ns, `link set ${to.dev} down`),
    ip(router.ns, draw.pick(['route', `route get ${to.address}`, '-br link'])),
    ping(from.ns, to.address),
  )
}

function routerLinkDown(lab: LabPlan, draw: Draw): void {
  const { from, to, router } = crossing(lab, draw)
  const dev = draw.pick([router.inDev, router.outDev])
  lab.group(
    ip(router.ns, `link set ${dev} down`),
    draw.pick([ping(from.ns, to.address), ip(router.ns, 'route'), ip(from.ns, 'route')]),
    ip(router.ns, `link set ${dev} up`),
    ping(from.ns, to.address),
  )
}
