import { describe, expect, test } from 'vitest'
import { formatIpv4, ipv4 } from '../../wire/address.ts'
import { ipRouteInput } from './route-input.ts'
import { createRouteLab, dev, explained, inBothModes, setup, sysctl, type RouteLab } from './route-test-lab.ts'
import type { InputRoute } from './route.ts'

/** A router between eth0 10.0.0.1/24 and eth1 10.1.0.1/24, forwarding, no default route. */
function lab(): RouteLab {
  const made = createRouteLab('eth0', 'eth1')
  setup(made, 'addr add 10.0.0.1/24 dev eth0', 'addr add 10.1.0.1/24 dev eth1')
  sysctl(made, 'net.ipv4.ip_forward=1')
  return made
}

interface Packet {
  readonly from?: string
  readonly arp?: boolean
  readonly on?: string
}

function input(made: RouteLab, destination: string, packet: Packet = {}): InputRoute {
  return ipRouteInput(made.world, dev(made, packet.on ?? 'eth0'), {
    destination: ipv4(destination),
    source: ipv4(packet.from ?? '10.0.0.7'),
    tos: 0,
    mark: 0,
    isIpv4: packet.arp !== true,
  })
}

function fate(made: RouteLab, destination: string, packet: Packet = {}): string {
  const result = inBothModes(made, () => input(made, destination, packet))
  switch (result.kind) {
    case 'forward': {
      const { route } = result
      const name = made.world.devices[route.device]?.name ?? ''
      return `forward ${route.viaGateway ? `via ${formatIpv4(route.nexthop)} ` : ''}dev ${name}${result.redirectDue ? ' redirect' : ''}`
    }
    case 'refused':
      return `refused ${result.reason}`
    case 'unreachable':
      return `unreachable ${result.errno} ${result.reason}`
    default:
      return result.kind
  }
}

describe('martians, in the order of ip_route_input_slow', () => {
  test.each<[string, string, Packet, string]>([
    ['source of a group', '10.0.0.1', { from: '224.0.0.5' }, 'refused ip.martian_source'],
    ['source everybody', '10.0.0.1', { from: '255.255.255.255' }, 'refused ip.martian_source'],
    ['source 0.0.0.0', '10.0.0.1', { from: '0.0.0.0' }, 'refused ip.martian_source'],
    ['source 0.0.0.0 to everybody', '255.255.255.255', { from: '0.0.0.0' }, 'broadcast'],
    ['source and destination 0.0.0.0', '0.0.0.0', { from: '0.0.0.0' }, 'broadcast'],
    ['destination 0.0.0.0', '0.0.0.0', {}, 'refused ip.martian_destination'],
    ['destination loopback', '127.0.0.1', {}, 'refused ip.martian_destination'],
    ['source loopback', '10.0.0.1', { from: '127.0.0.1' }, 'refused ip.martian_source'],
    ['source 0.1.2.3 is ordinary', '10.0.0.1', { from: '0.1.2.3' }, 'local'],
    ['own address as source', '10.0.0.1', { from: '10.1.0.1' }, 'refused ip.source_is_own_address'],
  ])('%s', (_title, destination, packet, wanted) => {
    expect(fate(lab(), destination, packet)).toBe(wanted)
  })

  test('route_localnet lets loopback addresses in', () => {
    const made = lab()
    sysctl(made, 'net.ipv4.conf.eth0.route_localnet=1')
    expect(fate(made, '127.0.0.1')).toBe('local')
  })
})

