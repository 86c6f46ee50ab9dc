import { describe, expect, test } from 'vitest'
import { mac } from '../../wire/address.ts'
import {
  add,
  addr,
  cable,
  createStackLab,
  dev,
  ns,
  run,
  set,
  sightings,
  type StackLab,
} from '../link/stack-test-lab.ts'
import { sysctlWrite } from '../sysctl/table.ts'
import { devClose, devOpen } from './settled-test-lab.ts'

/** A lab whose actions have begun. */
function pacedLab(): StackLab {
  const lab = createStackLab()
  lab.world.linkwatch.isPaced = true
  return lab
}

const state = (lab: StackLab, path: string): [boolean, string] => [dev(lab, path).carrier, dev(lab, path).operState]

describe('when a changed carrier is acted upon (linkwatch_event)', () => {
  test('behind the frames that are under way: arp_notify’s request meets a bridge port that is not in service yet', () => {
    const lab = createStackLab()
    add(lab, 'sw/br0', undefined, { kind: 'bridge' })
    add(lab, 'sw/p9', undefined, { kind: 'dummy' })
    const [eth0] = cable(lab, 'a/eth0', 'sw/p1', ['02:00:00:00:00:01', '02:00:00:00:00:11'])
    set(lab, 'sw/p1', { master: dev(lab, 'sw/br0').ifindex })
    addr(lab, 'a/eth0', '10.0.0.1/24')
    sysctlWrite(lab.world, ns(lab, 'a'), 'net.ipv4.conf.eth0.arp_notify', '1')
    devClose(lab.world, eth0)
    lab.events = []
    devOpen(lab.world, eth0)
    run(lab)
    expect(sightings(lab)).toEqual(['sw/p1 in'])
    expect(dev(lab, 'sw/p1').port?.state).toBe('forwarding')
  })

  test('before a program goes on, when no frame is under way', () => {
    const lab = pacedLab()
    add(lab, 'a/d0', undefined, { kind: 'dummy' })
    set(lab, 'a/d0', { carrier: false })
    expect(state(lab, 'a/d0')).toEqual([false, 'DOWN'])
  })
})

describe('what is not urgent is held back to once a second (linkwatch_schedule_work)', () => {
  test('the second carrier lost within a second waits until the second is over', () => {
    const lab = pacedLab()
    for (const name of ['d0', 'd1']) {
      add(lab, `a/${name}`, undefined, { kind: 'dummy' })
      set(lab, `a/${name}`, { carrier: false })
    }
    expect(state(lab, 'a/d1')).toEqual([false, 'UNKNOWN'])
    run(lab, 999)
    expect(state(lab, 'a/d1')).toEqual([false, 'UNKNOWN'])
    run(lab, 2)
    expect(state(lab, 'a/d1')).toEqual([false, 'DOWN'])
  })

  test('a bridge that loses its last port because of the other end is a second late (br_port_state_selection)', () => {
    const lab = pacedLab()
    add(lab, 'sw/br0', undefined, { kind: 'bridge' })
    const [eth0] = cable(lab, 'a/eth0', 'sw/p1', ['02:00:00:00:00:01', '02:00:00:00:00:11'])
    set(lab, 'sw/p1', { master: dev(lab, 'sw/br0').ifindex })
    run(lab, 1500)
    devClose(lab.world, eth0)
    expect(state(lab, 'sw/p1')).toEqual([false, 'LOWERLAYERDOWN'])
    expect(state(lab, 'sw/br0')).toEqual([false, 'UP'])
    run(lab, 1001)
    expect(state(lab, 'sw/br0')).toEqual([false, 'DOWN'])
  })

  test('a carrier that is back before anybody looked was never lost', () => {
    const lab = pacedLab()
    add(lab, 'a/d0', undefined, { kind: 'dummy' })
    add(lab, 'a/d1', undefined, { kind: 'dummy' })
    set(lab, 'a/d0', { carrier: false })
    set(lab, 'a/d1', { carrier: false })
    set(lab, 'a/d1', { carrier: true })
    run(lab, 1500)
    expect(state(lab, 'a/d1')).toEqual([true, 'UP'])
    expect(
      lab.events.filter(({ kind, device }) => kind === 'link.change' && device === dev(lab, 'a/d1').id),
    ).toHaveLength(
      lab.events.filter(({ kind, device }) => kind === 'link.change' && device === dev(lab, 'a/d0').id).length + 1,
    )
  })
})

describe('what is urgent waits for nothing (linkwatch_urgent_event)', () => {
  /** A lab in which an event has just been acted upon, so that the next one that is not urgent waits. */
  function busyLab(): StackLab {
    const lab = pacedLab()
    add(lab, 'a/d0', undefined, { kind: 'dummy' })
    return lab
  }

  test('a veth whose number is not its peer’s, and what stands on a device', () => {
    const lab = busyLab()
    add(lab, 'b/d9', undefined, { kind: 'dummy' })
    add(lab, 'b/d8', undefined, { kind: 'dummy' })
    const [, far] = cable(lab, 'a/eth0', 'b/eth0', ['02:00:00:00:00:01', '02:00:00:00:00:02'])
    add(lab, 'a/eth0.5', dev(lab, 'a/eth0'), { kind: 'vlan', id: 5 })
    set(lab, 'a/d0', { carrier: false })
    devClose(lab.world, far)
    expect(state(lab, 'a/eth0')).toEqual([false, 'LOWERLAYERDOWN'])
    expect(state(lab, 'a/eth0.5')).toEqual([false, 'LOWERLAYERDOWN'])
  })

  test('not a veth whose peer in another namespace has the same number', () => {
    const lab = busyLab()
    add(lab, 'b/d9', undefined, { kind: 'dummy' })
    const [, far] = cable(lab, 'a/eth0', 'b/eth0', ['02:00:00:00:00:01', '02:00:00:00:00:02'])
    run(lab, 1500)
    set(lab, 'a/d0', { carrier: false })
    devClose(lab.world, far)
    expect(state(lab, 'a/eth0')).toEqual([false, 'UP'])
    run(lab, 1001)
    expect(state(lab, 'a/eth0')).toEqual([false, 'DOWN'])
  })

  test('a carrier that comes back while the queue is the noop one (qdisc_tx_changing)', () => {
    const lab = busyLab()
    set(lab, 'a/d0', { carrier: false })
    set(lab, 'a/d0', { carrier: true })
    expect(state(lab, 'a/d0')).toEqual([true, 'UP'])
  })
})

test('a child that is born on a device without carrier is LOWERLAYERDOWN from the start (linkwatch_init_dev)', () => {
  const lab = pacedLab()
  add(lab, 'a/d0', undefined, { kind: 'dummy' }, { mac: mac('02:00:00:00:00:01') })
  set(lab, 'a/d0', { carrier: false })
  expect(add(lab, 'a/v', dev(lab, 'a/d0'), { kind: 'vlan', id: 7 }).operState).toBe('LOWERLAYERDOWN')
})
