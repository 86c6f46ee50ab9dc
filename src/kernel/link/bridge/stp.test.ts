// Spanning tree: who speaks, who believes whom, what a change of the topology sets going. The test plays the other bridges.
import { describe, expect, test } from 'vitest'
import { mac, type MacAddress } from '../../../wire/address.ts'
import { ETHERNET_HEADER_LENGTH, ethernetDestination, ethernetType } from '../../../wire/ethernet.ts'
import {
  type Bpdu,
  type ConfigBpdu,
  emitBpduFrame,
  LLC_HEADER_LENGTH,
  parseBpdu,
  STP_GROUP_MAC,
} from '../../../wire/stp.ts'
import type { NetDevice } from '../../netdev/net-device.ts'
import { ETHERTYPE_802_2 } from '../../netdev/receive.ts'
import { devQueueXmit } from '../../netdev/transmit.ts'
import { allocSkb } from '../../skb.ts'
import { bridgeState, formatBridgeId } from './bridge-id.ts'
import { setPort } from './port.ts'
import { changeBridge } from './settings.ts'
import {
  BROADCAST,
  type BridgeLab,
  createLab,
  learned,
  type Machine,
  machineMac,
  plugMachines,
  run,
  send,
  verdicts,
} from './test-lab.ts'
import { devClose } from '../../netdev/settled-test-lab.ts'

/** The bridge under test: the lowest address of its ports. */
const OWN = '8000.020000000101'
const BETTER: MacAddress = mac('02:00:00:00:00:0a')
const WORSE: MacAddress = mac('02:ff:00:00:00:0a')
const TICKS = 256

/** Spanning tree with short times: hello 1 s, forward delay 4 s, max_age 6 s. */
function createStpLab(count = 1): { lab: BridgeLab; machines: Machine[] } {
  const lab = createLab({ stpState: true, helloTimeMs: 1_000, forwardDelayMs: 4_000, maxAgeMs: 6_000 })
  return { lab, machines: plugMachines(lab, count) }
}

function config(root: MacAddress, changes: Partial<ConfigBpdu> = {}): ConfigBpdu {
  return {
    kind: 'config',
    topologyChange: false,
    topologyChangeAck: false,
    root: { priority: 0x8000, address: root },
    rootPathCost: 0,
    bridge: { priority: 0x8000, address: root },
    port: 0x8001,
    messageAgeTicks: 0,
    maxAgeTicks: 20 * TICKS,
    helloTimeTicks: 2 * TICKS,
    forwardDelayTicks: 15 * TICKS,
    ...changes,
  }
}

/** Sends a frame as it is; what follows is in the lab's events. */
function inject(lab: BridgeLab, from: NetDevice, frame: Uint8Array): void {
  lab.events = []
  devQueueXmit(lab.world, from, allocSkb(lab.world, frame, ETHERTYPE_802_2, from.id))
  run(lab)
}

function tell(lab: BridgeLab, machine: Machine, bpdu: Bpdu): void {
  inject(lab, machine.eth0, emitBpduFrame(machine.eth0.mac, bpdu))
}

/** The messages that left the host's ports since the events were last cleared. */
function spoken(lab: BridgeLab): string[] {
  return lab.events.flatMap(({ kind, device, frame }) => {
    const port = lab.world.devices[device]
    if (kind !== 'net.dev_xmit' || port?.netns !== lab.host.id || frame === undefined) return []
    if (ethernetDestination(frame) !== STP_GROUP_MAC || ethernetType(frame) > 1500) return []
    const parsed = parseBpdu(frame, ETHERNET_HEADER_LENGTH + LLC_HEADER_LENGTH)
    if (!parsed.ok) throw new Error('an unreadable message')
    const bpdu = parsed.value
    if (bpdu.kind === 'topology-change') return [`${port.name} topology change`]
    const flags = `${bpdu.topologyChange ? ' TC' : ''}${bpdu.topologyChangeAck ? ' TCA' : ''}`
    const root = formatBridgeId(bpdu.root.priority, bpdu.root.address)
    return [`${port.name} root ${root} cost ${bpdu.rootPathCost}${flags}`]
  })
}

function portStates(machines: readonly Machine[]): string[] {
  return machines.map(({ port }) => `${port.name} ${port.port?.state ?? 'none'}`)
}

/** Lets every port come to forwarding. */
function settle(lab: BridgeLab): void {
  run(lab, 10_000)
  lab.events = []
}

