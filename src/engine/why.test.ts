// What stopped an action, in small labs for what no recording shows.
import { expect, test } from 'vitest'
import type { WhyAnswer } from '../contract/protocol.ts'
import { SECOND_NS } from '../sim/time.ts'
import { LabEngine } from './lab-engine.ts'
import { whyAction } from './why.ts'

const TWO_MACHINES = `
ip netns add a
ip netns add b
ip -n a link add eth0 type veth peer name eth0 netns b
ip -n a addr add 10.0.0.1/24 dev eth0
ip -n b addr add 10.0.0.2/24 dev eth0
ip -n a link set eth0 up
ip -n b link set eth0 up
ip -n a link set lo up
`

/** Runs a setup and actions, and explains the last of them. */
async function whyLast(setup: string, ...actions: readonly string[]): Promise<WhyAnswer> {
  const engine = new LabEngine(`${setup}\n#%% run\n${actions.join('\n')}\n`, { clone: structuredClone })
  const { problems } = await engine.setUp()
  expect(problems).toEqual([])
  while ((await engine.playNext()) !== undefined);
  await engine.advance(engine.world.now + 2 * SECOND_NS)
  if (engine.trace === undefined) throw new Error('a lab that was set up has a trace')
  return whyAction(engine, engine.trace, engine.actions.length - 1)
}

const PING = 'ip netns exec a ping -c 1 -W 1 10.0.0.2'

/** The code, where the packet ended, who decided, and the check that did. */
const gist = ({ key, stoppedAt, params, explanation }: WhyAnswer): readonly (string | undefined)[] => [
  key,
  params['lost'],
  stoppedAt,
  params['place'],
  explanation?.checks.at(-1)?.id,
]

test('a ping that worked needs no explanation', async () => {
  expect(await whyLast(TWO_MACHINES, PING)).toMatchObject({ ok: true, chain: [] })
})

test.each([
  [
    'arp_ignore',
    'ip netns exec b sysctl -qw net.ipv4.conf.eth0.arp_ignore=8',
    ['arp-ignored', 'request', 'a/eth0', 'b/eth0', 'arp.arp_ignore'],
  ],
  [
    'ARP switched off',
    'ip -n b link set eth0 arp off',
    ['arp-off', 'request', 'a/eth0', 'b/eth0', 'arp.device_speaks_arp'],
  ],
  [
    'ARP switched off at the sender, whose frames carry its own address then',
    'ip -n a link set eth0 arp off',
    ['arp-off', 'request', 'b/eth0', 'a/eth0', 'ip.frame_is_for_us'],
  ],
  [
    'icmp_echo_ignore_all',
    'ip netns exec b sysctl -qw net.ipv4.icmp_echo_ignore_all=1',
    ['echo-ignored', 'request', 'b/eth0', 'b/eth0', 'icmp.echo_is_answered'],
  ],
  [
    'a source that is an own address, already when asked by ARP',
    'ip -n b addr add 10.0.0.1/32 dev eth0',
    ['source-own', 'request', 'a/eth0', 'b/eth0', 'source.accept_local'],
  ],
  [
    'a permanent entry that nobody has',
    'ip -n a neigh add 10.0.0.2 lladdr 02:00:00:00:00:99 dev eth0',
    ['neigh-wrong-mac', 'request', 'b/eth0', 'b/eth0', 'ip.frame_is_for_us'],
  ],
])('%s', async (_, line, expected) => {
  expect(gist(await whyLast(`${TWO_MACHINES}${line}`, PING))).toEqual(expected)
})

test('an entry that still waits when the lab ends is explained by the requests so far', async () => {
  const answer = await whyLast(TWO_MACHINES, 'ip netns exec a ping -c 1 -W 0.2 10.0.0.9')
  expect(gist(answer).slice(0, 4)).toEqual(['neigh-no-owner', 'request', 'a/eth0', 'a/eth0'])
  expect(answer.params['ip']).toBe('10.0.0.9')
})

test('a packet for an entry that another packet made wait before', async () => {
  const answer = await whyLast(
    TWO_MACHINES,
    'ip netns exec a ping -c 1 -W 0.1 10.0.0.9',
    'ip netns exec a ping -c 1 -W 0.1 10.0.0.9',
  )
  expect(gist(answer).slice(0, 4)).toEqual(['neigh-no-owner', 'request', 'a/eth0', 'a/eth0'])
})

test('a reply that comes when ping has given up', async () => {
  const delay = 'ip netns exec b sysctl -qw net.ipv4.conf.eth0.forwarding=1 net.ipv4.conf.eth0.proxy_arp=1'
  const setup = `${TWO_MACHINES}
ip netns add c
ip -n b link add eth1 type veth peer name eth0 netns c
ip -n b link set eth1 up
ip -n c link set eth0 up
ip -n b addr add 10.0.1.1/24 dev eth1
ip -n c addr add 10.0.1.2/24 dev eth0
ip -n c route add default via 10.0.1.1
ip -n a route add 10.0.1.0/24 dev eth0
ip netns exec b sysctl -qw net.ipv4.conf.eth1.forwarding=1
${delay}
ip netns exec b sysctl -qw net.ipv4.neigh.eth0.proxy_delay=200`
  const answer = await whyLast(setup, 'ip netns exec a ping -c 1 -W 0.01 10.0.1.2')
  expect(gist(answer).slice(0, 4)).toEqual(['reply-too-late', 'reply', 'a/eth0', 'a/eth0'])
})

