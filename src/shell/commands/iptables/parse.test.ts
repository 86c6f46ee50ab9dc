import { expect, test } from 'vitest'
import { shellLab } from '../../../testing/shell-lab.ts'

const INHIBITED = `iptables v1.8.9 (nf_tables): 
The "nat" table is not intended for filtering, the use of DROP is therefore inhibited.


Try \`iptables -h' or 'iptables --help' for more information.
`

test.each(['-A POSTROUTING -j DROP', '-I PREROUTING -p tcp --dport 80 -j DROP', '-P OUTPUT DROP'])(
  'iptables -t nat %s is refused: nobody filters in the nat table (do_parse)',
  async (words) => {
    const lab = await shellLab()
    expect(await lab.run(`iptables -t nat ${words}; echo status $?; iptables -t nat -S`)).toBe(
      `${INHIBITED}status 2\n-P PREROUTING ACCEPT\n-P INPUT ACCEPT\n-P OUTPUT ACCEPT\n-P POSTROUTING ACCEPT\n`,
    )
  },
)

test.each([
  ['-A INPUT ! ! -s 1.1.1.1', 'multiple consecutive ! not allowed'],
  ['-A INPUT -c 1 -j ACCEPT', '-c requires packet and byte counter'],
  ['-A INPUT -p tcp --syn --syn', "Only one of `--syn' or `--tcp-flags'  allowed"],
  ['-A INPUT -p tcp --dport 1:2:3', "invalid port/service `2:3' specified"],
  ['-A INPUT -p tcp --sport 1 --sport 2', "Only one `--source-port' allowed"],
  ['-A INPUT -p udp --sport 1 --source-port 2', 'udp: option "--source-port" can only be used once.'],
  ['-A INPUT -j LOG --log-prefix a --log-prefix b', 'LOG: option "--log-prefix" can only be used once.'],
  [
    '-A INPUT -p tcp -m multiport --dports 1 --sports 2',
    'multiport: option "--source-ports" cannot be used together with "--destination-ports".',
  ],
  ['-A INPUT -p icmp -m multiport --dports 1', 'multiport only works with TCP, UDP, UDPLITE, SCTP and DCCP'],
  [
    '-t mangle -A INPUT -j MARK --set-mark 1 --or-mark 2',
    'MARK: option "--set-mark" cannot be used together with "--or-mark".',
  ],
  ["-A INPUT -i '' -j DROP", 'Empty interface is likely to be undesired'],
  ["-A INPUT -j ''", 'Invalid target name (too short)'],
  ["-N ''", 'chain name may not clash with target name'],
])('iptables %s is refused in the words of xtables', async (words, message) => {
  const lab = await shellLab()
  const printed = await lab.run(`iptables ${words}; echo status $?`)
  expect(printed).toContain(`iptables v1.8.9 (nf_tables): ${message}\n`)
  expect(printed).toMatch(/status 2\n$/)
})

test('options that Linux has and the lab has not are called by their name', async () => {
  const lab = await shellLab()
  expect(await lab.run('iptables -t raw -A PREROUTING -j CT --zone 3; echo $?')).toMatch(
    /^iptables v1\.8\.9 \(nf_tables\): --zone is not part of vethlab\.\n[^]*2\n$/,
  )
})

test('all but the lowest ports are read back as the ports above them', async () => {
  const lab = await shellLab()
  const rule = (words: string): string => `iptables -A INPUT -p udp ${words};`
  expect(
    await lab.run(
      `${['! --dport :1023', '! --dport 1024:', '! --sport 0', '! --dport 5:9'].map(rule).join('')} iptables -S INPUT`,
    ),
  ).toBe(
    '-P INPUT ACCEPT\n-A INPUT -p udp -m udp --dport 1024:65535\n-A INPUT -p udp -m udp ! --dport 1024:65535\n' +
      '-A INPUT -p udp -m udp ! --sport 0\n-A INPUT -p udp -m udp ! --dport 5:9\n',
  )
})

test('a listing with -v that sets counters to nothing names the chains', async () => {
  const lab = await shellLab()
  expect(await lab.run('iptables -A INPUT -j ACCEPT; iptables -L INPUT -nv -Z')).toMatch(/\nZeroing chain `INPUT'\n$/)
  expect(await lab.run('iptables -L INPUT -n -Z')).not.toContain('Zeroing')
})

test('a limit with a burst of none has the usual one, and ids of ICMP may be moved like ports', async () => {
  const lab = await shellLab()
  expect(
    await lab.run(
      'iptables -A INPUT -m limit --limit 1/s --limit-burst 0; iptables -S INPUT; ' +
        'iptables -t nat -A POSTROUTING -p icmp -j MASQUERADE --to-ports 80; iptables -t nat -S POSTROUTING',
    ),
  ).toBe(
    '-P INPUT ACCEPT\n-A INPUT -m limit --limit 1/sec\n' +
      '-P POSTROUTING ACCEPT\n-A POSTROUTING -p icmp -j MASQUERADE --to-ports 80\n',
  )
})

test('iptables-restore finds a missing chain when it commits', async () => {
  const lab = await shellLab()
  expect(
    await lab.run(String.raw`printf '*filter\n-A INPUT -j NONE\n-A INPUT -j DROP\nCOMMIT\n' | iptables-restore`),
  ).toContain("Chain 'NONE' does not exist\nError occurred at line: 4\n")
})

test('what is left out says what to write instead', async () => {
  const lab = await shellLab()
  const said = async (words: string): Promise<string> =>
    (await lab.run(`iptables -A FORWARD ${words}`)).replace('iptables v1.8.9 (nf_tables): ', '')
  expect(await said('-m set --match-set s src -j DROP')).toBe(
    '-m set is not part of vethlab. Write the addresses into rules one by one, or a range of them with -m iprange.\n',
  )
  expect(await said('-j TEE --gateway 10.0.0.1')).toBe(
    '-j TEE is not part of vethlab. Watch the packet with tcpdump.\n',
  )
  expect(await said('-m esp -j DROP')).toBe('-m esp is not part of vethlab.\n')
})
