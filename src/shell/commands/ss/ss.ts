/** `ss` of iproute2: the UDP and TCP sockets of a namespace. */
import type { SocketView, TcpState } from '../../../contract/read-models.ts'
import { formatIpv4, type Ipv4Address, IPV4_ANY } from '../../../wire/address.ts'
import type { ProcessContext } from '../../process/context.ts'
import { descriptorOf } from '../../process/process.ts'
import { command, CommandError } from '../command-error.ts'
import { getopt } from '../getopt.ts'
import { serviceOfPort } from '../services.ts'
import { SS_USAGE } from '../usage/ss.ts'
import { parseSsFilter } from './ss-filter.ts'
import { infoText, memoryText, timerText } from './ss-info.ts'

const LONG = {
  help: 'h',
  numeric: 'n',
  all: 'a',
  listening: 'l',
  tcp: 't',
  udp: 'u',
  'no-header': 'H',
  ipv4: '4',
  processes: 'p',
  extended: 'e',
  options: 'o',
  info: 'i',
  version: 'V',
  summary: 's',
  oneline: 'O',
  ipv6: '6',
  memory: 'm',
  raw: 'w',
  unix: 'x',
  packet: '0',
  sctp: 'S',
  dccp: 'd',
  mptcp: 'M',
  kill: 'K',
  events: 'E',
  resolve: 'r',
  context: 'Z',
  contexts: 'z',
  family: 'f',
  threads: 'T',
  bpf: 'b',
}

/** Without -a and -l: connections, but neither what is beginning nor what has ended. */
const HIDDEN: ReadonlySet<TcpState> = new Set(['LISTEN', 'CLOSE', 'TIME-WAIT', 'SYN-RECV'])

interface Column {
  readonly title: string
  readonly gap: string
  readonly right: boolean
}

const column = (title: string, gap = ' ', right = false): Column => ({ title, gap, right })

const COLUMNS: readonly Column[] = [
  column('Netid', ''),
  column('State'),
  column('Recv-Q'),
  column('Send-Q'),
  column('Local Address:', ' ', true),
  column('Port', ''),
  column('Peer Address:', ' ', true),
  column('Port', ''),
  column('Process', ''),
]

/** Kinds of sockets that a lab has none of, by the letter that asks for them, and how many kinds a letter stands for. */
const EMPTY_KINDS: Readonly<Record<string, number>> = { w: 1, d: 1, S: 1, M: 1, 0: 2, x: 3 }
const FAMILIES: Readonly<Record<string, string>> = { inet: '4', inet6: '6', unix: 'x', link: '0' }
const OPTIONS = 'hnaltuH46peoiVOrsmxw0EKdSMZzTbf:A:N:QD:F:'

export const ss = command('ss', 'show UDP and TCP sockets', async (ctx) => {
  const { options, operands, problem } = getopt(ctx.args, OPTIONS, LONG)
  if (problem !== undefined) throw new CommandError(`ss: ${problem}\n${SS_USAGE}`, 255)
  const letters = lettersOf(options)
  if (letters.has('h')) return ctx.out(`${SS_USAGE}\n`).then(() => 0)
  if (letters.has('V')) return ctx.out('ss utility, iproute2-6.1.0\n').then(() => 0)
  if (letters.has('Z') || letters.has('z')) throw new CommandError('ss: SELinux is not enabled.', 1)
  if (letters.has('E'))
    throw new CommandError('ss: watching sockets end is not modelled in vethlab: run ss again.', 255)
  if (letters.has('s')) return ctx.out(summary(ctx)).then(() => 0)
  const kinds = kindsOf(letters)
  const { states, matches } = parseSsFilter(operands, (device) => ctx.read.device(device)?.name ?? '')
  const shown = ctx.read
    .sockets(ctx.netns)
    .filter(({ kind }) => kinds.shown.has(kind))
    // A connection that has ended is in no table, though its program still holds it.
    .filter(({ kind, state }) => kind !== 'tcp' || state !== 'CLOSE')
    .filter(({ state }) => (states === undefined ? isShown(state, letters) : states.includes(state)))
    .filter((view) => matches(view) && !(letters.has('6') && !letters.has('4')))
  // Datagram sockets are listed before streams.
  shown.sort((a, b) => (a.kind === b.kind ? 0 : a.kind === 'udp' ? -1 : 1))
  if (letters.has('K')) for (const { socket } of shown) ctx.call({ kind: 'socket.abort', socket })
  const rows = shown.map((view) => row(ctx, view, letters))
  // A column that says the same in every row is left out: the kind where one was asked for, the state where one was.
  const hasOneState = states?.length === 1 || (kinds.shown.size === 0 && !letters.has('a') && kinds.areStateless)
  const dropped = [...(kinds.count === 1 ? [NETID] : []), ...(hasOneState ? [STATE] : [])]
  const kept = <T>(cells: readonly T[]): T[] => cells.filter((_, k) => !dropped.includes(k))
  await ctx.out(render(kept(COLUMNS), rows.map(kept), letters))
  return 0
})

function lettersOf(options: readonly (readonly [string, string])[]): ReadonlySet<string> {
  const letters = new Set<string>()
  for (const [letter, value] of options) {
    letters.add(letter)
    if (letter !== 'f') continue
    const family = FAMILIES[value]
    if (family === undefined) throw new CommandError(`ss: "${value}" is invalid family\n${SS_USAGE}`, 255)
    letters.add(family)
  }
  return letters
}

