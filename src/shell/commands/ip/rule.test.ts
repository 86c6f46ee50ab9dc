// Rules that look past the addresses, and rules that jump: what Linux 6.1 printed and did, one rule a test.
import { describe, expect, test } from 'vitest'
import { shellLab } from '../../../testing/shell-lab.ts'

const MACHINE =
  'ip netns add a; ip netns add b; ip -n a link set lo up; ip -n b link set lo up; ' +
  'ip -n a link add eth0 type veth peer name eth0 netns b; ip -n a link set eth0 up; ip -n b link set eth0 up; ' +
  'ip -n a addr add 10.1.0.1/24 dev eth0; ip -n b addr add 10.1.0.2/24 dev eth0; '

async function printed(script: string): Promise<string> {
  const lab = await shellLab()
  await lab.run(MACHINE)
  return (await lab.run(script)).replace(/ +\n/g, '\n')
}

/** The lines of `ip rule` but for the three that every namespace has. */
async function rules(commands: string): Promise<string[]> {
  const text = await printed(`${commands}; ip -n a rule`)
  return text.split('\n').filter((line) => line !== '' && !/\tfrom all lookup (local|main|default)$/.test(line))
}

const WAYS = 'ip -n a route add 192.0.2.0/24 via 10.1.0.2 table 10; '

describe('selecting by what a packet carries (fib4_rule_match)', () => {
  test('protocol, ports and users are told in this order, as text and as JSON', async () => {
    const add =
      'ip -n a rule add pref 100 ipproto icmp lookup 10; ip -n a rule add pref 101 ipproto udp dport 53 lookup 11; ' +
      'ip -n a rule add pref 102 ipproto tcp sport 1000-2000 lookup 12; ip -n a rule add pref 103 uidrange 0-1000 lookup 13'
    expect(await rules(add)).toEqual([
      '100:\tfrom all ipproto icmp lookup 10',
      '101:\tfrom all ipproto udp dport 53 lookup 11',
      '102:\tfrom all ipproto tcp sport 1000-2000 lookup 12',
      '103:\tfrom all uidrange 0-1000 lookup 13',
    ])
    expect(await printed(`${add}; ip -n a -j rule`)).toContain(
      '{"priority":101,"src":"all","ipproto":"udp","dport":53,"table":"11"},' +
        '{"priority":102,"src":"all","ipproto":"tcp","sport_start":1000,"sport_end":2000,"table":"12"},' +
        '{"priority":103,"src":"all","uid_start":0,"uid_end":1000,"table":"13"}',
    )
  })

  test('ip route get asks as UDP unless told otherwise (inet_rtm_getroute)', async () => {
    const get = (words: string): Promise<string> =>
      printed(`${WAYS}ip -n a rule add ipproto icmp lookup 10; ip -n a route get 192.0.2.1 ${words}`)
    expect(await get('')).toBe('RTNETLINK answers: Network is unreachable\n')
    expect(await get('ipproto icmp')).toContain('via 10.1.0.2 dev eth0 table 10')
  })

  test('what arrives is read as far as a rule asks (fib4_rules_early_flow_dissect)', async () => {
    const lost =
      'ip -n b rule add ipproto icmp blackhole pref 0; ip netns exec a ping -c 1 -W 1 10.1.0.2 | grep -c bytes.from'
    expect(await printed(lost)).toBe('0\n')
    const heard =
      'ip -n b rule add ipproto tcp blackhole pref 0; ip netns exec a ping -c 1 -W 1 10.1.0.2 | grep -c bytes.from'
    expect(await printed(heard)).toBe('1\n')
  })

  test('a delete that names a port means only a rule with that port (rule_find)', async () => {
    const add = 'ip -n a rule add pref 104 dport 80 lookup 14; '
    expect(await printed(`${add}ip -n a rule del pref 104 dport 81`)).toBe(
      'RTNETLINK answers: No such file or directory\n',
    )
    expect(await rules(`${add}ip -n a rule del dport 80`)).toEqual([])
  })
})

describe('jumping (fib_rules_lookup)', () => {
  test('goto goes on with the first rule of its target, and does nothing while there is none', async () => {
    const add = 'ip -n a rule add pref 100 goto 300; ip -n a rule add pref 200 blackhole'
    expect(await rules(add)).toEqual(['100:\tfrom all goto 300 [unresolved]', '200:\tfrom all blackhole'])
    expect(await printed(`${add}; ip -n a route get 10.1.0.2`)).toBe('RTNETLINK answers: Invalid argument\n')
    const whole = `${add}; ip -n a rule add pref 300 nop`
    expect((await rules(whole))[0]).toBe('100:\tfrom all goto 300')
    expect(await printed(`${whole}; ip -n a route get 10.1.0.2`)).toContain('10.1.0.2 dev eth0 src 10.1.0.1')
  })

  test('backwards is refused (fib_nl2rule)', async () => {
    expect(await printed('ip -n a rule add pref 5 goto 5')).toBe('Error: Backward goto not supported.\n')
  })
})

test('realms and who made a rule are told after its table', async () => {
  const add =
    'ip -n a rule add from 10.0.0.0/8 realms 5/7 lookup 9 pref 8; ip -n a rule add from 11.0.0.0/8 realms 7 pref 9; ' +
    'ip -n a rule add from 12.0.0.0/8 lookup 7 protocol static pref 10'
  expect(await rules(add)).toEqual([
    '8:\tfrom 10.0.0.0/8 lookup 9 realms 5/7',
    '9:\tfrom 11.0.0.0/8 lookup main realms 7',
    '10:\tfrom 12.0.0.0/8 lookup 7 proto static',
  ])
})

test('a group of devices can be left out (fib4_rule_suppress)', async () => {
  const script =
    'ip -n a rule add pref 5 lookup main suppress_ifgroup default; ip -n a rule add pref 6 blackhole; ip -n a '
  expect(await printed(`${script}route get 10.1.0.2`)).toBe('RTNETLINK answers: Invalid argument\n')
  expect(await printed(`${script}link set eth0 group 4; ip -n a route get 10.1.0.2`)).toContain('dev eth0')
})
