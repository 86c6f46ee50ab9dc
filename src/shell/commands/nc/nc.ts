/** `nc`: OpenBSD netcat. Talks over TCP or UDP with standard input and output, listens, or looks whether ports are open. */
import { type Errno, strerror } from '../../../contract/errno.ts'
import type { SocketId, SystemCall } from '../../../kernel/api.ts'
import { MILLISECOND_NS, SECOND_NS } from '../../formats/units.ts'
import { formatIpv4, type Ipv4Address, IPV4_ANY } from '../../../wire/address.ts'
import type { ProcessContext } from '../../process/context.ts'
import { command, CommandError } from '../command-error.ts'
import { lookUpHost, nameOfHost, unresolvedHint } from '../hosts.ts'
import { serviceOfPort } from '../services.ts'
import { parseNc, type NcOptions } from './nc-options.ts'
import { NcTransfer } from './nc-transfer.ts'

/** Seconds that a UDP scan waits for an error (UDP_SCAN_TIMEOUT). */
const UDP_SCAN_S = 3
const LISTEN_BACKLOG = 1

async function run(ctx: ProcessContext): Promise<number> {
  const options = parseNc(ctx.args)
  return options.listen ? listen(ctx, options) : connectAll(ctx, options)
}

export const nc = command('nc', 'talk over TCP or UDP, or listen', run)
export const netcat = command('netcat', 'talk over TCP or UDP, or listen', run)

/** `what` is named where nc itself names what failed. */
function must(ctx: ProcessContext, call: SystemCall, what = ''): number {
  const result = ctx.call(call)
  if (!result.ok) throw new CommandError(`nc: ${what}${strerror(result.error.errno)}`, 1)
  return result.value
}

function open(ctx: ProcessContext, options: NcOptions): SocketId {
  const socket = must(ctx, { kind: 'socket.open', netns: ctx.netns, spec: { kind: options.udp ? 'udp' : 'tcp' } })
  must(ctx, {
    kind: 'socket.set',
    socket,
    options: {
      // Only a listener shares its port, with other listeners and with what is left of old connections (local_listen).
      ...(options.listen ? { reuseAddress: true, reusePort: true } : {}),
      ...(options.broadcast ? { broadcast: true } : {}),
      ...(options.ttl === undefined ? {} : { ttl: options.ttl }),
      ...(options.tos === undefined ? {} : { tos: options.tos }),
    },
  })
  return socket
}

function close(ctx: ProcessContext, socket: SocketId): void {
  ctx.call({ kind: 'socket.close', socket })
}

function resolve(ctx: ProcessContext, options: NcOptions): Ipv4Address {
  if (options.host === '') return IPV4_ANY
  const address = lookUpHost(ctx, options.host)
  if (address !== undefined) return address
  const why = options.numeric ? 'Name or service not known' : 'Temporary failure in name resolution'
  const hint = unresolvedHint(options.host)
  throw new CommandError(`nc: getaddrinfo for host "${options.host}" port ${options.ports[0] ?? 0}: ${why}${hint}`, 1)
}

/** Name or address of a machine, as getnameinfo gives it. */
function nameOf(ctx: ProcessContext, options: NcOptions, address: Ipv4Address): string {
  return (options.numeric ? undefined : nameOfHost(ctx, address)) ?? formatIpv4(address)
}

async function listen(ctx: ProcessContext, options: NcOptions): Promise<number> {
  const address = resolve(ctx, options)
  const port = options.ports[0] ?? 0
  const socket = open(ctx, options)
  try {
    must(ctx, { kind: 'socket.bind', socket, address, port })
    if (!options.udp) must(ctx, { kind: 'socket.listen', socket, backlog: LISTEN_BACKLOG })
    if (options.verbose)
      await ctx.err(`${options.udp ? 'Bound' : 'Listening'} on ${nameOf(ctx, options, address)} ${port}\n`)
    do {
      if (options.udp) await serveDatagrams(ctx, options, socket)
      else await serveConnection(ctx, options, socket)
    } while (options.keep)
    return 0
  } finally {
    close(ctx, socket)
  }
}

/** The first datagram says who the other end is; with -k everybody's datagrams are shown. */
async function serveDatagrams(ctx: ProcessContext, options: NcOptions, socket: SocketId): Promise<void> {
  if (!options.keep) {
    await ctx.poll({ readable: [socket] })
    const first = ctx.read.socketPeek(socket)
    const failed = first === undefined ? ctx.call({ kind: 'socket.error', socket }) : undefined
    if (failed?.ok === false) throw new CommandError(`nc: recvfrom: ${strerror(failed.error.errno)}`, 1)
    if (first !== undefined) {
      must(ctx, { kind: 'socket.connect', socket, address: first.from, port: first.port }, 'connect: ')
      await reportConnection(ctx, options, first.from, first.port)
    }
  }
  await new NcTransfer(ctx, options, socket).run()
}

