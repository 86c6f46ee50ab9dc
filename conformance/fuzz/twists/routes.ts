/** Routes and rules, on the asking host and on the routers. */
import { confKey, ip, ping, run, sysctl } from '../commands.ts'
import type { Draw } from '../draw.ts'
import type { Twist } from '../feature.ts'
import { addressNear, networkOf } from '../plan.ts'
import type { Host, LabPlan, RouterPlan } from '../plan.ts'

export const ROUTE_TWISTS: readonly Twist[] = [
  { name: 'route-reject', apply: reject },
  { name: 'route-throw', apply: throwRoute },
  { name: 'route-metric', apply: metric },
  { name: 'route-onlink', apply: onlink },
  { name: 'route-scope-link', apply: scopeLink },
  { name: 'route-src', apply: src },
  { name: 'route-change', apply: change },
  { name: 'route-loop', apply: loop },
  { name: 'route-mtu', apply: routeMtu },
  { name: 'route-refused', apply: refused },
  { name: 'rule-from', apply: ruleFrom },
  { name: 'rule-iif', apply: ruleIif },
  { name: 'rule-reject', apply: ruleReject },
  { name: 'rule-flush', apply: ruleFlush },
]

/** A question that crosses a router, and the first router that it meets. */
function crossing(lab: LabPlan): { from: Host; to: Host; router: RouterPlan } {
  const [first] = lab.pairs
  const [router] = lab.routers
  if (first === undefined || router === undefined) throw new Error('this twist needs a router')
  return { ...first, router }
}

/** Rejected where it starts or on the way. */
function reject(lab: LabPlan, draw: Draw): void {
  const { from, to, router } = crossing(lab)
  const kind = draw.pick(['blackhole', 'unreachable', 'prohibit'])
  const ns = draw.pick([from.ns, router.ns, router.ns])
  const target = draw.pick([`${to.address}/32`, networkOf(to)])
  lab.setup(ip(ns, `route ${draw.pick(['add', 'replace'])} ${kind} ${target}`))
  const last = draw.pick([ip(ns, `route get ${to.address}`), ip(ns, 'route'), ip(ns, `route del ${kind} ${target}`)])
  lab.group(
    run(from.ns, `ping -c 2 -W 1 ${to.address}`),
    last,
    ...(last.includes('del') ? [ping(from.ns, to.address)] : []),
  )
}

function throwRoute(lab: LabPlan, draw: Draw): void {
  const { from, to, router } = crossing(lab)
  const ns = draw.pick([from.ns, router.ns])
  lab.setup(ip(ns, `route add throw ${to.address}/32 table 50`), ip(ns, 'route add blackhole default table 50'))
  lab.setup(ip(ns, `rule add ${draw.pick(['', `to ${networkOf(to)} `, `from ${from.address} `])}table 50`))
  if (draw.chance(0.3)) lab.setup(ip(ns, `route add throw ${to.address}/32`))
  lab.group(ping(from.ns, to.address), ip(ns, draw.pick(['route show table 50', 'rule', `route get ${to.address}`])))
}

function metric(lab: LabPlan, draw: Draw): void {
  const { from, to } = crossing(lab)
  const target = draw.pick(['203.0.113.0/24', `${to.address}/32`])
  const bad = lab.dummy(from.ns, '192.168.20.1/24')
  const [low, high] = draw.pick([[10, 20] as const, [0, 5] as const])
  const good = draw.chance(0.5) ? low : high
  lab.setup(ip(from.ns, `route add ${target} dev ${bad} metric ${good === low ? high : low}`))
  lab.setup(ip(from.ns, `route add ${target} dev ${from.dev} metric ${good}`))
  lab.group(
    ip(from.ns, `route get ${target.replace(/\/.*/, '')}`),
    ip(from.ns, `route del ${target} ${draw.pick([`metric ${low}`, `dev ${bad}`, ''])}`.trimEnd()),
    ping(from.ns, to.address),
  )
}

