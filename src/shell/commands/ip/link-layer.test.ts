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
