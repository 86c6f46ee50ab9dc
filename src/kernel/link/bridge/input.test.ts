// The receive handler of a port: the ladder of br_handle_frame and br_handle_frame_finish.
import { describe, expect, test } from 'vitest'
import { mac } from '../../../wire/address.ts'
import { setPromiscuity } from '../../netdev/lifecycle.ts'
import { fdbAdd } from './fdb-user.ts'
import { setPort } from './port.ts'
import { changeBridge } from './settings.ts'
import {
  addMachine,
  type BridgeLab,
  BROADCAST,
  createLab,
  explain,
  learned,
  type Machine,
  machineMac,
  plugMachines,
  portMac,
  send,
  sightings,
  verdicts,
} from './test-lab.ts'
import { devClose } from '../../netdev/settled-test-lab.ts'

function labOfThree(): { lab: BridgeLab; machines: [Machine, Machine, Machine] } {
  const lab = createLab()
  const [one, two, three] = plugMachines(lab, 3)
  if (one === undefined || two === undefined || three === undefined) throw new Error('three machines were asked for')
  return { lab, machines: [one, two, three] }
}

describe('br_handle_frame', () => {
  test.each(['00:00:00:00:00:00', '01:00:5e:00:00:05'])('drops a frame from %s, which no device may have', (source) => {
    const { lab, machines } = labOfThree()
    send(lab, { from: machines[0].eth0, to: BROADCAST, source: mac(source) })
    expect(verdicts(lab)).toEqual(['bridge.source_mac_invalid p1'])
  })

  test('floods a BPDU with spanning tree off and passes it up', () => {
    const { lab, machines } = labOfThree()
    send(lab, { from: machines[0].eth0, to: mac('01:80:c2:00:00:00') })
    expect(sightings(lab)).toEqual(['p1 in', 'p3 out', 'p2 out', 'br0 in'])
  })

  test('leaves a BPDU to the port with spanning tree on', () => {
    const { lab, machines } = labOfThree()
    changeBridge(lab.world, lab.bridge, { stpState: true })
    send(lab, { from: machines[0].eth0, to: mac('01:80:c2:00:00:00') })
    expect(sightings(lab)).toEqual(['p1 in'])
    expect(verdicts(lab)).toEqual(['bridge.pass_to_port p1', 'rx.unhandled_protocol p1'])
  })

  test('drops a pause frame whatever the masks say', () => {
    const { lab, machines } = labOfThree()
    machines[0].port.port!.groupFwdMask = 0xffff
    send(lab, { from: machines[0].eth0, to: mac('01:80:c2:00:00:01') })
    expect(verdicts(lab)).toEqual(['bridge.pause_frame p1'])
  })

  test('leaves LLDP to the port and learns its source (__br_handle_local_finish)', () => {
    const { lab, machines } = labOfThree()
    send(lab, { from: machines[0].eth0, to: mac('01:80:c2:00:00:0e') })
    expect(verdicts(lab)).toEqual(['bridge.pass_to_port p1', 'rx.unhandled_protocol p1'])
    expect(learned(lab)).toEqual(['001 on p1'])
  })

  test('forwards a link-local address that group_fwd_mask opens', () => {
    const { lab, machines } = labOfThree()
    changeBridge(lab.world, lab.bridge, { groupFwdMask: 0x4000 })
    send(lab, { from: machines[0].eth0, to: mac('01:80:c2:00:00:0e') })
    expect(sightings(lab)).toEqual(['p1 in', 'p3 out', 'p2 out', 'br0 in'])
    send(lab, { from: machines[0].eth0, to: mac('01:80:c2:00:00:03') })
    expect(verdicts(lab)).toContain('bridge.pass_to_port p1')
  })

  test('treats 01:80:c2:00:00:10 like other group addresses', () => {
    const { lab, machines } = labOfThree()
    send(lab, { from: machines[0].eth0, to: mac('01:80:c2:00:00:10') })
    expect(verdicts(lab)[0]).toBe('bridge.flood p1')
  })

  test('drops on a port that is not forwarding; a bridge that is down forwards nothing', () => {
    const { lab, machines } = labOfThree()
    devClose(lab.world, lab.bridge)
    send(lab, { from: machines[0].eth0, to: BROADCAST })
    expect(verdicts(lab)).toEqual(['bridge.port_not_forwarding p1'])
    expect(learned(lab)).toEqual([])
  })

  test('makes a frame to the bridge address one for this host, whatever port it came by', () => {
    const { lab, machines } = labOfThree()
    // br0 has the address of p1, so for p2 the frame is another host's.
    expect(lab.bridge.mac).toBe(portMac(1))
    const types: string[] = []
    lab.world.modules = {
      ...lab.world.modules,
      protocols: new Map([[0x88b5, (_world, device, skb) => void types.push(`${device.name} ${skb.packetType}`)]]),
    }
    send(lab, { from: machines[1].eth0, to: portMac(1) })
    // Passed up as local, but the packet type is not worked out again: IP would drop it as another host's.
    send(lab, { from: machines[1].eth0, to: portMac(3) })
    expect(types).toEqual(['br0 host', 'br0 otherhost'])
  })
})

