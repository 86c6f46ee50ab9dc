import { expect, test } from 'vitest'
import { shellLab } from '../../../testing/shell-lab.ts'

test('ip ntable shows what new devices get, then each device, and changes one', async () => {
  const lab = await shellLab()
  const printed = await lab.run(`ip link add v0 type veth peer name p0
ip ntable change name arp_cache dev v0 retrans 500 queue 8 ucast_probes 1 gc_stale 30000 locktime 50
ip ntable show dev v0 | sed 's/ *$//'
ip ntable show name arp_cache | grep -E 'thresh|dev|retrans' | head -n 4 | sed 's/ *$//'
ip ntable change name arp_cache retrans 5`)
  expect(printed).toBe(
    [
      'inet arp_cache',
      '    dev v0',
      '    refcnt 1 reachable 30000 base_reachable 30000 retrans 500',
      '    gc_stale 30000 delay_probe 5000 queue 8',
      '    app_probes 0 ucast_probes 1 mcast_probes 3',
      '    anycast_delay 1000 proxy_delay 800 proxy_queue 64 locktime 50',
      '',
      '    thresh1 128 thresh2 512 thresh3 1024 gc_int 30000',
      '    refcnt 1 reachable 30000 base_reachable 30000 retrans 1000',
      '    dev v0',
      '    refcnt 1 reachable 30000 base_reachable 30000 retrans 500',
      'ip ntable change: the whole table is not modelled in vethlab. Name an interface with dev.',
      '',
    ].join('\n'),
  )
})