function onlink(lab: LabPlan, draw: Draw): void {
  const { from, to } = crossing(lab)
  const gateway = draw.pick(['172.29.0.1', addressNear(from, 94), addressNear(from, 254)])
  const isLasting = draw.chance(0.5)
  lab.group(
    ip(from.ns, `route replace ${to.address} via ${gateway} dev ${from.dev}${isLasting ? ' onlink' : ''}`),
    ping(from.ns, to.address),
    ip(from.ns, draw.pick(['route', 'neigh'])),
  )
}

/** The classic `default dev X`: everything is a neighbour. */
function scopeLink(lab: LabPlan, draw: Draw): void {
  const { from, to, router } = crossing(lab)
  lab.setup(ip(from.ns, `route replace default dev ${from.dev}${draw.pick(['', ' scope link', ' scope global'])}`))
  if (draw.chance(0.5)) lab.setup(sysctl(router.ns, confKey(router.inDev, 'proxy_arp'), 1))
  lab.proxyDelay(router.ns, router.inDev)
  lab.group(ping(from.ns, to.address), ip(from.ns, draw.pick(['route', 'neigh', `route get ${to.address}`])))
}

function src(lab: LabPlan, draw: Draw): void {
  const { from, to } = crossing(lab)
  const source = draw.chance(0.5) ? addressNear(from, 35) : '172.28.0.1'
  lab.setup(ip(from.ns, `addr add ${source}/32 dev ${draw.pick(['lo', from.dev])}`))
  lab.setup(
    ip(
      from.ns,
      `route add ${to.address} ${draw.pick([`dev ${from.dev}`, `via ${addressNear(from, 254)}`])} src ${source}`,
    ),
  )
  const last = draw.pick([`route get ${to.address}`, `addr del ${source}/32 dev lo`, 'route'])
  lab.group(ping(from.ns, to.address), ip(from.ns, last), ip(from.ns, 'route'))
}

function change(lab: LabPlan, draw: Draw): void {
  const { from, to } = crossing(lab)
  const gateway = addressNear(from, 254)
  const target = draw.pick(['203.0.113.0/24', to.address])
  const steps = [
    `route add ${target} via ${gateway}`,
    `route append ${target} dev ${from.dev}`,
    `route change ${target} dev ${from.dev}`,
    `route replace ${target} via ${addressNear(from, 93)}`,
    `route prepend ${target} via ${gateway}`,
    `route del ${target}`,
    `route add ${target} dev ${from.dev} tos 0x10`,
    `route flush ${target}`,
    'route flush cache',
  ]
  lab.group(
    ...draw
      .shuffle(steps)
      .slice(0, 2)
      .map((step) => ip(from.ns, step)),
    ip(from.ns, 'route'),
  )
}

/** Two machines that each hold the other for the way there: the time to live ends it. */
function loop(lab: LabPlan, draw: Draw): void {
  const { from, router } = crossing(lab)
  lab.setup(sysctl(from.ns, 'ip_forward', 1))
  lab.setup(ip(router.ns, `route add 203.0.113.0/24 ${draw.pick([`via ${from.address}`, `dev ${router.inDev}`])}`))
  lab.group(ping(from.ns, '203.0.113.9', `-t ${draw.integer(2, 7)}`))
}

function routeMtu(lab: LabPlan, draw: Draw): void {
  const { from, to, router } = crossing(lab)
  const ns = draw.pick([from.ns, router.ns])
  const dev = ns === from.ns ? from.dev : router.outDev
  lab.setup(ip(ns, `route replace ${to.address} dev ${dev} mtu ${draw.pick(['', 'lock '])}1200`))
  lab.setup(sysctl(router.ns, confKey(router.inDev, 'proxy_arp'), 1))
  lab.proxyDelay(router.ns, router.inDev)
  lab.group(
    ping(from.ns, to.address, `-s 1300 -M ${draw.pick(['do', 'dont', 'want'])}`),
    ping(from.ns, to.address, `-s ${draw.pick([1172, 1173, 1300])} -M ${draw.pick(['do', 'want'])}`),
    ip(from.ns, `route get ${to.address}`),
  )
}

