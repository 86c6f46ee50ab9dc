// Which ports get a frame: should_deliver, br_flood, br_dev_queue_push_xmit, br_dev_xmit.
import { describe, expect, test } from 'vitest'
import { mac } from '../../../wire/address.ts'
import { changeMtu } from '../../netdev/lifecycle.ts'
import { setPort } from './port.ts'
import {
  type BridgeLab,
  BROADCAST,
  createLab,
  learned,
  type Machine,
  machineMac,
  plugMachines,
  portMac,
  send,
  sightings,
  verdicts,
} from './test-lab.ts'
import { addPort, devClose, removePort } from '../../netdev/settled-test-lab.ts'

function labOfThree(): { lab: BridgeLab; machines: [Machine, Machine, Machine] } {
  const lab = createLab()
  const [one, two, three] = plugMachines(lab, 3)
  if (one === undefined || two === undefined || three === undefined) throw new Error('three machines were asked for')
  return { lab, machines: [one, two, three] }
}

const MULTICAST = mac('01:00:5e:01:02:03')

describe('br_flood', () => {
  test('goes to the port that joined last first, also after one left and came back', () => {
    const { lab, machines } = labOfThree()
    removePort(lab.world, machines[1].port)
    addPort(lab.world, lab.bridge, machines[1].port)
    send(lab, { from: machines[0].eth0, to: BROADCAST })
    expect(sightings(lab)).toEqual(['p1 in', 'p2 out', 'p3 out', 'br0 in'])
  })

  test.each([
    ['flood', machineMac(9), { flood: false }],
    ['mcast_flood', MULTICAST, { mcastFlood: false }],
    ['bcast_flood', BROADCAST, { bcastFlood: false }],
  ] as const)('keeps a port with %s off out of that class, and only of that class', (_flag, to, settings) => {
    const { lab, machines } = labOfThree()
    setPort(lab.world, machines[2].port, settings)
    for (const destination of [machineMac(9), MULTICAST, BROADCAST]) {
      send(lab, { from: machines[0].eth0, to: destination })
      expect(sightings(lab).includes('p3 out')).toBe(destination !== to)
    }
  })

  test('lets frames of this host pass mcast_flood and bcast_flood, but not flood', () => {
    const { lab, machines } = labOfThree()
    setPort(lab.world, machines[2].port, { flood: false, mcastFlood: false, bcastFlood: false })
    const gotIt = [BROADCAST, MULTICAST, machineMac(9)].map((to) => {
      send(lab, { from: lab.bridge, to })
      return sightings(lab).includes('p3 out')
    })
    expect(gotIt).toEqual([true, true, false])
  })

  test('flags do not hold up known unicast', () => {
    const { lab, machines } = labOfThree()
    send(lab, { from: machines[1].eth0, to: machineMac(9) })
    setPort(lab.world, machines[1].port, { flood: false })
    send(lab, { from: machines[0].eth0, to: machineMac(2) })
    expect(sightings(lab)).toEqual(['p1 in', 'p2 out'])
  })
})

describe('should_deliver', () => {
  test('sends back where a frame came from only with hairpin', () => {
    const { lab, machines } = labOfThree()
    setPort(lab.world, machines[0].port, { hairpin: true })
    send(lab, { from: machines[0].eth0, to: BROADCAST })
    expect(sightings(lab)).toEqual(['p1 in', 'p3 out', 'p2 out', 'p1 out', 'br0 in'])
    send(lab, { from: machines[0].eth0, to: machineMac(9), source: machineMac(7) })
    send(lab, { from: machines[0].eth0, to: machineMac(7) })
    expect(sightings(lab)).toEqual(['p1 in', 'p1 out'])
  })

  test('sends nothing back by an isolated port, hairpin or not (br_skb_isolated)', () => {
    const { lab, machines } = labOfThree()
    setPort(lab.world, machines[0].port, { hairpin: true, isolated: true })
    send(lab, { from: machines[0].eth0, to: BROADCAST })
    expect(sightings(lab)).toEqual(['p1 in', 'p3 out', 'p2 out', 'br0 in'])
  })

  test('keeps isolated ports from each other, not from others and not from this host', () => {
    const { lab, machines } = labOfThree()
    for (const { port } of machines.slice(0, 2)) setPort(lab.world, port, { isolated: true })
    send(lab, { from: machines[0].eth0, to: BROADCAST })
    expect(sightings(lab)).toEqual(['p1 in', 'p3 out', 'br0 in'])
    send(lab, { from: machines[1].eth0, to: BROADCAST })
    send(lab, { from: machines[0].eth0, to: machineMac(2) })
    expect(verdicts(lab)).toEqual(['bridge.egress_refused p1'])
    send(lab, { from: lab.bridge, to: machineMac(2) })
    expect(sightings(lab)).toEqual(['br0 out', 'p2 out'])
  })

  test('reaches no port that does not forward', () => {
    const { lab, machines } = labOfThree()
    setPort(lab.world, machines[2].port, { state: 'listening' })
    send(lab, { from: machines[0].eth0, to: BROADCAST })
    expect(sightings(lab)).toEqual(['p1 in', 'p2 out', 'br0 in'])
  })
})

