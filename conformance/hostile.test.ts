/** Input that nobody meant: labs with mistakes in them, and frames that make no sense. Nothing may throw, hang or get lost. */
import fc from 'fast-check'
import { beforeAll, describe, expect, test } from 'vitest'
import { TRACE_KIND_CODE } from '../src/contract/trace-events.ts'
import { LabEngine } from '../src/engine/lab-engine.ts'
import { playLabWithProblems } from '../src/engine/play.ts'
import { TraceStore } from '../src/engine/trace-store.ts'
import { parseLab } from '../src/lab/document.ts'
import { isBusy } from '../src/sim/event-queue.ts'
import { SECOND_NS } from '../src/sim/time.ts'
import { IPV4_ANY } from '../src/wire/address.ts'
import { fromHex } from '../src/wire/bytes.ts'
import { labNames, labText, linuxRecordings } from './labs.ts'

/** The same cases every time: a failure here must be one of the change at hand. */
const SEED = 20_261_121
const SCRIPTS = 60
const FRAMES_A_LAB = 150

const NAMES = labNames()
const WORDS = [...new Set(NAMES.flatMap((name) => labText(name).split(/\s+/)))].filter((word) => word !== '')

/** One mistake; positions are taken modulo what there is. */
type Mistake = readonly [
  kind: 'drop' | 'double' | 'swap' | 'word' | 'cut' | 'noise',
  at: number,
  more: number,
  text: string,
]

const mistake: fc.Arbitrary<Mistake> = fc.tuple(
  fc.constantFrom('drop', 'double', 'swap', 'word', 'cut', 'noise'),
  fc.nat(10_000),
  fc.nat(10_000),
  fc.oneof(fc.constantFrom(...WORDS), fc.string({ maxLength: 12 })),
)

function make(text: string, [kind, at, more, word]: Mistake): string {
  const lines = text.split('\n')
  const k = at % lines.length
  const line = lines[k] ?? ''
  const parts = line.split(' ')
  switch (kind) {
    case 'drop':
      return lines.filter((_, i) => i !== k).join('\n')
    case 'double':
      return [...lines.slice(0, k), line, ...lines.slice(k)].join('\n')
    case 'swap': {
      const other = more % lines.length
      return lines.map((each, i) => (i === k ? (lines[other] ?? '') : i === other ? line : each)).join('\n')
    }
    case 'word':
      return lines.map((each, i) => (i === k ? parts.with(more % parts.length, word).join(' ') : each)).join('\n')
    case 'cut':
      return lines.map((each, i) => (i === k ? each.slice(0, more % (each.length + 1)) : each)).join('\n')
    case 'noise':
      return [...lines.slice(0, k), word, ...lines.slice(k)].join('\n')
  }
}

/** Without what would only make a lab long: it must end, not soon. */
const isQuick = (text: string): boolean => !/\bsleep \d{2,}|settle \d{2,}|gap \d{2,}/.test(text)

describe('labs with mistakes', () => {
  test('play to their end, and every action has its record', async () => {
    const lab = fc.tuple(fc.constantFrom(...NAMES), fc.array(mistake, { minLength: 1, maxLength: 5 }))
    await fc.assert(
      fc.asyncProperty(lab, async ([name, mistakes]) => {
        const text = mistakes.reduce(make, labText(name))
        fc.pre(isQuick(text))
        const { recording } = await playLabWithProblems(name, text)
        expect(recording.actions).toHaveLength(parseLab(text).actions.length)
      }),
      { seed: SEED, numRuns: SCRIPTS },
    )
  }, 60_000)
})

/** A lab of each kind of link, with the interfaces that frames are put on. */
const TARGETS = [
  'bridge-vlan-filtering',
  'bridge-docker-nat',
  'ipvlan-l3s',
  'macvlan-source-mode',
  'vlan-qinq',
  'route-two-routers',
]

describe.each(TARGETS)('frames that make no sense in %s', (name) => {
  let frames: Uint8Array[] = []
  beforeAll(() => {
    const seen = Object.values(linuxRecordings(name)[0].captures).flatMap((captured) =>
      captured.map(([, , hex]) => hex),
    )
    frames = [...new Set(seen)].flatMap((hex) => fromHex(hex) ?? [])
  })

  test('leave nothing waiting, and each one that is received has a verdict', async () => {
    const engine = new LabEngine(labText(name), { clone: (value) => value })
    await engine.setUp()
    const sockets = openSockets(engine)
    const trace = new TraceStore(engine.world.nextSeq)
    engine.world.out.trace = trace
    const spoilt = fc.tuple(fc.nat(), fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 6 }), fc.nat())
    const garbage = fc.uint8Array({ minLength: 0, maxLength: 200 })
    fc.assert(
      fc.property(fc.nat(), fc.oneof(spoilt, garbage), (where, what) => {
        const bytes = what instanceof Uint8Array ? what : spoil(frames, what)
        const socket = sockets[where % sockets.length] ?? 0
        engine.kernel.call({ kind: 'socket.send', socket, to: IPV4_ANY, port: 0, bytes })
      }),
      { seed: SEED, numRuns: FRAMES_A_LAB },
    )
    await engine.settle(30 * SECOND_NS)
    expect(isBusy(engine.world.queue)).toBe(false)
    expect(trace.count).toBeGreaterThan(FRAMES_A_LAB)
    expect(withoutVerdict(trace)).toEqual([])
  })
})

/** A packet socket on every interface of every namespace. */
function openSockets({ kernel }: LabEngine): number[] {
  return kernel.read.namespaces().flatMap(({ netns }) =>
    kernel.read.links(netns).flatMap(({ ifindex }) => {
      const spec = { kind: 'packet', ifindex, protocol: 0, promisc: false } as const
      const opened = kernel.call({ kind: 'socket.open', netns, spec })
      return opened.ok ? [opened.value] : []
    }),
  )
}

/** A frame of the lab with some bytes changed and its end cut off. */
function spoil(
  frames: readonly Uint8Array[],
  [which, changes, cut]: readonly [number, readonly (readonly [number, number])[], number],
): Uint8Array {
  const bytes = (frames[which % frames.length] ?? new Uint8Array(60)).slice()
  for (const [at, value] of changes) bytes[at % bytes.length] = value
  return cut % 3 === 0 ? bytes.subarray(0, cut % (bytes.length + 1)) : bytes
}

/** Frames that were received and of which nothing came: no decision, no drop, no way on. */
function withoutVerdict(trace: TraceStore): string[] {
  const causes = new Set<number>()
  for (let k = 0; k < trace.count; k++) causes.add(trace.cause[k] ?? 0)
  const lost: string[] = []
  for (let k = 0; k < trace.count; k++) {
    if (trace.kind[k] !== TRACE_KIND_CODE['net.netif_receive_skb'] || causes.has(trace.firstSeq + k)) continue
    lost.push(`device ${trace.device[k] ?? 0}: ${Buffer.from(trace.frame(k)).toString('hex')}`)
  }
  return lost
}
