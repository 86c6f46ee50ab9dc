import { expect, test } from 'vitest'
import { shellLab } from '../../../testing/shell-lab.ts'

/** What `ip monitor` printed while commands ran, each followed by half a second. */
async function monitored(args: string, setup: string, commands: readonly string[]): Promise<string> {
  const lab = await shellLab()
  // What the setup still leads to comes within a second (linkwatch_schedule_work).
  await lab.run(`${setup}; sleep 1`)
  return lab.run(
    `ip -n a ${args} & p=$!; sleep 0.5; ${commands.map((command) => `${command} >/dev/null; sleep 0.5`).join('; ')}; kill $p`,
  )
}

const NAMESPACES = 'ip netns add a; ip netns add s'
const VETH = 'ip -n a link add eth0 address 02:00:00:00:00:0a type veth peer name p0 address 02:00:00:00:00:1a netns s'
const CONNECTED =
  `${NAMESPACES}; ${VETH}; ip -n a addr add 10.0.0.1/24 dev eth0; ip -n s addr add 10.0.0.2/24 dev p0; ` +
  'ip -n s link set p0 up; ip -n a link set eth0 up'

/** Transcripts of Linux 6.1 with iproute2 6.1.0, without what it tells of network configuration (NETCONF, NSID). */
test('a link and its address come up', async () => {
  const text = await monitored('monitor', NAMESPACES, [
    VETH,
    'ip -n a addr add 10.0.0.1/24 dev eth0',
    'ip -n a link set eth0 up',
    'ip -n s link set p0 up',
  ])
  expect(text).toBe(
    '2: eth0@if2: <BROADCAST,MULTICAST> mtu 1500 qdisc noop state DOWN group default \n' +
      '    link/ether 02:00:00:00:00:0a brd ff:ff:ff:ff:ff:ff link-netns s\n' +
      '2: eth0    inet 10.0.0.1/24 scope global eth0\n       valid_lft forever preferred_lft forever\n' +
      'local 10.0.0.1 dev eth0 table local proto kernel scope host src 10.0.0.1 \n' +
      '2: eth0@if2: <NO-CARRIER,BROADCAST,MULTICAST,UP> mtu 1500 qdisc noqueue state DOWN group default \n' +
      '    link/ether 02:00:00:00:00:0a brd ff:ff:ff:ff:ff:ff link-netns s\n' +
      '10.0.0.0/24 dev eth0 proto kernel scope link src 10.0.0.1 linkdown \n' +
      'broadcast 10.0.0.255 dev eth0 table local proto kernel scope link src 10.0.0.1 linkdown \n' +
      '2: eth0@if2: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noqueue state UP group default \n' +
      '    link/ether 02:00:00:00:00:0a brd ff:ff:ff:ff:ff:ff link-netns s\n',
  )
})

test('neighbours are told of when they are known or lost, and labelled with all', async () => {
  const text = await monitored('monitor all', CONNECTED, [
    'ip netns exec a ping -c 1 10.0.0.2',
    'ip netns exec a ping -c 1 -W 4 10.0.0.77',
  ])
  expect(text).toBe('[NEIGH]10.0.0.2 dev eth0 lladdr 02:00:00:00:00:1a REACHABLE \n[NEIGH]10.0.0.77 dev eth0 FAILED \n')
})

test('routes and rules', async () => {
  const text = await monitored('monitor label route rule', CONNECTED, [
    'ip -n a route add 10.5.0.0/16 via 10.0.0.2',
    'ip -n a route replace 10.5.0.0/16 via 10.0.0.3',
    'ip -n a route del 10.5.0.0/16',
    'ip -n a rule add from 10.0.0.0/8 table 100',
    'ip -n a rule del from 10.0.0.0/8 table 100',
  ])
  expect(text).toBe(
    '[ROUTE]10.5.0.0/16 via 10.0.0.2 dev eth0 \n[ROUTE]10.5.0.0/16 via 10.0.0.3 dev eth0 \n' +
      '[ROUTE]Deleted 10.5.0.0/16 via 10.0.0.3 dev eth0 \n' +
      '[RULE]32765:\tfrom 10.0.0.0/8 lookup 100\n[RULE]Deleted 32765:\tfrom 10.0.0.0/8 lookup 100\n',
  )
})

test('a primary address takes its secondaries, routes and neighbours along', async () => {
  const setup = `${CONNECTED}; ip -n a addr add 10.0.0.5/24 dev eth0; ip netns exec a ping -c 1 10.0.0.2`
  expect(await monitored('monitor', setup, ['ip -n a addr del 10.0.0.1/24 dev eth0'])).toBe(
    'Deleted 2: eth0    inet 10.0.0.5/24 scope global secondary eth0\n       valid_lft forever preferred_lft forever\n' +
      'Deleted local 10.0.0.5 dev eth0 table local proto kernel scope host src 10.0.0.1 \n' +
      'Deleted 2: eth0    inet 10.0.0.1/24 scope global eth0\n       valid_lft forever preferred_lft forever\n' +
      'Deleted 10.0.0.0/24 dev eth0 proto kernel scope link src 10.0.0.1 \n' +
      'Deleted broadcast 10.0.0.255 dev eth0 table local proto kernel scope link src 10.0.0.1 \n' +
      'Deleted local 10.0.0.1 dev eth0 table local proto kernel scope host src 10.0.0.1 \n' +
      'Deleted 10.0.0.2 dev eth0 lladdr 02:00:00:00:00:1a REACHABLE \n',
  )
})

test('what has gone keeps its name', async () => {
  const text = await monitored('-o monitor route link', CONNECTED, ['ip -n a link del eth0'])
  expect(text).toContain('Deleted local 10.0.0.1 dev eth0 table local')
  expect(text).toMatch(/Deleted 2: eth0.*\\ {4}link\/ether 02:00:00:00:00:0a/)
})

test('one device alone, with the time', async () => {
  const setup = `${CONNECTED}; ip -n a link add d0 type dummy`
  const text = await monitored('-ts monitor link dev eth0', setup, [
    'ip -n a link set d0 mtu 1300',
    'ip -n a link set eth0 mtu 1400',
  ])
  expect(text).toMatch(/^\[1970-01-01T00:00:\d\d\.\d{6}\] 2: eth0@if2: <[A-Z_,]+> mtu 1400 [^\n]*\n[^\n]*\n$/)
})

test('refuses what it does not know', async () => {
  const lab = await shellLab()
  expect(await lab.run('ip monitor bogus; echo $?')).toBe('Argument "bogus" is unknown, try "ip monitor help".\n255\n')
})
