import { expect, test } from 'vitest'
import { shellLab } from '../../../testing/shell-lab.ts'

const BRIDGE =
  'ip netns add a; ip netns add b; ip -n a link add br0 address 02:00:00:00:00:ff type bridge; ' +
  'ip -n a link add v0 address 02:00:00:00:00:01 type veth peer name v1 address 02:00:00:00:00:02 netns b; ' +
  'ip -n a link set v0 master br0 up; ip -n a link set br0 up; ip -n b link set v1 up; ' +
  'ip -n a addr add 10.0.0.1/24 dev br0; ip -n b addr add 10.0.0.2/24 dev v1; sleep 1'

/** Each command is followed by a tenth of a second. */
async function monitored(monitor: string, commands: readonly string[]): Promise<string> {
  const lab = await shellLab()
  await lab.run(BRIDGE)
  return lab.run(
    `${monitor} & p=$!; sleep 0.1; ${commands.map((command) => `${command} >/dev/null; sleep 0.1`).join('; ')}; kill $p`,
  )
}

const CHANGES = [
  'ip netns exec b ping -c 1 10.0.0.1',
  'ip netns exec a bridge fdb add 02:00:00:00:00:99 dev v0 master static vlan 1',
  'ip netns exec a bridge fdb del 02:00:00:00:00:99 dev v0 master vlan 1',
  'ip netns exec a bridge link set dev v0 cost 7',
]

/** As Linux prints them (it says some changes of links twice); the other end's number is looked up in the wrong namespace there too. */
test('bridge monitor tells of entries that are learned, made and removed, and of ports', async () => {
  expect(await monitored('ip netns exec a bridge monitor', CHANGES)).toBe(
    '02:00:00:00:00:02 dev v0 master br0 \n' +
      '02:00:00:00:00:99 dev v0 vlan 1 master br0 static\n' +
      'Deleted 02:00:00:00:00:99 dev v0 vlan 1 master br0 static\n' +
      '3: v0@br0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 master br0 state forwarding priority 32 cost 7 \n',
  )
})

test('one object is asked for by its word, labels come with all, times with -t', async () => {
  const learned = CHANGES.slice(0, 1)
  expect(await monitored('ip netns exec a bridge monitor link', learned)).toBe('')
  expect(await monitored('ip netns exec a bridge monitor all', learned)).toBe(
    '[NEIGH]02:00:00:00:00:02 dev v0 master br0 \n',
  )
  expect(await monitored('ip netns exec a bridge -t monitor fdb', learned)).toMatch(
    /^Timestamp: Thu Jan {2}1 00:00:01 1970 \d{6} usec\n02:00/,
  )
  expect(await monitored('ip netns exec a bridge monitor nothing', ['true'])).toContain('Argument "nothing" is unknown')
})

test('to ip monitor an entry of a bridge is a neighbour without an address', async () => {
  const text = await monitored('ip -n a monitor neigh', CHANGES)
  expect(text).toContain('dev v0 lladdr 02:00:00:00:00:02 REACHABLE \n')
  expect(text).toContain('Deleted dev v0 lladdr 02:00:00:00:00:99 NOARP \n')
})
