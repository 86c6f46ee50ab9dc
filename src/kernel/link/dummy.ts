// The dummy device: it has addresses, and swallows what it is given (drivers/net/dummy.c).
import { allocNetdev, registerNetdevice } from '../netdev/lifecycle.ts'
import { check, drop } from '../trace.ts'
import { validateAddress, type LinkKind } from './link-kind.ts'

export const dummyKind: LinkKind = {
  kind: 'dummy',
  validate: validateAddress,
  changesCarrier: true,
  create(world, netns, spec) {
    const device = allocNetdev(world, netns, {
      namePattern: 'dummy%d',
      spec,
      state: { kind: 'dummy' },
      minMtuBytes: 0,
      maxMtuBytes: 0,
      noArp: true,
      multicast: false,
    })
    return registerNetdevice(world, device) ?? device
  },
  remove: () => undefined,
  transmit(world, device, skb) {
    check(
      world,
      'dummy.passes_on',
      false,
      () => 'dummy',
      () => `kind of ${device.name}`,
    )
    drop(world, 'dummy.swallowed', device, skb)
    return 'sent'
  },
  describe: () => ({ kind: 'dummy' }),
}
