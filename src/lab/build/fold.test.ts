import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { contentsOf } from '../../testing/lab-contents.ts'
import { Workshop } from '../../testing/workshop.ts'
import { parseLab } from '../document.ts'
import { foldCommand } from './fold.ts'
import { renameNamespace } from './rename.ts'

const LAB = `#!/bin/bash
# Two hosts.
#%% machine hostA: ctrA ctrB
#%% at ctrA 10 20
ip netns add hostA
ip netns add ctrA # the first
ip netns add ctrB
for n in hostA ctrA; do ip -n $n link set lo up; done

ip -n hostA link add br0 type bridge
ip -n hostA link add vA type veth peer name eth0 netns ctrA
ip -n hostA link add vB type veth peer name eth0 netns ctrB
ip -n hostA link set vB master br0
bridge -n hostA link set dev vB hairpin on
ip -n hostA link set vB up
ip -n ctrB link set eth0 mtu 1400 # small
ip -n ctrB link set eth0 up
ip -n ctrB addr add 10.0.0.2/24 dev eth0
ip -n ctrB addr add 10.1.0.2/24 dev eth0
ip -n ctrB route add default via 10.0.0.1
ip netns exec ctrB sysctl -w net.ipv4.conf.eth0.proxy_arp=0   # off
ip netns exec ctrB sysctl -q -w net.ipv4.ip_forward=1
#%% at hostA 1 2
#%% run
ip netns exec ctrB ping -c 1 10.0.0.1
`

/** The lines that a command takes out and puts in. */
function changed(command: string, text = LAB): readonly string[] {
  const folded = foldCommand(parseLab(text), command)
  const [before, after] = [text.split('\n'), folded.split('\n')]
  return [
    ...before.filter((line) => !after.includes(line)).map((line) => `- ${line}`),
    ...after.filter((line) => !before.includes(line)).map((line) => `+ ${line}`),
  ]
}

