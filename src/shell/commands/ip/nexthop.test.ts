// Next hops with a number, as Linux 6.1 answered: net/ipv4/nexthop.c and iproute2's ipnexthop.c.
import { describe, expect, test } from 'vitest'
import { shellLab, type ShellLab } from '../../../testing/shell-lab.ts'

/** A machine with two routers. */
const SETUP = `
for x in a r1 r2; do ip netns add $x; ip -n $x link set lo up; done
for k in 1 2; do
  ip -n a link add e$k type veth peer name eth0 netns r$k
  ip -n a link set e$k up
  ip -n r$k link set eth0 up
  ip -n a addr add 10.0.$k.1/24 dev e$k
  ip -n r$k addr add 10.0.$k.2/24 dev eth0
  ip -n r$k addr add 10.9.0.1/32 dev lo
done
ip -n a nexthop add id 1 via 10.0.1.2 dev e1
ip -n a nexthop add id 2 via 10.0.2.2 dev e2
`

async function machine(script = ''): Promise<ShellLab> {
  const lab = await shellLab()
  await lab.run(SETUP + script)
  return lab
}

const GROUP = 'ip -n a nexthop add id 10 group 1,3/2; ip -n a route add 10.9.0.0/24 nhid 10'
const ROUTE = 'ip -n a route show 10.9.0.0/24'

describe('ip nexthop show', () => {
  test('one way, a device, a blackhole, groups', async () => {
    const lab = await machine(`
ip -n a nexthop add id 3 dev e1
ip -n a nexthop add id 4 blackhole
ip -n a nexthop add id 11 group 2,2/1
ip -n a nexthop add id 12 via 10.0.9.2 dev e1 onlink proto static`)
    expect(await lab.run('ip -n a nexthop')).toBe(
      'id 1 via 10.0.1.2 dev e1 scope link \nid 2 via 10.0.2.2 dev e2 scope link \nid 3 dev e1 scope host \n' +
        'id 4 blackhole \nid 11 group 2,2/1 \nid 12 via 10.0.9.2 dev e1 scope link proto static onlink \n',
    )
    expect(await lab.run('ip -n a -d nexthop show id 4; ip -n a -d nexthop get id 11')).toBe(
      'id 4 scope global blackhole proto unspec \nid 11 group 2,2/1 scope global proto unspec \n',
    )
    expect(
      await lab.run('ip -n a nexthop list groups; ip -n a nexthop list dev e2; ip -n a nexthop show proto 4'),
    ).toBe(
      'id 11 group 2,2/1 \nid 2 via 10.0.2.2 dev e2 scope link \n' +
        'id 12 via 10.0.9.2 dev e1 scope link proto static onlink \n',
    )
    expect(await lab.run('ip -n a -j nexthop list groups')).toBe(
      '[{"id":11,"group":[{"id":2,"weight":2},{"id":1}],"flags":[]}]\n',
    )
    expect(await lab.run('ip -n a -j nexthop show id 4')).toBe('[{"id":4,"blackhole":null,"flags":[]}]\n')
  })

  test('without a number it gets the next free one', async () => {
    const lab = await machine('ip -n a nexthop add dev e1; ip -n a nexthop del id 3; ip -n a nexthop add dev e1')
    expect(await lab.run('ip -n a nexthop list dev e1')).toContain('id 4 dev e1 scope host')
  })

  test('flush counts what was there, groups that went with their members too', async () => {
    const lab = await machine('ip -n a nexthop add id 6 group 1')
    expect(await lab.run('ip -n a nexthop flush; ip -n a nexthop; ip -n a nexthop flush')).toBe(
      'Flushed 3 nexthops\nNothing to flush\n',
    )
  })
})

