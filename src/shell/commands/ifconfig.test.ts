import { expect, test } from 'vitest'
import { shellLab } from '../../testing/shell-lab.ts'

const PAIR = 'ip link add v0 up type veth peer name p0; ip link set p0 up; ip addr add 10.0.0.1/24 dev v0\n'
const addresses = "ip -br addr show dev v0 | sed 's/^[^ ]* *[^ ]* *//'\n"

test('a label that goes down takes its address along and leaves the interface up', async () => {
  const lab = await shellLab()
  expect(await lab.run(`${PAIR}sleep 1; ifconfig v0:1 10.0.1.5/24; ifconfig v0:1 down; ip -br addr show dev v0`)).toBe(
    'v0@p0            UP             10.0.0.1/24 \n',
  )
  expect(await lab.run('ifconfig v0:9 down; echo $?; ifconfig v0:9 up; echo $?')).toBe(
    'SIOCSIFFLAGS: Cannot assign requested address\n255\n'.repeat(2),
  )
})

test('broadcast address, other end, length of the queue and MTU can be set', async () => {
  const lab = await shellLab()
  const printed = await lab.run(`${PAIR}ifconfig v0 10.1.1.1 netmask 255.255.0.0 broadcast 10.1.255.254
ip addr show dev v0 | grep -o 'inet .*'
ifconfig v0 pointopoint 1.2.3.4 txqueuelen 55 mtu 1400
ip addr show dev v0 | grep -oE 'inet .*|mtu [0-9]+|qlen [0-9]+'
ifconfig v0 mtu abc; ifconfig v0 add 10.0.0.7/24`)
  expect(printed).toBe(
    'inet 10.1.1.1/16 brd 10.1.255.254 scope global v0\n' +
      'mtu 1400\nqlen 55\ninet 10.1.1.1 peer 1.2.3.4/16 brd 10.1.255.254 scope global v0\n' +
      'SIOCSIFMTU: Invalid argument\n10.0.0.7/24: Unknown host\n',
  )
})

test('-s shows an interface a line', async () => {
  const lab = await shellLab()
  await lab.run(`${PAIR}ip link set lo up; sleep 1`)
  const rows = (await lab.run('ifconfig -s')).split('\n')
  expect(rows[0]).toBe('Iface      MTU    RX-OK RX-ERR RX-DRP RX-OVR    TX-OK TX-ERR TX-DRP TX-OVR Flg')
  expect(rows[1]).toBe('lo              65536        0      0      0 0             0      0      0      0 LRU')
  expect(rows[2]).toMatch(/^p0 {15}1500 .* BMRU$/)
  expect(await lab.run(`ifconfig v0 0.0.0.0; ${addresses}`)).toBe('\n')
})
