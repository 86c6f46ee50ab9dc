import { expect, test } from 'vitest'
import { sessionProbe } from '../testing/session-probe.ts'
import { labOfReport } from './report-lab.ts'
import { readReport } from './report.ts'

const labOf = (pasted: string): string => labOfReport(readReport(pasted)).text

/** The lines of a lab that come of the report itself. */
const linesOf = (pasted: string): string[] => {
  const lines = labOf(pasted).split('\n')
  return lines
    .slice(lines.findIndex((line) => line.startsWith('# line')))
    .filter((line) => line !== '' && !line.startsWith('#'))
}

test('a container on the default network is a namespace on docker0', () => {
  expect(linesOf('$ sudo docker run -d --name web -p 80:80 -e A=b nginx\n')).toEqual([
    'ip link add docker0 type bridge',
    'ip addr add 172.17.0.1/16 dev docker0',
    'ip link set docker0 up',
    'sysctl -w net.ipv4.ip_forward=1',
    "iptables -t nat -A POSTROUTING -s 172.17.0.0/16 '!' -o docker0 -j MASQUERADE",
    'ip netns add web',
    'ip -n web link set lo up',
    'ip link add veth-web type veth peer name eth0 netns web',
    'ip link set veth-web master docker0 up',
    'ip -n web addr add 172.17.0.2/16 dev eth0',
    'ip -n web link set eth0 up',
    'ip -n web route add default via 172.17.0.1',
  ])
})

test('networks: ipvlan l3 on a VLAN that is made, a second network, none, and what Docker does besides', () => {
  const pasted = `anna@one:~$ docker network create -d ipvlan --subnet 10.1.20.0/24 -o parent=eth0.20 -o ipvlan_mode=l3 far
anna@one:~$ docker network create near
anna@one:~$ docker run -dit --net far --ip 10.1.20.9 --name a alpine
anna@one:~$ docker network connect near a
anna@one:~$ docker run --network none --name b -d alpine
anna@one:~$ docker ps
anna@one:~$ docker run --network nowhere alpine
anna@one:~$ docker rm -f b
anna@two:~$ ip link
`
  expect(linesOf(pasted).filter((line) => !/ lo up$|POSTROUTING|ip_forward/.test(line))).toEqual([
    'ip -n one link add link eth0 name eth0.20 type vlan id 20',
    'ip -n one link set eth0.20 up',
    'ip -n one link add br-near type bridge',
    'ip -n one addr add 172.19.0.1/16 dev br-near',
    'ip -n one link set br-near up',
    'ip netns add a',
    'ip -n one link add link eth0.20 name eth0 netns a type ipvlan mode l3',
    'ip -n a addr add 10.1.20.9/24 dev eth0',
    'ip -n a link set eth0 up',
    'ip -n a route add default dev eth0',
    'ip -n one link add veth-a-1 type veth peer name eth1 netns a',
    'ip -n one link set veth-a-1 master br-near up',
    'ip -n a addr add 172.19.0.2/16 dev eth1',
    'ip -n a link set eth1 up',
    'ip netns add b',
    'ip netns del b',
    'ip -n two link',
  ])
  expect(labOf(pasted)).toContain('#%% machine one: a')
})

test('a report of macvlan with Docker plays: containers reach each other and the gateway, and not their own host', async () => {
  const lab = sessionProbe()
  const text =
    labOf(`$ docker network create -d macvlan --subnet=192.168.1.0/24 --gateway=192.168.1.1 -o parent=eth0 net
$ ip addr add 192.168.1.9/24 dev eth0
$ docker run -it --name c1 --network net busybox sh
/ # exit
$ docker run -itd --name c2 --network net busybox
$ docker exec c1 ping -c 1 192.168.1.3
64 bytes from 192.168.1.3: icmp_seq=1
$ docker exec -it c1 ping -c 1 192.168.1.1
$ docker exec -it c1 ping -c 1 -W 1 192.168.1.9
`)
  const { problems } = await lab.ask<'open'>({ kind: 'open', text })
  expect(problems).toEqual([])
  const actions = await lab.ask<'play'>({ kind: 'play', count: 3 })
  expect(actions.map(({ exit }) => exit)).toEqual([0, 0, 1])
})