describe('a command that takes something back', () => {
  it('takes out the line of an address, unless a route needed it', () => {
    expect(changed('ip -n ctrB addr del 10.1.0.2/24 dev eth0')).toEqual(['- ip -n ctrB addr add 10.1.0.2/24 dev eth0'])
    expect(changed('ip -n ctrB addr del 10.0.0.2/24 dev eth0')).toEqual(['+ ip -n ctrB addr del 10.0.0.2/24 dev eth0'])
  })

  it('takes out the line of a route', () => {
    expect(changed('ip -n ctrB route del default via 10.0.0.1 dev eth0')).toEqual([
      '- ip -n ctrB route add default via 10.0.0.1',
    ])
  })

  it('takes a port out of its bridge with what was said of the port', () => {
    expect(changed('ip -n hostA link set vB nomaster')).toEqual([
      '- ip -n hostA link set vB master br0',
      '- bridge -n hostA link set dev vB hairpin on',
    ])
  })

  it('takes out a link with its other end and all that is about either', () => {
    expect(changed('ip -n hostA link del vB')).toEqual([
      '- ip -n hostA link add vB type veth peer name eth0 netns ctrB',
      '- ip -n hostA link set vB master br0',
      '- bridge -n hostA link set dev vB hairpin on',
      '- ip -n hostA link set vB up',
      '- ip -n ctrB link set eth0 mtu 1400 # small',
      '- ip -n ctrB link set eth0 up',
      '- ip -n ctrB addr add 10.0.0.2/24 dev eth0',
      '- ip -n ctrB addr add 10.1.0.2/24 dev eth0',
      '- ip -n ctrB route add default via 10.0.0.1',
      '- ip netns exec ctrB sysctl -w net.ipv4.conf.eth0.proxy_arp=0   # off',
    ])
  })

  it('takes out a namespace, what is in it and what the picture says of it', () => {
    const text = foldCommand(parseLab(LAB), 'ip netns del ctrB')
    expect(text).not.toMatch(/ctrB.*\n(?:.*\n)*#%% run/)
    expect(text).toContain('#%% machine hostA: ctrA\n')
    expect(text).toContain('#%% at hostA 1 2\n')
  })

  it('is added where a namesake, made later, would get another MAC address', () => {
    const lines = ['ip netns add a', 'ip netns add b', 'ip -n a link add eth0 type veth peer name eth0 netns b']
    const moved = 'ip -n a link set eth0 netns b name eth1'
    const first = `${[...lines, moved].join('\n')}\n`
    const again = `${first}ip -n b link add eth2 type veth peer name eth0 netns a\n`
    expect(changed('ip -n b link del eth1', again)).toEqual(['+ ip -n b link del eth1'])
    expect(
      changed('ip -n b link del eth1', `${first}for n in a b; do ip -n $n link add eth0 type dummy; done\n`),
    ).toEqual(['+ ip -n b link del eth1'])
    expect(changed('ip -n b link del eth2', again)).toHaveLength(1)
    expect(changed('ip -n b link del eth1', `${first}ip -n a link add eth3 type dummy\n`)).toHaveLength(2)
  })

  it('is added where a loop speaks of the same thing', () => {
    expect(changed('ip netns del ctrA')).toContain('+ ip netns del ctrA')
    expect(changed('ip -n hostA link set lo down')).toEqual(['+ ip -n hostA link set lo down'])
  })
})

describe('a command that changes something', () => {
  it('changes the value in its line and keeps the comment there', () => {
    expect(changed('ip -n ctrB link set eth0 mtu 9000')).toEqual([
      '- ip -n ctrB link set eth0 mtu 1400 # small',
      '+ ip -n ctrB link set eth0 mtu 9000 # small',
    ])
    expect(changed('ip netns exec ctrB sysctl -qw net.ipv4.conf.eth0.proxy_arp=1')).toEqual([
      '- ip netns exec ctrB sysctl -w net.ipv4.conf.eth0.proxy_arp=0   # off',
      '+ ip netns exec ctrB sysctl -w net.ipv4.conf.eth0.proxy_arp=1   # off',
    ])
  })

  it('is added where a child has followed what was said before', () => {
    const tagged = LAB.replace(
      'ip -n ctrB link set eth0 mtu',
      'ip -n ctrB link add link eth0 name eth0.7 type vlan id 7\n$&',
    )
    expect(changed('ip -n ctrB link set eth0 mtu 9000', tagged)).toEqual(['+ ip -n ctrB link set eth0 mtu 9000'])
  })

  it('is added at the end of the setup when there is no such line', () => {
    const folded = foldCommand(parseLab(LAB), 'ip -n ctrA link set eth0 mtu 9000')
    expect(folded).toContain('net.ipv4.ip_forward=1\nip -n ctrA link set eth0 mtu 9000\n#%% at hostA 1 2\n')
  })

  it('speaks of an interface under its present name', () => {
    const text = `${LAB.slice(0, LAB.indexOf('#%% at hostA'))}ip -n ctrB link set eth0 name wan\n`
    expect(changed('ip -n ctrB link set wan mtu 9000', text)).toEqual([
      '- ip -n ctrB link set eth0 mtu 1400 # small',
      '+ ip -n ctrB link set eth0 mtu 9000 # small',
    ])
  })
})

describe('a namespace under another name', () => {
  it('is named so in commands, loops, actions and directives, but not in comments', () => {
    const text = renameNamespace(parseLab(`# hostA is a host\n${LAB}`), { from: 'hostA', to: 'node-1' })
    expect(text).toContain('# hostA is a host\n')
    expect(text).toContain('#%% machine node-1: ctrA ctrB\n')
    expect(text).toContain('for n in node-1 ctrA; do')
    expect(text).toContain('#%% at node-1 1 2\n')
    expect(text.match(/hostA/g)).toHaveLength(1)
  })

  it('plays as before', async () => {
    const lab = await Workshop.open(renameNamespace(parseLab(LAB), { from: 'ctrB', to: 'web' }))
    expect(lab.addresses('web/eth0')).toEqual(['10.0.0.2/24', '10.1.0.2/24'])
  })
})

const RUNS = 30

/** Commands of all kinds on the lab, and some that can follow one another. */
const COMMANDS = [
  'ip -n ctrB addr del 10.1.0.2/24 dev eth0',
  'ip -n ctrB addr del 10.0.0.2/24 dev eth0',
  'ip -n ctrB addr add 10.0.0.9/24 dev eth0',
  'ip -n ctrB addr del 10.0.0.9/24 dev eth0',
  'ip -n ctrB addr add 10.9.0.9/24 dev eth0',
  'ip -n ctrB addr del 10.9.0.9/24 dev eth0',
  'ip -n ctrB route del default via 10.0.0.1 dev eth0',
  'ip -n ctrB route add 10.77.0.0/16 via 10.0.0.1',
  'ip -n ctrB route del 10.77.0.0/16',
  'ip -n ctrB route add 169.254.1.1 dev eth0',
  'ip -n ctrB route add 10.78.0.0/16 via 169.254.1.1 dev eth0',
  'ip -n ctrB route del 169.254.1.1 dev eth0',
  'ip -n ctrB neigh replace 10.0.0.7 lladdr 02:00:00:00:00:07 dev eth0',
  'ip -n hostA link set vB nomaster',
  'ip -n hostA link set vB master br0',
  'ip -n hostA link add br1 type bridge',
  'ip -n hostA link set vB master br1',
  'ip -n hostA link set vA master br0',
  'bridge -n hostA fdb replace 02:00:00:00:00:08 dev vB master static',
  'ip -n hostA link set vA up',
  'ip -n hostA link set vA down',
  'ip -n ctrA link set eth0 up',
  'ip -n ctrA link set eth0 down',
  'ip -n ctrB link set eth0 down',
  'ip -n ctrB link set eth0 up',
  'ip -n ctrB link set eth0 mtu 9000',
  'ip -n ctrB link set eth0 mtu 1300',
  'ip -n hostA link set vB mtu 1200',
  'ip -n ctrB link set eth0 address 02:00:00:00:00:0a',
  'ip -n ctrB link set eth0 address 02:00:00:00:00:0b',
  'ip -n ctrB link set eth0 promisc on',
  'ip -n ctrB link set eth0 promisc off',
  'ip -n ctrB link add link eth0 name eth0.10 type vlan id 10',
  'ip -n ctrB link add link eth0 name macv0 netns ctrA type macvlan mode bridge',
  'ip -n ctrB link set eth0.10 up',
  'ip -n ctrB link del eth0.10',
  'ip -n ctrB link set eth0 name wan',
  'ip -n ctrB link set wan mtu 1280',
  'ip -n ctrB link set wan name eth0',
  'ip -n ctrA link set eth0 netns hostA',
  'ip -n hostA link del eth0',
  'ip -n hostA link del vB',
  'ip -n hostA link del br0',
  'ip netns exec ctrB sysctl -qw net.ipv4.conf.eth0.proxy_arp=1',
  'ip netns exec ctrB sysctl -qw net.ipv4.conf.all.proxy_arp=1',
  'ip netns exec ctrB sysctl -qw net.ipv4.conf.default.proxy_arp=1',
  'ip netns exec ctrB sysctl -qw net.ipv4.ip_forward=0',
  'ip netns exec ctrB sysctl -qw net.ipv4.conf.eth0.forwarding=1',
  'ip netns del ctrA',
  'ip netns del ctrB',
  'ip netns add ctrC',
  'ip netns del ctrC',
]

describe('any commands, worked into the text one after the other', () => {
  it(
    'build the network that they make when they are run, and leave comments and the rest alone',
    { timeout: 120_000 },
    async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(fc.constantFrom(...COMMANDS), { minLength: 1, maxLength: 8 }), async (commands) => {
          const setup = LAB.slice(0, LAB.indexOf('#%% run'))
          const live = await Workshop.open(setup)
          let text = LAB
          for (const command of commands) {
            // What Linux refuses is no part of a lab.
            if ((await live.run(command, 0)).exit === 0) text = foldCommand(parseLab(text), command)
          }
          const folded = await Workshop.open(text)
          expect(contentsOf(folded.state.network)).toEqual(contentsOf(live.state.network))
          expect(await folded.sysctls()).toEqual(await live.sysctls())
          expect(text).toContain('#!/bin/bash\n# Two hosts.\n')
          expect(text).toContain('for n in hostA ctrA; do ip -n $n link set lo up; done\n')
          expect(text).toContain('#%% run\nip netns exec ctrB ping -c 1 10.0.0.1\n')
        }),
        { numRuns: RUNS },
      )
    },
  )
})
