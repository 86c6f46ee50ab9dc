/** The segments that `traceroute -T` sends: a SYN that would begin a connection, written by hand. */
import type { Ipv4Address } from '../../wire/address.ts'
import { emitTcp, TCP_SYN } from '../../wire/tcp.ts'
import { MILLISECOND_NS } from '../formats/units.ts'
import type { ProcessContext } from '../process/context.ts'

const WINDOW = 5840
const WINDOW_SHIFT = 2
/** Of a path of 1500 bytes. */
const SEGMENT_BYTES = 1460
/** Odd, so that no two of 2^32 numbers meet. */
const SPREAD = 0x9e37_79b1

export interface TcpProbe {
  readonly target: Ipv4Address
  readonly port: number
  readonly fromPort: number
  readonly flags: number
  /** Which probe of which run: its sequence number comes from it. */
  readonly order: number
}

/** A segment without data. */
export function tcpProbe(ctx: ProcessContext, { target, port, fromPort, flags, order }: TcpProbe): Uint8Array {
  const options =
    (flags & TCP_SYN) === 0
      ? []
      : ([
          { kind: 'mss', mss: SEGMENT_BYTES },
          { kind: 'sack-permitted' },
          { kind: 'timestamps', value: Math.floor(ctx.now / MILLISECOND_NS), echo: 0 },
          { kind: 'nop' },
          { kind: 'window-scale', shift: WINDOW_SHIFT },
        ] as const)
  return emitTcp(
    {
      sourcePort: fromPort,
      destinationPort: port,
      sequence: Math.imul(order + 1, SPREAD) >>> 0,
      acknowledgement: 0,
      flags,
      window: WINDOW,
      urgent: 0,
      options,
    },
    new Uint8Array(0),
    { source: sourceTowards(ctx, target), destination: target },
  )
}

/** The address that packets to somebody leave with: that of a socket which is connected there, and sends nothing. */
function sourceTowards(ctx: ProcessContext, target: Ipv4Address): Ipv4Address {
  const opened = ctx.call({ kind: 'socket.open', netns: ctx.netns, spec: { kind: 'udp' } })
  if (!opened.ok) return target
  ctx.call({ kind: 'socket.connect', socket: opened.value, address: target, port: 1 })
  const own = ctx.read.sockets(ctx.netns).find(({ socket }) => socket === opened.value)
  ctx.call({ kind: 'socket.close', socket: opened.value })
  return own?.localAddress ?? target
}
