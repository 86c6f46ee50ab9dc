// ip link add, set and del, as rtnetlink carries them out. Linux: rtnl_newlink_create, do_setlink, rtnl_dellink.
import { addPort, removePort, setPort } from './bridge/port.ts'
import { changeNetns } from '../netdev/change-netns.ts'
import {
  changeMac,
  changeMtu,
  changeName,
  devClose,
  devOpen,
  setAllMulticast,
  setNoArp,
  setPromiscuity,
  unregisterNetdevice,
} from '../netdev/lifecycle.ts'
import { setCarrier, setOperState } from '../netdev/link-watch.ts'
import type { NetDevice } from '../netdev/net-device.ts'
import { notifyDevice } from '../netdev/notifier.ts'
import type { Netns } from '../netns.ts'
import type { IfIndex, KernelError, LinkChanges, LinkSpec } from '../system-call.ts'
import { linkChanged } from '../trace.ts'
import { deviceByIndex, netnsById, type World } from '../world.ts'
import { isRefusal } from './link-kind.ts'

/** Longest interface name (IFNAMSIZ less its end). */
const NAME_MAX_LENGTH = 15

function badName(name: string): KernelError | undefined {
  if (name.length === 0 || name === '.' || name === '..' || /[/\s:]/.test(name)) return { errno: 'EINVAL' }
  // The first free number takes the place of the one `%d` that there may be.
  if (name.includes('%') && !/^[^%]*%d[^%]*$/.test(name)) return { errno: 'EINVAL' }
  return name.length > NAME_MAX_LENGTH ? { errno: 'ERANGE', message: 'Attribute failed policy validation' } : undefined
}

/** `ip link add` (rtnl_newlink). Returns the device or the refusal. */
export function addLink(world: World, netns: Netns, spec: LinkSpec): NetDevice | KernelError {
  const names = [spec.name, spec.data.kind === 'veth' ? spec.data.peer.name : undefined]
  for (const name of names) {
    const refused = name === undefined ? undefined : badName(name)
    if (refused !== undefined) return refused
  }
  const kind = world.modules.linkKinds[spec.data.kind]
  if (kind === undefined) return { errno: 'EOPNOTSUPP', message: 'Unknown device type' }
  const invalid = kind.validate?.(spec)
  if (invalid !== undefined) return invalid
  const target = spec.netns === undefined ? netns : netnsById(world, spec.netns)
  if (spec.name !== undefined && target.deviceByName.has(spec.name)) return { errno: 'EEXIST' }
  if (spec.ifindex !== undefined && target.deviceByIndex.has(spec.ifindex)) return { errno: 'EEXIST' }
  let lower: NetDevice | undefined
  if (spec.link !== undefined) {
    lower = deviceByIndex(world, netns, spec.link)
    if (lower === undefined) return { errno: 'EINVAL' }
  }
  const device = kind.create(world, target, spec, lower)
  if (isRefusal(device)) return device
  if (spec.master !== undefined) {
    const refused = setMaster(world, device, target, spec.master)
    if (refused !== undefined) {
      removeLink(world, device)
      return refused
    }
  }
  if (spec.up === true) {
    const refused = devOpen(world, device)
    if (refused !== undefined) return refused
  }
  return device
}

/** Longest further name (ALTIFNAMSIZ less its end). */
const ALT_NAME_MAX_LENGTH = 127

/** `ip link property`: gives a device further names or takes them away (rtnl_linkprop, netdev_name_node_alt_create and _destroy). */
function changeAltNames(
  world: World,
  device: NetDevice,
  { added = [], removed = [] }: NonNullable<LinkChanges['altNames']>,
): KernelError | undefined {
  const { deviceByName } = netnsById(world, device.netns)
  for (const name of added) {
    if (name.length > ALT_NAME_MAX_LENGTH) return { errno: 'ERANGE', message: 'Attribute failed policy validation' }
    if (deviceByName.has(name)) return { errno: 'EEXIST' }
    deviceByName.set(name, device.id)
    device.altNames.push(name)
  }
  for (const name of removed) {
    if (!deviceByName.has(name)) return { errno: 'ENOENT' }
    if (!device.altNames.includes(name)) return { errno: 'EINVAL' }
    deviceByName.delete(name)
    device.altNames = device.altNames.filter((other) => other !== name)
  }
  return undefined
}

/** `ip link del` (rtnl_dellink); what stands on the device goes with it. */
export function removeLink(world: World, device: NetDevice): KernelError | undefined {
  if (device.state.kind === 'lo') return { errno: 'EOPNOTSUPP' }
  world.modules.linkKinds[device.state.kind]?.remove(world, device)
  unregisterNetdevice(world, device)
  return undefined
}

