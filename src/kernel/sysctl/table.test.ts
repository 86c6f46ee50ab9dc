import { describe, expect, test } from 'vitest'
import { isRefusal } from '../link/link-kind.ts'
import { createRouteLab, dev, setup, sysctl, type RouteLab } from '../ipv4/route-test-lab.ts'
import { netnsById } from '../world.ts'
import { sysctlList, sysctlRead, sysctlWrite } from './table.ts'
import { addLink } from '../netdev/settled-test-lab.ts'

const read = (lab: RouteLab, key: string) => sysctlRead(lab.world, lab.netns, key)
const write = (lab: RouteLab, key: string, value: string) =>
  sysctlWrite(lab.world, lab.netns, key, value)?.errno ?? 'ok'
const conf = (lab: RouteLab, of: string, key: string) => read(lab, `net.ipv4.conf.${of}.${key}`)

function plug(lab: RouteLab, name: string): void {
  const made = addLink(lab.world, lab.netns, { name, data: { kind: 'dummy' } })
  if (isRefusal(made)) throw new Error(made.errno)
}

describe('names', () => {
  test('dots and slashes', () => {
    const lab = createRouteLab('eth0')
    plug(lab, 'eth0.10')
    expect(write(lab, 'net.ipv4.conf.eth0/10.proxy_arp', '1')).toBe('ok')
    for (const key of [
      'net.ipv4.conf.eth0/10.proxy_arp',
      'net.ipv4.conf.eth0.10.proxy_arp',
      'net/ipv4/conf/eth0.10/proxy_arp',
    ]) {
      expect(read(lab, key)).toBe('1')
    }
    expect(conf(lab, 'eth0', 'proxy_arp')).toBe('0')
  })

  test.each([
    'net.ipv4.foo',
    'net.ipv4.conf.eth9.proxy_arp',
    'net.ipv4.conf.eth0.foo',
    'net.ipv4.neigh.default.locktime',
    'kernel.hostname',
    'net.ipv4.conf.eth0',
  ])('%s is missing', (key) => {
    const lab = createRouteLab('eth0')
    expect(read(lab, key)).toBeUndefined()
    expect(write(lab, key, '1')).toBe('ENOENT')
  })

  test('every namespace has ICMP limits of its own', () => {
    const lab = createRouteLab()
    expect(sysctlWrite(lab.world, netnsById(lab.world, 1), 'net.ipv4.icmp_msgs_burst', '7')).toBeUndefined()
    expect(read(lab, 'net.ipv4.icmp_msgs_burst')).toBe('50')
  })

  test('routes have a folder of their own, and a range to keep to (ip_min_valid_pmtu)', () => {
    const lab = createRouteLab()
    expect(read(lab, 'net.ipv4.route.min_pmtu')).toBe('552')
    expect(write(lab, 'net.ipv4.route.min_pmtu', '67')).toBe('EINVAL')
    expect(read(lab, 'net.ipv4.route.nosuch')).toBeUndefined()
  })
})

