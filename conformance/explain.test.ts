import { describe, expect, test } from 'vitest'
import type { Check } from '../src/contract/decisions.ts'
import { TRACE_KIND_CODE } from '../src/contract/trace-events.ts'
import { firstTraceDifference } from '../src/engine/fingerprints.ts'
import { whyAction } from '../src/engine/why.ts'
import { decisionOf, dropOf } from '../src/engine/why/trail.ts'
import type { ExplainSink } from '../src/kernel/world.ts'
import { FIRST_LABS } from './expected.ts'
import { playEngine } from './play-engine.ts'

/** A failed ping, the event that decided, and the check of it that did, with its value and where that came from. */
interface Decided {
  readonly lab: string
  readonly action: number
  readonly event: string
  readonly check: Check
}

const failed = (id: string, value: string, source?: string): Check =>
  source === undefined ? { id, ok: false, value } : { id, ok: false, value, source }

const DECIDED: readonly Decided[] = [
  {
    lab: 'calico-no-proxy-arp',
    action: 0,
    event: 'arp.not_for_us',
    check: failed(
      'arp.proxy.proxy_arp',
      '0',
      'net.ipv4.conf.all.proxy_arp = 0, net.ipv4.conf.veth0.proxy_arp = 0 (or)',
    ),
  },
  {
    lab: 'calico-no-default-route',
    action: 0,
    event: 'arp.not_for_us',
    check: failed('route.lookup', '169.254.1.1: no route', 'end of the rules'),
  },
  {
    lab: 'l3bridge-01-no-source-ip',
    action: 0,
    event: 'ip.martian_source',
    check: failed('route.input.martian_source', '0.0.0.0'),
  },
  {
    lab: 'l3bridge-01-no-source-ip',
    action: 2,
    event: 'arp.not_for_us',
    check: failed('arp.probe_for_own_address', '192.168.1.1'),
  },
  {
    lab: 'l3bridge-04-source-not-routed',
    action: 4,
    event: 'ip.rp_filter',
    check: failed('source.rp_filter', '1', 'net.ipv4.conf.all.rp_filter = 1, net.ipv4.conf.vmbr0.rp_filter = 0 (max)'),
  },
  {
    lab: 'l3bridge-08-proxy-arp-one-side',
    action: 1,
    event: 'arp.neighbour_refreshed',
    check: failed('arp.proxy.proxy_arp', '0', 'net.ipv4.conf.all.proxy_arp = 0, net.ipv4.conf.nat0.proxy_arp = 0 (or)'),
  },
  {
    lab: 'neigh-failed-host-unreachable',
    action: 0,
    event: 'neigh.failed',
    check: failed('neigh.requests_left', '3 sent', 'mcast_solicit of eth0'),
  },
  {
    lab: 'route-forward-off',
    action: 0,
    event: 'ip.forwarding_off',
    check: failed('ip.error.forwarding', '0', 'net.ipv4.conf.eth0.forwarding = 0'),
  },
  {
    lab: 'route-forward-off',
    action: 4,
    event: 'icmp.no_route_for_reply',
    check: failed('icmp.route_back', 'ENETUNREACH', '10.0.1.1'),
  },
  {
    lab: 'route-no-route',
    action: 0,
    event: 'ip.output_refused',
    check: failed('route.output.lookup', '10.0.3.1: no route', 'end of the rules'),
  },
  {
    lab: 'route-no-route',
    action: 1,
    event: 'ip.no_route',
    check: failed('route.lookup', '10.0.3.1: no route', 'end of the rules'),
  },
  {
    lab: 'route-rp-filter',
    action: 2,
    event: 'ip.rp_filter',
    check: failed('source.rp_filter', '1', 'net.ipv4.conf.all.rp_filter = 1, net.ipv4.conf.eth0.rp_filter = 0 (max)'),
  },
  {
    lab: 'bridge-isolated-ports',
    action: 0,
    event: 'bridge.flood',
    check: failed('bridge.not_isolated', 'on', 'isolated of p2'),
  },
  {
    lab: 'bridge-vlan-filtering',
    action: 1,
    event: 'bridge.flood',
    check: failed('bridge.vlan_egress', 'vlan 10', 'bridge vlan of p3'),
  },
  {
    lab: 'macvlan-source-mode',
    action: 1,
    event: 'macvlan.queued',
    check: failed('macvlan.source_listed', 'MAC', 'list of macvl1'),
  },
  {
    lab: 'route-frag-needed-mtu',
    action: 2,
    event: 'ip.output_refused',
    check: failed('socket.fits_mtu', '1478 bytes', 'mtu 1400'),
  },
  {
    lab: 'veth-one-end-down',
    action: 3,
    event: 'xmit.no_carrier',
    check: failed('xmit.carrier', 'NO-CARRIER', 'eth0'),
  },
  {
    lab: 'vlan-unknown-vid',
    action: 0,
    event: 'arp.other_host',
    check: failed('vlan.device_exists', 'vid 10', 'eth0'),
  },
]