describe('br_dev_queue_push_xmit', () => {
  test('drops what is longer than the MTU of the port, its header and a tag', () => {
    const { lab, machines } = labOfThree()
    send(lab, { from: machines[1].eth0, to: machineMac(9) })
    changeMtu(lab.world, machines[1].port, 1000)
    send(lab, { from: machines[0].eth0, to: machineMac(2), payloadBytes: 1004 })
    expect(sightings(lab)).toEqual(['p1 in', 'p2 out'])
    send(lab, { from: machines[0].eth0, to: machineMac(2), payloadBytes: 1005 })
    expect(sightings(lab)).toEqual(['p1 in'])
    expect(verdicts(lab)).toEqual(['bridge.forward p1', 'bridge.too_long p2'])
  })
})

describe('br_dev_xmit', () => {
  test('floods a broadcast of this host, and learns nothing from it', () => {
    const { lab, machines } = labOfThree()
    send(lab, { from: lab.bridge, to: BROADCAST })
    expect(sightings(lab)).toEqual(['br0 out', 'p3 out', 'p2 out', 'p1 out'])
    expect(lab.events.find(({ name }) => name === 'bridge.transmit')).toMatchObject({ a: BROADCAST, b: 3 })
    expect(learned(lab)).toEqual([])
    expect(machines[0].port.port?.state).toBe('forwarding')
  })

  test('sends known unicast by its port', () => {
    const { lab, machines } = labOfThree()
    send(lab, { from: machines[1].eth0, to: machineMac(9) })
    send(lab, { from: lab.bridge, to: machineMac(2) })
    expect(sightings(lab)).toEqual(['br0 out', 'p2 out'])
    expect(lab.events.find(({ name }) => name === 'bridge.transmit')).toMatchObject({ a: machineMac(2), b: 1 })
  })

  test('sends a frame to the address of a port out of that port', () => {
    const { lab } = labOfThree()
    send(lab, { from: lab.bridge, to: portMac(2) })
    expect(sightings(lab)).toEqual(['br0 out', 'p2 out'])
  })

  test('drops a frame to the address of the bridge itself when no port has it', () => {
    const lab = createLab({}, { mac: mac('02:00:00:00:0b:00') })
    plugMachines(lab, 1)
    send(lab, { from: lab.bridge, to: mac('02:00:00:00:0b:00') })
    expect(verdicts(lab)).toEqual(['bridge.local_entry_of_bridge br0'])
  })

  test('has no carrier, so sends nothing, when no port forwards', () => {
    const { lab, machines } = labOfThree()
    for (const { port } of machines) devClose(lab.world, port)
    send(lab, { from: lab.bridge, to: BROADCAST })
    expect(verdicts(lab)).toEqual(['xmit.no_carrier br0'])
  })

  test('drops a frame that no port takes', () => {
    const { lab, machines } = labOfThree()
    for (const { port } of machines) setPort(lab.world, port, { flood: false })
    send(lab, { from: lab.bridge, to: machineMac(9) })
    expect(verdicts(lab)).toEqual(['bridge.no_target br0'])
  })
})