test('an answer that came only because somebody mended the lab afterwards does not hide what was wrong', async () => {
  const engine = new LabEngine(
    `${TWO_MACHINES}\n#%% run\nip netns exec a ping -c 1 -W 1 10.0.0.7\nip -n b addr add 10.0.0.7/24 dev eth0\n`,
    { clone: structuredClone },
  )
  await engine.setUp()
  while ((await engine.playNext()) !== undefined);
  await engine.advance(engine.world.now + 3 * SECOND_NS)
  if (engine.trace === undefined) throw new Error('a lab that was set up has a trace')
  const answer = whyAction(engine, engine.trace, 0)
  expect(gist(answer).slice(0, 4)).toEqual(['neigh-no-owner', 'request', 'a/eth0', 'a/eth0'])
})

test('a frame that is too long for the far end', async () => {
  const setup = `${TWO_MACHINES}ip -n b link set eth0 mtu 1000`
  const answer = await whyLast(setup, 'ip netns exec a ping -c 1 -W 1 -s 1200 10.0.0.2')
  expect(gist(answer).slice(0, 4)).toEqual(['frame-too-long', 'request', 'a/eth0', 'a/eth0'])
})

test('an answer that a bridge does not bring back, because asker and answerer have one MAC address', async () => {
  const setup = `
ip netns add sw
ip netns add a
ip netns add b
ip -n sw link add br0 type bridge
ip -n sw link set br0 up promisc on
ip -n sw link add p1 master br0 type veth peer name eth0 netns a
ip -n sw link add p2 master br0 type veth peer name eth0 netns b
ip -n a link set eth0 address 02:00:00:00:00:05
ip -n b link set eth0 address 02:00:00:00:00:05
ip -n sw link set p1 up
ip -n sw link set p2 up
ip -n a addr add 10.0.0.1/24 dev eth0
ip -n b addr add 10.0.0.2/24 dev eth0
ip -n a link set eth0 up
ip -n b link set eth0 up`
  expect(gist(await whyLast(setup, PING)).slice(0, 4)).toEqual(['arp-reply-lost', 'request', 'a/eth0', 'sw/br0'])
})

test('a VLAN device that is down', async () => {
  const setup = `${TWO_MACHINES}
ip -n a link add link eth0 name eth0.10 type vlan id 10
ip -n b link add link eth0 name eth0.10 type vlan id 10
ip -n a addr add 10.0.10.1/24 dev eth0.10
ip -n b addr add 10.0.10.2/24 dev eth0.10
ip -n a link set eth0.10 up`
  const answer = await whyLast(setup, 'ip netns exec a ping -c 1 -W 1 10.0.10.2')
  expect(gist(answer)).toEqual(['device-down', 'request', 'a/eth0.10', 'b/eth0.10', 'vlan.device_up'])
})

const SIBLINGS = (mode: string): string => `
ip netns add host
ip netns add lan
ip netns add c1
ip netns add c2
ip -n host link add eno1 type veth peer name eth0 netns lan
ip -n host link set eno1 up
ip -n lan link set eth0 up
ip -n host link add m1 link eno1 type macvlan mode ${mode}
ip -n host link add m2 link eno1 type macvlan mode ${mode}
ip -n host link set m1 netns c1
ip -n host link set m2 netns c2
ip -n c1 addr add 10.0.0.1/24 dev m1
ip -n c2 addr add 10.0.0.2/24 dev m2
ip -n c1 link set m1 up
ip -n c2 link set m2 up`

test.each([
  ['vepa', 'vepa-not-reflected'],
  ['private', 'macvlan-private'],
])('siblings in %s mode with nobody who sends frames back', async (mode, code) => {
  const answer = await whyLast(SIBLINGS(mode), 'ip netns exec c1 ping -c 1 -W 1 10.0.0.2')
  expect(gist(answer).slice(0, 4)).toEqual([code, 'request', 'c1/m1', 'host/eno1'])
})

test('a parent that knows its child’s address by heart still does not reach it', async () => {
  const setup = `${SIBLINGS('bridge')}
ip -n host addr add 10.0.0.3/24 dev eno1
ip -n c1 link set m1 address 02:00:00:00:00:01
ip -n host neigh add 10.0.0.1 lladdr 02:00:00:00:00:01 dev eno1`
  const answer = await whyLast(setup, 'ip netns exec host ping -c 1 -W 1 10.0.0.1')
  expect([answer.key, answer.params['place']]).toEqual(['lower-device-apart', 'host/eno1'])
})

test('the reason of a drop has our name and Linux’s', async () => {
  const setup = `${TWO_MACHINES}
ip -n b link set lo up
ip -n b route add 10.0.0.1/32 dev lo
ip netns exec b sysctl -qw net.ipv4.conf.eth0.rp_filter=1
ip -n a neigh add 10.0.0.2 lladdr 02:00:00:00:00:02 dev eth0
ip -n b link set eth0 address 02:00:00:00:00:02`
  const answer = await whyLast(setup, PING)
  expect(answer.params).toMatchObject({ reason: 'ip.rp_filter', linux: 'IP_RPFILTER' })
})

test.each([
  ['ip -n a link add eth0 type dummy', 'RTNETLINK answers: File exists'],
  ['ip -n a lnk', 'Object "lnk" is unknown, try "ip help".'],
  ['frobnicate', 'bash: frobnicate: command not found'],
  ['ip netns exec a ping -c x 10.0.0.2', "ping: invalid argument: 'x'"],
  ['false', 'exit status 1'],
])('%s fails in its own words', async (command, text) => {
  const answer = await whyLast(TWO_MACHINES, command)
  expect(answer).toMatchObject({ ok: false, key: 'refused', text, verdict: 0, chain: [] })
})
