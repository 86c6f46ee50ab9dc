import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { parseLab } from './document.ts'
import { exportForContainerlab } from './export-containerlab.ts'
import { exportForLinux, labOfLinuxExport } from './export-linux.ts'
import { cleanPaste } from './paste.ts'

const LABS = readdirSync('conformance/labs')
const labText = (file: string): string => readFileSync(`conformance/labs/${file}`, 'utf8')
const linux = (text: string) => exportForLinux(parseLab(text))
const containerlab = (text: string) => exportForContainerlab(parseLab(text))

test.each(LABS)('%s comes back unchanged from its script for Linux', (file) => {
  const text = labText(file)
  const exported = linux(text).text
  expect(labOfLinuxExport(exported)).toBe(text.endsWith('\n') ? text : `${text}\n`)
  const pasted = cleanPaste(exported)
  expect(pasted.ok && pasted.value.text.trimEnd()).toBe(text.trimEnd())
})

test('the script names the namespaces and links that must not be there yet, and the tools that it needs', () => {
  const { text } = linux(
    'for i in 1 2; do ip netns add h$i; done\nip link add br0 type bridge\nip netns exec h1 arping -c 1 10.0.0.1\n',
  )
  expect(text).toContain("vethlab_namespaces='h1 h2'")
  expect(text).toContain("vethlab_links='br0'")
  expect(text).toContain('apt install iputils-arping')
  expect(text).not.toContain('bridge-utils')
})

test('what a real kernel has once for all namespaces is warned of', () => {
  const kinds = (text: string): string[] => linux(text).warnings.map(({ kind }) => kind)
  expect(kinds('ip netns add a\nip -n a link set lo up\n')).toEqual([])
  expect(kinds('ip netns add a\nmodprobe br_netfilter\nip netns exec a iptables -A INPUT -j LOG\n')).toEqual([
    'br-netfilter',
    'log',
    'bench',
  ])
  expect(kinds('ip netns add $(hostname)\n')).toEqual(['unknown-names'])
  expect(linux('ip link add br0 type bridge\n').warnings).toEqual([{ kind: 'bench', links: ['br0'] }])
  expect(linux('ip netns add a\nip netns exec a iptables -A INPUT -j LOG\n').text).toContain('nf_log_all_netns=1')
})

test('actions keep their slots', () => {
  const { text } = linux('ip netns add a\n#%% run\nip -n a link\nip -n a addr\n#%% gap 4\n')
  expect(text).toContain('vethlab_actions\n#%% run\nip -n a link\nvethlab_slot 4000000\nip -n a addr\n')
})

test('machines become nodes, cables become links, namespaces inside a machine are made inside its node', () => {
  const { text, unsaid } = containerlab(`#%% title "Two hosts"
ip netns add hostA
ip netns add hostB
ip netns add ctrA
ip -n hostA link add eth0 address 02:00:00:00:00:01 type veth peer name eth0 netns hostB
ip -n hostA link add v0 type veth peer name eth0 netns ctrA
ip -n hostA link set v0 up
ip -n ctrA addr add 10.0.0.2/24 dev eth0
#%% run
ip netns exec ctrA ping -c 1 10.0.0.1
`)
  expect(text).toContain('name: two-hosts\n')
  expect(text).toContain('    - endpoints: ["hostA:eth0", "hostB:eth0"]\n      mtu: 1500\n')
  expect(text).toContain("        - 'ip netns add ctrA'\n")
  expect(text).toContain("        - 'ip link set eth0 address 02:00:00:00:00:01'\n")
  expect(text).toContain("        - 'ip link add v0 type veth peer name eth0 netns ctrA'\n")
  expect(text).toContain("        - 'ip -n ctrA addr add 10.0.0.2/24 dev eth0'\n")
  expect(text).not.toContain('    ctrA:\n')
  expect(text).toContain('#   docker exec clab-two-hosts-hostA ip netns exec ctrA ping -c 1 10.0.0.1\n')
  expect(unsaid).toEqual([{ kind: 'action', command: 'ip netns exec ctrA ping -c 1 10.0.0.1' }])
})

test('an end that is moved to another machine afterwards is a link too', () => {
  const { text } = containerlab(`ip netns add r1
ip netns add r2
ip link add x type veth peer name y
ip link set x netns r1
ip link set y netns r2
ip -n r1 link set x up
`)
  expect(text).toContain('endpoints: ["r1:x", "r2:y"]')
  expect(text).toContain("        - 'ip link set x up'\n")
  expect(text).not.toContain('type veth')
})

test('what a topology can’t say is listed', () => {
  const { unsaid, text } = containerlab(
    'ip netns add a\nmodprobe br_netfilter\nip netns exec a ping $(hostname)\nip -n a link | head -1\n',
  )
  expect(unsaid.map(({ kind }) => kind)).toEqual(['module', 'unknown', 'shell'])
  expect(text).toContain('#   module: modprobe br_netfilter\n')
})

test.each(LABS)('%s: every interface between two machines is the end of one link', (file) => {
  const { text } = containerlab(labText(file))
  const ends = [...text.matchAll(/endpoints: \["(.*?)", "(.*?)"\]/g)].flatMap(([, a = '', b = '']) => [a, b])
  expect(new Set(ends).size).toBe(ends.length)
  const nodes = new Set([...text.matchAll(/^ {4}([\w.-]+):$/gm)].map(([, node]) => node))
  for (const end of ends) expect(nodes).toContain(end.split(':')[0])
})
