/** `ping` of iputils: a probe finds the source address, then a raw ICMP socket sends and receives. */
import { type Errno, strerror } from '../../../contract/errno.ts'
import type { SocketId, SocketOptions, SystemCall } from '../../../kernel/api.ts'
import { formatIpv4, type Ipv4Address, IPV4_ANY, isMulticastIpv4 } from '../../../wire/address.ts'
import {
  ICMP_DEST_UNREACH,
  ICMP_ECHOREPLY,
  ICMP_PARAMETERPROB,
  ICMP_REDIRECT,
  ICMP_SOURCE_QUENCH,
  ICMP_TIME_EXCEEDED,
} from '../../../wire/icmp.ts'
import { PROTOCOL_ICMP } from '../../../wire/ipv4.ts'
import type { ProcessContext } from '../../process/context.ts'
import { command, CommandError } from '../command-error.ts'
import { describeHost, lookUpHost, parseHostAddress, unresolvedHint } from '../hosts.ts'
import { PingLoop } from './ping-loop.ts'
import { parsePing, type PingOptions } from './ping-options.ts'
import { socketsText } from './ping-text.ts'

/** Port that the probe connects to; nothing is sent. */
const PROBE_PORT = 1025

const WANTED_TYPES = new Set([
  ICMP_ECHOREPLY,
  ICMP_DEST_UNREACH,
  ICMP_SOURCE_QUENCH,
  ICMP_REDIRECT,
  ICMP_TIME_EXCEEDED,
  ICMP_PARAMETERPROB,
])
/** ICMP_FILTER has a bit for each of the first 32 types. */
const FILTERED_TYPES = Array.from({ length: 32 }, (_, type) => type).filter((type) => !WANTED_TYPES.has(type))

export const ping = command('ping', 'send ICMP echo requests and show the answers', async (ctx) => {
  if (ctx.args.includes('-V')) return ctx.out('ping from iputils 20221126\n').then(() => 0)
  const { options, warnings } = parsePing(ctx.args)
  await ctx.err(warnings)
  if (options.pattern.length > 0) {
    await ctx.out(`PATTERN: 0x${options.pattern.map((byte) => byte.toString(16).padStart(2, '0')).join('')}\n`)
  }
  if (options.verbose) await ctx.err(socketsText(options))
  const wanted = lookUpHost(ctx, options.destination)
  if (wanted === undefined) {
    const name = options.destination
    return ctx.fail(`ping: ${name}: Name or service not known${unresolvedHint(name)}`, 2)
  }
  if (options.verbose) await ctx.out(`ai->ai_family: AF_INET, ai->ai_canonname: '${options.destination}'\n`)
  ctx.catchInterrupts()
  const socket = open(ctx, { kind: 'raw', protocol: PROTOCOL_ICMP })
  try {
    return await pingHost(ctx, options, socket, wanted)
  } finally {
    ctx.call({ kind: 'socket.close', socket })
  }
})

async function pingHost(
  ctx: ProcessContext,
  options: PingOptions,
  socket: SocketId,
  wanted: Ipv4Address,
): Promise<number> {
  const source = options.source ?? (await probe(ctx, options, socket, wanted))
  const address = wanted === IPV4_ANY ? source : wanted
  const isGroup = options.broadcast || isMulticastIpv4(address)
  const isStrict = options.source !== undefined || options.stickySource
  set(ctx, socket, socketOptions(options, isGroup))
  if (isStrict) must(ctx, { kind: 'socket.bind', socket, address: source, port: 0 }, 'bind')
  const from = options.device === undefined && !isStrict ? '' : `from ${formatIpv4(source)} ${options.device ?? ''}: `
  const { dataLength } = options
  await ctx.out(
    `PING ${options.destination} (${formatIpv4(address)}) ${from}${dataLength}(${dataLength + 28}) bytes of data.\n`,
  )
  const isNumeric = options.numeric || parseHostAddress(options.destination) !== undefined
  const loop = new PingLoop(ctx, options, {
    socket,
    address,
    host: options.destination,
    ident: options.ident ?? ctx.runner.takeEchoIdent(),
    isGroup,
    describe: (host) => (isNumeric ? formatIpv4(host) : describeHost(ctx, host)),
  })
  return loop.run()
}