describe('the root', () => {
  test('speaks by every port once each hello time', () => {
    const { lab } = createStpLab(2)
    settle(lab)
    run(lab, 3_000)
    expect(spoken(lab).filter((line) => line.startsWith('p1'))).toEqual(
      Array.from({ length: 3 }, () => `p1 root ${OWN} cost 0 TC`),
    )
    expect(spoken(lab).filter((line) => line.startsWith('p2'))).toHaveLength(3)
  })

  test('speaks as Linux does: group address, port address, 802.3 length, times in 1/256 s', () => {
    const { lab } = createStpLab(1)
    lab.events = []
    run(lab, 1_100)
    const frame = lab.events.find(({ kind, frame: bytes }) => kind === 'net.dev_xmit' && bytes !== undefined)?.frame
    const parsed = parseBpdu(frame ?? new Uint8Array(0), ETHERNET_HEADER_LENGTH + LLC_HEADER_LENGTH)
    expect([frame?.length, ethernetType(frame ?? new Uint8Array(14))]).toEqual([52, 38])
    expect(parsed.ok && parsed.value).toMatchObject({
      port: 0x8001,
      messageAgeTicks: 0,
      maxAgeTicks: 6 * TICKS,
      helloTimeTicks: TICKS,
      forwardDelayTicks: 4 * TICKS,
    })
  })

  test('answers a worse claim at once, and a second one only when a second has passed (hold time)', () => {
    const { lab, machines } = createStpLab(1)
    settle(lab)
    run(lab, 1_200)
    const claim = config(WORSE)
    let answers = 0
    for (let k = 0; k < 20; k++) {
      tell(lab, machines[0]!, claim)
      answers += spoken(lab).length
      expect(verdicts(lab)).toContain('stp.config_answered p1')
    }
    expect(answers).toBeLessThanOrEqual(1)
    expect(machines[0]?.port.port?.configPending).toBe(true)
    lab.events = []
    run(lab, 1_100)
    expect(spoken(lab).length).toBeGreaterThanOrEqual(1)
  })

  test('off says nothing', () => {
    const lab = createLab()
    plugMachines(lab, 1)
    run(lab, 10_000)
    expect(spoken(lab)).toEqual([])
  })

  test('switched on later speaks after a hello time; ports that forward go on', () => {
    const lab = createLab()
    const machines = plugMachines(lab, 1)
    changeBridge(lab.world, lab.bridge, { stpState: true })
    run(lab, 2_500)
    expect([spoken(lab).length, portStates(machines)]).toEqual([1, ['p1 forwarding']])
  })
})

describe('another root', () => {
  test('is believed: root port, cost and times are its own; the news is passed on by the other ports', () => {
    const { lab, machines } = createStpLab(2)
    settle(lab)
    run(lab, 1_500)
    tell(lab, machines[0]!, config(BETTER, { messageAgeTicks: TICKS }))
    expect(verdicts(lab)).toContain('stp.config_accepted p1')
    expect(bridgeState(lab.bridge)).toMatchObject({
      designatedRoot: '8000.02000000000a',
      rootPort: 1,
      rootPathCost: 2,
      maxAgeMs: 20_000,
      helloTimeMs: 2_000,
      forwardDelayMs: 15_000,
      helloTimer: 0,
    })
    run(lab, 1_100)
    expect(spoken(lab)).toContain('p2 root 8000.02000000000a cost 2')
  })

  test('heard by two ports: the worse one blocks', () => {
    const { lab, machines } = createStpLab(2)
    settle(lab)
    tell(lab, machines[0]!, config(BETTER, { port: 0x8001 }))
    tell(lab, machines[1]!, config(BETTER, { port: 0x8002 }))
    expect(portStates(machines)).toEqual(['p1 forwarding', 'p2 blocking'])
    expect(send(lab, { from: machines[1]!.eth0, to: BROADCAST }).some(({ name }) => name === 'bridge.flood')).toBe(
      false,
    )
    expect(verdicts(lab)).toContain('bridge.port_not_forwarding p2')
  })

  test('that is silent for max_age is forgotten: this bridge takes over and tells everybody', () => {
    const { lab, machines } = createStpLab(1)
    settle(lab)
    tell(lab, machines[0]!, config(BETTER, { maxAgeTicks: 6 * TICKS, messageAgeTicks: 2 * TICKS }))
    run(lab, 3_500)
    expect(bridgeState(lab.bridge).rootPort).toBe(1)
    lab.events = []
    run(lab, 1_500)
    expect(bridgeState(lab.bridge)).toMatchObject({ designatedRoot: OWN, rootPort: 0, helloTimeMs: 1_000 })
    expect(verdicts(lab)).toContain('stp.neighbour_lost p1')
    expect(spoken(lab)).toContain(`p1 root ${OWN} cost 0 TC`)
  })

  test('by a port that must not lead to the root: it only listens (root_block)', () => {
    const { lab, machines } = createStpLab(1)
    settle(lab)
    setPort(lab.world, machines[0]!.port, { rootBlock: true })
    tell(lab, machines[0]!, config(BETTER))
    expect([portStates(machines), bridgeState(lab.bridge).designatedRoot]).toEqual([['p1 listening'], OWN])
  })

  test('speaks for a link that this bridge does not: its worse news is passed over', () => {
    const { lab, machines } = createStpLab(1)
    tell(lab, machines[0]!, config(BETTER))
    tell(lab, machines[0]!, config(BETTER, { rootPathCost: 9 }))
    expect(verdicts(lab)).toContain('stp.config_ignored p1')
  })
})

