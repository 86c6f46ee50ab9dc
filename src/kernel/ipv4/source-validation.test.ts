import { describe, expect, test } from 'vitest'
import { ipv4, IPV4_ANY } from '../../wire/address.ts'
import { isRefusal } from '../link/link-kind.ts'
import { createRouteLab, dev, explained, inBothModes, setup, sysctl, type RouteLab } from './route-test-lab.ts'
import { fibValidateSource, type SourceVerdict } from './source-validation.ts'
import { addLink } from '../netdev/settled-test-lab.ts'

/** eth0 10.0.0.1/24, eth1 10.1.0.1/24, bare without an address; 10.9/16 unreachable, 10.8/16 prohibit, 10.7/16 blackhole; no default route. */
function lab(): RouteLab {
  const made = createRouteLab('eth0', 'eth1', 'bare')
  setup(made, 'addr add 10.0.0.1/24 dev eth0', 'addr add 10.1.0.1/24 dev eth1')
  setup(made, 'route add unreachable 10.9.0.0/16', 'route add prohibit 10.8.0.0/16', 'route add blackhole 10.7.0.0/16')
  return made
}

function validate(made: RouteLab, source: string, device = 'eth0', out = 0): SourceVerdict {
  const question = { source: ipv4(source), destination: IPV4_ANY, tos: 0, mark: 0, outDevice: out }
  return fibValidateSource(made.world, made.netns, dev(made, device), question)
}

const verdict = (made: RouteLab, source: string, device?: string) => {
  const result = inBothModes(made, () => validate(made, source, device))
  return result.ok ? 'ok' : result.reason
}

const OWN = 'ip.source_is_own_address'
const RPF = 'ip.rp_filter'
const MARTIAN = 'ip.martian_source'

describe('who may arrive where (fib_validate_source), by rp_filter 0, 1, 2', () => {
  test.each([
    { title: 'own address of this device', source: '10.0.0.1', wanted: [OWN, OWN, OWN] },
    { title: 'own address of another device', source: '10.1.0.1', wanted: [OWN, OWN, OWN] },
    { title: 'routed through the device', source: '10.0.0.7', wanted: ['ok', 'ok', 'ok'] },
    { title: 'routed through another device', source: '10.1.0.7', wanted: ['ok', RPF, 'ok'] },
    {
      title: 'routed through another, device without an address',
      source: '10.1.0.7',
      device: 'bare',
      wanted: ['ok', RPF, RPF],
    },
    { title: 'no route', source: '8.8.8.8', wanted: ['ok', RPF, RPF] },
    { title: 'unreachable', source: '10.9.0.1', wanted: ['ok', RPF, RPF] },
    { title: 'prohibit', source: '10.8.0.1', wanted: ['ok', RPF, RPF] },
    { title: 'blackhole', source: '10.7.0.1', wanted: ['ok', RPF, RPF] },
    { title: 'broadcast address of this machine', source: '10.0.0.255', wanted: ['ok', MARTIAN, MARTIAN] },
  ])('$title', ({ source, device, wanted }) => {
    const found = [0, 1, 2].map((filter) => {
      const made = lab()
      sysctl(made, `net.ipv4.conf.all.rp_filter=${filter}`)
      return verdict(made, source, device)
    })
    expect(found).toEqual(wanted)
  })

  test('rp_filter is the larger of all and the device', () => {
    const made = lab()
    sysctl(made, 'net.ipv4.conf.all.rp_filter=2')
    sysctl(made, 'net.ipv4.conf.eth0.rp_filter=1')
    expect(verdict(made, '10.1.0.7')).toBe('ok')
    sysctl(made, 'net.ipv4.conf.all.rp_filter=0')
    expect(verdict(made, '10.1.0.7')).toBe(RPF)
  })

  test('a default route through the device is enough for strict', () => {
    const made = lab()
    setup(made, 'route add default via 10.0.0.9')
    sysctl(made, 'net.ipv4.conf.all.rp_filter=1')
    expect(verdict(made, '8.8.8.8')).toBe('ok')
    expect(verdict(made, '8.8.8.8', 'eth1')).toBe(RPF)
  })

  test('any nexthop of the way back counts (fib_info_nh_uses_dev)', () => {
    const made = lab()
    setup(made, 'route add 8.0.0.0/8 nexthop via 10.0.0.9 nexthop via 10.1.0.9')
    sysctl(made, 'net.ipv4.conf.all.rp_filter=1')
    expect([verdict(made, '8.8.8.8'), verdict(made, '8.8.8.8', 'eth1'), verdict(made, '8.8.8.8', 'bare')]).toEqual([
      'ok',
      'ok',
      RPF,
    ])
  })

  test.each([0, 1, 2])('accept_local admits own sources, with rp_filter %i where they are routed', (filter) => {
    const made = lab()
    sysctl(made, `net.ipv4.conf.all.rp_filter=${filter}`)
    sysctl(made, 'net.ipv4.conf.eth0.accept_local=1')
    expect(verdict(made, '10.0.0.1')).toBe('ok')
    expect(verdict(made, '10.1.0.1')).toBe(filter === 1 ? RPF : 'ok')
  })

  test('with rules changed, the full check is made without rp_filter too', () => {
    const made = lab()
    setup(made, 'rule add from 1.2.3.4 table 7')
    expect(verdict(made, '10.0.0.255')).toBe(MARTIAN)
    expect(verdict(made, '8.8.8.8')).toBe('ok')
  })

  test('local routes made by hand are own sources', () => {
    const made = lab()
    setup(made, 'route add local 10.66.0.0/16 dev lo')
    expect(verdict(made, '10.66.0.7')).toBe(OWN)
  })

  test('a sender on the link is known to be so when the packet goes back out by the same device', () => {
    const made = lab()
    setup(made, 'route add 8.0.0.0/8 via 10.0.0.9')
    const eth0 = dev(made, 'eth0').id
    expect(validate(made, '10.0.0.7', 'eth0', eth0)).toEqual({ ok: true, onLink: true })
    expect(validate(made, '8.8.8.8', 'eth0', eth0)).toEqual({ ok: true, onLink: false })
    sysctl(made, 'net.ipv4.conf.all.send_redirects=0')
    sysctl(made, 'net.ipv4.conf.eth0.send_redirects=0')
    expect(validate(made, '10.0.0.7', 'eth0', eth0)).toEqual({ ok: true, onLink: false })
  })

  test('the mark of a packet counts on the way back with src_valid_mark', () => {
    const made = lab()
    setup(made, 'rule add fwmark 5 table 7', 'route add 8.0.0.0/8 via 10.0.0.9 table 7')
    sysctl(made, 'net.ipv4.conf.all.rp_filter=1')
    const ask = () =>
      fibValidateSource(made.world, made.netns, dev(made, 'eth0'), {
        source: ipv4('8.8.8.8'),
        destination: IPV4_ANY,
        tos: 0,
        mark: 5,
        outDevice: 0,
      }).ok
    expect(ask()).toBe(false)
    sysctl(made, 'net.ipv4.conf.eth0.src_valid_mark=1')
    expect(ask()).toBe(true)
  })
})

