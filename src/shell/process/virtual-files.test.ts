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

test('sockets are read as files, with addresses as the processor stores them', async () => {
  const lab = await shellLab()
  const printed = await lab.run(
    'ip link set lo up; nc -l 7777 >/dev/null & nc -u -l -p 53 >/dev/null & sleep 0.1; sleep 2 | nc 127.0.0.1 7777 & sleep 1; ' +
      "awk '{ print $2, $3, $4, $5 }' /proc/net/tcp; tail -n +2 /proc/net/udp | cut -c1-70; kill %1 %2 %3",
  )
  expect(printed.replaceAll(/0100007F:(?!1E61)[0-9A-F]{4}/g, '0100007F:PORT')).toBe(
    'local_address rem_address st tx_queue\n00000000:1E61 00000000:0000 0A 00000000:00000000\n' +
      '0100007F:PORT 0100007F:1E61 01 00000000:00000000\n0100007F:1E61 0100007F:PORT 01 00000000:00000000\n' +
      '   53: 00000000:0035 00000000:0000 07 00000000:00000000 00:00000000 00\n',
  )
})
