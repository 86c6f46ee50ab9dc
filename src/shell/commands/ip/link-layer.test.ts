// What may be said of the link layer besides the address, as Linux 6.1 answered: do_setlink, set_operstate, rfc2863_policy.
import { expect, test } from 'vitest'
import { shellLab, type ShellLab } from '../../../testing/shell-lab.ts'

const SETUP =
  'ip netns add a; ip netns add b; ip -n a link add e0 index 7 type veth peer name e0 netns b; ip -n a link set e0 up; ' +
  'ip -n b link set e0 up; ip -n a addr add 10.0.0.1/24 dev e0; ip -n b addr add 10.0.0.2/24 dev e0'

async function pair(): Promise<ShellLab> {
  const lab = await shellLab()
  await lab.run(SETUP)
  return lab
}

const PING = 'ip netns exec a ping -qc 1 -W 1 10.0.0.2 | grep -o "[01] received"'

test('requests go to the address that stands for everybody, which the other end must have, too', async () => {
  const lab = await pair()
  expect(await lab.run(PING)).toBe('1 received\n')
  // The neighbours are forgotten, as after a change of the device's own address.
  expect(await lab.run('ip -n a link set e0 broadcast 02:ff:ff:ff:ff:ff; ip -n a neigh')).toBe('')
  await lab.run('ip netns exec b tcpdump -c 1 -i e0 -w /tmp/p &')
  expect(await lab.run(PING)).toBe('0 received\n')
  expect(await lab.run('tcpdump -en -r /tmp/p')).toContain('> 02:ff:ff:ff:ff:ff, ethertype ARP (0x0806)')
  expect(await lab.run('ip -n a link show e0; ip netns exec a cat /sys/class/net/e0/broadcast')).toMatch(
    / brd 02:ff:ff:ff:ff:ff link-netns b\n02:ff:ff:ff:ff:ff\n$/,
  )
  expect(await lab.run(`ip -n b link set e0 brd 02:ff:ff:ff:ff:ff; ${PING}`)).toBe('1 received\n')
})

test('one that is too short the kernel refuses', async () => {
  const lab = await pair()
  expect(await lab.run('ip -n a link set e0 broadcast ff:ff; ip -n a link show e0 | grep -o "brd [f:]*"')).toBe(
    'RTNETLINK answers: Invalid argument\nbrd ff:ff:ff:ff:ff:ff\n',
  )
})

test('in dormant mode a carrier that comes makes a device dormant, until somebody says that it is up', async () => {
  const lab = await pair()
  const state = (): Promise<string> => lab.run('ip -n a link show e0 | grep -o "<.*\\|state.*mode [A-Z]*"')
  const shown = async (): Promise<string> =>
    (await state()).split('\n')[0]!.replace(/.*?(NO-CARRIER)?,?BROADCAST.*state (\w+) mode (\w+) .*/, '$2 $3 $1')
  await lab.run('ip -n a link set e0 mode dormant; sleep 2')
  expect(await shown()).toBe('UP DORMANT ')
  await lab.run('ip -n a link set e0 down; ip -n a link set e0 up; sleep 2')
  expect(await shown()).toBe('DORMANT DORMANT NO-CARRIER')
  expect(await lab.run('cd /; ip netns exec a cat /sys/class/net/e0/operstate /sys/class/net/e0/link_mode')).toBe(
    'dormant\n1\n',
  )
  // That is for programs to know: frames pass.
  expect(await lab.run(PING)).toBe('1 received\n')
  await lab.run('ip -n a link set e0 state up')
  expect(await shown()).toBe('UP DORMANT ')
  await lab.run('ip -n a link set e0 state dormant mode default')
  expect(await shown()).toBe('DORMANT DEFAULT NO-CARRIER')
  // Neither down nor testing can be said of it now.
  await lab.run('ip -n a link set e0 state down; ip -n a link set e0 state testing')
  expect(await shown()).toBe('DORMANT DEFAULT NO-CARRIER')
})

test.each([
  ['mode wrong', 'Error: argument "wrong" is wrong: Invalid link mode\n'],
  ['state wrong', 'Error: argument "wrong" is wrong: Invalid operstate\n'],
])('ip link set e0 %s', async (words, answer) => {
  expect(await (await pair()).run(`ip -n a link set e0 ${words}`)).toBe(`${answer}\n`)
})

test('ip maddr lists the groups of the link layer and of IP, and adds and takes away the former', async () => {
  const lab = await pair()
  const list = 'ip -n a maddr show dev e0'
  const own = '7:\te0\n\tlink  01:00:5e:00:00:01\n'
  await lab.run('ip -n a maddr add 01:00:5e:07:07:07 dev e0; ip -n a maddr add address 01:00:5e:07:07:07 dev e0')
  expect(await lab.run(list)).toBe(`${own}\tlink  01:00:5e:07:07:07 static\n\tinet  224.0.0.1\n`)
  await lab.run('ip -n a maddr del 01:00:5e:07:07:07 dev e0; ip -n a maddr add 01:00:5e:00:00:01 dev e0')
  expect(await lab.run(`${list}; ip -n a link set e0 down; ${list}; ip -n a -4 maddr`)).toBe(
    `${own.trimEnd()} users 2 static\n\tinet  224.0.0.1\n${own.trimEnd()} static\n`,
  )
})

test('a bridge that looks at multicast is in the group of all who do', async () => {
  const lab = await shellLab()
  await lab.run('ip link add br0 type bridge; ip link set br0 up')
  expect(
    await lab.run('ip -4 maddr show br0; ip link set br0 type bridge mcast_snooping 0; ip -4 maddr show br0'),
  ).toBe('2:\tbr0\n\tinet  224.0.0.1\n\tinet  224.0.0.106\n2:\tbr0\n\tinet  224.0.0.1\n')
})

test.each([
  ['del 01:00:5e:07:07:07 dev e0', 'ioctl: No such file or directory'],
  ['add 01:00:5e:07:07:07 dev nosuch', 'ioctl: No such device'],
  ['add 01:00:5e:07:07:07 dev lo', 'ioctl: Invalid argument'],
  ['add 01:00:5e:07:07:07', 'Not enough information: "dev" is required.'],
  ['add 10.0.0.1 dev e0', 'Error: Invalid address length 4 - must be 6 bytes'],
  ['add 01:00:5e:07:07:07 v0 dev e0', 'Error: duplicate "address": "v0" is the second value.'],
])('ip maddr %s', async (words, answer) => {
  expect(await (await pair()).run(`ip -n a maddr ${words}`)).toBe(`${answer}\n`)
})

test('a macvlan child gets the frames of a group that it was told to listen to', async () => {
  const lab = await pair()
  await lab.run(
    'ip netns add c; ip -n a link add m0 link e0 type macvlan mode bridge; ip -n a link set m0 netns c; ip -n c link set m0 up',
  )
  const heard = (file: string): Promise<string> =>
    lab.run(`ip netns exec c tcpdump -p -i m0 -w /tmp/${file} & sleep 0.1
ip netns exec b ping -qc 1 -W 1 -I e0 239.1.1.1; kill %1; wait; tcpdump -n -r /tmp/${file} icmp`)
  expect(await heard('before')).not.toContain('echo request')
  await lab.run('ip -n c maddr add 01:00:5e:01:01:01 dev m0')
  expect(await heard('after')).toContain('10.0.0.2 > 239.1.1.1: ICMP echo request')
})
