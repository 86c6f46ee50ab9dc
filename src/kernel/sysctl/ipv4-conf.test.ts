// The keys that are read by name combine as their rules say.
import { expect, test } from 'vitest'
import { bootWorld } from '../boot.ts'
import { deviceById, netnsById } from '../world.ts'
import { effectiveConf, inDevAcceptLocal, inDevForward, inDevRpFilter } from './ipv4-conf.ts'

const VALUES = [0, 1, 2]
const PAIRS = VALUES.flatMap((all) => VALUES.map((own) => [all, own] as const))

test.each(PAIRS)('all %d and own %d: IN_DEV_FORWARD, IN_DEV_RPFILTER, IN_DEV_ACCEPT_LOCAL', (all, own) => {
  const world = bootWorld('conf')
  const netns = netnsById(world, 1)
  const device = deviceById(world, netns.loopback)
  for (const key of ['forwarding', 'rp_filter', 'accept_local'] as const) {
    netns.confAll[key] = all
    device.ipv4.conf[key] = own
  }
  expect(inDevForward(device)).toBe(effectiveConf(netns, device, 'forwarding') !== 0)
  expect(inDevRpFilter(netns, device)).toBe(effectiveConf(netns, device, 'rp_filter'))
  expect(inDevAcceptLocal(netns, device)).toBe(effectiveConf(netns, device, 'accept_local') !== 0)
})
