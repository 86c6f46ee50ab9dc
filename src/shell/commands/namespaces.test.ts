import { expect, test } from 'vitest'
import { shellLab } from '../../testing/shell-lab.ts'

const namesOf = async (lab: Awaited<ReturnType<typeof shellLab>>): Promise<readonly string[]> => {
  await lab.run('true')
  return lab.engine.kernel.read.namespaces().map(({ name }) => name)
}

test('unshare -n runs a command in a namespace that goes with it', async () => {
  const lab = await shellLab()
  expect(await lab.run('unshare -n ip link')).toBe(
    '1: lo: <LOOPBACK> mtu 65536 qdisc noop state DOWN mode DEFAULT group default qlen 1000\n' +
      '    link/loopback 00:00:00:00:00:00 brd 00:00:00:00:00:00\n',
  )
  expect(await lab.run("unshare --net sh -c 'ip link set lo up; ping -q -c 1 127.0.0.1 | tail -n 2 | head -n 1'")).toBe(
    '1 packets transmitted, 1 received, 0% packet loss, time 0ms\n',
  )
  expect(await lab.run('unshare -rmn ip netns identify; unshare -m ip netns identify; unshare -q true')).toBe(
    "\n\nunshare: invalid option -- 'q'\nTry 'unshare --help' for more information.\n",
  )
  expect(await namesOf(lab)).toEqual([''])
})

test('a process holds its namespace; others enter it by its number', async () => {
  const lab = await shellLab()
  const script = `unshare -n sleep infinity &
ip link add v0 type veth peer name v1
ip link set v1 netns $!
nsenter -t $! -n ip addr add 10.0.0.2/24 dev v1
nsenter --net=/proc/$!/ns/net ip link set v1 up
ip addr add 10.0.0.1/24 dev v0
ip link set v0 up
ping -q -c 1 10.0.0.2 | grep transmitted
ip netns list
ip link show v0 | grep -o 'link-net.*'
readlink /proc/$!/ns/net /proc/1/ns/net
kill $!
sleep 1
ip link show v0`
  expect(await lab.run(script)).toBe(
    '1 packets transmitted, 1 received, 0% packet loss, time 0ms\nlink-netnsid 0\n' +
      'net:[4026531841]\nnet:[4026531840]\nDevice "v0" does not exist.\n',
  )
})

test('a namespace without a name gets one, and then it stays', async () => {
  const lab = await shellLab()
  expect(
    await lab.run(
      'unshare -n sleep 1 & ip netns attach foo $!; ip netns; ip netns pids foo; ip netns identify $!; wait; ip -n foo -br link',
    ),
  ).toMatch(/^foo\n(\d+)\nfoo\nlo +DOWN +00:00:00:00:00:00 <LOOPBACK> \n$/)
  expect(await lab.run('touch /var/run/netns/bar; unshare --net=/run/netns/bar true; ip netns')).toBe('bar\nfoo\n')
  expect(await lab.run('unshare -n sleep 1 & ln -s /proc/$!/ns/net /var/run/netns/baz; ls /run/netns')).toBe(
    'bar\nbaz\nfoo\n',
  )
  expect(await lab.run('ip netns attach foo 1; ip netns attach x 9999; ip netns attach x y; ip netns attach x')).toBe(
    'ip netns attach: a namespace with a name gets no other one in vethlab.\n' +
      'Bind /proc/9999/ns/net -> /run/netns/x failed: No such file or directory\n' +
      'Error: argument "y" is wrong: Invalid "pid" value\n\nNo PID specified\n',
  )
})

test('nsenter says what it misses', async () => {
  const lab = await shellLab()
  expect(await lab.run('nsenter -n true; nsenter -t 9999 -n true; nsenter --net=none true; nsenter -t x -n true')).toBe(
    'nsenter: neither filename nor target pid supplied for ns/net\n' +
      'nsenter: cannot open /proc/9999/ns/net: No such file or directory\n' +
      "nsenter: cannot open none: No such file or directory\nnsenter: failed to parse pid: 'x'\n",
  )
})

test('devices have groups and queue lengths', async () => {
  const lab = await shellLab()
  await lab.run('ip link add dd type dummy; ip link add ee txqueuelen 20 group 7 type dummy')
  expect(
    await lab.run('ip link set dd txqueuelen 500 group 5; ip link show group 5; cat /sys/class/net/dd/tx_queue_len'),
  ).toMatch(/^2: dd: <BROADCAST,NOARP> mtu 1500 qdisc noop state DOWN mode DEFAULT group 5 qlen 500\n.*\n500\n$/)
  expect(await lab.run('ip link set group 7 up; ip -br link show up | cut -d" " -f1; ip -j link show ee')).toMatch(
    /^lo\nee\n.*"group":"7","txqlen":20/,
  )
  expect(await lab.run('ip link set dd qlen 0; ip link show dd | head -n 1')).toMatch(/group 5\n$/)
  expect(
    await lab.run('ip link set dd qlen -1; ip link set dd group x; ip link del group 9; ip link del group 0'),
  ).toBe(
    'RTNETLINK answers: Numerical result out of range\nError: argument "x" is wrong: Invalid "group" value\n\n' +
      'RTNETLINK answers: No such device\nRTNETLINK answers: Operation not permitted\n',
  )
  expect(await lab.run('ip link del group 7; ip -br link | cut -d" " -f1')).toBe('lo\ndd\n')
})
