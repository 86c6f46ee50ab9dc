import { serialize } from 'node:v8'
import { describe, expect, test } from 'vitest'
import { firstTraceDifference } from '../src/engine/fingerprints.ts'
import type { LabEngine } from '../src/engine/lab-engine.ts'
import type { TraceStore } from '../src/engine/trace-store.ts'
import { SLAB_BYTES } from '../src/base/slab.ts'
import { takeSnapshot } from '../src/kernel/kernel.ts'
import { FIRST_LABS } from './expected.ts'
import { labNames, labText } from './labs.ts'
import { playEngine, playText } from './play-engine.ts'

/** Labs whose traces are long for a reason: a storm without end is played once, elsewhere. */
const STORMS = ['bridge-stp-two-bridges-loop']
const SAMPLE_COUNT = 20
const FEW_EVENTS = 40

/** Labs of all kinds beside those that must be the same: every so many'th of the alphabet. */
function sample(): string[] {
  const others = labNames().filter((lab) => !FIRST_LABS.includes(lab) && !STORMS.includes(lab))
  return others.filter((_, index) => index % Math.ceil(others.length / SAMPLE_COUNT) === 0)
}

const LABS = [...FIRST_LABS, ...sample()]

/** Plays a lab once more, with a snapshot at every look up from the work, and plays on from the last one before half-way. */
async function playFromHalfway(lab: string, halfway: number): Promise<{ trace: TraceStore; again: TraceStore }> {
  const { engine, trace } = await playText(labText(lab), (running) => ({
    isSliceOver: () => true,
    breathe: () => {
      const { rewind, world } = running()
      if (world.out.trace !== undefined && world.nextSeq <= halfway) rewind.keepNow()
      return Promise.resolve()
    },
  }))
  return { trace, again: engine.rewind.retrace(halfway) }
}

describe('the same inputs give the same events', () => {
  test.each(LABS)('%s, played twice and again from half-way', { timeout: 60_000 }, async (lab) => {
    const first = (await playEngine(lab)).trace
    expect(first.count).toBeGreaterThan(0)
    const halfway = first.firstSeq + Math.floor(first.count / 2)
    const { trace, again } = await playFromHalfway(lab, halfway)
    expect(firstTraceDifference(first, trace)).toBeUndefined()
    // In a lab where hardly anything happens, or no frame travels, the engine never looks up before its end; the start is half-way enough.
    if (first.count >= FEW_EVENTS && first.frameBytes > 0) expect(again.firstSeq).toBeGreaterThan(first.firstSeq)
    expect(again.firstSeq).toBeLessThanOrEqual(halfway)
    expect(again.lastSeq).toBe(first.lastSeq)
    expect(firstTraceDifference(first, again)).toBeUndefined()
  })
})

test('a difference is named by the first event that shows it', async () => {
  const { trace } = await playEngine('arp-basics')
  const other = (await playEngine('arp-basics')).trace
  const index = 20
  other.device[index] = 4711
  other.cause[index + 5] = 4711
  expect(firstTraceDifference(trace, other)).toMatch(
    new RegExp(
      `^event ${trace.firstSeq + index} differs: \\S+ code \\d+ at \\S+ s on device .* other has .* on device 4711 `,
    ),
  )
})

/** A bridge with a hundred hosts, each of which has spoken to its neighbour. */
function starText(hostCount: number): string {
  const lines = ['ip netns add hub', 'ip -n hub link add br0 up type bridge']
  for (let k = 1; k <= hostCount; k++) {
    const address = `10.0.${Math.floor(k / 250)}.${(k % 250) + 1}/16`
    lines.push(
      `ip netns add h${k}`,
      `ip -n hub link add p${k} up master br0 type veth peer name eth0 netns h${k}`,
      `ip -n h${k} addr add ${address} dev eth0`,
      `ip -n h${k} link set eth0 up`,
    )
  }
  lines.push('#%% run')
  for (let k = 1; k < hostCount; k++) lines.push(`ip netns exec h${k} ping -c 1 10.0.0.${((k + 1) % 250) + 1}`)
  return lines.join('\n')
}

/** Bytes of a snapshot of an engine as it stands. */
function snapshotBytes(engine: LabEngine): number {
  const { out: _out, modules: _modules, ...state } = takeSnapshot(engine.world, 0, structuredClone).state
  return serialize(state).length
}

describe('a snapshot is small', () => {
  test('after a lab of two hosts and a container', async () => {
    const { engine, trace } = await playEngine('calico-proxy-arp')
    const bytes = snapshotBytes(engine)
    console.log(`snapshot of calico-proxy-arp: ${bytes} bytes, ${trace.count} events`)
    expect(bytes).toBeLessThan(100_000)
  })

  test('of a hundred hosts around a bridge', { timeout: 60_000 }, async () => {
    const { engine, trace } = await playText(starText(100), () => ({}))
    expect(engine.actions.every(({ exit }) => exit === 0)).toBe(true)
    const bytes = snapshotBytes(engine)
    console.log(`snapshot of a star of 100: ${bytes} bytes, ${trace.count} events, ${trace.frameBytes} bytes of frames`)
    expect(bytes).toBeLessThan(1_500_000)
  })
})

test('frames in flight own their bytes: nothing in the world is a view into the trace', async () => {
  let lookedAt = 0
  let inFlight = 0
  await playText(labText('calico-no-default-route'), (running) => ({
    isSliceOver: () => true,
    breathe: () => {
      const { world } = running()
      const { trace } = running()
      if (trace === undefined) return Promise.resolve()
      const { out: _out, modules: _modules, ...state } = world
      lookedAt++
      for (const view of viewsIn(state)) {
        inFlight++
        expect(view.buffer).not.toBe(trace.frames.buffer)
        // A view takes along all that it is a view into.
        expect([view.byteLength, SLAB_BYTES]).toContain(view.buffer.byteLength)
      }
      return Promise.resolve()
    },
  }))
  expect(lookedAt).toBeGreaterThan(0)
  expect(inFlight).toBeGreaterThan(0)
})

/** All arrays of bytes and numbers in plain data. */
function viewsIn(data: unknown, seen = new Set<unknown>()): ArrayBufferView[] {
  if (typeof data !== 'object' || data === null || seen.has(data)) return []
  seen.add(data)
  if (ArrayBuffer.isView(data)) return [data]
  const members =
    data instanceof Map ? [...data.keys(), ...data.values()] : data instanceof Set ? [...data] : Object.values(data)
  return members.flatMap((member) => viewsIn(member, seen))
}