describe('the rungs', () => {
  test('rp_filter 1 shows the way back, the device and both inputs', () => {
    const made = lab()
    sysctl(made, 'net.ipv4.conf.all.rp_filter=1')
    expect(explained(made, () => validate(made, '10.1.0.7'))).toEqual([
      'source.lookup yes 10.1.0.0/24 dev eth1 proto kernel scope link src 10.1.0.1 | table main, rule 32766: from all lookup main',
      'source.own_address yes 10.1.0.7',
      'source.arrives_where_routed no eth0',
      'source.rp_filter no 1 | net.ipv4.conf.all.rp_filter = 1, net.ipv4.conf.eth0.rp_filter = 0 (max)',
    ])
  })

  test('an own source names accept_local', () => {
    const made = lab()
    expect(explained(made, () => validate(made, '10.0.0.1'))).toEqual([
      'source.own_address no 10.0.0.1',
      'source.accept_local no 0 | net.ipv4.conf.all.accept_local = 0, net.ipv4.conf.eth0.accept_local = 0 (or)',
    ])
  })

  test('without rp_filter an ordinary source passes', () => {
    const made = lab()
    expect(explained(made, () => validate(made, '10.1.0.7'))).toEqual([
      'source.own_address yes 10.1.0.7',
      'source.rp_filter yes 0 | net.ipv4.conf.all.rp_filter = 0, net.ipv4.conf.eth0.rp_filter = 0 (max)',
    ])
  })
})

test('a device of another kind is judged alike', () => {
  const made = lab()
  const bridge = addLink(made.world, made.netns, { name: 'br0', data: { kind: 'bridge' }, up: true })
  if (isRefusal(bridge)) throw new Error(bridge.errno)
  setup(made, 'addr add 10.3.0.1/24 dev br0')
  sysctl(made, 'net.ipv4.conf.br0.rp_filter=1')
  expect([verdict(made, '10.3.0.7', 'br0'), verdict(made, '10.0.0.7', 'br0')]).toEqual(['ok', RPF])
})
