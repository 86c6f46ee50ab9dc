// Packets at the hooks, in the words of iptables: who sees them, in what order, and what the trace tells of it.
import { expect, test } from 'vitest'
import { DECISION_CODES, type Check } from '../../contract/decisions.ts'
import { DROP_REASON_CODES } from '../../contract/drop-reasons.ts'
import { shellLab, type ShellLab } from '../../testing/shell-lab.ts'
import { formatIpv4, ipv4FromNumber } from '../../wire/address.ts'

/** in (192.168.1.10), the router r, out (203.0.113.9). */
const ROUTER = `
for x in in r out; do ip netns add $x; ip -n $x link set lo up; done
ip -n in link add eth0 type veth peer name eth0 netns r
ip -n r link add eth1 type veth peer name eth0 netns out
ip -n in addr add 192.168.1.10/24 dev eth0
ip -n r addr add 192.168.1.1/24 dev eth0
ip -n r addr add 203.0.113.1/24 dev eth1
ip -n out addr add 203.0.113.9/24 dev eth0
for x in in out; do ip -n $x link set eth0 up; done
ip -n r link set eth0 up; ip -n r link set eth1 up
ip -n in route add default via 192.168.1.1
ip -n out route add default via 203.0.113.1
ip netns exec r sysctl -qw net.ipv4.ip_forward=1
`

async function router(script = ''): Promise<ShellLab> {
  const lab = await shellLab()
  expect(await lab.run(ROUTER + script)).toBe('')
  return lab
}

const PING = 'ip netns exec in ping -c 1 -W 1 203.0.113.9'

/** Decisions and drops of netfilter since the lab began, in words. */
function story(lab: ShellLab): string[] {
  const { trace } = lab.engine
  if (trace === undefined) return []
  const told: string[] = []
  for (let seq = trace.firstSeq; seq <= trace.lastSeq; seq++) {
    const event = trace.event(seq)
    if (event?.kind === 'skb.kfree_skb') told.push(`drop ${DROP_REASON_CODES[event.code] ?? ''}`)
    if (event?.kind !== 'lab.decision') continue
    const kind = DECISION_CODES[event.code] ?? ''
    const ip = (value: number): string => formatIpv4(ipv4FromNumber(value))
    if (kind.startsWith('nat.')) told.push(`${kind} ${ip(event.a)} ${ip(event.b)}`)
    if (kind === 'netfilter.log') told.push(`log rule ${event.c}`)
  }
  return told
}

/** The checks that led to each end of a ladder while something ran. */
async function checksOf(lab: ShellLab, script: string): Promise<Check[]> {
  const checks: Check[] = []
  lab.world.out.explain = { check: (check) => checks.push(check), conclude: () => undefined, begin: () => undefined }
  await lab.run(script)
  lab.world.out.explain = undefined
  return checks.filter(({ id }) => id.startsWith('netfilter.'))
}

test('a forwarded packet meets raw, mangle and nat before routing, mangle and filter on its way, mangle and nat behind', async () => {
  const all = ['raw PREROUTING', 'mangle PREROUTING', 'nat PREROUTING', 'mangle FORWARD', 'filter FORWARD']
  const chains = [...all, 'mangle POSTROUTING', 'nat POSTROUTING']
  const rules = chains.map((each) => `ip netns exec r iptables -t ${each.replace(' ', ' -A ')} -d 203.0.113.9`)
  // The table nat sees nothing while nobody asks for flows.
  const flows = 'ip netns exec r iptables -A FORWARD -m conntrack --ctstate INVALID'
  const lab = await router([...rules, flows].join('\n'))
  const checks = await checksOf(lab, PING)
  const seen = checks
    .filter(({ ok, source }) => ok && source === 'rule 1')
    .map(({ id }) => id.slice(10).replace('.', ' '))
  expect(seen).toEqual(chains)
})

test('an explanation names the rule that decided, after those that did not', async () => {
  const lab = await router(`
ip netns exec r iptables -A FORWARD -p tcp -j ACCEPT
ip netns exec r iptables -A FORWARD -p icmp -j DROP`)
  expect(await checksOf(lab, PING)).toEqual([
    { id: 'netfilter.filter.FORWARD', ok: false, value: '-A FORWARD -p tcp -j ACCEPT', source: 'rule 1' },
    { id: 'netfilter.filter.FORWARD', ok: true, value: '-A FORWARD -p icmp -j DROP', source: 'rule 2' },
  ])
  expect(story(lab)).toContain('drop netfilter.drop')
})