function socketOptions(options: PingOptions, isGroup: boolean): SocketOptions {
  const mtuDiscover = options.mtuDiscover ?? (isGroup ? 'do' : undefined)
  return {
    receiveErrors: true,
    icmpFilter: FILTERED_TYPES,
    ...(options.broadcast ? { broadcast: true } : {}),
    ...(options.ttl === undefined ? {} : { ttl: options.ttl, multicastTtl: options.ttl }),
    ...(options.dontRoute ? { dontRoute: true } : {}),
    ...(options.tos === undefined ? {} : { tos: options.tos }),
    ...(mtuDiscover === undefined ? {} : { mtuDiscover }),
  }
}

/** Connects a datagram socket, which chooses the source address, and gives that address. */
async function probe(
  ctx: ProcessContext,
  options: PingOptions,
  socket: SocketId,
  address: Ipv4Address,
): Promise<Ipv4Address> {
  const probing = open(ctx, { kind: 'udp' })
  try {
    const { device } = options
    if (device !== undefined) {
      // For a group ping would go on to choose the device by its number, which it does not find.
      if (isMulticastIpv4(address) && ctx.read.linkByName(ctx.netns, device) === undefined)
        throw new CommandError(`ping: unknown iface: ${device}`, 2)
      for (const bound of [probing, socket]) {
        must(ctx, { kind: 'socket.set', socket: bound, options: { bindToDevice: device } }, `SO_BINDTODEVICE ${device}`)
      }
    }
    if (options.tos !== undefined) set(ctx, probing, { tos: options.tos })
    const target: SystemCall = {
      kind: 'socket.connect',
      socket: probing,
      address: address === IPV4_ANY ? LOOPBACK : address,
      port: PROBE_PORT,
    }
    let result = ctx.call(target)
    if (!result.ok && result.error.errno === 'EACCES') {
      if (!options.broadcast) {
        throw new CommandError(
          'ping: Do you want to ping broadcast? Then -b. If not, check your local firewall rules',
          2,
        )
      }
      await ctx.err('WARNING: pinging broadcast address\n')
      set(ctx, probing, { broadcast: true })
      result = ctx.call(target)
    }
    if (!result.ok) throw refused('connect', result.error.errno)
    const source = result.value as Ipv4Address
    if (device !== undefined && !hasAddress(ctx, device, source)) {
      await ctx.err(`ping: Warning: source address might be selected on device other than: ${device}\n`)
    }
    return source
  } finally {
    ctx.call({ kind: 'socket.close', socket: probing })
  }
}

const LOOPBACK = 0x7f000001 as Ipv4Address

function hasAddress(ctx: ProcessContext, device: string, address: Ipv4Address): boolean {
  const link = ctx.read.linkByName(ctx.netns, device)
  // The list that ping looks through has first names only.
  return link?.name === device && link.addresses.some((view) => view.address === address)
}

function open(ctx: ProcessContext, spec: Extract<SystemCall, { kind: 'socket.open' }>['spec']): SocketId {
  return must(ctx, { kind: 'socket.open', netns: ctx.netns, spec }, 'socket')
}

function set(ctx: ProcessContext, socket: SocketId, options: SocketOptions): void {
  must(ctx, { kind: 'socket.set', socket, options }, 'setsockopt')
}

/** A call whose failure ends ping with status 2. */
function must(ctx: ProcessContext, call: SystemCall, what: string): number {
  const result = ctx.call(call)
  if (!result.ok) throw refused(what, result.error.errno)
  return result.value
}

function refused(what: string, errno: Errno): CommandError {
  return new CommandError(`ping: ${what}: ${strerror(errno)}`, 2)
}
