import { describe, expect, test } from 'vitest'
import type { Recording } from '../../src/contract/recording.ts'
import { labNames, linuxRecordings } from '../labs.ts'
import { compareRecordings } from './compare.ts'
import { MUTATIONS } from './mutations.ts'

const names = labNames()

/** Labs that Linux itself does not always play alike, and how its two recordings differ. */
const LINUX_BOTH_WAYS: Readonly<Record<string, readonly string[]>> = {
  'bridge-stp-two-bridges-loop': ['fdb'],
  'ipvlan-l2-vepa-hairpin': ['order'],
  'l3bridge-07-tcp-nc-hello': ['order'],
  'l3bridge-12-proxy-arp-off': ['order'],
}

/** How many of the recordings have something of the kind to spoil: a floor, so that no mutation is idle. */
const AT_LEAST_APPLICABLE = 110

test('a recording is the same as itself, frame by frame', () => {
  for (const name of names) {
    for (const recording of linuxRecordings(name)) {
      const frames = Object.values(recording.captures).reduce((sum, seen) => sum + seen.length, 0)
      expect(compareRecordings(recording, recording)).toEqual({
        lab: name,
        frames,
        equal: frames,
        same: true,
        differs: [],
        differences: [],
      })
    }
  }
})

test('two plays on Linux differ in what is known, in both directions', () => {
  const found: Record<string, readonly string[]> = {}
  for (const name of names) {
    const [first, second] = linuxRecordings(name)
    if (second === undefined) continue
    found[name] = compareRecordings(first, second).differs
    expect(compareRecordings(second, first).differs, name).toEqual(found[name])
  }
  expect(found).toEqual(LINUX_BOTH_WAYS)
})

test('membership reports of a bridge that comes up do not count', () => {
  const [real] = linuxRecordings('bridge-ip-on-host')
  const report =
    '02:00:00:00:00:01 > 01:00:5e:00:00:16, ethertype IPv4 (0x0800), length 54: 0.0.0.0 > 224.0.0.22: igmp v3 report, 1 group record(s)'
  const [[dev, frames] = ['', []]] = Object.entries(real.captures).filter(([, seen]) => seen.length > 0)
  const reported: Recording = { ...real, captures: { ...real.captures, [dev]: [[0, report, ''], ...frames] } }
  expect(compareRecordings(reported, real).same).toBe(true)
})

describe('a spoilt recording differs in what was spoilt and in nothing else', () => {
  test.each(MUTATIONS)('$name: $makes', (mutation) => {
    const { makes } = mutation
    let applied = 0
    for (const name of names) {
      const [real] = linuxRecordings(name)
      const spoilt = mutation.apply(real)
      if (spoilt === undefined) continue
      applied++
      expect(compareRecordings(real, spoilt).differs, name).toEqual([makes])
      expect(compareRecordings(spoilt, real).differs, `${name}, the other way round`).toEqual([makes])
    }
    expect(applied).toBeGreaterThan(AT_LEAST_APPLICABLE)
  })
})

describe('what chance decides does not count', () => {
  const [real] = linuxRecordings('arp-basics')

  test('other MAC addresses', () => {
    const mac = Object.values(real.state).flatMap(({ link }) => /link\/ether (\S+)/.exec(link)?.[1] ?? [])
    expect(mac).toHaveLength(2)
    const renamed = rewrite(real, (text) =>
      text.replaceAll(mac[0] ?? '', '02:00:00:00:00:01').replaceAll(mac[1] ?? '', '02:00:00:00:00:02'),
    )
    expect(JSON.stringify(renamed)).not.toContain(mac[0])
    expect(compareRecordings(real, renamed).differences).toEqual([])
  })

  test('another ICMP id, in all frames of a ping', () => {
    const renamed = rewrite(real, (text) => text.replaceAll(/, id \d+/g, (id) => `${id}7`))
    expect(compareRecordings(real, renamed).differences).toEqual([])
  })

  test('but an ICMP id that changes between request and reply does', () => {
    const renamed = rewrite(real, (text) => text.replaceAll(/echo reply, id \d+/g, 'echo reply, id 9'))
    expect(compareRecordings(real, renamed).differs).toEqual(['frames'])
  })

  test('round-trip times', () => {
    const slow = rewrite(real, (text) =>
      text.replaceAll(/time=[\d.]+ ms/g, 'time=123 ms').replaceAll(/^rtt .*$/gm, 'rtt min/avg/max/mdev = 1/2/3/4 ms'),
    )
    expect(slow.actions).not.toEqual(real.actions)
    expect(compareRecordings(real, slow).differences).toEqual([])
  })

  test('a machine that starts each process 0.2 s later', () => {
    const captures = Object.fromEntries(
      Object.entries(real.captures).map(([dev, frames]) => [
        dev,
        frames.map(([at, line, hex]) => [at + 0.2 * startedBefore(real, at), line, hex] as const),
      ]),
    )
    const actions = real.actions.map((action, k) => ({ ...action, at: action.at + 0.2 * k }))
    expect(compareRecordings(real, { ...real, actions, captures }).differences).toEqual([])
  })
})

/** How many actions had been started at a time, the first not counted. */
function startedBefore(recording: Recording, at: number): number {
  return Math.max(0, recording.actions.filter((action) => action.at <= at).length - 1)
}

/** The recording with every text in it rewritten. */
function rewrite(recording: Recording, edit: (text: string) => string): Recording {
  const edited: unknown = JSON.parse(JSON.stringify(recording), (_, value: unknown) =>
    typeof value === 'string' ? edit(value) : value,
  )
  return edited as Recording
}
