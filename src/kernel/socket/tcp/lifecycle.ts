// The end of connections, and the timers that they hold. Linux: tcp_done, tcp_time_wait, inet_csk_destroy_sock, inet_csk_reset_xmit_timer.
import type { Errno } from '../../../contract/errno.ts'
import { cancel } from '../../../sim/event-queue.ts'
import { addTimer } from '../../neigh/timer-wheel.ts'
import { netnsById, type World } from '../../world.ts'
import { RTO_MAX_NS, TIME_WAIT_NS, type TcpSocket, type TcpTimer } from './state.ts'

/** Plans one of a socket's timers on the wheel of the kernel; returns its handle. What only waits for memory to be freed keeps no run going. */
export function planTimer(world: World, socket: TcpSocket, timer: TcpTimer, delayNs: number): number {
  const event = { kind: 'tcp.timer', socket: socket.id, timer } as const
  return addTimer(world.queue, world.now, delayNs, event, timer !== 'time-wait')
}

/** How long an acknowledgement is waited for now (icsk_rto). */
export function retransmitWaitNs(socket: TcpSocket): number {
  return Math.min(socket.rtoNs * 2 ** socket.backoff, RTO_MAX_NS)
}

/** Starts the wait for an acknowledgement anew, or stops it while nothing is under way (tcp_rearm_rto). */
export function rearmRetransmit(world: World, socket: TcpSocket, waitNs = retransmitWaitNs(socket)): void {
  cancel(world.queue, socket.retransmitTimer)
  socket.retransmitTimer = 0
  if (socket.sentSegments.length === 0) return
  socket.retransmitTimer = planTimer(world, socket, 'retransmit', waitNs)
}

/** Forgets all timers of a connection. */
function stopTimers(world: World, socket: TcpSocket): void {
  for (const handle of [socket.retransmitTimer, socket.windowProbeTimer, socket.timeWaitTimer, socket.ack.timer])
    cancel(world.queue, handle)
  socket.retransmitTimer = 0
  socket.windowProbeTimer = 0
  socket.timeWaitTimer = 0
  socket.ack.timer = 0
  socket.ack.scheduled = false
}

/** Wakes the program that waits for something to happen on a socket (sk_state_change, sk_data_ready, sk_write_space). */
export function wake(world: World, socket: TcpSocket): void {
  world.out.notify?.({ kind: 'socket', socket: socket.id })
}

/** Forgets a socket that no program knows any more (inet_csk_destroy_sock). */
export function destroySocket(world: World, socket: TcpSocket): void {
  stopTimers(world, socket)
  socket.state = 'CLOSE'
  world.sockets.delete(socket.id)
  const netns = netnsById(world, socket.netns)
  netns.sockets = netns.sockets.filter((id) => id !== socket.id)
  const listener = socket.listener === 0 ? undefined : world.sockets.get(socket.listener)
  if (listener?.kind !== 'tcp') return
  listener.requests = listener.requests.filter((id) => id !== socket.id)
  listener.acceptQueue = listener.acceptQueue.filter((id) => id !== socket.id)
}

/** Ends a connection: nothing more is sent or received, and its program is told with an error or without (tcp_done). */
export function tcpDone(world: World, socket: TcpSocket, error?: Errno): void {
  stopTimers(world, socket)
  socket.state = 'CLOSE'
  socket.sendBuffer = new Uint8Array(0)
  socket.sentSegments = []
  socket.bundles = []
  socket.early = []
  socket.sendShutdown = true
  socket.receiveShutdown = true
  if (error !== undefined) socket.error = error
  if (socket.orphan && !isWaitingToBeAccepted(world, socket)) destroySocket(world, socket)
  else wake(world, socket)
}

/** A connection that ended before its program took it is still handed over, as Linux does; the program then reads its end. */
function isWaitingToBeAccepted(world: World, socket: TcpSocket): boolean {
  const listener = socket.listener === 0 ? undefined : world.sockets.get(socket.listener)
  return listener?.kind === 'tcp' && listener.acceptQueue.includes(socket.id)
}

/** Keeps the address pair out of use for a minute, so that late segments find nobody else (tcp_time_wait). */
export function enterTimeWait(world: World, socket: TcpSocket): void {
  stopTimers(world, socket)
  socket.state = 'TIME-WAIT'
  socket.sentSegments = []
  socket.bundles = []
  socket.sendBuffer = new Uint8Array(0)
  restartTimeWait(world, socket)
  wake(world, socket)
}

/** Starts the minute anew (inet_twsk_reschedule); also bounds FIN-WAIT-2 of a connection whose program has gone. */
export function restartTimeWait(world: World, socket: TcpSocket): void {
  cancel(world.queue, socket.timeWaitTimer)
  socket.timeWaitTimer = planTimer(world, socket, 'time-wait', TIME_WAIT_NS)
}
