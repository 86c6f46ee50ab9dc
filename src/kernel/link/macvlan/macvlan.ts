// A macvlan child: a device with an address of its own on top of another device. Linux: drivers/net/macvlan.c.
import { isValidDeviceMac } from '../../../wire/address.ts'
import {
  addUnicastFilter,
  allocNetdev,
  devClose,
  registerNetdevice,
  removeUnicastFilter,
  setAllMulticast,
  setPromiscuity,
} from '../../netdev/lifecycle.ts'
import { linkwatchFireEvent } from '../../netdev/link-watch.ts'
import type { LinkStateOf, NetDevice } from '../../netdev/net-device.ts'
import type { DeviceEvent } from '../../netdev/notifier.ts'
import type { Netns } from '../../netns.ts'
import type { KernelError, LinkData, LinkSpec } from '../../system-call.ts'
import { deviceById, type World } from '../../world.ts'
import type { LinkKind } from '../link-kind.ts'
import { existing, removeChildren, shrinkMtu, transferCarrier } from '../stacked.ts'
import { enterTable, removeFromTable } from './address-table.ts'
import { setChildMac, syncPassthruMac } from './address.ts'
import {
  broadcastQueueLimit,
  createPort,
  DEFAULT_BROADCAST_QUEUE_LENGTH,
  destroyPort,
  isAddressBusy,
  lowerOf,
  macvlanState,
  modeOf,
  portOf,
} from './port.ts'
import { changeSources, listedSources, validateSources } from './sources.ts'
import { macvlanQueueXmit } from './transmit.ts'

type MacvlanData = Extract<LinkData, { kind: 'macvlan' }>

function stateOf(lower: NetDevice, data: MacvlanData): LinkStateOf<'macvlan'> {
  return {
    kind: 'macvlan',
    lower: lower.id,
    mode: data.mode ?? 'vepa',
    noPromisc: data.noPromisc ?? false,
    noDst: data.noDst ?? false,
    broadcastQueueLength: data.broadcastQueueLength ?? DEFAULT_BROADCAST_QUEUE_LENGTH,
    sources: [],
  }
}

/** Makes the child on a device that is a port already; what came before a refusal is undone by the caller. */
function createChild(
  world: World,
  netns: Netns,
  spec: LinkSpec,
  data: MacvlanData,
  lower: NetDevice,
): NetDevice | KernelError {
  const port = portOf(lower)
  // A passthru child is alone: it can neither join others nor be joined.
  if (port.passthru || (data.mode === 'passthru' && port.children.length > 0)) return { errno: 'EINVAL' }
  const state = stateOf(lower, data)
  const refused = data.sources === undefined ? undefined : changeSources(state, data.sources)
  if (refused !== undefined) return refused
  const passthru = state.mode === 'passthru'
  const device = allocNetdev(world, netns, {
    namePattern: 'macvlan%d',
    spec: passthru ? { ...spec, mac: lower.mac } : spec,
    state,
    mtuBytes: lower.mtuBytes,
    maxMtuBytes: lower.maxMtuBytes,
  })
  if (passthru) device.macSetByUser = lower.macSetByUser
  device.linkDevice = lower.id
  device.carrier = lower.carrier
  const clash = registerNetdevice(world, device)
  if (clash !== undefined) return clash
  port.passthru = passthru
  port.children.push(device.id)
  // Unlike an ipvlan child it gets a state at once: creation ends with a carrier event.
  linkwatchFireEvent(world, device)
  return device
}

/** Takes a child off its lower device, and the port with the last one (macvlan_dellink, macvlan_uninit). */
function detach(world: World, device: NetDevice): void {
  devClose(world, device)
  const lower = lowerOf(world, device)
  const port = portOf(lower)
  port.children = port.children.filter((child) => child !== device.id)
  if (port.children.length === 0) destroyPort(world, lower)
}

/** New settings (macvlan_changelink). Into and out of passthru mode there is no way. */
function changeChild(world: World, device: NetDevice, data: MacvlanData): KernelError | undefined {
  const state = macvlanState(device)
  const invalid = validateSources(data.sources)
  if (invalid !== undefined) return invalid
  if (data.mode !== undefined) {
    if ((data.mode === 'passthru') !== (state.mode === 'passthru')) return { errno: 'EINVAL' }
    if (state.mode === 'source' && data.mode !== 'source') state.sources = []
  }
  if (data.noPromisc !== undefined && data.noPromisc !== state.noPromisc) {
    const lower = lowerOf(world, device)
    if (portOf(lower).passthru) setPromiscuity(world, lower, data.noPromisc ? -1 : 1)
    state.noPromisc = data.noPromisc
  }
  state.noDst = data.noDst ?? state.noDst
  state.broadcastQueueLength = data.broadcastQueueLength ?? state.broadcastQueueLength
  state.mode = data.mode ?? state.mode
  return data.sources === undefined ? undefined : changeSources(state, data.sources)
}