describe('the check that decided comes last, with its value and where that came from', () => {
  test.each(DECIDED)('$lab $action: $check.id', async ({ lab, action, event, check }) => {
    const { engine, trace } = await playEngine(lab)
    const { explanation, verdict } = whyAction(engine, trace, action)
    const found = trace.event(verdict)
    expect(found === undefined ? '' : (decisionOf(found) ?? dropOf(found))).toBe(event)
    const { device: _, ...last } = explanation?.checks.at(-1) ?? { id: '', ok: true }
    expect({ ...last, value: last.value?.replace(/^[0-9a-f]{2}(:[0-9a-f]{2}){5}$/, 'MAC') }).toEqual(check)
    // What the moment is explained by in full begins with the same checks, in the same order.
    const whole = engine.rewind.explain(verdict).checks
    expect(whole.slice(0, explanation?.checks.length)).toEqual(explanation?.checks)
  })

  test('and everything that was looked at before it is there, in Linux’s order', async () => {
    const { engine, trace } = await playEngine('calico-no-proxy-arp')
    const { explanation } = whyAction(engine, trace, 0)
    expect(explanation?.checks.map(({ id, ok }) => `${id} ${ok ? 'yes' : 'no'}`)).toEqual([
      'arp.device_speaks_arp yes',
      'arp.frame_is_for_us yes',
      'arp.target_is_unicast yes',
      'route.input.martian_source yes',
      'route.input.martian_destination yes',
      'route.lookup yes',
      'route.input.local no',
      'route.input.forwarding yes',
      'source.own_address yes',
      'source.rp_filter yes',
      'arp.proxy.route_leaves_elsewhere yes',
      'arp.proxy.proxy_arp no',
    ])
  })
})

/** Counts what it hears and keeps nothing. */
function listener(): ExplainSink & { checks: number } {
  return {
    checks: 0,
    check() {
      this.checks++
    },
    conclude: () => undefined,
    begin: () => undefined,
  }
}

describe('asking for explanations changes no verdict', () => {
  test.each(FIRST_LABS)('%s', { timeout: 60_000 }, async (lab) => {
    const { engine, trace } = await playEngine(lab)
    const sink = listener()
    const explained = engine.rewind.retrace(trace.firstSeq, sink)
    // Where the network is down nothing is ever decided, and nothing checked.
    const decisions = trace.kind.subarray(0, trace.count).filter((kind) => kind === TRACE_KIND_CODE['lab.decision'])
    expect(sink.checks > 0).toBe(decisions.length > 0)
    expect(firstTraceDifference(trace, explained)).toBeUndefined()
  })
})

test('the checks of many events by one replay are those of each by itself', async () => {
  const { engine, trace } = await playEngine('l3bridge-04-source-not-routed')
  const seqs = Array.from({ length: trace.count }, (_, index) => trace.firstSeq + index)
  const together = engine.rewind.explainAll(seqs)
  expect(together.size).toBeGreaterThan(20)
  for (const seq of seqs.filter((_, index) => index % 7 === 0))
    expect(engine.rewind.explain(seq).checks).toEqual(together.get(seq) ?? [])
})