describe('br_handle_frame_finish', () => {
  test('floods a broadcast, newest port first, and passes it up last', () => {
    const { lab, machines } = labOfThree()
    send(lab, { from: machines[0].eth0, to: BROADCAST })
    expect(sightings(lab)).toEqual(['p1 in', 'p3 out', 'p2 out', 'br0 in'])
    expect(verdicts(lab).slice(0, 2)).toEqual(['bridge.flood p1', 'bridge.deliver_up p1'])
    expect(lab.events.find(({ name }) => name === 'bridge.flood')).toMatchObject({ a: BROADCAST, b: 2 })
  })

  test('makes siblings of a flood effects of the decision, and the local copy one of the frame', () => {
    const { lab, machines } = labOfThree()
    send(lab, { from: machines[0].eth0, to: BROADCAST })
    const arrival = lab.events.find(
      ({ kind, device }) => kind === 'net.netif_receive_skb' && device === machines[0].port.id,
    )
    const flood = lab.events.find(({ name }) => name === 'bridge.flood')
    const up = lab.events.find(({ name }) => name === 'bridge.deliver_up')
    const copies = lab.events.filter(({ kind, device }) => kind === 'net.dev_xmit' && device !== machines[0].eth0.id)
    expect(copies.map(({ cause }) => cause)).toEqual([flood?.seq, flood?.seq])
    expect([flood?.cause, up?.cause]).toEqual([arrival?.seq, arrival?.seq])
    const onBridge = lab.events.find(({ kind, device }) => kind === 'net.netif_receive_skb' && device === lab.bridge.id)
    expect(onBridge?.cause).toBe(up?.seq)
  })

  test('floods unknown unicast but does not pass it up', () => {
    const { lab, machines } = labOfThree()
    send(lab, { from: machines[0].eth0, to: machineMac(2) })
    expect(sightings(lab)).toEqual(['p1 in', 'p3 out', 'p2 out'])
    expect(verdicts(lab)).toEqual(['bridge.flood p1'])
  })

  test('forwards known unicast to its port only', () => {
    const { lab, machines } = labOfThree()
    send(lab, { from: machines[1].eth0, to: machineMac(9) })
    send(lab, { from: machines[0].eth0, to: machineMac(2) })
    expect(sightings(lab)).toEqual(['p1 in', 'p2 out'])
    expect(lab.events.find(({ name }) => name === 'bridge.forward')).toMatchObject({
      device: machines[0].port.id,
      a: machineMac(2),
      b: machines[1].port.id,
    })
  })

  test('moves a known unicast frame instead of copying it', () => {
    const { lab, machines } = labOfThree()
    send(lab, { from: machines[1].eth0, to: machineMac(9) })
    send(lab, { from: machines[0].eth0, to: machineMac(2) })
    const frames = lab.events.filter(({ frame }) => frame !== undefined).map(({ frame }) => frame)
    expect(frames).toHaveLength(5)
    expect(new Set(frames).size).toBe(1)
  })

  test('shows forwarded unicast on the bridge only while that is promiscuous', () => {
    const { lab, machines } = labOfThree()
    send(lab, { from: machines[1].eth0, to: machineMac(9) })
    setPromiscuity(lab.world, lab.bridge, 1)
    send(lab, { from: machines[0].eth0, to: machineMac(2) })
    expect(sightings(lab)).toEqual(['p1 in', 'p2 out', 'br0 in'])
    send(lab, { from: machines[0].eth0, to: machineMac(8) })
    expect(sightings(lab)).toEqual(['p1 in', 'p3 out', 'p2 out', 'br0 in'])
  })

  test('passes a frame to a local entry up and forwards it nowhere', () => {
    const { lab, machines } = labOfThree()
    send(lab, { from: machines[0].eth0, to: portMac(3) })
    expect(sightings(lab)).toEqual(['p1 in', 'br0 in'])
    expect(verdicts(lab)[0]).toBe('bridge.deliver_up p1')
  })

  test('drops silently what is known on the port where it came in', () => {
    const { lab, machines } = labOfThree()
    send(lab, { from: machines[0].eth0, to: machineMac(9), source: machineMac(7) })
    send(lab, { from: machines[0].eth0, to: machineMac(7) })
    expect(verdicts(lab)).toEqual(['bridge.same_port p1'])
  })

  test('learns in the state learning but forwards nothing', () => {
    const { lab, machines } = labOfThree()
    setPort(lab.world, machines[0].port, { state: 'learning' })
    send(lab, { from: machines[0].eth0, to: BROADCAST })
    expect(verdicts(lab)).toEqual(['bridge.learning_only p1'])
    expect(learned(lab)).toEqual(['001 on p1'])
  })

  test('takes frames on a locked port only from sources that were put there', () => {
    const { lab, machines } = labOfThree()
    setPort(lab.world, machines[0].port, { locked: true })
    send(lab, { from: machines[0].eth0, to: BROADCAST })
    expect(verdicts(lab)).toEqual(['bridge.port_locked p1'])
    expect(learned(lab)).toEqual([])
    const spec = { ifindex: machines[0].port.ifindex, mac: machineMac(1), target: 'master', state: 'static' } as const
    expect(fdbAdd(lab.world, machines[0].port, spec, 'add')).toBeUndefined()
    send(lab, { from: machines[0].eth0, to: BROADCAST })
    expect(verdicts(lab)[0]).toBe('bridge.flood p1')
  })

  test('drops a broadcast that nobody takes only if it does not go up', () => {
    const lab = createLab()
    const [only] = plugMachines(lab, 1)
    send(lab, { from: only!.eth0, to: BROADCAST })
    expect(verdicts(lab)[0]).toBe('bridge.deliver_up p1')
    send(lab, { from: only!.eth0, to: machineMac(9) })
    expect(verdicts(lab)).toEqual(['bridge.no_target p1'])
  })
})

