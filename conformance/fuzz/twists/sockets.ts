/** UDP and TCP between programs: open and closed ports, refusals, and ends. The ports are none that tcpdump reads more into. */
import { ip, ping, run } from '../commands.ts'
import type { Draw } from '../draw.ts'
import type { Twist } from '../feature.ts'
import { addressNear } from '../plan.ts'
import type { LabPlan } from '../plan.ts'

export const SOCKET_TWISTS: readonly Twist[] = [
  { name: 'tcp-hello', apply: tcpHello },
  { name: 'udp-hello', apply: udpHello },
  { name: 'tcp-closed', apply: tcpClosed },
  { name: 'udp-closed', apply: udpClosed },
  { name: 'tcp-scan', apply: tcpScan },
  { name: 'bound-address', apply: boundAddress },
  { name: 'tcp-nobody', apply: tcpNobody },
  { name: 'tcp-bulk', apply: tcpBulk },
  { name: 'udp-bulk', apply: udpBulk },
  { name: 'nc-refused', apply: ncRefused },
  { name: 'udp-broadcast', apply: udpBroadcast },
  { name: 'nc-keep', apply: ncKeep },
  { name: 'nc-verbose', apply: ncVerbose },
  { name: 'ss-listen', apply: ssListen },
  { name: 'ss-flows', apply: ssFlows },
  { name: 'tcp-silent', apply: tcpSilent },
  { name: 'udp-scan', apply: udpScan },
  { name: 'tcp-lost', apply: tcpLost },
]

/** One end says something: which of two that speak at once comes first is up to the scheduler. */
function tcpHello(lab: LabPlan, draw: Draw): void {
  const { from, to } = lab.asked(draw)
  const port = draw.pick([80, 8080, 5001])
  const ends = draw.pick(['nc -N', 'nc -q 0'])
  const isServer = draw.chance(0.5)
  const [server, client] = isServer ? [ends, 'nc -w 1'] : ['nc', ends]
  const [serve, ask] = [run(to.ns, `${server} -l ${port} &`), run(from.ns, `${client} ${to.address} ${port}`)]
  if (isServer) lab.group(`echo from-server | ${serve}`, ask)
  else lab.group(serve, `echo from-client | ${ask}`)
}

function udpHello(lab: LabPlan, draw: Draw): void {
  const { from, to } = lab.asked(draw)
  const port = draw.pick([9000, 9100, 9200])
  lab.group(
    `echo answer | ${run(to.ns, `nc -u -l ${port} &`)}`,
    `echo question | ${run(from.ns, `nc -u -w 1 ${to.address} ${port}`)}`,
    ...(draw.chance(0.4) ? [`echo again | ${run(from.ns, `nc -u -w 1 ${to.address} ${port}`)}`] : []),
  )
}

function tcpClosed(lab: LabPlan, draw: Draw): void {
  const { from, to } = lab.asked(draw)
  const options = draw.pick(['-z -v -w 1', '-v -w 1', '-w 1', '-z -w 1', `-z -v -w 1 -p ${draw.pick([1234, 4000])}`])
  lab.group(run(from.ns, `nc ${options} ${to.address} ${draw.pick([2222, 81, 9300])}`))
}

function udpClosed(lab: LabPlan, draw: Draw): void {
  const { from, to } = lab.asked(draw)
  const options = draw.pick(['-u -w 1', '-u -v -w 1', `-u -w 1 -p ${draw.pick([1234, 4000])}`])
  lab.group(`echo hello | ${run(from.ns, `nc ${options} ${to.address} ${draw.pick([2222, 81, 9300])}`)}`)
}

function tcpScan(lab: LabPlan, draw: Draw): void {
  const { from, to } = lab.asked(draw)
  lab.group(run(to.ns, 'nc -l 81 &'), run(from.ns, `nc -z -v -w 1 ${to.address} 80-82`))
}

function boundAddress(lab: LabPlan, draw: Draw): void {
  const { from, to } = lab.asked(draw)
  const second = addressNear(to, 71)
  lab.setup(ip(to.ns, `addr add ${second}/32 dev ${to.dev}`))
  const [bound, asked] = draw.shuffle([to.address, second])
  lab.group(
    `echo bound | ${run(to.ns, `nc -N -l ${bound ?? ''} 6000 &`)}`,
    run(from.ns, `nc -z -v -w 1 ${asked ?? ''} 6000`),
    run(from.ns, `nc -w 1 ${bound ?? ''} 6000`),
  )
}

/** Nobody has the address: the SYN waits for ARP, and is sent again. */
/** Given up after two seconds: at three the neighbour fails as well, and which comes first is up to how fast programs start. */
function tcpNobody(lab: LabPlan, draw: Draw): void {
  const { from, to } = lab.asked(draw)
  lab.group(run(from.ns, `nc -z -v -w 2 ${addressNear(to, 93)} 80`), ip(from.ns, 'neigh'))
}

/** At most one segment: in which bundles more of them leave hangs on how fast programs write. */
function tcpBulk(lab: LabPlan, draw: Draw): void {
  const { from, to } = lab.asked(draw)
  const bytes = draw.pick([1, 1000, 1447, 1448])
  lab.group(
    run(to.ns, 'nc -l 6100 &'),
    `printf '%${bytes}s' '' | tr ' ' x | ${run(from.ns, `nc -N ${to.address} 6100`)}`,
  )
}

