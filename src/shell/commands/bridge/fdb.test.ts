import { expect, test } from 'vitest'
import { playCommands } from '../../../testing/play-commands.ts'

test('print_fdb: to the filter dynamic only permanent entries are not, static ones are', async () => {
  const setup = [
    'ip netns add s',
    'ip -n s link add br0 type bridge',
    'ip -n s link set br0 up',
    'ip -n s link add p1 address 02:00:00:00:00:01 type veth peer name e1',
    'ip -n s link set p1 master br0',
    'ip -n s link set p1 up',
    'ip -n s link set e1 up',
    'bridge -n s fdb add 02:00:00:00:00:a9 dev p1 master static',
  ].join('\n')
  const [all, dynamic] = await playCommands(setup, [
    'bridge -n s fdb show br br0 | grep -c permanent',
    'bridge -n s fdb show br br0 dynamic | grep :00:a9',
  ])
  expect(Number(all?.output)).toBeGreaterThan(0)
  expect(dynamic?.output.split('\n')).toEqual([
    '02:00:00:00:00:a9 dev p1 vlan 1 master br0 static',
    '02:00:00:00:00:a9 dev p1 master br0 static',
    '',
  ])
})