test.each([
  ['add id 1 dev e1', 'RTNETLINK answers: File exists'],
  ['add id 5 via 10.0.1.2', 'Error: Device attribute required for non-blackhole and non-fdb nexthops.'],
  ['add id 5 via 10.0.9.2 dev e1', 'Error: Nexthop has invalid gateway.'],
  ['add id 5 dev e1 onlink', 'Error: ONLINK flag can not be set for nexthop without a gateway.'],
  ['add id 5 blackhole dev e1', 'Error: Blackhole attribute can not be used with gateway, oif, encap or fdb.'],
  ['add id 5', 'Error: Invalid address family.'],
  ['add id 5 dev nosuch', 'Error: argument "nosuch" is wrong: Device does not exist\n'],
  ['add id 5 dev e1 foo', 'Error: argument "foo" is wrong: '],
  ['add id 5 group 1/99', 'Error: Invalid nexthop id.'],
  ['add id 5 group 1/1', 'Error: Nexthop id can not be used twice in a group.'],
  ['add id 5 group 1/4', 'Error: Blackhole nexthop can not be used in a group with more than 1 path.'],
  ['add id 5 group 10/1', 'Error: Hash-threshold group can not be a nexthop within a group.'],
  ['add id 5 group 1 dev e1', 'Error: Invalid family for group.'],
  ['add id 5 group 1,0', 'Error: argument "0" is wrong: "weight" is invalid\n'],
  ['add id 5 group x', 'Error: argument "x" is wrong: "group" value is invalid\n'],
  ['replace dev e1', 'Error: Replace requires nexthop id.'],
  ['replace id 10 dev e1', 'Error: Can not replace a nexthop group with a nexthop.'],
  ['replace id 1 group 2', 'Error: Can not replace a nexthop with a nexthop group.'],
  ['replace id 2 blackhole', 'Error: Blackhole nexthop can not be a member of a group with more than one path.'],
  ['del', 'Error: Nexthop id is missing.'],
  ['del id 99', 'RTNETLINK answers: No such file or directory'],
  ['show id 99', 'RTNETLINK answers: No such file or directory'],
  ['wrong', 'Command "wrong" is unknown, try "ip nexthop help".'],
  ['add id 5 fdb via 10.0.1.2', 'ip nexthop: “fdb” is not modelled in vethlab. Next hops lead to IPv4 routers.'],
])('ip nexthop %s', async (words, answer) => {
  const lab = await machine('ip -n a nexthop add id 4 blackhole; ip -n a nexthop add id 10 group 1/2')
  expect(await lab.run(`ip -n a nexthop ${words}`)).toBe(`${answer}\n`)
})

test('a next hop needs a device that is up and has a carrier, a blackhole loopback', async () => {
  const lab = await machine('ip -n r1 link set eth0 down; ip -n a link set e2 down; ip -n a link set lo down; sleep 2')
  expect(
    await lab.run(
      'ip -n a nexthop add dev e1; ip -n a nexthop add dev e2; ip -n a nexthop add blackhole; ip -n a nexthop',
    ),
  ).toBe(
    'Error: Carrier for nexthop device is down.\nError: Nexthop device is not up.\nError: Device for nexthop is not up.\n',
  )
})

