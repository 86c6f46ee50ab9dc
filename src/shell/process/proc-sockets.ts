/** /proc/net/tcp and /proc/net/udp: sockets with addresses as the processor stores them. */
import type { SocketView } from '../../contract/read-models.ts'
import type { KernelReads, NetnsId } from '../../kernel/api.ts'

/** Linux: the enum of include/net/tcp_states.h. */
const STATE_NUMBERS: Readonly<Record<SocketView['state'], number>> = {
  ESTAB: 1,
  'SYN-SENT': 2,
  'SYN-RECV': 3,
  'FIN-WAIT-1': 4,
  'FIN-WAIT-2': 5,
  'TIME-WAIT': 6,
  CLOSE: 7,
  'CLOSE-WAIT': 8,
  'LAST-ACK': 9,
  LISTEN: 10,
  CLOSING: 11,
}
const TIMERS = { on: 1, timewait: 3, persist: 4 } as const
/** Ticks of a second in what the kernel tells programs. */
const CLOCK_HZ = 100
const TICK_NS = 1e9 / CLOCK_HZ
/** Widths without the line's end. Linux: TMPSZ of tcp_ipv4.c, and udp.c. */
const TCP_WIDTH = 149
const UDP_WIDTH = 127
const UDP_BUCKETS = 1024
const INITIAL_WINDOW = 10
const MIN_RTO_TICKS = 20
/** An inode number of a socket is larger than any of a small machine's files. */
const FIRST_INODE = 20_000

const TCP_HEAD = '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode'
const UDP_HEAD =
  '   sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode ref pointer drops'

const hex = (value: number, width: number): string => value.toString(16).toUpperCase().padStart(width, '0')
/** As the little-endian processor prints a number in network order. */
const swapped = (value: number): number =>
  (((value & 255) << 24) | ((value & 0xff00) << 8) | ((value >>> 8) & 0xff00) | (value >>> 24)) >>> 0

/** TCP sockets, listeners first. Linux: get_tcp4_sock, get_timewait4_sock. */
export function procNetTcp(reads: KernelReads, netns: NetnsId): string {
  const sockets = reads.sockets(netns).filter(({ kind, state }) => kind === 'tcp' && state !== 'CLOSE')
  const isListener = ({ state }: SocketView): boolean => state === 'LISTEN'
  const ordered = [...sockets.filter(isListener), ...sockets.filter((socket) => !isListener(socket))]
  const rows = ordered.map((socket, at) => `${String(at).padStart(4)}: ${socketWords(reads, socket)}${tcpTail(socket)}`)
  return [TCP_HEAD, ...rows].map((line) => `${line.padEnd(TCP_WIDTH)}\n`).join('')
}

/** UDP sockets. Linux: udp4_format_sock. The number in front is that of the bucket. */
export function procNetUdp(reads: KernelReads, netns: NetnsId): string {
  const rows = reads
    .sockets(netns)
    .filter(({ kind }) => kind === 'udp')
    .map((socket) => {
      const bucket = String(socket.localPort % UDP_BUCKETS).padStart(5)
      return `${bucket}: ${socketWords(reads, socket)} 2 ${hex(0, 16)} 0`
    })
  return [UDP_HEAD, ...rows].map((line) => `${line.padEnd(UDP_WIDTH)}\n`).join('')
}

/** What both kinds have in common, up to the inode. */
function socketWords(reads: KernelReads, socket: SocketView): string {
  const { state, localAddress, localPort, remoteAddress, remotePort, timer } = socket
  const isWaiting = state === 'TIME-WAIT'
  const isUdp = socket.kind === 'udp'
  // A UDP socket without a partner is in the state CLOSE.
  const number = isUdp ? (remotePort === 0 ? STATE_NUMBERS.CLOSE : STATE_NUMBERS.ESTAB) : STATE_NUMBERS[state]
  const toSend = isWaiting || state === 'LISTEN' ? 0 : socket.sendQueue
  const left = timer === undefined ? 0 : Math.max(0, Math.round((timer.at - reads.now()) / TICK_NS))
  return (
    `${hex(swapped(localAddress), 8)}:${hex(localPort, 4)} ${hex(swapped(remoteAddress), 8)}:${hex(remotePort, 4)} ` +
    `${hex(number, 2)} ${hex(toSend, 8)}:${hex(isWaiting ? 0 : socket.receiveQueue, 8)} ` +
    `${hex(timer === undefined ? 0 : TIMERS[timer.kind], 2)}:${hex(left, 8)} ${hex(isWaiting ? 0 : (timer?.retransmits ?? 0), 8)} ` +
    `${'0'.padStart(5)} ${'0'.padStart(8)} ${isWaiting ? 0 : FIRST_INODE + socket.socket}`
  )
}

/** References, the (hidden) pointer, and of a connection its timeout, delayed acknowledgement, window and threshold. */
function tcpTail({ state, info }: SocketView): string {
  const pointer = hex(0, 16)
  if (state === 'TIME-WAIT') return ` 3 ${pointer}`
  const references = state === 'SYN-SENT' ? 2 : 1
  const rto = info === undefined ? 100 : Math.round(info.rtoNs / TICK_NS)
  const ack = info === undefined || state === 'LISTEN' ? 0 : Math.round(info.delayedAckNs / TICK_NS)
  const window = info?.congestionWindow ?? INITIAL_WINDOW
  const threshold = state === 'LISTEN' ? 0 : (info?.slowStartThreshold ?? -1)
  return ` ${references} ${pointer} ${Math.max(rto, MIN_RTO_TICKS)} ${ack} 0 ${window} ${threshold}`
}
