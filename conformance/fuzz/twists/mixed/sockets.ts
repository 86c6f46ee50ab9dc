/** What programs ask of their sockets, what ss tells of them, and settings of TCP. */
import { ip, run, sysctl } from '../../commands.ts'
import type { Draw } from '../../draw.ts'
import type { Twist } from '../../feature.ts'
import { addressNear } from '../../plan.ts'
import type { LabPlan } from '../../plan.ts'
import { knock, udp } from '../wide/words.ts'

export const SOCKET_WORD_TWISTS: readonly Twist[] = [
  { name: 'nc-words', apply: ncWords },
  { name: 'ss-words', apply: ssWords },
  { name: 'shared-ports', apply: sharedPorts },
  { name: 'tcp-settings', apply: tcpSettings },
]

function ncWords(lab: LabPlan, draw: Draw): void {
  const { from, to } = lab.asked(draw)
  const asks = [
    `-u -w 1 -T lowdelay ${to.address} 5000`,
    `-u -w 1 -T 0x20 ${to.address} 5000`,
    `-u -w 1 -M 3 ${to.address} 5000`,
    `-u -w 1 -s ${from.address} -p 4001 ${to.address} 5000`,
    `-N -w 1 -C ${to.address} 7300`,
    `-N -w 1 -M 1 ${to.address} 7300`,
    `-N -w 1 -T throughput ${to.address} 7300`,
    `-d -w 1 ${to.address} 7300`,
    `-q 1 ${to.address} 7300`,
    `-z -v -n -w 1 ${to.address} 7299 7300 7301`,
    `-z -v -r -w 1 ${to.address} 7300`,
    `-v -w 1 -i 1 -z ${to.address} 7300-7301`,
    `-u -b -w 1 255.255.255.255 5000`,
    `-w 0 ${to.address} 7300`,
    `-w x ${to.address} 7300`,
    `-T nosuch ${to.address} 7300`,
    `-s 10.251.0.9 ${to.address} 7300`,
    `-u -w 1 ${to.address} 70000`,
  ]
  const [first = '', second = ''] = draw.shuffle(asks)
  lab.group(
    run(to.ns, `nc ${draw.pick(['', '', '-k ', '-n '])}-l ${draw.pick(['', '-p '])}7300 &`),
    `echo hello | ${run(from.ns, `nc ${first}`)}`,
    `echo hello | ${run(from.ns, `nc ${second}`)}`,
  )
}

const SS_FILTERS = [
  'ss -tan sport = :7400',
  "ss -tan 'dport = :7400 or sport = :7400'",
  'ss -tan state listening',
  'ss -tan state connected',
  'ss -tan exclude listening',
  'ss -4 -tan',
  'ss -tano',
  'ss -tane',
  'ss -s',
  'ss -uan',
  'ss -x -n',
  'ss -tanH',
  'ss -tna dst 10.0.0.0/8',
  'ss -lnt src 127.0.0.1',
  'ss -tan state time-wait',
  'ss -tan state syn-sent',
  'ss -tn state close-wait',
  'ss -tan nosuch',
]

function ssWords(lab: LabPlan, draw: Draw): void {
  const { from, to } = lab.asked(draw)
  const [first = '', second = ''] = draw.shuffle(SS_FILTERS)
  const ask = draw.pick([
    `sleep 9 | ${run(from.ns, `nc ${to.address} 7400`)} &`,
    `echo hello | ${run(from.ns, `nc -N ${to.address} 7400`)}`,
    `${run(from.ns, `nc -w 4 ${addressNear(to, 94)} 7400`)} &`,
  ])
  lab.group(
    run(to.ns, `nc ${draw.pick(['', '-k '])}-l 7400 &`),
    run(to.ns, 'nc -u -l 7401 &'),
    ask,
    run(draw.pick([from.ns, to.ns]), first),
    run(draw.pick([from.ns, to.ns]), second),
  )
}

/** Several programs want one port: on all addresses, on one, by one protocol or both. */
function sharedPorts(lab: LabPlan, draw: Draw): void {
  const { from, to } = lab.asked(draw)
  const second = addressNear(to, 72)
  lab.setup(ip(to.ns, `addr add ${second}/32 dev ${to.dev}`))
  const forms = ['-l 7500', `-l ${to.address} 7500`, `-l ${second} 7500`, '-l 127.0.0.1 7500', '-k -l 7500']
  const [one = '', two = '', three = ''] = draw.shuffle(forms)
  const udpFlag = draw.chance(0.3) ? '-u ' : ''
  const ask = (address: string): string =>
    udpFlag === '' ? knock(from.ns, address, 7500) : udp(from.ns, address, 7500)
  lab.group(
    run(to.ns, `nc ${udpFlag}${one} &`),
    run(to.ns, `nc ${udpFlag}${two} &`),
    ...(draw.chance(0.4) ? [run(to.ns, `nc ${three} &`)] : []),
    ask(to.address),
    ask(second),
    run(to.ns, draw.pick(['ss -tln', 'ss -tuln', 'ss -tan'])),
  )
}

function tcpSettings(lab: LabPlan, draw: Draw): void {
  const { from, to } = lab.asked(draw)
  const ns = draw.pick([from.ns, to.ns])
  lab.setup(
    ...draw
      .shuffle([
        sysctl(from.ns, 'tcp_syn_retries', draw.pick([1, 2])),
        run(from.ns, `sysctl -w net.ipv4.ip_local_port_range='41000 41000'`),
        run(from.ns, `sysctl -w net.ipv4.ip_local_port_range='42000 42000'`),
        sysctl(to.ns, 'ip_unprivileged_port_start', 0),
        sysctl(ns, 'ip_default_ttl', 9),
        sysctl(ns, 'ip_no_pmtu_disc', 1),
        ip(from.ns, `route add 10.79.0.0/16 dev ${from.dev} advmss 700`),
        ip(to.ns, `link set ${to.dev} mtu 700`),
        run(to.ns, 'iptables -A INPUT -p tcp --dport 7601 -j DROP'),
      ])
      .slice(0, 3),
  )
  lab.group(
    run(to.ns, 'nc -l 7600 &'),
    `printf '%${draw.pick([10, 400])}s' '' | tr ' ' x | ${run(from.ns, `nc -N ${to.address} 7600`)}`,
    knock(from.ns, to.address, 7601, `-z -v -w ${draw.pick([1, 3])}`),
    udp(from.ns, to.address, 5000),
    run(draw.pick([from.ns, to.ns]), 'ss -tan'),
  )
}