async function serveConnection(ctx: ProcessContext, options: NcOptions, listener: SocketId): Promise<void> {
  let accepted = ctx.call({ kind: 'socket.accept', socket: listener })
  while (!accepted.ok) {
    if (accepted.error.errno !== 'EAGAIN') throw new CommandError(`nc: accept: ${strerror(accepted.error.errno)}`, 1)
    await ctx.poll({ readable: [listener] })
    accepted = ctx.call({ kind: 'socket.accept', socket: listener })
  }
  const socket = accepted.value
  try {
    const view = ctx.read.socket(socket)
    if (view !== undefined) await reportConnection(ctx, options, view.remoteAddress, view.remotePort)
    await new NcTransfer(ctx, options, socket).run()
  } finally {
    close(ctx, socket)
  }
}

async function reportConnection(
  ctx: ProcessContext,
  options: NcOptions,
  address: Ipv4Address,
  port: number,
): Promise<void> {
  if (options.verbose) await ctx.err(`Connection received on ${nameOf(ctx, options, address)} ${port}\n`)
}

async function connectAll(ctx: ProcessContext, options: NcOptions): Promise<number> {
  const address = resolve(ctx, options)
  // One port that answers is enough; only a UDP port that refuses takes that back, as netcat's own loop has it.
  let status = 1
  for (const port of options.ports) {
    const socket = open(ctx, options)
    try {
      if (await talk(ctx, options, socket, address, port)) status = 0
      else if (options.udp) status = 1
    } finally {
      close(ctx, socket)
    }
  }
  return status
}

/** Connects to one port and does what was asked; false when nobody is there. */
async function talk(
  ctx: ProcessContext,
  options: NcOptions,
  socket: SocketId,
  address: Ipv4Address,
  port: number,
): Promise<boolean> {
  if (options.source !== undefined || options.sourcePort !== 0) {
    const bound = ctx.call({
      kind: 'socket.bind',
      socket,
      address: options.source ?? IPV4_ANY,
      port: options.sourcePort,
    })
    if (!bound.ok) throw new CommandError(`nc: bind failed: ${strerror(bound.error.errno)}`, 1)
  }
  const failed = await connect(ctx, options, socket, address, port)
  if (failed !== undefined) {
    if (options.verbose) {
      const how = failed === 'timeout' ? 'timed out: Operation now in progress' : `failed: ${strerror(failed)}`
      const host = hostText(options, address)
      await ctx.err(`nc: connect to ${host} port ${port} (${options.udp ? 'udp' : 'tcp'}) ${how}\n`)
    }
    return false
  }
  if (options.verbose || options.scan) {
    if (options.udp && !(await testUdp(ctx, options, socket))) return false
    await reportSuccess(ctx, options, address, port)
  }
  if (!options.scan) await new NcTransfer(ctx, options, socket).run()
  return true
}

function hostText(options: NcOptions, address: Ipv4Address): string {
  const text = formatIpv4(address)
  return options.numeric || options.host === text ? options.host : `${options.host} (${text})`
}

async function reportSuccess(
  ctx: ProcessContext,
  options: NcOptions,
  address: Ipv4Address,
  port: number,
): Promise<void> {
  const service = options.numeric ? '*' : (serviceOfPort(port) ?? '*')
  const protocol = options.udp ? 'udp' : 'tcp'
  await ctx.err(`Connection to ${hostText(options, address)} ${port} port [${protocol}/${service}] succeeded!\n`)
}

/** Connects, for at most the time of -w; gives what went wrong. */
async function connect(
  ctx: ProcessContext,
  options: NcOptions,
  socket: SocketId,
  address: Ipv4Address,
  port: number,
): Promise<Errno | 'timeout' | undefined> {
  const begun = ctx.call({ kind: 'socket.connect', socket, address, port })
  if (!begun.ok) return begun.error.errno
  if (options.udp) return undefined
  const deadline = options.timeoutS === undefined ? undefined : ctx.now + options.timeoutS * SECOND_NS
  if ((await ctx.poll({ writable: [socket] }, deadline)) === 'timeout') return 'timeout'
  const outcome = ctx.call({ kind: 'socket.error', socket })
  return outcome.ok ? undefined : outcome.error.errno
}

/** Sends a few bytes and waits whether the port refuses; what else goes wrong after the first byte does not count (udptest). */
async function testUdp(ctx: ProcessContext, options: NcOptions, socket: SocketId): Promise<boolean> {
  const write = (): Errno | undefined => {
    const sent = ctx.call({ kind: 'socket.send', socket, to: IPV4_ANY, port: 0, bytes: Uint8Array.of(0x58) })
    return sent.ok ? undefined : sent.error.errno
  }
  if (write() !== undefined) return false
  // Where everything is on one machine Linux has worked the first one off, answer and all, before its write returns.
  await ctx.sleep(MILLISECOND_NS)
  if (write() === 'ECONNREFUSED') return false
  const seconds = options.timeoutS ?? UDP_SCAN_S
  for (let k = 0; k < seconds; k++) {
    await ctx.sleep(SECOND_NS)
    if (write() === 'ECONNREFUSED') return false
  }
  return true
}