describe('a change of the topology', () => {
  test('at the root: flag in all messages and short ageing, for max_age and forward_delay', () => {
    const { lab, machines } = createStpLab(1)
    settle(lab)
    const state = bridgeState(lab.bridge)
    run(lab, 10_000)
    expect([state.topologyChange, state.ageingTimeMs]).toEqual([false, 300_000])
    tell(lab, machines[0]!, { kind: 'topology-change' })
    expect(verdicts(lab)).toContain('stp.tcn_received p1')
    expect([state.topologyChange, state.ageingTimeMs]).toEqual([true, 8_000])
    run(lab, 2_100)
    expect(spoken(lab)[0]).toBe(`p1 root ${OWN} cost 0 TC TCA`)
    expect(spoken(lab)[1]).toBe(`p1 root ${OWN} cost 0 TC`)
    run(lab, 9_000)
    expect([state.topologyChange, state.ageingTimeMs]).toEqual([false, 300_000])
  })

  test('below the root: told by the root port each hello time until it is confirmed', () => {
    const { lab, machines } = createStpLab(2)
    settle(lab)
    tell(lab, machines[0]!, config(BETTER, { helloTimeTicks: TICKS }))
    lab.events = []
    tell(lab, machines[1]!, { kind: 'topology-change' })
    const told = (): number => spoken(lab).filter((line) => line === 'p1 topology change').length
    run(lab, 2_200)
    expect(told()).toBeGreaterThanOrEqual(2)
    tell(lab, machines[0]!, config(BETTER, { topologyChangeAck: true, helloTimeTicks: TICKS }))
    lab.events = []
    run(lab, 3_000)
    expect([told(), bridgeState(lab.bridge).topologyChangeDetected]).toEqual([0, false])
  })

  test('heard on a link that this bridge does not speak for: ignored', () => {
    const { lab, machines } = createStpLab(1)
    tell(lab, machines[0]!, config(BETTER))
    tell(lab, machines[0]!, { kind: 'topology-change' })
    expect(verdicts(lab)).toContain('stp.tcn_ignored p1')
  })

  test('what was learned is forgotten after the forward delay', () => {
    const { lab, machines } = createStpLab(2)
    settle(lab)
    run(lab, 11_000)
    send(lab, { from: machines[0]!.eth0, to: BROADCAST })
    expect(learned(lab)).toHaveLength(1)
    tell(lab, machines[1]!, { kind: 'topology-change' })
    changeBridge(lab.world, lab.bridge, { ageingTimeMs: 300_000 })
    run(lab, 4_500)
    expect(learned(lab).filter((line) => line.includes(machineMac(1).toString(16).slice(-3)))).toEqual([])
  })
})

describe('a message', () => {
  test('on a guarded port switches it off (guard)', () => {
    const { lab, machines } = createStpLab(1)
    setPort(lab.world, machines[0]!.port, { guard: true })
    tell(lab, machines[0]!, config(BETTER))
    expect([portStates(machines), verdicts(lab).includes('stp.guarded p1')]).toEqual([['p1 disabled'], true])
  })

  test('that is older than its max_age is dropped', () => {
    const { lab, machines } = createStpLab(1)
    tell(lab, machines[0]!, config(BETTER, { messageAgeTicks: 21 * TICKS }))
    expect(verdicts(lab)).toContain('stp.message_too_old p1')
    expect(bridgeState(lab.bridge).designatedRoot).toBe(OWN)
  })

  test('that cannot be read is dropped', () => {
    const { lab, machines } = createStpLab(1)
    const frame = emitBpduFrame(machineMac(1), config(BETTER))
    frame[ETHERNET_HEADER_LENGTH + LLC_HEADER_LENGTH] = 9
    inject(lab, machines[0]!.eth0, frame)
    expect(verdicts(lab)).toContain('stp.bad_message p1')
  })

  test('of another 802.2 protocol is nobody’s', () => {
    const { lab, machines } = createStpLab(1)
    const frame = emitBpduFrame(machineMac(1), config(BETTER))
    frame[ETHERNET_HEADER_LENGTH] = 0xaa
    inject(lab, machines[0]!.eth0, frame)
    expect(verdicts(lab)).toContain('llc.no_protocol p1')
  })

  test('means nothing to a machine', () => {
    const { lab } = createStpLab(1)
    lab.events = []
    run(lab, 1_500)
    expect(lab.events.map(({ name }) => name)).toContain('stp.not_a_port')
  })

  test('crosses a bridge that does not take part', () => {
    const lab = createLab()
    const machines = plugMachines(lab, 2)
    tell(lab, machines[0]!, config(BETTER))
    expect(spoken(lab)).toEqual(['p2 root 8000.02000000000a cost 0'])
  })

  test('reaches no bridge that is down', () => {
    const { lab, machines } = createStpLab(1)
    devClose(lab.world, lab.bridge)
    tell(lab, machines[0]!, config(BETTER))
    expect(verdicts(lab)).toContain('stp.not_running p1')
    lab.events = []
    run(lab, 5_000)
    expect(spoken(lab)).toEqual([])
  })
})
