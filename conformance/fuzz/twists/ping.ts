/** How things are asked: ping, its sources, sizes and targets, and `ip route get`. */
import { confKey, ip, ping, run, sysctl } from '../commands.ts'
import type { Draw } from '../draw.ts'
import type { Twist } from '../feature.ts'
import { addressNear, broadcastOf } from '../plan.ts'
import type { LabPlan } from '../plan.ts'

export const PING_TWISTS: readonly Twist[] = [
  { name: 'ping-broadcast', apply: broadcast },
  { name: 'ping-source', apply: source },
  { name: 'ping-options', apply: options },
  { name: 'echo-ignore', apply: echoIgnore },
  { name: 'route-localnet', apply: localnet },
  { name: 'route-get', apply: routeGet },
]

function broadcast(lab: LabPlan, draw: Draw): void {
  const { from, to } = lab.near(draw)
  if (draw.chance(0.8)) lab.setup(sysctl(to.ns, 'icmp_echo_ignore_broadcasts', 0))
  const target = draw.pick([broadcastOf(to), broadcastOf(to), '255.255.255.255'])
  const wrong = draw.chance(0.3) ? [ping(from.ns, target)] : []
  lab.group(...wrong, ping(from.ns, target, `-b${draw.chance(0.3) ? ` -I ${from.dev}` : ''}`), ip(from.ns, 'neigh'))
}

function source(lab: LabPlan, draw: Draw): void {
  const { from, to } = lab.asked(draw)
  const second = draw.chance(0.5) ? addressNear(from, 31) : '172.20.0.1'
  lab.setup(ip(from.ns, `addr add ${second}/${draw.pick([32, 24])} dev ${draw.pick([from.dev, 'lo'])}`))
  const devices = [from.dev, 'lo', 'nodev']
  lab.group(
    ping(from.ns, to.address, `-I ${draw.pick([from.address, second])}`),
    ping(from.ns, to.address, `-I ${draw.pick([...devices, from.dev, addressNear(from, 96)])}`),
  )
}

function options(lab: LabPlan, draw: Draw): void {
  const { from, to } = lab.asked(draw)
  const one = [
    `-s ${draw.pick([0, 8, 1472, 1473, 2000, 4000])}`,
    `-t ${draw.pick([1, 2, 3])}`,
    '-Q 0x10',
    '-p ff',
    `-M ${draw.pick(['do', 'dont', 'want'])} -s ${draw.pick([1400, 1472, 1480, 3000])}`,
    '-q',
    '-n',
    '-v',
  ]
  const many = draw.pick(['-c 3 -i 0.2 -W 1', '-c 2 -W 1', '-c 2 -i 0.5 -W 1', '-c 3 -W 1 -w 2'])
  const [first = '', second = ''] = draw.shuffle(one)
  lab.group(
    ping(from.ns, to.address, first),
    draw.chance(0.5) ? ping(from.ns, to.address, second) : run(from.ns, `ping ${many} ${to.address}`),
  )
}

function echoIgnore(lab: LabPlan, draw: Draw): void {
  const { from, to } = lab.asked(draw)
  const key = draw.chance(0.7) ? 'icmp_echo_ignore_all' : 'icmp_echo_ignore_broadcasts'
  lab.group(
    run(to.ns, `sysctl net.ipv4.${key}`),
    sysctl(to.ns, key, draw.pick([1, 0])),
    ping(from.ns, draw.chance(0.7) ? to.address : broadcastOf(to), '-b'),
  )
}

function localnet(lab: LabPlan, draw: Draw): void {
  const { from, to } = lab.near(draw)
  lab.setup(ip(from.ns, `route add 127.0.1.0/24 via ${to.address}`))
  lab.setup(ip(to.ns, 'addr add 127.0.1.9/8 dev lo'))
  lab.leaveLoDown(from.ns)
  for (const { ns, dev } of draw.shuffle([from, to]).slice(0, draw.integer(1, 2))) {
    lab.setup(sysctl(ns, confKey(draw.chance(0.3) ? 'all' : dev, 'route_localnet'), 1))
  }
  lab.group(ping(from.ns, '127.0.1.9'), run(from.ns, `arping -c 1 -w 1 -I ${from.dev} 127.0.1.9`))
}

function routeGet(lab: LabPlan, draw: Draw): void {
  const { from, to } = lab.asked(draw)
  const questions = [
    to.address,
    `${to.address} from ${from.address}`,
    `${to.address} oif ${from.dev}`,
    `${to.address} oif lo`,
    `${to.address} from 10.200.0.1 iif ${from.dev}`,
    `${from.address} from ${to.address} iif ${from.dev}`,
    from.address,
    '127.0.0.1',
    broadcastOf(from),
    '255.255.255.255',
    '224.0.0.5',
    '0.0.0.0',
    '198.51.100.7',
    `fibmatch ${to.address}`,
    `${to.address} mark 1`,
    `${to.address} tos 0x10`,
    `${addressNear(from, 95)} from 10.200.0.1`,
    '10.0.0.300',
  ]
  lab.group(
    ...draw
      .shuffle(questions)
      .slice(0, 3)
      .map((question) => ip(from.ns, `route get ${question}`)),
  )
}
