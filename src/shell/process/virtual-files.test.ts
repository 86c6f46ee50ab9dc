import { expect, test } from 'vitest'
import { shellLab } from '../../testing/shell-lab.ts'

test('/sys/class/net and /proc/net tell what scripts look for', async () => {
  const lab = await shellLab()
  await lab.run(
    'ip link add br0 address 02:00:00:00:00:ff type bridge; ip link add eth0 type veth peer name p0; ip link set p0 master br0; ' +
      'ip link set br0 up; ip link set p0 up; ip link set eth0 up; ip addr add 10.0.0.1/24 dev eth0; ip route add default via 10.0.0.254',
  )
  const read = async (...files: string[]): Promise<string> => lab.run(files.map((file) => `cat ${file}`).join('; '))
  const eth0 = ['flags', 'type', 'operstate', 'broadcast', 'statistics/rx_errors'].map(
    (name) => `/sys/class/net/eth0/${name}`,
  )
  expect(await read(...eth0)).toBe('0x1003\n1\nup\nff:ff:ff:ff:ff:ff\n0\n')
  const br0 = ['ageing_time', 'bridge_id', 'stp_state', 'priority'].map((name) => `/sys/class/net/br0/bridge/${name}`)
  expect(await read(...br0)).toBe('30000\n8000.0200000000ff\n0\n32768\n')
  expect(await read('/sys/class/net/p0/brport/learning', '/sys/class/net/lo/type', '/sys/class/net/lo/operstate')).toBe(
    '1\n772\nunknown\n',
  )
  expect((await read('/proc/net/route')).replace(/ +$/gm, '')).toBe(
    'Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT\n' +
      'eth0\t00000000\tFE00000A\t0003\t0\t0\t0\t00000000\t0\t0\t0\n' +
      'eth0\t0000000A\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0\n',
  )
  expect((await read('/proc/net/dev')).split('\n')[2]).toBe(
    '    lo:       0       0    0    0    0     0          0         0        0       0    0    0    0     0       0          0',
  )
})
