import { describe, expect, it } from 'vitest'
import type { NetworkView } from '../../src/contract/protocol.ts'
import { playLab } from '../../src/engine/play.ts'
import { Workshop } from '../../src/testing/workshop.ts'
import { findRenaming, inverse, renameCommand, renameRecording } from './renaming.ts'

const networkOf = async (text: string): Promise<NetworkView> => (await Workshop.open(text)).state.network

/** Two hosts, `a` first, on a bridge with an address; `eth` and `port` are what the hosts' ends are called. */
function twoOnBridge(names: { a: string; b: string; eth: string; port: string; second?: string }): string {
  const { a, b, eth, port, second = '10.0.0.2/24' } = names
  const host = (name: string, number: number, address: string): string => `ip netns add ${name}
ip -n sw link add ${port}${number} type veth peer name ${eth} netns ${name}
ip -n sw link set ${port}${number} master br0 up
ip -n ${name} link set ${eth} up
ip -n ${name} addr add ${address} dev ${eth}
`
  return `ip netns add sw\nip -n sw link add br0 type bridge\nip -n sw link set br0 up
${host(a, 1, '10.0.0.1/24')}${host(b, 2, second)}`
}

const OLD = twoOnBridge({ a: 'a', b: 'b', eth: 'eth0', port: 'p' })
const NEW = twoOnBridge({ a: 'b', b: 'c', eth: 'eth1', port: 'eth' })

describe('findRenaming', () => {
  it('finds by structure and addresses who is who', async () => {
    const { namespaces, devices } = findRenaming(await networkOf(OLD), await networkOf(NEW))
    expect(Object.fromEntries(namespaces)).toEqual({ sw: 'sw', a: 'b', b: 'c' })
    expect(Object.fromEntries(devices.get('sw') ?? [])).toEqual({ lo: 'lo', br0: 'br0', p1: 'eth1', p2: 'eth2' })
    expect(devices.get('a')?.get('eth0')).toBe('eth1')
  })

  it('takes any of those that are alike for any other, and their neighbours with them', async () => {
    const pairs = (...names: readonly (readonly [string, string])[]): string =>
      names
        .map(
          ([a, b]) =>
            `ip netns add ${a}\nip netns add ${b}\nip -n ${a} link add eth0 type veth peer name eth0 netns ${b}\n`,
        )
        .join('')
    const { namespaces } = findRenaming(
      await networkOf(pairs(['a', 'b'], ['c', 'd'])),
      await networkOf(pairs(['p', 'q'], ['r', 's'])),
    )
    const partner: Readonly<Record<string, string>> = { p: 'q', q: 'p', r: 's', s: 'r' }
    expect(namespaces.get('b')).toBe(partner[namespaces.get('a') ?? ''])
    expect(namespaces.get('d')).toBe(partner[namespaces.get('c') ?? ''])
    expect(new Set(namespaces.values()).size).toBe(4)
  })

  it('throws with what has no counterpart', async () => {
    const other = twoOnBridge({ a: 'a', b: 'b', eth: 'eth0', port: 'p', second: '10.0.0.3/24' })
    const [from, to] = [await networkOf(OLD), await networkOf(other)]
    expect(() => findRenaming(from, to)).toThrow(/10\.0\.0\.2\/24|nothing matches/)
  })
})

describe('renaming', () => {
  it('changes names in commands, and no other words', async () => {
    const renaming = findRenaming(await networkOf(OLD), await networkOf(NEW))
    expect(renameCommand('bridge -n sw fdb show br br0 dev p1', renaming)).toBe('bridge -n sw fdb show br br0 dev eth1')
    expect(renameCommand('ip netns exec a sysctl -w net.ipv4.conf.eth0.proxy_arp=1', renaming)).toBe(
      'ip netns exec b sysctl -w net.ipv4.conf.eth1.proxy_arp=1',
    )
    expect(renameCommand('ip -n a link show eth0.10', renaming)).toBe('ip -n b link show eth0.10')
    expect(renameCommand('sleep 3', renaming)).toBe('sleep 3')
  })

  it('and back again changes nothing in a recording', async () => {
    const run = '#%% run\nip netns exec a ping -c 1 10.0.0.2\nip -n a neigh\n'
    const recording = await playLab('old', OLD + run)
    const there = findRenaming(await networkOf(OLD), await networkOf(NEW))
    const renamed = renameRecording(recording, there)
    expect(Object.keys(renamed.captures)).toContain('b/eth1')
    expect(renamed.state['b']?.addr).toContain('eth1')
    expect(renameRecording(renamed, inverse(there))).toEqual(recording)
  })
})