/** A datagram longer than the MTU travels in pieces. */
function udpBulk(lab: LabPlan, draw: Draw): void {
  const { from, to } = lab.asked(draw)
  const bytes = draw.pick([1400, 1472, 1473, 4000])
  const send = `printf '%${bytes}s' '' | tr ' ' x | ${run(from.ns, `nc -u -w 1 ${to.address} 6200`)}`
  lab.group(...(draw.chance(0.6) ? [run(to.ns, 'nc -u -l 6200 &')] : []), send)
}

function ncRefused(lab: LabPlan, draw: Draw): void {
  const { from, to } = lab.asked(draw)
  const attempts = [
    run(from.ns, `nc -z -w 1 ${to.address}`),
    run(from.ns, `nc -z -w 1 ${to.address} 99999`),
    run(from.ns, `nc -z -v -w 1 10.250.0.1 80`),
    run(from.ns, `nc -z -v -w 1 127.0.0.1 80`),
    run(from.ns, `nc -v -w 1 -s 10.251.0.1 ${to.address} 80`),
    run(from.ns, `nc -l 10.251.0.1 80`),
    run(from.ns, `nc -z -l 80`),
  ]
  lab.group(...draw.shuffle(attempts).slice(0, 3))
}

function udpBroadcast(lab: LabPlan, draw: Draw): void {
  const { from, to } = lab.near(draw)
  lab.group(
    `echo all | ${run(from.ns, `nc -u -w 1 ${draw.pick(['255.255.255.255', addressNear(to, 255)])} 6300`)}`,
    `echo all | ${run(from.ns, `nc -u -b -w 1 255.255.255.255 6300`)}`,
    ping(from.ns, to.address),
  )
}

/** One listener serves one client after the other. */
function ncKeep(lab: LabPlan, draw: Draw): void {
  const { from, to } = lab.asked(draw)
  const ask = draw.pick([`nc -N ${to.address} 6400`, `nc -q 0 ${to.address} 6400`, `nc -z -v ${to.address} 6400`])
  lab.group(
    run(to.ns, 'nc -k -l 6400 &'),
    ...['one', 'two'].map((word) => `echo ${word} | ${run(from.ns, ask)}`),
    ...(draw.chance(0.5) ? [run(to.ns, 'ss -tan')] : []),
  )
}

/** Both ends say what they do. */
function ncVerbose(lab: LabPlan, draw: Draw): void {
  const { from, to } = lab.asked(draw)
  const udp = draw.chance(0.4) ? '-u ' : ''
  const options = draw.pick(['-v', '-vn', '-vv'])
  lab.group(
    run(to.ns, `nc ${udp}${options} -l ${draw.pick(['', '-p '])}6500 &`),
    `echo hello | ${run(from.ns, `nc ${udp}${options} -w 1 ${to.address} 6500`)}`,
  )
}

const SS_LISTEN = ['ss -ltn', 'ss -tln', 'ss -lun', 'ss -tuln', 'ss -lntp', 'ss -H -ltn', 'ss -ln -t']

/** Who waits for whom, before and after somebody does. */
function ssListen(lab: LabPlan, draw: Draw): void {
  const { to } = lab.asked(draw)
  const listeners = draw.shuffle([
    run(to.ns, 'nc -l 6600 &'),
    run(to.ns, 'nc -u -l 6601 &'),
    run(to.ns, `nc -l ${to.address} 6602 &`),
    run(to.ns, 'nc -k -l 127.0.0.1 6603 &'),
  ])
  lab.group(...listeners.slice(0, 2), run(to.ns, draw.pick(SS_LISTEN)))
}

const SS_FLOWS = ['ss -tan', 'ss -tn', 'ss -ant', 'ss -tanp', 'ss -ta -n', 'ss -tn state established']

/** A connection that stays open, or has just ended, seen from either end. */
function ssFlows(lab: LabPlan, draw: Draw): void {
  const { from, to } = lab.asked(draw)
  const stays = draw.chance(0.6)
  const ask = `nc ${stays ? '' : '-N '}${to.address} 6700`
  lab.group(
    run(to.ns, 'nc -l 6700 &'),
    stays ? `sleep 9 | ${run(from.ns, ask)} &` : `echo hello | ${run(from.ns, ask)}`,
    run(draw.pick([from.ns, to.ns]), draw.pick(SS_FLOWS)),
  )
}

/** The other end's firewall says nothing: the SYN comes again after one and after three seconds. */
function tcpSilent(lab: LabPlan, draw: Draw): void {
  const { from, to } = lab.asked(draw)
  lab.setup(run(to.ns, 'iptables -A INPUT -p tcp --dport 6800 -j DROP'))
  lab.group(run(from.ns, `nc -z -v -w ${draw.pick([1, 2, 4])} ${to.address} 6800`), run(to.ns, 'iptables -L INPUT -nv'))
}

/** Nobody knows of a datagram that is not answered whether it was heard. */
function udpScan(lab: LabPlan, draw: Draw): void {
  const { from, to } = lab.asked(draw)
  lab.group(
    ...(draw.chance(0.6) ? [run(to.ns, 'nc -u -l 6900 &')] : []),
    run(from.ns, `nc -u -z -v -w 1 ${to.address} ${draw.pick(['6900', '6899-6900'])}`),
  )
}

/** The cable is pulled while a connection is open: what is said is said again until it is back. */
function tcpLost(lab: LabPlan, draw: Draw): void {
  const { from, to } = lab.asked(draw)
  lab.group(
    run(to.ns, 'nc -l 7100 &'),
    `(sleep 4; echo late) | ${run(from.ns, `nc -N ${to.address} 7100`)} &`,
    ip(to.ns, `link set ${to.dev} down`),
    ip(to.ns, `link set ${to.dev} up`),
  )
}