/** Makes a device a port of a bridge, or releases it with 0 (do_set_master). */
function setMaster(world: World, device: NetDevice, netns: Netns, ifindex: IfIndex): KernelError | undefined {
  const master = ifindex === 0 ? undefined : deviceByIndex(world, netns, ifindex)
  if (device.master !== 0) {
    if (master !== undefined && master.id === device.master) return undefined
    removePort(world, device)
  }
  if (ifindex === 0) return undefined
  if (master === undefined) return { errno: 'EINVAL' }
  if (master.state.kind !== 'bridge') return { errno: 'EOPNOTSUPP' }
  return addPort(world, master, device)
}

function setFlags(world: World, device: NetDevice, changes: LinkChanges): KernelError | undefined {
  if (changes.arp !== undefined) setNoArp(world, device, !changes.arp)
  if (changes.multicast !== undefined) device.multicast = changes.multicast
  if (changes.dynamic !== undefined) device.dynamic = changes.dynamic
  if (changes.trailers !== undefined) device.noTrailers = !changes.trailers
  if (changes.promisc !== undefined && changes.promisc !== device.promisc) {
    device.promisc = changes.promisc
    setPromiscuity(world, device, changes.promisc ? 1 : -1)
  }
  if (changes.allMulticast !== undefined && changes.allMulticast !== device.allMulticast) {
    device.allMulticast = changes.allMulticast
    setAllMulticast(world, device, changes.allMulticast ? 1 : -1)
  }
  if (changes.up === true) return devOpen(world, device)
  if (changes.up === false) devClose(world, device)
  return undefined
}

function setKindData(world: World, device: NetDevice, changes: LinkChanges): KernelError | undefined {
  if (changes.data !== undefined) {
    const kind = world.modules.linkKinds[device.state.kind]
    if (changes.data.kind !== device.state.kind || kind?.change === undefined) return { errno: 'EOPNOTSUPP' }
    const refused = kind.change(world, device, changes.data)
    if (refused !== undefined) return refused
  }
  if (changes.port !== undefined)
    return device.port === undefined ? { errno: 'EOPNOTSUPP' } : setPort(world, device, changes.port)
  return undefined
}

/** `ip link set` in the order of do_setlink: what came before a refusal stays. */
export function setLink(world: World, device: NetDevice, changes: LinkChanges): KernelError | undefined {
  if (changes.name !== undefined) {
    const refused = badName(changes.name)
    if (refused !== undefined) return refused
  }
  let newName = changes.name
  if (changes.netns !== undefined) {
    const refused = changeNetns(world, device, netnsById(world, changes.netns), newName)
    if (refused !== undefined) return refused
    newName = undefined
  }
  const steps: (() => KernelError | undefined)[] = [
    () => setKindData(world, device, changes),
    () => setAddress(world, device, changes),
    () => (changes.mtuBytes === undefined ? undefined : changeMtu(world, device, changes.mtuBytes)),
    () => {
      if (changes.group !== undefined) device.group = changes.group
      return undefined
    },
    () => (newName === undefined ? undefined : changeName(world, device, newName)),
    () => {
      if (changes.alias !== undefined) device.alias = changes.alias
      if (changes.broadcastMac !== undefined) {
        device.otherBroadcast = changes.broadcastMac
        // Everybody is told as of another address: neighbours are forgotten (NETDEV_CHANGEADDR).
        notifyDevice(world, device, 'mac')
      }
      return changes.master === undefined
        ? undefined
        : setMaster(world, device, netnsById(world, device.netns), changes.master)
    },
    () => setFlags(world, device, changes),
    () => (changes.altNames === undefined ? undefined : changeAltNames(world, device, changes.altNames)),
    () => {
      if (changes.carrier !== undefined) {
        if (world.modules.linkKinds[device.state.kind]?.changesCarrier !== true) return { errno: 'EOPNOTSUPP' }
        setCarrier(world, device, changes.carrier)
      }
      return changes.txQueueLength === undefined ? undefined : setTxQueueLength(device, changes.txQueueLength)
    },
    () => {
      if (changes.operState !== undefined) setOperState(device, changes.operState)
      device.linkMode = changes.linkMode ?? device.linkMode
      return undefined
    },
  ]
  for (const step of steps) {
    const refused = step()
    if (refused !== undefined) return refused
  }
  linkChanged(world, device, 'changed')
  return undefined
}

/** Linux: dev_change_tx_queue_len. */
function setTxQueueLength(device: NetDevice, length: number): KernelError | undefined {
  if (length < 0) return { errno: 'ERANGE' }
  device.txQueueLength = length
  return undefined
}

function setAddress(world: World, device: NetDevice, changes: LinkChanges): KernelError | undefined {
  if (changes.mac === undefined) return undefined
  const refused = changeMac(world, device, changes.mac)
  if (refused === undefined) device.macSetByUser = true
  return refused
}
