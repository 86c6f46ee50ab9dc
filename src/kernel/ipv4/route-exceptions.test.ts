import { describe, expect, test } from 'vitest'
import { SECOND_NS } from '../../sim/time.ts'
import { ipv4 } from '../../wire/address.ts'
import { changeMtu } from '../netdev/lifecycle.ts'
import { findException, rememberPathMtu, rememberRedirect } from './route-exceptions.ts'
import { createRouteLab, dev, setup } from './route-test-lab.ts'

const TARGET = ipv4('8.8.8.8')

function lab() {
  const made = createRouteLab('eth0', 'eth1')
  setup(made, 'addr add 10.0.0.1/24 dev eth0', 'route add default via 10.0.0.9')
  const eth0 = dev(made, 'eth0')
  return { ...made, eth0, find: (device = eth0.id) => findException(made.world, made.netns, TARGET, device) }
}

describe('exceptions of single destinations (update_or_create_fnhe)', () => {
  test('a redirect holds for 300 s, through its device only', () => {
    const made = lab()
    rememberRedirect(made.world, made.netns, TARGET, made.eth0.id, ipv4('10.0.0.253'))
    expect(made.find()?.gateway).toBe(ipv4('10.0.0.253'))
    expect(made.find(dev(made, 'eth1').id)).toBeUndefined()
    made.world.now = 300 * SECOND_NS
    expect(made.find()).toBeDefined()
    made.world.now += 1
    expect(made.find()).toBeUndefined()
  })

  test('a redirect and a path MTU of one destination live together', () => {
    const made = lab()
    rememberRedirect(made.world, made.netns, TARGET, made.eth0.id, ipv4('10.0.0.253'))
    rememberPathMtu(made.world, made.netns, TARGET, made.eth0.id, 1400, 1500)
    expect(made.find()).toEqual({
      gateway: ipv4('10.0.0.253'),
      mtuBytes: 1400,
      mtuLocked: false,
      expiresAt: 600 * SECOND_NS,
      device: made.eth0.id,
    })
  })

  test('a larger path MTU is not believed, a tiny one counts as 552 (__ip_rt_update_pmtu)', () => {
    const made = lab()
    expect(rememberPathMtu(made.world, made.netns, TARGET, made.eth0.id, 1600, 1500)).toBe(false)
    expect(made.find()).toBeUndefined()
    expect(rememberPathMtu(made.world, made.netns, TARGET, made.eth0.id, 100, 1500)).toBe(true)
    expect(made.find()).toMatchObject({ mtuBytes: 552, mtuLocked: true })
  })

  test('a smaller MTU of the device limits what was learned (nh_update_mtu)', () => {
    const made = lab()
    rememberPathMtu(made.world, made.netns, TARGET, made.eth0.id, 1400, 1500)
    changeMtu(made.world, made.eth0, 1300)
    expect(made.find()?.mtuBytes).toBe(1300)
  })
})
