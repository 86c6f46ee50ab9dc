/** `ss` of iproute2: the UDP and TCP sockets of a namespace. */
import type { SocketView, TcpState } from '../../../contract/read-models.ts'
import { formatIpv4, type Ipv4Address, IPV4_ANY } from '../../../wire/address.ts'
import type { ProcessContext } from '../../process/context.ts'
import { command, CommandError } from '../command-error.ts'
import { getopt } from '../getopt.ts'
import { serviceOfPort } from '../services.ts'

const USAGE =
  'Usage: ss [ OPTIONS ]\n   -h, --help   -n, --numeric   -a, --all   -l, --listening   -t, --tcp   -u, --udp\n   -H, --no-header   -4, --ipv4'
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

export const ss = command('ss', 'show UDP and TCP sockets', async (ctx) => {
  const { options, operands, problem } = getopt(ctx.args, 'hnaltuH4peoiV', LONG)
  if (problem !== undefined) throw new CommandError(`ss: ${problem}\n${USAGE}`, 255)
  if (operands.length > 0) throw new CommandError('ss: filters are not modelled in vethlab. Use grep.', 255)
  const letters = new Set(options.map(([letter]) => letter))
  if (letters.has('h')) return ctx.out(`${USAGE}\n`).then(() => 0)
  if (letters.has('V')) return ctx.out('ss utility, iproute2-6.1.0\n').then(() => 0)
  const both = letters.has('t') === letters.has('u')
  const shown = ctx.read
    .sockets(ctx.netns)
    .filter(({ kind }) => both || letters.has(kind === 'tcp' ? 't' : 'u'))
    .filter(({ state }) => isShown(state, letters))
  // Datagram sockets are listed before streams.
  shown.sort((a, b) => (a.kind === b.kind ? 0 : a.kind === 'udp' ? -1 : 1))
  const rows = shown.map((view) => row(ctx, view, letters.has('n')))
  await ctx.out(render(both ? COLUMNS : COLUMNS.slice(1), both ? rows : rows.map((cells) => cells.slice(1)), letters))
  return 0
})

function isShown(state: TcpState, letters: ReadonlySet<string>): boolean {
  if (letters.has('a')) return true
  if (letters.has('l')) return state === 'LISTEN' || state === 'CLOSE'
  return !HIDDEN.has(state)
}

function row(ctx: ProcessContext, view: SocketView, numeric: boolean): string[] {
  const device = view.device === 0 ? '' : `%${ctx.read.device(view.device)?.name ?? ''}`
  const port = (number: number): string =>
    number === 0 ? '*' : ((numeric ? undefined : serviceOfPort(number)) ?? String(number))
  const address = (ip: Ipv4Address): string => (ip === IPV4_ANY ? '0.0.0.0' : formatIpv4(ip))
  return [
    view.kind,
    view.state === 'CLOSE' ? 'UNCONN' : view.state,
    String(view.receiveQueue),
    String(view.sendQueue),
    `${address(view.localAddress)}${device}:`,
    port(view.localPort),
    `${address(view.remoteAddress)}:`,
    port(view.remotePort),
    '',
  ]
}

/** Columns as wide as their contents; the first begins without a gap. */
function render(columns: readonly Column[], rows: readonly string[][], letters: ReadonlySet<string>): string {
  const titles = columns.map(({ title }) => title)
  const lines = letters.has('H') ? rows : [titles, ...rows]
  const widths = columns.map((_, k) => Math.max(...lines.map((cells) => cells[k]?.length ?? 0), 0))
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
