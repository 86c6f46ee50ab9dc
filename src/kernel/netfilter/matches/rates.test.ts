// hashlimit, rpfilter, ecn, time left, and targets that nobody answers, between three machines.
import { expect, test } from 'vitest'
import { shellLab } from '../../../testing/shell-lab.ts'

const LAB = `ip netns add a; ip netns add r; ip netns add b
ip -n a link add eth0 up type veth peer name ra netns r; ip -n b link add eth0 up type veth peer name rb netns r
ip -n r link set ra up; ip -n r link set rb up; ip -n a link set lo up
ip -n a addr add 10.0.1.2/24 dev eth0; ip -n r addr add 10.0.1.1/24 dev ra
ip -n b addr add 10.0.2.2/24 dev eth0; ip -n r addr add 10.0.2.1/24 dev rb
ip -n a route add default via 10.0.1.1; ip -n b route add default via 10.0.2.1
ip netns exec r sysctl -qw net.ipv4.ip_forward=1
rule() { ip netns exec r iptables -F; ip netns exec r iptables -t raw -F; ip netns exec r iptables "$@"; }
pings() { ip netns exec a ping -c 6 -i 0.1 -W 1 "$@" 10.0.2.2 | grep -o 'icmp_seq=[0-9]*' | tr -dc '0-9\\n' | tr '\\n' ' '; echo; }
sleep 1
`

test('hashlimit lets each sender have a burst and then its rate; above is what is too much', async () => {
  const lab = await shellLab()
  const limit = '-i ra -m hashlimit --hashlimit-name n --hashlimit-burst 2 --hashlimit-mode srcip'
  expect(
    await lab.run(`${LAB}rule -A FORWARD ${limit} --hashlimit-above 5/sec -j DROP; pings
ip -n a addr add 10.0.1.3/24 dev eth0; pings -I 10.0.1.3
rule -A FORWARD ${limit} --hashlimit-upto 5/sec -j DROP; pings`),
  ).toBe('1 2 3 5 \n1 2 3 5 \n4 6 \n')
})

test('rpfilter asks for the way back: by the same device, or with --loose by any', async () => {
  const lab = await shellLab()
  const printed = await lab.run(`${LAB}ip -n a addr add 10.77.0.1/32 dev lo
rule -t raw -A PREROUTING -m rpfilter --invert -j DROP
pings | wc -w; pings -I 10.77.0.1 | wc -w
ip -n r route add 10.77.0.1 via 10.0.2.2
pings -I 10.77.0.1 >/dev/null; ip netns exec r iptables -t raw -nvL PREROUTING | tail -n 1 | awk '{print $1}'
rule -t raw -A PREROUTING -m rpfilter --loose --invert -j DROP
pings -I 10.77.0.1 >/dev/null; ip netns exec r iptables -t raw -nvL PREROUTING | tail -n 1 | awk '{print $1}'`)
  expect(printed).toBe('6\n0\n12\n0\n')
})

test('what is told to nobody goes on, and what waits for an answer of nobody is lost', async () => {
  const lab = await shellLab()
  const kinds = ['NFLOG', 'TRACE', 'AUDIT --type accept', 'NFQUEUE --queue-bypass', 'NFQUEUE', 'NFQUEUE --queue-num 1']
  const printed = await lab.run(LAB + kinds.map((kind) => `rule -A FORWARD -j ${kind}; pings | wc -w\n`).join(''))
  expect(printed).toBe('6\n6\n6\n6\n0\n0\n')
})

test('ecn looks at the last two bits of the TOS', async () => {
  const lab = await shellLab()
  expect(
    await lab.run(`${LAB}rule -A FORWARD -m ecn --ecn-ip-ect 2 -j DROP; pings -Q 2 | wc -w; pings -Q 1 | wc -w
iptables -A INPUT -m ecn --ecn-tcp-cwr -j DROP; iptables -A INPUT -m rpfilter -j ACCEPT`),
  ).toBe(
    '0\n6\n' + 'iptables v1.8.9 (nf_tables):  RULE_APPEND failed (Invalid argument): rule in chain INPUT\n'.repeat(2),
  )
})

test('a flow has no time to live before its first packet is through (nf_ct_expires)', async () => {
  const lab = await shellLab()
  const printed = await lab.run(`${LAB}rule -A FORWARD -m conntrack --ctexpire 1:40
ip netns exec a ping -c 3 -i 0.2 10.0.2.2 >/dev/null; ip netns exec r iptables -nvL FORWARD | tail -n 1 | awk '{print $1}'`)
  expect(printed).toBe('5\n')
})
