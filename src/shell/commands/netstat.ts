/** `netstat` of net-tools: sockets, routes and interfaces in the old tables. */
import type { SocketView, TcpState } from '../../contract/read-models.ts'
import { formatIpv4, ipv4FromNumber, prefixMask } from '../../wire/address.ts'
import { ifconfigRows } from '../formats/ifconfig.ts'
import type { ProcessContext } from '../process/context.ts'
import { descriptorOf } from '../process/process.ts'
import { command } from './command-error.ts'
import { getopt } from './getopt.ts'
import { nameOfHost } from './hosts.ts'
import { serviceOfPort } from './services.ts'

const USAGE = `usage: netstat [-n] -r      routes
       netstat -i            interfaces
       netstat [-tulanp]     sockets

        -r, --route              display routing table
        -i, --interfaces         display interface table
        -t, --tcp   -u, --udp    display sockets of one kind
        -l, --listening          display listening server sockets
        -a, --all                display all sockets (default: connected)
        -n, --numeric            don't resolve names
        -p, --programs           display PID/Program name for sockets`

const LONG = {
  route: 'r',
  interfaces: 'i',
  tcp: 't',
  udp: 'u',
  listening: 'l',
  all: 'a',
  numeric: 'n',
  programs: 'p',
  wide: 'W',
  extend: 'e',
  verbose: 'v',
  unix: 'x',
  statistics: 's',
  groups: 'g',
  timers: 'o',
  continuous: 'c',
  help: 'h',
}

/** How net-tools calls the states of TCP. */
const STATES: Readonly<Record<TcpState, string>> = {
  CLOSE: 'CLOSE',
  LISTEN: 'LISTEN',
  'SYN-SENT': 'SYN_SENT',
  'SYN-RECV': 'SYN_RECV',
  ESTAB: 'ESTABLISHED',
  'FIN-WAIT-1': 'FIN_WAIT1',
  'FIN-WAIT-2': 'FIN_WAIT2',
  'CLOSE-WAIT': 'CLOSE_WAIT',
  'LAST-ACK': 'LAST_ACK',
  CLOSING: 'CLOSING',
  'TIME-WAIT': 'TIME_WAIT',
}

const USAGE_STATUS = 3
const MAIN_TABLE = 254
/** Addresses and ports share a column of this width. */
const END_WIDTH = 23

export const netstat = command('netstat', 'show sockets, routes and interfaces', async (ctx) => {
  const { options, problem } = getopt(ctx.args, 'ritulanpWevxsgoc46h', LONG)
  if (problem !== undefined) return ctx.fail(`netstat: ${problem}\n${USAGE}`, USAGE_STATUS)
  const letters = new Set(options.map(([letter]) => letter))
  const leftOut = LEFT_OUT.find(([letter]) => letters.has(letter))
  if (letters.has('h')) return ctx.fail(USAGE, USAGE_STATUS)
  if (leftOut !== undefined) return ctx.fail(`netstat: -${leftOut[0]} is not modelled in vethlab. ${leftOut[1]}`)
  if (letters.has('r')) await ctx.out(routeTable(ctx, !letters.has('n')))
  else if (letters.has('i')) await ctx.out(interfaceTable(ctx, letters.has('a')))
  else await ctx.out(socketTables(ctx, letters))
  return 0
})

const LEFT_OUT: readonly (readonly [letter: string, instead: string])[] = [
  ['s', 'See ip -s link for counters of interfaces, and the timeline for every packet.'],
  ['g', 'See ip maddress.'],
  ['c', 'Use watch, or the page, which follows by itself.'],
]

/** As `route` prints it, with sizes of windows in the place of metrics. */
function routeTable(ctx: ProcessContext, isNamed: boolean): string {
  const head =
    'Kernel IP routing table\nDestination     Gateway         Genmask         Flags   MSS Window  irtt Iface\n'
  const rows = ctx.read.routes(ctx.netns, MAIN_TABLE).flatMap((route) => {
    if (route.type === 'broadcast' || route.type === 'multicast') return []
    const hop = route.nexthops[0]
    const isReject = route.type === 'unreachable' || route.type === 'prohibit'
    const target = route.prefixLength === 0 && isNamed ? 'default' : formatIpv4(route.destination)
    const gateway = isReject ? '-' : hop?.gateway === undefined ? '0.0.0.0' : formatIpv4(hop.gateway)
    const mask = formatIpv4(ipv4FromNumber(prefixMask(route.prefixLength)))
    const flags = `${isReject ? '!' : 'U'}${hop?.gateway === undefined ? '' : 'G'}${route.prefixLength === 32 ? 'H' : ''}`
    const device = isReject ? '-' : hop === undefined ? '*' : (ctx.read.device(hop.device)?.name ?? '*')
    const sizes = isReject
      ? '   - -          -'
      : `${String(route.mtuBytes === 0 ? 0 : route.mtuBytes - 40).padStart(4)} 0          0`
    return [`${target.padEnd(15)} ${gateway.padEnd(15)} ${mask.padEnd(15)} ${flags.padEnd(6)} ${sizes} ${device}\n`]
  })
  return head + rows.join('')
}