describe('values (proc_dointvec, proc_dou8vec_minmax)', () => {
  test.each([
    ['1', 'ok', '1'],
    [' 2 \n', 'ok', '2'],
    ['-1', 'ok', '-1'],
    ['0x10', 'ok', '16'],
    ['010', 'ok', '8'],
    ['1 2', 'ok', '1'],
    ['2147483647', 'ok', '2147483647'],
    ['2147483648', 'EINVAL', '0'],
    ['', 'EINVAL', '0'],
    ['on', 'EINVAL', '0'],
    ['1x', 'EINVAL', '0'],
  ])('rp_filter %j: %s', (value, wanted, then) => {
    const lab = createRouteLab('eth0')
    expect(write(lab, 'net.ipv4.conf.eth0.rp_filter', value)).toBe(wanted)
    expect(conf(lab, 'eth0', 'rp_filter')).toBe(then)
  })

  test.each([
    ['net.ipv4.ip_default_ttl', '0', 'EINVAL'],
    ['net.ipv4.ip_default_ttl', '256', 'EINVAL'],
    ['net.ipv4.ip_default_ttl', '255', 'ok'],
    ['net.ipv4.icmp_echo_ignore_all', '2', 'EINVAL'],
    ['net.ipv4.icmp_ratelimit', '0', 'ok'],
    ['net.ipv4.conf.eth0.mc_forwarding', '1', 'EACCES'],
    ['net.ipv4.ip_local_port_range', '2000 1999', 'EINVAL'],
    ['net.ipv4.ip_local_port_range', '2000', 'EINVAL'],
    ['net.ipv4.ip_local_port_range', '80 90', 'EINVAL'],
    ['net.ipv4.ip_local_port_range', '2000 2999', 'ok'],
  ])('%s = %s: %s', (key, value, wanted) => {
    expect(write(createRouteLab('eth0'), key, value)).toBe(wanted)
  })

  test('two numbers are shown with a tab', () => {
    expect(read(createRouteLab(), 'net.ipv4.ip_local_port_range')).toBe('32768\t60999')
  })
})

describe('forwarding (devinet_sysctl_forward, inet_forward_change)', () => {
  test('ip_forward is all.forwarding and sets default and every device, and turns all.accept_redirects round', () => {
    const lab = createRouteLab('eth0', 'eth1')
    sysctl(lab, 'net.ipv4.ip_forward=1')
    expect(['all', 'default', 'lo', 'eth0', 'eth1'].map((of) => conf(lab, of, 'forwarding'))).toEqual([
      '1',
      '1',
      '1',
      '1',
      '1',
    ])
    expect([conf(lab, 'all', 'accept_redirects'), conf(lab, 'eth0', 'accept_redirects')]).toEqual(['0', '1'])
    sysctl(lab, 'net.ipv4.conf.all.forwarding=0')
    expect([
      read(lab, 'net.ipv4.ip_forward'),
      conf(lab, 'eth1', 'forwarding'),
      conf(lab, 'all', 'accept_redirects'),
    ]).toEqual(['0', '0', '1'])
  })

  test('writing the same value again resets nothing', () => {
    const lab = createRouteLab('eth0')
    sysctl(lab, 'net.ipv4.ip_forward=1')
    sysctl(lab, 'net.ipv4.conf.eth0.forwarding=0')
    sysctl(lab, 'net.ipv4.ip_forward=1')
    expect(conf(lab, 'eth0', 'forwarding')).toBe('0')
  })

  test('default.forwarding is for devices to come', () => {
    const lab = createRouteLab('eth0')
    sysctl(lab, 'net.ipv4.conf.default.forwarding=1')
    plug(lab, 'd0')
    expect([conf(lab, 'eth0', 'forwarding'), conf(lab, 'd0', 'forwarding')]).toEqual(['0', '1'])
  })
})

describe('default (devinet_copy_dflt_conf)', () => {
  test('reaches devices that never had an address and whose key was never written', () => {
    const lab = createRouteLab('eth0', 'eth1', 'eth2')
    setup(lab, 'addr add 10.0.0.1/24 dev eth1', 'addr del 10.0.0.1/24 dev eth1')
    sysctl(lab, 'net.ipv4.conf.eth2.rp_filter=0')
    sysctl(lab, 'net.ipv4.conf.default.rp_filter=2')
    expect(['eth0', 'eth1', 'eth2'].map((of) => conf(lab, of, 'rp_filter'))).toEqual(['2', '0', '0'])
  })

  test('a device made after such a write no longer follows that key', () => {
    const lab = createRouteLab()
    sysctl(lab, 'net.ipv4.conf.default.rp_filter=2')
    plug(lab, 'd0')
    sysctl(lab, 'net.ipv4.conf.default.rp_filter=1')
    sysctl(lab, 'net.ipv4.conf.default.arp_ignore=1')
    expect([conf(lab, 'd0', 'rp_filter'), conf(lab, 'd0', 'arp_ignore')]).toEqual(['2', '1'])
  })

  test('all reaches no device; some keys of default reach only devices to come', () => {
    const lab = createRouteLab('eth0')
    sysctl(lab, 'net.ipv4.conf.all.rp_filter=1')
    sysctl(lab, 'net.ipv4.conf.default.promote_secondaries=1')
    plug(lab, 'd0')
    expect([
      conf(lab, 'eth0', 'rp_filter'),
      conf(lab, 'eth0', 'promote_secondaries'),
      conf(lab, 'd0', 'promote_secondaries'),
    ]).toEqual(['0', '0', '1'])
  })
})