function refused(lab: LabPlan, draw: Draw): void {
  const { from } = crossing(lab)
  const attempts = [
    'route add 203.0.113.0/24 via 198.51.100.1',
    'route add 203.0.113.7/24 dev lo',
    'route add 203.0.113.0/24',
    'route add 203.0.113.0/24 dev nodev',
    `route add 203.0.113.0/24 dev ${from.dev} src 198.51.100.1`,
    `route add ${networkOf(from)} dev ${from.dev} proto kernel scope link src ${from.address}`,
    `route add unreachable 203.0.113.0/24 dev ${from.dev}`,
    'route del 203.0.113.0/24',
    'route change 203.0.113.0/24 dev lo',
    'route add 203.0.113.0/33 dev lo',
    'route show table 77',
    `route add default via ${from.address}`,
    'route add default via 127.0.0.1',
    `route add 203.0.113.0/24 via ${addressNear(from, 254)} dev lo`,
    'route',
    'rule del table 77',
    'rule add from 203.0.113.0/24',
    'rule add table nosuch',
  ]
  lab.group(
    ...draw
      .shuffle(attempts)
      .slice(0, 3)
      .map((attempt) => ip(from.ns, attempt)),
  )
}

function ruleFrom(lab: LabPlan, draw: Draw): void {
  const { from, to, router } = crossing(lab)
  const second = addressNear(from, 36)
  lab.setup(ip(from.ns, `addr add ${second}/32 dev ${from.dev}`))
  const ns = draw.pick([from.ns, router.ns])
  lab.setup(ip(ns, `route add ${draw.pick(['blackhole', 'unreachable', 'prohibit'])} default table 100`))
  lab.setup(
    ip(
      ns,
      `rule add ${draw.pick(['', 'not '])}from ${draw.pick([second, `${second}/32`])} ${draw.pick(['table', 'lookup'])} 100`,
    ),
  )
  lab.group(ping(from.ns, to.address), ping(from.ns, to.address, `-I ${second}`), ip(ns, 'rule'))
}

function ruleIif(lab: LabPlan, draw: Draw): void {
  const { from, to, router } = crossing(lab)
  const selector = draw.pick([
    `iif ${router.inDev}`,
    `iif ${router.outDev}`,
    `oif ${router.outDev}`,
    'iif lo',
    `to ${to.address}`,
  ])
  lab.setup(ip(router.ns, `rule add ${selector} ${draw.pick(['', 'priority 100 ', 'pref 40000 '])}table 60`))
  if (draw.chance(0.7))
    lab.setup(ip(router.ns, `route add ${draw.pick(['unreachable', 'blackhole'])} ${to.address} table 60`))
  lab.group(ping(from.ns, to.address), ping(router.ns, to.address), ip(router.ns, 'rule'))
}

function ruleReject(lab: LabPlan, draw: Draw): void {
  const { from, to, router } = crossing(lab)
  const ns = draw.pick([from.ns, router.ns])
  const kind = draw.pick(['unreachable', 'prohibit', 'blackhole'])
  lab.setup(ip(ns, `rule add ${draw.pick([`to ${to.address}`, `from ${from.address}`])} ${kind}`))
  lab.group(run(from.ns, `ping -c 2 -i 0.3 -W 1 ${to.address}`), ip(ns, draw.pick(['rule', `route get ${to.address}`])))
}

function ruleFlush(lab: LabPlan, draw: Draw): void {
  const { from, to, router } = crossing(lab)
  const ns = draw.pick([from.ns, router.ns])
  const damage = draw.pick([
    'rule flush',
    'rule del pref 32766',
    'route flush table main',
    'rule add pref 5 table main',
    'rule del pref 0',
  ])
  lab.group(ip(ns, damage), ping(from.ns, to.address), ip(ns, draw.pick(['rule', 'route'])))
}