export const macvlanKind: LinkKind = {
  kind: 'macvlan',
  // Linux: macvlan_validate.
  validate({ mac, data }) {
    if (mac !== undefined && !isValidDeviceMac(mac)) return { errno: 'EADDRNOTAVAIL' }
    return data.kind === 'macvlan' ? validateSources(data.sources) : undefined
  },
  // Linux: macvlan_common_newlink.
  create(world, netns, spec, given) {
    const data: MacvlanData = spec.data.kind === 'macvlan' ? spec.data : { kind: 'macvlan' }
    if (given === undefined) return { errno: 'EINVAL' }
    // On top of another child it stands on what that one stands on.
    const lower = given.state.kind === 'macvlan' ? deviceById(world, given.state.lower) : given
    if (spec.mtuBytes !== undefined && spec.mtuBytes > lower.mtuBytes) return { errno: 'EINVAL' }
    const refused = lower.macvlanPort === undefined ? createPort(lower) : undefined
    if (refused !== undefined) return refused
    const device = createChild(world, netns, spec, data, lower)
    if (portOf(lower).children.length === 0) destroyPort(world, lower)
    return device
  },
  change: (world, device, data) => (data.kind === 'macvlan' ? changeChild(world, device, data) : undefined),
  remove: detach,
  // Linux: macvlan_open. Only here is the address compared with those of others; from here on the lower device listens to it.
  open(world, device) {
    const lower = lowerOf(world, device)
    if (portOf(lower).passthru) {
      if (!macvlanState(device).noPromisc) setPromiscuity(world, lower, 1)
      enterTable(portOf(lower), device, device.mac)
      return undefined
    }
    if (isAddressBusy(world, lower, device, device.mac)) return { errno: 'EADDRINUSE' }
    addUnicastFilter(world, lower, device.mac)
    if (device.allMulticastCount > 0) setAllMulticast(world, lower, 1)
    if (device.promiscuityCount > 0) setPromiscuity(world, lower, 1)
    enterTable(portOf(lower), device, device.mac)
    return undefined
  },
  // Linux: macvlan_stop.
  stop(world, device) {
    const lower = lowerOf(world, device)
    removeFromTable(portOf(lower), device)
    if (portOf(lower).passthru) {
      if (!macvlanState(device).noPromisc) setPromiscuity(world, lower, -1)
      return
    }
    if (device.allMulticastCount > 0) setAllMulticast(world, lower, -1)
    if (device.promiscuityCount > 0) setPromiscuity(world, lower, -1)
    removeUnicastFilter(world, lower, device.mac)
  },
  // Linux: macvlan_change_rx_flags. The lower device of a passthru child is promiscuous anyway.
  changeRxFlags(world, device, what, delta) {
    if (!device.up) return
    const lower = lowerOf(world, device)
    if (what === 'allMulticast') setAllMulticast(world, lower, delta)
    else if (!portOf(lower).passthru) setPromiscuity(world, lower, delta)
  },
  transmit: macvlanQueueXmit,
  setMac: setChildMac,
  // Linux: macvlan_change_mtu.
  setMtu: (world, device, mtuBytes) => (mtuBytes > lowerOf(world, device).mtuBytes ? { errno: 'EINVAL' } : undefined),
  describe(world, device) {
    const state = macvlanState(device)
    const { mode, noPromisc, noDst, broadcastQueueLength } = state
    const usedQueueLength = broadcastQueueLimit(world, portOf(lowerOf(world, device)))
    return {
      kind: 'macvlan',
      mode,
      noPromisc,
      noDst,
      broadcastQueueLength,
      usedQueueLength,
      sources: listedSources(state),
    }
  },
}

/** Lets macvlan children follow the device below (macvlan_device_event). */
export function macvlanDeviceEvent(world: World, lower: NetDevice, event: DeviceEvent): void {
  const port = lower.macvlanPort
  if (port === undefined) return
  switch (event) {
    case 'up':
    case 'down':
    case 'carrier':
      transferCarrier(world, lower, port.children)
      return
    case 'mtu':
      shrinkMtu(world, lower, port.children)
      return
    case 'mac':
      for (const child of existing(world, port.children)) {
        if (modeOf(child) === 'passthru') syncPassthruMac(world, lower, child)
      }
      return
    case 'dismantle':
      removeChildren(world, port.children)
      return
    default:
  }
}