describe('explanations', () => {
  test('give every rung that led to a forwarding', () => {
    const { lab, machines } = labOfThree()
    send(lab, { from: machines[1].eth0, to: machineMac(9) })
    const checks = explain(lab, { from: machines[0].eth0, to: machineMac(2) }).get('bridge.forward p1')
    expect(checks).toMatchObject([
      { id: 'bridge.source_mac_valid', ok: true, value: '02:00:00:00:00:01', source: 'source address of the frame' },
      { id: 'bridge.port_state', ok: true, value: 'forwarding', source: 'state of p1' },
      { id: 'bridge.learning', ok: true, value: 'on', source: 'learning of p1' },
      { id: 'bridge.ageing_time', ok: true, value: '300000', source: 'ageing_time of br0' },
      { id: 'bridge.learn', ok: true, value: '02:00:00:00:00:01 is new', source: 'forwarding table of br0' },
      { id: 'bridge.port_forwards', ok: true, value: 'forwarding', source: 'state of p1' },
      {
        id: 'bridge.destination_known',
        ok: true,
        value: '02:00:00:00:00:02 is behind a port',
        source: 'forwarding table of br0',
      },
      { id: 'bridge.egress_state', ok: true, value: 'forwarding', source: 'state of p2' },
    ])
  })

  test('give the rung that failed for a drop', () => {
    const { lab, machines } = labOfThree()
    send(lab, { from: machines[0].eth0, to: machineMac(9), source: machineMac(7) })
    const checks = explain(lab, { from: machines[0].eth0, to: machineMac(7) }).get('bridge.same_port p1')
    expect(checks?.at(-1)).toMatchObject({ id: 'bridge.not_back', ok: false, value: 'off', source: 'hairpin of p1' })
  })

  test('change nothing about the verdict', () => {
    const plain = labOfThree()
    const explained = labOfThree()
    const late = addMachine(plain.lab, 4)
    addMachine(explained.lab, 4)
    expect(late.port.master).toBe(0)
    for (const to of [BROADCAST, machineMac(2), portMac(2), mac('01:80:c2:00:00:0e')]) {
      send(plain.lab, { from: plain.machines[0].eth0, to })
      explain(explained.lab, { from: explained.machines[0].eth0, to })
      expect(verdicts(explained.lab)).toEqual(verdicts(plain.lab))
    }
  })
})
