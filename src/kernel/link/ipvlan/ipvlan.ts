// An ipvlan child: a device that shares the MAC address of the one below and is told apart by its IP addresses.
// Linux: drivers/net/ipvlan/ipvlan_main.c.
import { allocNetdev, devClose, registerNetdevice, setAllMulticast } from '../../netdev/lifecycle.ts'
import type { NetDevice } from '../../netdev/net-device.ts'
import { notifyDevice, type DeviceEvent } from '../../netdev/notifier.ts'
import type { LinkData } from '../../system-call.ts'
import { linkChanged } from '../../trace.ts'
import { deviceById, type World } from '../../world.ts'
import type { LinkKind } from '../link-kind.ts'
import { existing, removeChildren, transferCarrier } from '../stacked.ts'
import { checkLower, createPort, destroyPort, isLayer3, lowerOf, portOf, setPortMode } from './port.ts'
import { ipvlanQueueXmit } from './transmit.ts'

type IpvlanData = Extract<LinkData, { kind: 'ipvlan' }>

export const ipvlanKind: LinkKind = {
  kind: 'ipvlan',
  // Linux: ipvlan_link_new, ipvlan_init. Mode and flag are the port's: the latest command decides for all children.
  create(world, netns, spec, given) {
    const data: IpvlanData = spec.data.kind === 'ipvlan' ? spec.data : { kind: 'ipvlan' }
    if (given === undefined) return { errno: 'EINVAL' }
    // On top of another child it stands on what that one stands on.
    const lower = given.state.kind === 'ipvlan' ? deviceById(world, given.state.lower) : given
    const refused = lower.ipvlanPort === undefined ? checkLower(lower) : undefined
    if (refused !== undefined) return refused
    const device = allocNetdev(world, netns, {
      namePattern: 'ipvlan%d',
      // The lower device's address is used whatever the user asks for.
      spec: { ...spec, mac: lower.mac },
      state: { kind: 'ipvlan', lower: lower.id },
      mtuBytes: lower.mtuBytes,
    })
    device.macSetByUser = spec.mac !== undefined
    // An address that was asked for, in vain, still keeps the shared one from counting as the device's permanent one.
    if (spec.mac === undefined) device.permanentMac = lower.mac
    device.linkDevice = lower.id
    device.carrier = lower.carrier
    const clash = registerNetdevice(world, device)
    if (clash !== undefined) return clash
    if (lower.ipvlanPort === undefined) createPort(lower)
    const port = portOf(lower)
    port.flag = data.flag ?? port.flag
    setPortMode(world, port, data.mode ?? 'l3')
    port.children.push(device.id)
    return device
  },
  // Linux: ipvlan_nl_changelink.
  change(world, device, data) {
    if (data.kind !== 'ipvlan') return undefined
    const port = portOf(lowerOf(world, device))
    if (data.mode !== undefined) setPortMode(world, port, data.mode)
    port.flag = data.flag ?? port.flag
    return undefined
  },
  // Linux: ipvlan_link_delete, ipvlan_uninit.
  remove(world, device) {
    devClose(world, device)
    const lower = lowerOf(world, device)
    const port = portOf(lower)
    port.children = port.children.filter((child) => child !== device.id)
    if (port.children.length === 0) destroyPort(lower)
  },
  // Linux: ipvlan_open. From here on its addresses are in the port's table.
  open(world, device) {
    device.noArp = isLayer3(portOf(lowerOf(world, device)).mode)
    return undefined
  },
  // Linux: ipvlan_change_rx_flags. Listening to everything stays the child's own affair.
  changeRxFlags(world, device, what, delta) {
    if (what === 'allMulticast') setAllMulticast(world, lowerOf(world, device), delta)
  },
  transmit: ipvlanQueueXmit,
  setMac: () => ({ errno: 'EOPNOTSUPP' }),
  describe(world, device) {
    const { mode, flag } = portOf(lowerOf(world, device))
    return { kind: 'ipvlan', mode, flag }
  },
}

/** Gives a child the lower device's new address, with no question asked. */
function shareAddress(world: World, child: NetDevice, lower: NetDevice): void {
  child.mac = lower.mac
  notifyDevice(world, child, 'mac')
  linkChanged(world, child, 'changed')
}

/**
 * Lets ipvlan children follow the device below (ipvlan_device_event). That it goes up or down is not among it: only a change of carrier while it is
 * up is, so that children of a device that is down still talk to each other.
 */
export function ipvlanDeviceEvent(world: World, lower: NetDevice, event: DeviceEvent): void {
  const port = lower.ipvlanPort
  if (port === undefined) return
  switch (event) {
    case 'carrier':
      transferCarrier(world, lower, port.children)
      return
    case 'mtu':
      for (const child of existing(world, port.children)) child.mtuBytes = lower.mtuBytes
      return
    case 'mac':
      for (const child of existing(world, port.children)) shareAddress(world, child, lower)
      return
    case 'dismantle':
      removeChildren(world, port.children)
      return
    default:
  }
}
