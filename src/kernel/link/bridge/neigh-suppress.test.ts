// Neighbour suppression: br_do_proxy_suppress_arp.
import { describe, expect, test } from 'vitest'
import { ARP_REQUEST, emitArpFrame, parseArp } from '../../../wire/arp.ts'
import { BROADCAST_MAC, ipv4, mac, type MacAddress, ZERO_MAC } from '../../../wire/address.ts'
import { ETHERTYPE_ARP, ethernetSource } from '../../../wire/ethernet.ts'
import { neighAdd } from '../../neigh/neigh-admin.ts'
import type { NetDevice } from '../../netdev/net-device.ts'
import { devQueueXmit } from '../../netdev/transmit.ts'
import { allocSkb } from '../../skb.ts'
import { setPort } from './port.ts'
import { type BridgeLab, createLab, type Machine, machineMac, plugMachines, run, send, sightings } from './test-lab.ts'

const OWNER_IP = ipv4('10.0.0.2')

/** Machine 2 is known on br0 and in the table; its port has neigh_suppress. */
function quietLab(): { lab: BridgeLab; machines: [Machine, Machine, Machine] } {
  const lab = createLab()
  const [one, two, three] = plugMachines(lab, 3)
  if (one === undefined || two === undefined || three === undefined) throw new Error('three machines were asked for')
  send(lab, { from: two.eth0, to: machineMac(9) })
  neighAdd(lab.world, lab.bridge, 'add', {
    ifindex: lab.bridge.ifindex,
    ip: OWNER_IP,
    mac: machineMac(2),
    state: 'PERMANENT',
  })
  setPort(lab.world, two.port, { neighSuppress: true })
  return { lab, machines: [one, two, three] }
}

function ask(lab: BridgeLab, from: NetDevice, senderMac: MacAddress, senderIp: string, targetIp: string): void {
  const request = {
    operation: ARP_REQUEST,
    senderMac,
    senderIp: ipv4(senderIp),
    targetMac: ZERO_MAC,
    targetIp: ipv4(targetIp),
  }
  const data = emitArpFrame({ ...request, destination: BROADCAST_MAC, source: senderMac })
  lab.events = []
  devQueueXmit(lab.world, from, allocSkb(lab.world, data, ETHERTYPE_ARP, from.id))
  run(lab)
}

describe('br_do_proxy_suppress_arp', () => {
  test('answers for a known neighbour out of the port of the request, and floods to the other ports and up', () => {
    const { lab, machines } = quietLab()
    ask(lab, machines[0].eth0, machineMac(1), '10.0.0.1', '10.0.0.2')
    expect(sightings(lab)).toEqual(['p1 in', 'p1 out', 'p3 out', 'br0 in'])
    const answer = lab.events.find(
      ({ kind, device }) => kind === 'net.dev_xmit' && device === machines[0].port.id,
    )?.frame
    const parsed = parseArp(answer ?? new Uint8Array(), 14)
    expect(parsed.ok && parsed.value).toMatchObject({ operation: 2, senderMac: machineMac(2), senderIp: OWNER_IP })
    expect(answer && ethernetSource(answer)).toBe(machineMac(2))
    expect(lab.events.find(({ name }) => name === 'bridge.neigh_suppress_reply')).toMatchObject({
      a: OWNER_IP,
      b: machineMac(2),
    })
  })

  test('floods everywhere for a neighbour that is not known', () => {
    const { lab, machines } = quietLab()
    ask(lab, machines[0].eth0, machineMac(1), '10.0.0.1', '10.0.0.9')
    expect(sightings(lab)).toEqual(['p1 in', 'p3 out', 'p2 out', 'br0 in'])
  })

  test('floods everywhere for a neighbour whose address is behind no port', () => {
    const { lab, machines } = quietLab()
    const unseen = {
      ifindex: lab.bridge.ifindex,
      ip: ipv4('10.0.0.8'),
      mac: mac('02:00:00:00:00:08'),
      state: 'PERMANENT',
    } as const
    neighAdd(lab.world, lab.bridge, 'add', unseen)
    ask(lab, machines[0].eth0, machineMac(1), '10.0.0.1', '10.0.0.8')
    expect(sightings(lab)).toEqual(['p1 in', 'p3 out', 'p2 out', 'br0 in'])
  })

  test('keeps announcements off quiet ports', () => {
    const { lab, machines } = quietLab()
    ask(lab, machines[0].eth0, machineMac(1), '10.0.0.1', '10.0.0.1')
    expect(sightings(lab)).toEqual(['p1 in', 'p3 out', 'br0 in'])
  })

  test('answers a probe for a known address, and floods one for any other', () => {
    const { lab, machines } = quietLab()
    ask(lab, machines[0].eth0, machineMac(1), '0.0.0.0', '10.0.0.2')
    expect(sightings(lab)).toEqual(['p1 in', 'p1 out', 'p3 out', 'br0 in'])
    ask(lab, machines[0].eth0, machineMac(1), '0.0.0.0', '10.0.0.9')
    expect(sightings(lab)).toEqual(['p1 in', 'p3 out', 'p2 out', 'br0 in'])
  })

  test('does not tell the owner itself that its address is taken', () => {
    const { lab, machines } = quietLab()
    setPort(lab.world, machines[0].port, { learning: false })
    ask(lab, machines[0].eth0, machineMac(2), '0.0.0.0', '10.0.0.2')
    expect(sightings(lab)).toEqual(['p1 in', 'p3 out', 'br0 in'])
  })

  test('the answer to this machine’s own question is transmitted by the bridge', () => {
    const { lab } = quietLab()
    ask(lab, lab.bridge, lab.bridge.mac, '0.0.0.0', '10.0.0.2')
    const [first, ...rest] = sightings(lab)
    expect(first).toBe('br0 out')
    expect(rest).toContain('br0 out')
    expect(rest).not.toContain('br0 in')
  })

  test('leaves requests from a quiet port alone', () => {
    const { lab, machines } = quietLab()
    ask(lab, machines[1].eth0, machineMac(2), '10.0.0.2', '10.0.0.1')
    expect(sightings(lab)).toEqual(['p2 in', 'p3 out', 'p1 out', 'br0 in'])
  })
})