function interfaceTable(ctx: ProcessContext, isAll: boolean): string {
  const links = ctx.read.links(ctx.netns).filter(({ up }) => up || isAll)
  const [, ...rows] = ifconfigRows(links).split('\n')
  const head = 'Iface             MTU    RX-OK RX-ERR RX-DRP RX-OVR    TX-OK TX-ERR TX-DRP TX-OVR Flg'
  return ['Kernel Interface table', head, ...rows].join('\n')
}

function socketTables(ctx: ProcessContext, letters: ReadonlySet<string>): string {
  const [isListening, isAll, isNumeric, hasPrograms] = ['l', 'a', 'n', 'p'].map((letter) => letters.has(letter))
  const kinds = (['tcp', 'udp'] as const).filter((kind) => letters.has(kind.charAt(0)))
  const hasUnix = letters.has('x')
  const which = isAll ? 'servers and established' : isListening ? 'only servers' : 'w/o servers'
  const isServer = ({ kind, state, remotePort }: SocketView): boolean =>
    kind === 'tcp' ? state === 'LISTEN' : remotePort === 0
  const program = hasPrograms ? 'PID/Program name    ' : ''
  const wanted = kinds.length === 0 && !hasUnix ? (['tcp', 'udp'] as const) : kinds
  const rows = wanted.flatMap((kind) =>
    ctx.read
      .sockets(ctx.netns)
      .filter((socket) => socket.kind === kind && (kind === 'udp' || socket.state !== 'CLOSE'))
      .filter((socket) => isAll || isServer(socket) === isListening)
      .map((socket) => socketRow(ctx, socket, isNumeric === true, hasPrograms === true)),
  )
  const internet =
    wanted.length === 0
      ? ''
      : `Active Internet connections (${which})\nProto Recv-Q Send-Q Local Address           Foreign Address         State      ${program === '' ? '' : ` ${program}`}\n${rows.join('')}`
  // No program of the lab has a socket of the file system.
  const unix =
    kinds.length > 0 && !hasUnix
      ? ''
      : `Active UNIX domain sockets (${which})\nProto RefCnt Flags       Type       State         I-Node   ${program === '' ? '' : `${program} `}Path\n`
  return internet + unix
}

function socketRow(ctx: ProcessContext, socket: SocketView, isNumeric: boolean, hasPrograms: boolean): string {
  const { kind, state, localAddress, localPort, remoteAddress, remotePort } = socket
  const end = (address: SocketView['localAddress'], port: number): string => {
    const host = isNumeric || address === 0 ? formatIpv4(address) : (nameOfHost(ctx, address) ?? formatIpv4(address))
    const service = port === 0 ? '*' : isNumeric ? String(port) : (serviceOfPort(port) ?? String(port))
    return `${host}:${service}`.padEnd(END_WIDTH)
  }
  const isListener = kind === 'tcp' && state === 'LISTEN'
  const [received, sent] = isListener ? [socket.receiveQueue, 0] : [socket.receiveQueue, socket.sendQueue]
  const word = kind === 'tcp' ? STATES[state] : remotePort === 0 ? '' : 'ESTABLISHED'
  const program = hasPrograms ? ` ${ownerOf(ctx, socket.socket).padEnd(20)}` : ''
  return (
    `${kind.padEnd(5)} ${String(received).padStart(6)} ${String(sent).padStart(6)} ` +
    `${end(localAddress, localPort)} ${end(remoteAddress, remotePort)} ${word.padEnd(11)}${program}\n`
  )
}

/** `6254/nc`; a dash where no program holds the socket any more. */
function ownerOf(ctx: ProcessContext, socket: number): string {
  const holder = ctx.runner.processes.find((process) => descriptorOf(process, socket) !== undefined)
  return holder === undefined ? '-' : `${holder.pid}/${holder.name}`
}