test('a policy decides when no rule did', async () => {
  const lab = await router('ip netns exec r iptables -P FORWARD DROP')
  expect(await checksOf(lab, PING)).toEqual([
    { id: 'netfilter.filter.FORWARD', ok: false, value: '-P FORWARD DROP', source: 'policy' },
  ])
})

test('explaining changes no verdict and no counter', async () => {
  const rules = 'ip netns exec r iptables -A FORWARD -m limit --limit 1/hour --limit-burst 1 -j ACCEPT\n'
  const listing = `${PING}; ip netns exec r iptables -L FORWARD -nv`
  const [plain, explained] = [await router(rules), await router(rules)]
  explained.world.out.explain = { check: () => undefined, conclude: () => undefined, begin: () => undefined }
  expect(await explained.run(listing)).toBe(await plain.run(listing))
})

test('LOG is one decision and no end', async () => {
  const lab = await router(`
ip netns exec r iptables -A FORWARD -p icmp --icmp-type 8 -j LOG --log-prefix x
ip netns exec r iptables -A FORWARD -p icmp -j REJECT`)
  await lab.run(PING)
  expect(story(lab).slice(0, 2)).toEqual(['log rule 1', 'drop netfilter.reject'])
})

test('translations are told with the address before and after, in both directions', async () => {
  const lab = await router('ip netns exec r iptables -t nat -A POSTROUTING -o eth1 -j MASQUERADE')
  await lab.run(PING)
  expect(story(lab)).toEqual(['nat.source 192.168.1.10 203.0.113.1', 'nat.destination 203.0.113.1 192.168.1.10'])
})

test('OUTPUT that says no is EPERM, and the packet never gets a frame', async () => {
  const lab = await router('ip netns exec in iptables -P OUTPUT DROP')
  expect(await lab.run(PING)).toContain('1 packets transmitted, 0 received')
  expect(story(lab)).toEqual(['drop netfilter.drop'])
})

test('a mark of OUTPUT chooses another way', async () => {
  const lab = await router(`
ip -n in link add dum0 type dummy
ip -n in link set dum0 up
ip -n in rule add fwmark 7 lookup 100
ip -n in route add default dev dum0 table 100
ip netns exec in iptables -t mangle -A OUTPUT -p icmp -j MARK --set-mark 7`)
  await lab.run(PING)
  expect(story(lab)).toEqual(['drop dummy.swallowed'])
})

test('a firewall of one namespace does not touch another', async () => {
  const lab = await router(
    'ip netns exec out iptables -P FORWARD DROP; ip netns exec out iptables -t nat -P INPUT ACCEPT',
  )
  expect(await lab.run(PING)).toContain('1 received')
  expect(lab.world.namespaces.filter((netns) => netns?.netfilter !== undefined)).toHaveLength(1)
})

test('fragments are whole before they are told apart, and are cut again on their way out', async () => {
  const lab = await router(
    'ip netns exec r iptables -A FORWARD -m state --state NEW,ESTABLISHED -j ACCEPT; ip netns exec r iptables -P FORWARD DROP',
  )
  expect(await lab.run(PING.replace('-c 1', '-c 1 -s 3000 -M dont'))).toContain('1 received')
  expect(await lab.run('ip netns exec r iptables -L FORWARD -nv')).toContain('    2  6056 ACCEPT')
})

test('a flow is forgotten when its time is up, which keeps no lab running', async () => {
  const lab = await router('ip netns exec r iptables -t nat -A POSTROUTING -o eth1 -j MASQUERADE')
  await lab.run(PING)
  expect(await lab.run('ip netns exec r conntrack -C; sleep 29; ip netns exec r conntrack -C')).toBe('1\n1\n')
  expect(await lab.run('sleep 2; ip netns exec r conntrack -C')).toBe('0\n')
})

test('NOTRACK leaves no flow', async () => {
  const lab = await router(`
ip netns exec r iptables -t raw -A PREROUTING -j NOTRACK
ip netns exec r iptables -A FORWARD -m state --state UNTRACKED`)
  await lab.run(PING)
  expect(await lab.run('ip netns exec r conntrack -C; ip netns exec r iptables -L FORWARD -nv')).toMatch(
    /^0\n[^]* {4}2 {3}168 /,
  )
})

test('a snapshot with flows and rules plays on the same', async () => {
  const lab = await router('ip netns exec r iptables -t nat -A POSTROUTING -o eth1 -j MASQUERADE')
  await lab.run(PING)
  const copy = structuredClone({ ...lab.world, out: undefined, modules: undefined })
  expect(copy.namespaces[3]?.netfilter).toEqual(lab.world.namespaces[3]?.netfilter)
})