describe('what becomes of packets (ip_route_input_slow)', () => {
  test.each<[string, string[], string, string]>([
    ['own address', [], '10.0.0.1', 'local'],
    ['own address of another device (weak host)', [], '10.1.0.1', 'local'],
    ['broadcast address', [], '10.0.0.255', 'broadcast'],
    ['broadcast address of another device', [], '10.1.0.255', 'broadcast'],
    ['everybody', [], '255.255.255.255', 'broadcast'],
    ['the group of all hosts', [], '224.0.0.1', 'multicast'],
    ['another group', [], '224.0.0.5', 'refused ip.multicast_not_joined'],
    ['another network', [], '10.1.0.7', 'forward dev eth1'],
    ['through a gateway', ['route add 9.0.0.0/8 via 10.1.0.9'], '9.9.9.9', 'forward via 10.1.0.9 dev eth1'],
    ['no route', [], '9.9.9.9', 'unreachable ENETUNREACH ip.no_route'],
    ['unreachable', ['route add unreachable 9.0.0.0/8'], '9.9.9.9', 'unreachable EHOSTUNREACH ip.route_unreachable'],
    ['prohibit', ['route add prohibit 9.0.0.0/8'], '9.9.9.9', 'unreachable EACCES ip.route_prohibit'],
    ['blackhole', ['route add blackhole 9.0.0.0/8'], '9.9.9.9', 'refused ip.route_blackhole'],
    ['throw', ['route add throw 9.0.0.0/8'], '9.9.9.9', 'unreachable ENETUNREACH ip.no_route'],
  ])('%s', (_title, commands, destination, wanted) => {
    const made = lab()
    setup(made, ...commands)
    expect(fate(made, destination)).toBe(wanted)
  })

  test.each(['10.1.0.7', '9.9.9.9'])(
    'route-forward-off: without forwarding on the device of arrival %s ends in silence',
    (destination) => {
      const made = lab()
      sysctl(made, 'net.ipv4.conf.eth0.forwarding=0')
      expect(fate(made, destination)).toBe('unreachable EHOSTUNREACH ip.forwarding_off')
      expect(fate(made, '10.0.0.7', { on: 'eth1', from: '10.1.0.7' })).toBe('forward dev eth0')
    },
  )

  test('the source of what is passed on is judged too (rp_filter)', () => {
    const made = lab()
    sysctl(made, 'net.ipv4.conf.all.rp_filter=1')
    expect(fate(made, '10.1.0.7', { from: '10.1.0.8' })).toBe('refused ip.rp_filter')
    expect(fate(made, '10.1.0.255', { from: '8.8.8.8' })).toBe('refused ip.rp_filter')
    expect(fate(made, '224.0.0.1', { from: '8.8.8.8' })).toBe('refused ip.rp_filter')
  })

  test('bc_forwarding passes directed broadcasts on when all and the device agree', () => {
    const made = lab()
    sysctl(made, 'net.ipv4.conf.all.bc_forwarding=1')
    expect(fate(made, '10.1.0.255')).toBe('broadcast')
    sysctl(made, 'net.ipv4.conf.eth0.bc_forwarding=1')
    expect(fate(made, '10.1.0.255')).toBe('forward dev eth1')
  })

  test('IPv4 ends below an MTU of 68', () => {
    const made = lab()
    dev(made, 'eth0').mtuBytes = 60
    expect(fate(made, '10.0.0.1')).toBe('refused ip.no_ipv4_on_device')
  })
})

test.each([
  ['127.0.0.1', '127.0.0.1', 'local'],
  ['10.0.0.1', '10.0.0.1', 'local'],
  ['127.255.255.255', '127.0.0.1', 'broadcast'],
  ['224.0.0.1', '127.0.0.1', 'multicast'],
])('what this machine sent to itself, %s, brings its route along on loopback', (destination, from, wanted) => {
  expect(fate(lab(), destination, { from, on: 'lo' })).toBe(wanted)
})