describe('routes by number', () => {
  test('show their ways, with details the object', async () => {
    const lab = await machine(GROUP)
    const ways = '\tnexthop via 10.0.1.2 dev e1 weight 3 \n\tnexthop via 10.0.2.2 dev e2 weight 1 \n'
    expect(await lab.run(ROUTE)).toBe(`10.9.0.0/24 nhid 10 \n${ways}`)
    expect(await lab.run('ip -n a -d route show 10.9.0.0/24')).toBe(
      `unicast 10.9.0.0/24 nhid 10 proto boot scope global \n\tnh_info id 10 group 1,3/2 scope global proto unspec \n${ways}`,
    )
    expect(await lab.run('ip -n a -j route show 10.9.0.0/24')).toContain('{"dst":"10.9.0.0/24","nhid":10,"flags":[]')
    expect(await lab.run('ip netns exec a ping -c 1 10.9.0.1')).toContain('1 received')
  })

  test('follow what becomes of the object', async () => {
    const lab = await machine(GROUP)
    await lab.run('ip -n a nexthop replace id 1 via 10.0.1.3 dev e1')
    expect(await lab.run(ROUTE)).toContain('via 10.0.1.3 dev e1 weight 3')
    await lab.run('ip -n a nexthop replace id 10 group 2')
    expect(await lab.run(ROUTE)).toBe('10.9.0.0/24 nhid 10 via 10.0.2.2 dev e2 \n')
    await lab.run('ip -n a nexthop del id 2')
    expect(await lab.run(`${ROUTE}; ip -n a nexthop`)).toBe('id 1 via 10.0.1.3 dev e1 scope link \n')
  })

  test('a blackhole stands on loopback, and may become a way', async () => {
    const lab = await machine('ip -n a nexthop add id 4 blackhole; ip -n a route add 10.9.0.0/24 nhid 4')
    expect(await lab.run(`${ROUTE}; ip netns exec a ping -c 1 10.9.0.1`)).toBe(
      'blackhole 10.9.0.0/24 nhid 4 dev lo \nping: connect: Invalid argument\n',
    )
    await lab.run('ip -n a nexthop replace id 4 via 10.0.1.2 dev e1')
    expect(await lab.run(ROUTE)).toBe('10.9.0.0/24 nhid 4 via 10.0.1.2 dev e1 \n')
    expect(await lab.run('ip netns exec a ping -c 1 10.9.0.1')).toContain('1 received')
  })

  test('go with a carrier, and stay when only the addresses go', async () => {
    const lab = await machine(GROUP)
    await lab.run('ip -n a addr flush dev e2; ip -n r1 link set eth0 down; sleep 2')
    expect(await lab.run(`ip -n a nexthop; ${ROUTE}`)).toBe(
      'id 2 via 10.0.2.2 dev e2 scope link \nid 10 group 2 \n10.9.0.0/24 nhid 10 via 10.0.2.2 dev e2 \n',
    )
    expect(await lab.run(`ip -n a link del e2; ip -n a nexthop; ${ROUTE}`)).toBe('')
  })

  test('are refused with a way of their own, and found only by their number', async () => {
    const lab = await machine(GROUP)
    expect(await lab.run('ip -n a route add 10.8.0.0/24 nhid 1 dev e1; ip -n a route add 10.8.0.0/24 nhid 99')).toBe(
      'Error: Nexthop specification and nexthop id are mutually exclusive.\nError: Nexthop id does not exist.\n',
    )
    expect(await lab.run('ip -n a route add 10.8.0.0/24 nhid 10 scope host')).toBe(
      'Error: Route with host scope can not have multiple nexthops.\n',
    )
    expect(await lab.run('ip -n a route del 10.9.0.0/24 via 10.0.1.2; ip -n a route del 10.9.0.0/24 nhid 1')).toBe(
      'RTNETLINK answers: No such process\nRTNETLINK answers: No such process\n',
    )
    expect(await lab.run('ip -n a route flush 10.9.0.0/24')).toBe('Failed to send flush request: Invalid argument\n')
    expect(await lab.run(`ip -n a route del 10.9.0.0/24 nhid 10; ${ROUTE}`)).toBe('')
  })
})

test('ip monitor tells of objects, and of routes whose ways were replaced', async () => {
  const lab = await machine(GROUP)
  await lab.run(
    'ip -n a monitor all > /tmp/m & sleep 0.1; ip -n a nexthop replace id 2 via 10.0.2.3 dev e2; ip -n a nexthop del id 1; sleep 0.1; kill %1',
  )
  expect(await lab.run('cat /tmp/m')).toBe(
    '[NEXTHOP]id 2 via 10.0.2.3 dev e2 scope link \n[ROUTE]10.9.0.0/24 nhid 10 \n' +
      '\tnexthop via 10.0.1.2 dev e1 weight 3 \n\tnexthop via 10.0.2.3 dev e2 weight 1 \n' +
      '[NEXTHOP]Deleted id 1 via 10.0.1.2 dev e1 scope link \n[NEXTHOP]id 10 group 2 \n',
  )
})

describe('a gateway that is known to be dead (nexthop_select_path_hthr, fib_select_multipath)', () => {
  /** The first router says nothing any more, and the machine knows it. */
  const DEAD = 'ip -n r1 link set eth0 arp off; ip netns exec a ping -c 1 -W 4 10.0.1.2'
  const outOf = (lab: ShellLab): Promise<string> =>
    lab
      .run('for k in 1 2 3 4 5 6 7 8; do ip -n a -o route get 10.9.0.$k; done')
      .then((text) => [...new Set(text.match(/dev e\d/g))].sort().join())

  test('is passed over by a group', async () => {
    const lab = await machine('ip -n a nexthop add id 10 group 1,100/2; ip -n a route add 10.9.0.0/24 nhid 10')
    expect(await outOf(lab)).toContain('dev e1')
    await lab.run(DEAD)
    expect(await outOf(lab)).toBe('dev e2')
  })

  test('is used by a route with ways of its own, unless fib_multipath_use_neigh', async () => {
    const lab = await machine(
      'ip -n a route add 10.9.0.0/24 nexthop via 10.0.1.2 weight 100 nexthop via 10.0.2.2 weight 1',
    )
    await lab.run(DEAD)
    expect(await outOf(lab)).toContain('dev e1')
    await lab.run('ip netns exec a sysctl -qw net.ipv4.fib_multipath_use_neigh=1')
    expect(await outOf(lab)).toBe('dev e2')
  })
})