describe('neighbours (neigh_sysctl_table)', () => {
  test.each([
    ['base_reachable_time', '30', '5', 'base_reachable_time_ms', '5000'],
    ['base_reachable_time_ms', '30000', '5000', 'base_reachable_time', '5'],
    ['retrans_time', '100', '50', 'retrans_time_ms', '500'],
    ['retrans_time_ms', '1000', '501', 'retrans_time_ms', '504'],
    ['unres_qlen', '101', '3', 'unres_qlen_bytes', '6270'],
    ['proxy_delay', '80', '0', 'proxy_delay', '0'],
    ['locktime', '100', '0', 'locktime', '0'],
    ['interval_probe_time_ms', '5000', '1000', 'interval_probe_time_ms', '1000'],
    ['delay_first_probe_time', '5', '1', 'delay_first_probe_time', '1'],
  ])('%s is %s; %s makes %s %s', (key, before, value, other, after) => {
    const lab = createRouteLab('eth0')
    const of = (name: string) => `net.ipv4.neigh.eth0.${name}`
    expect(read(lab, of(key))).toBe(before)
    expect(write(lab, of(key), value)).toBe('ok')
    expect(read(lab, of(other))).toBe(after)
  })

  test('a new base_reachable_time is drawn from at once (neigh_proc_base_reachable_time)', () => {
    const lab = createRouteLab('eth0')
    sysctl(lab, 'net.ipv4.neigh.eth0.base_reachable_time_ms=5000')
    const { reachableTimeNs } = dev(lab, 'eth0').neigh
    expect(reachableTimeNs).toBeGreaterThanOrEqual(2.5e9)
    expect(reachableTimeNs).toBeLessThan(7.5e9)
  })

  test('negative times are refused', () => {
    expect(write(createRouteLab('eth0'), 'net.ipv4.neigh.eth0.ucast_solicit', '-1')).toBe('EINVAL')
  })
})

describe('the list', () => {
  test('is sorted, and shows what the kernel acts on for an interface', () => {
    const lab = createRouteLab('eth0')
    sysctl(lab, 'net.ipv4.conf.all.rp_filter=2')
    const list = sysctlList(lab.world, lab.netns)
    const keys = list.map((view) => view.key)
    expect(keys).toEqual([...keys].sort())
    expect(new Set(keys).size).toBe(keys.length)
    expect(list.find((view) => view.key === 'net.ipv4.conf.eth0.rp_filter')).toEqual({
      key: 'net.ipv4.conf.eth0.rp_filter',
      value: '0',
      effective: '2',
      rule: 'max',
      all: '2',
      isInert: false,
    })
    const inert = list.filter(({ isInert }) => isInert).map(({ key }) => key)
    expect(inert).toEqual(expect.arrayContaining(['net.ipv4.conf.eth0.log_martians', 'net.ipv4.igmp_qrv']))
    for (const { key, value } of list) expect(read(lab, key)).toBe(value)
  })

  test('a write is in the trace, a refused one is not', () => {
    const lab = createRouteLab('eth0')
    const seen: unknown[] = []
    lab.world.out.trace = {
      write: (_seq, _at, kind, _cause, _device, netns, _packet, _code, a) => seen.push([kind, netns, a]),
    }
    write(lab, 'net.ipv4.ip_forward', '1')
    write(lab, 'net.ipv4.ip_forward', 'yes')
    expect(seen).toEqual([['sysctl.write', lab.netns.id, 1]])
  })
})
