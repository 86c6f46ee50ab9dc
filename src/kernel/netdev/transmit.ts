// Sending a frame by a device: __dev_queue_xmit, noqueue, egress tap, the device's own transmit.
import { assert } from '../../base/assert.ts'
import type { XmitResult } from '../link/link-kind.ts'
import type { Skb } from '../skb.ts'
import { check, drop, sight } from '../trace.ts'
import type { World } from '../world.ts'
import type { NetDevice } from './net-device.ts'
import { deliverToTaps } from './taps.ts'

/**
 * Gives a frame to a device. Its Ethernet header is complete. Returns `dropped` when the device refused it in a way that the sender notices.
 * Linux: __dev_queue_xmit, dev_hard_start_xmit, xmit_one.
 */
export function devQueueXmit(world: World, device: NetDevice, skb: Skb): XmitResult {
  skb.device = device.id
  // Down or without carrier its queue is the noop one: it swallows the frame before the tap, and the sender hears nothing of it.
  if (!device.up) {
    device.txDropped++
    check(
      world,
      'xmit.device_up',
      false,
      () => 'DOWN',
      () => device.name,
    )
    drop(world, 'xmit.device_down', device, skb)
    return 'sent'
  }
  if (!device.qdiscActive) {
    device.txDropped++
    check(
      world,
      'xmit.carrier',
      false,
      () => (device.carrier ? 'the noop queue, still' : 'NO-CARRIER'),
      () => device.name,
    )
    drop(world, 'xmit.no_carrier', device, skb)
    return 'sent'
  }
  // libpcap leaves out the outgoing copy on loopback, which would only show every packet twice.
  if (device.state.kind !== 'lo' && device.tapsRunning) {
    sight(world, 'out', device, skb)
    if (device.taps.length > 0) deliverToTaps(world, device, skb, 'outgoing')
  }
  const kind = world.modules.linkKinds[device.state.kind]
  assert(kind !== undefined, `no driver for ${device.state.kind}`)
  return kind.transmit(world, device, skb)
}