/** Which kinds of sockets are asked for: all where none is named. */
function kindsOf(letters: ReadonlySet<string>): {
  readonly shown: ReadonlySet<string>
  readonly count: number
  readonly areStateless: boolean
} {
  const named = [...(letters.has('t') ? ['tcp'] : []), ...(letters.has('u') ? ['udp'] : [])]
  const empty = Object.keys(EMPTY_KINDS).filter((letter) => letters.has(letter))
  if (named.length === 0 && empty.length === 0) return { shown: new Set(['tcp', 'udp']), count: 2, areStateless: false }
  const count = named.length + empty.reduce((sum, letter) => sum + (EMPTY_KINDS[letter] ?? 0), 0)
  return { shown: new Set(named), count, areStateless: empty.every((letter) => letter === 'w' || letter === '0') }
}

/** `ss -s`: how many sockets there are of each kind. */
function summary(ctx: ProcessContext): string {
  const all = ctx.read.sockets(ctx.netns)
  const tcp = all.filter(({ kind }) => kind === 'tcp')
  const count = (...wanted: readonly TcpState[]): number => tcp.filter(({ state }) => wanted.includes(state)).length
  const waiting = count('TIME-WAIT')
  const open = tcp.length - waiting
  const udp = all.length - tcp.length
  const row = (name: string, number: number): string =>
    `${name}\t  ${[number, number, 0].map((each) => String(each).padEnd(9)).join(' ')}\n`
  return (
    `Total: ${open + udp}\n` +
    `TCP:   ${tcp.length} (estab ${count('ESTAB')}, closed ${waiting + count('CLOSE')}, orphaned 0, timewait ${waiting})\n` +
    `\nTransport Total     IP        IPv6\n` +
    `${row('RAW', 0)}${row('UDP', udp)}${row('TCP', open)}${row('INET', open + udp)}${row('FRAG', 0)}\n`
  )
}

/** Queues are as wide as their titles even where those are left out. */
const QUEUE_WIDTH = 6
const NETID = 0
const STATE = 1

function isShown(state: TcpState, letters: ReadonlySet<string>): boolean {
  if (letters.has('a')) return true
  if (letters.has('l')) return state === 'LISTEN' || state === 'CLOSE'
  return !HIDDEN.has(state)
}

function row(ctx: ProcessContext, view: SocketView, letters: ReadonlySet<string>): string[] {
  const numeric = letters.has('n')
  const device = view.device === 0 ? '' : `%${ctx.read.device(view.device)?.name ?? ''}`
  const port = (number: number): string =>
    number === 0 ? '*' : ((numeric ? undefined : serviceOfPort(number)) ?? String(number))
  const address = (ip: Ipv4Address): string => (ip === IPV4_ANY ? '0.0.0.0' : formatIpv4(ip))
  return [
    view.kind,
    view.state === 'CLOSE' ? 'UNCONN' : view.state,
    String(view.receiveQueue).padEnd(QUEUE_WIDTH),
    String(view.sendQueue).padEnd(QUEUE_WIDTH),
    `${address(view.localAddress)}${device}:`,
    port(view.localPort),
    `${address(view.remoteAddress)}:`,
    port(view.remotePort),
    details(ctx, view, letters),
  ]
}

/** What -p, -o, -e, -m and -i add: who has the socket open, under which descriptor, and the kernel's own numbers for it. */
function details(ctx: ProcessContext, view: SocketView, letters: ReadonlySet<string>): string {
  const { socket, timer } = view
  const users = ctx.runner.processes.flatMap((process) => {
    const descriptor = descriptorOf(process, socket)
    return descriptor === undefined ? [] : [`("${process.name}",pid=${process.pid},fd=${descriptor})`]
  })
  const parts = [
    ...(timer !== undefined && (letters.has('o') || letters.has('e')) ? [timerText(timer, ctx.now)] : []),
    ...(letters.has('p') && users.length > 0 ? [`users:(${users.join(',')})`] : []),
    ...(letters.has('e') ? [`ino:${socket} sk:${socket.toString(16)} cgroup:/ <->`] : []),
  ]
  const more = [
    ...(letters.has('m') ? [memoryText(view)] : []),
    ...(letters.has('i') && view.kind === 'tcp'
      ? [infoText(view, ctx.now, { withOptions: letters.has('o'), isNumeric: letters.has('n') })]
      : []),
  ]
  const first = parts.length === 0 ? '' : ` ${parts.join(' ')}`
  if (more.length === 0) return first
  return `${first}${letters.has('O') ? '' : '\n\t'}${more.map((text) => (text === '' ? '' : ` ${text}`)).join('')}`
}

/** Columns as wide as their contents; the first begins without a gap. */
function render(columns: readonly Column[], rows: readonly string[][], letters: ReadonlySet<string>): string {
  const titles = columns.map(({ title }) => title)
  const lines = letters.has('H') ? rows : [titles, ...rows]
  const last = columns.length - 1
  // The last cell of all stands as it is: nothing comes behind it that would be in line with something.
  const widths = columns.map((_, k) =>
    Math.max(
      ...lines.slice(0, k === last ? Math.max(1, lines.length - 1) : undefined).map((cells) => cells[k]?.length ?? 0),
      0,
    ),
  )
  return lines
    .map((cells) =>
      columns
        .map(({ gap, right }, k) => {
          const text = cells[k] ?? ''
          const width = widths[k] ?? 0
          return (k === 0 ? '' : gap) + (right ? text.padStart(width) : text.padEnd(width))
        })
        .join(''),
    )
    .map((line) => `${line}\n`)
    .join('')
}
