import { describe, expect, test } from 'vitest'
import { mac } from '../../wire/address.ts'
import { must, pass, sent, sysctl, twoHosts, verdicts, type TwoHosts } from '../../testing/two-hosts.ts'

const change = (net: TwoHosts, changes: { up?: boolean; mac?: ReturnType<typeof mac> }): void => {
  must(net.kernel.call({ kind: 'link.set', netns: net.b.netns, ifindex: net.b.eth0, changes }))
}

describe('arp_notify (inetdev_send_gratuitous_arp)', () => {
  test('off: nothing is said of a new MAC address', () => {
    const net = twoHosts()
    change(net, { mac: mac('02:00:00:00:00:42') })
    expect(sent(net, net.b)).toEqual([])
  })

  test.each(['all', 'eth0'])('on for %s: a new MAC address is told to everybody', (of) => {
    const net = twoHosts()
    sysctl(net, net.b, `net.ipv4.conf.${of}.arp_notify`, 1)
    change(net, { mac: mac('02:00:00:00:00:42') })
    expect(sent(net, net.b)).toEqual(['ARP, Request who-has 10.0.0.2 tell 10.0.0.2, length 28'])
  })

  test('a device that comes up says so, but its own packet sockets do not hear it yet (packet_notifier)', () => {
    const net = twoHosts()
    sysctl(net, net.b, 'net.ipv4.conf.eth0.arp_notify', 1)
    change(net, { up: false })
    change(net, { up: true })
    expect(sent(net, net.b)).toEqual([])
    pass(net, 1)
    expect(verdicts(net, net.a)).toEqual(['arp.not_for_us'])
  })
})
