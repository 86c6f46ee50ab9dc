// Whole exchanges over a bridge, tap by tap, as Linux shows them: ARP and ping between two machines, and from the host itself.
import { expect, test } from 'vitest'
import { ipv4 } from '../../../wire/address.ts'
import { ETHERTYPE_ARP, ethernetType } from '../../../wire/ethernet.ts'
import type { NetDevice } from '../../netdev/net-device.ts'
import { applySystemCall } from '../../system-calls.ts'
import type { SystemCall } from '../../system-call.ts'
import { type BridgeLab, createLab, plugMachines, run, sightings } from './test-lab.ts'

const ECHO_REQUEST = new Uint8Array([8, 0, 0xf7, 0xfd, 0, 1, 0, 1])

function call(lab: BridgeLab, request: SystemCall): number {
  const result = applySystemCall(lab.world, request)
  if (!result.ok) throw new Error(result.error.errno)
  return result.value
}

function addAddress(lab: BridgeLab, device: NetDevice, address: string): void {
  call(lab, {
    kind: 'address.add',
    netns: device.netns,
    spec: { ifindex: device.ifindex, address: ipv4(address), prefixLength: 24 },
  })
}

/** Sends one echo request and returns the taps of the host with what passed them. */
function ping(lab: BridgeLab, from: NetDevice, to: string): string[] {
  run(lab, 2_000)
  const socket = call(lab, { kind: 'socket.open', netns: from.netns, spec: { kind: 'raw', protocol: 1 } })
  lab.events = []
  call(lab, { kind: 'socket.send', socket, to: ipv4(to), port: 0, bytes: ECHO_REQUEST })
  run(lab, 100)
  const words = lab.events.flatMap((event) => {
    if (
      event.frame === undefined ||
      event.kind === 'skb.kfree_skb' ||
      lab.world.devices[event.device]?.netns !== lab.host.id
    )
      return []
    const type = event.frame[20 + (ethernetType(event.frame) === ETHERTYPE_ARP ? 1 : 14)]
    return [
      ethernetType(event.frame) === ETHERTYPE_ARP
        ? `arp ${type === 1 ? 'request' : 'reply'}`
        : `echo ${type === 8 ? 'request' : 'reply'}`,
    ]
  })
  return sightings(lab).map((tap, index) => `${tap} ${words[index] ?? ''}`)
}

test('two machines on a bridge that knows neither', () => {
  const lab = createLab()
  const [one, two] = plugMachines(lab, 3)
  addAddress(lab, one!.eth0, '10.0.0.1')
  addAddress(lab, two!.eth0, '10.0.0.2')
  expect(ping(lab, one!.eth0, '10.0.0.2')).toEqual([
    'p1 in arp request',
    'p3 out arp request',
    'p2 out arp request',
    'br0 in arp request',
    'p2 in arp reply',
    'p1 out arp reply',
    'p1 in echo request',
    'p2 out echo request',
    'p2 in echo reply',
    'p1 out echo reply',
  ])
})

test('the host with an address on the bridge', () => {
  const lab = createLab()
  const [one] = plugMachines(lab, 3)
  addAddress(lab, one!.eth0, '10.0.0.1')
  addAddress(lab, lab.bridge, '10.0.0.254')
  expect(ping(lab, lab.bridge, '10.0.0.1')).toEqual([
    'br0 out arp request',
    'p3 out arp request',
    'p2 out arp request',
    'p1 out arp request',
    'p1 in arp reply',
    'br0 in arp reply',
    'br0 out echo request',
    'p1 out echo request',
    'p1 in echo reply',
    'br0 in echo reply',
  ])
})