describe('redirects (__mkroute_input)', () => {
  function gateway(): RouteLab {
    const made = lab()
    setup(made, 'route add 9.0.0.0/8 via 10.0.0.9')
    return made
  }

  test('due when a packet goes back to the link of its sender', () => {
    expect(fate(gateway(), '9.9.9.9')).toBe('forward via 10.0.0.9 dev eth0 redirect')
  })

  test('not due for a sender behind a gateway, nor from another device', () => {
    const made = gateway()
    setup(made, 'route add 8.0.0.0/8 via 10.0.0.8')
    expect(fate(made, '9.9.9.9', { from: '8.8.8.8' })).toBe('forward via 10.0.0.9 dev eth0')
    expect(fate(made, '9.9.9.9', { from: '10.1.0.7', on: 'eth1' })).toBe('forward via 10.0.0.9 dev eth0')
  })

  test('send_redirects must be off for all and the device to stop them', () => {
    const made = gateway()
    sysctl(made, 'net.ipv4.conf.all.send_redirects=0')
    expect(fate(made, '9.9.9.9')).toBe('forward via 10.0.0.9 dev eth0 redirect')
    sysctl(made, 'net.ipv4.conf.eth0.send_redirects=0')
    expect(fate(made, '9.9.9.9')).toBe('forward via 10.0.0.9 dev eth0')
  })

  test('without shared_media sender and gateway must share a subnet', () => {
    const made = gateway()
    sysctl(made, 'net.ipv4.conf.all.shared_media=0')
    sysctl(made, 'net.ipv4.conf.eth0.shared_media=0')
    expect(fate(made, '9.9.9.9')).toBe('forward via 10.0.0.9 dev eth0 redirect')
    setup(made, 'addr add 10.2.0.1/24 dev eth0')
    expect(fate(made, '9.9.9.9', { from: '10.2.0.7' })).toBe('forward via 10.0.0.9 dev eth0')
  })
})

describe('the same question for an ARP request (1.2 of the rules)', () => {
  test.each<[string, string, Packet, string]>([
    ['own address', '10.0.0.1', {}, 'local'],
    ['routed through another device', '10.1.0.7', {}, 'forward dev eth1'],
    ['routed back through the same device', '10.0.0.9', {}, 'refused ip.martian_destination'],
    ['broadcast address', '10.0.0.255', {}, 'refused ip.martian_destination'],
    ['everybody', '255.255.255.255', {}, 'refused ip.martian_destination'],
    ['0.0.0.0', '0.0.0.0', {}, 'refused ip.martian_destination'],
    ['no route', '9.9.9.9', {}, 'unreachable ENETUNREACH ip.no_route'],
    ['asker is a group', '10.0.0.1', { from: '224.0.0.1' }, 'refused ip.martian_source'],
    ['asker has an own address', '10.0.0.1', { from: '10.0.0.1' }, 'refused ip.source_is_own_address'],
  ])('%s', (_title, destination, packet, wanted) => {
    expect(fate(lab(), destination, { ...packet, arp: true })).toBe(wanted)
  })

  test('proxy_arp_pvlan lets the same device through, and no redirect is due', () => {
    const made = lab()
    sysctl(made, 'net.ipv4.conf.eth0.proxy_arp_pvlan=1')
    expect(fate(made, '10.0.0.9', { arp: true })).toBe('forward dev eth0')
  })

  test('l3bridge-04: with rp_filter a sender that is routed elsewhere gets no answer', () => {
    const made = lab()
    setup(made, 'route add 192.168.1.6 dev eth1')
    sysctl(made, 'net.ipv4.conf.all.rp_filter=1')
    expect(fate(made, '10.1.0.7', { arp: true, from: '192.168.1.6' })).toBe('refused ip.rp_filter')
  })
})

test('the rungs tell the story of a packet that is passed on', () => {
  const made = lab()
  expect(explained(made, () => input(made, '10.1.0.7'))).toEqual([
    'route.input.martian_source yes 10.0.0.7',
    'route.input.martian_destination yes 10.1.0.7',
    'route.lookup yes 10.1.0.0/24 dev eth1 proto kernel scope link src 10.1.0.1 | table main, rule 32766: from all lookup main',
    'route.input.local no 10.1.0.7',
    'route.input.forwarding yes 1 | net.ipv4.conf.eth0.forwarding = 1',
    'source.own_address yes 10.0.0.7',
    'source.rp_filter yes 0 | net.ipv4.conf.all.rp_filter = 0, net.ipv4.conf.eth0.rp_filter = 0 (max)',
  ])
})
